#include "analyses/analyses.hpp"

#include <array>

namespace holdfast::analyses {

extern const Descriptor kExits, kSurvival, kValue, kGrowth;

std::span<const Descriptor* const> all_analyses() {
  static const std::array all = {&kExits, &kSurvival, &kValue, &kGrowth};
  return all;
}

}  // namespace holdfast::analyses
