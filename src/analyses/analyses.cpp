#include "analyses/analyses.hpp"

#include <array>

namespace holdfast::analyses {

extern const Descriptor kExits;
extern const Descriptor kSurvival;

std::span<const Descriptor* const> all_analyses() {
  static const std::array all = {
      &kExits,
      &kSurvival,
  };
  return all;
}

}  // namespace holdfast::analyses
