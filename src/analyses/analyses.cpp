#include "analyses/analyses.hpp"

namespace holdfast::analyses {

extern const Descriptor kValue;
extern const Descriptor kGrowth;

std::span<const Descriptor* const> all_analyses() {
  static const Descriptor* const kAll[] = {&kValue, &kGrowth};
  return kAll;
}

}  // namespace holdfast::analyses
