#include "analyses/analyses.hpp"

#include <array>

namespace holdfast::analyses {

extern const Descriptor kSurvival, kExits, kValue, kGrowth, kMovement, kGroups,
    kPatterns, kEffect, kCube;

std::span<const Descriptor* const> all_analyses() {
  static const std::array all = {&kSurvival, &kExits, &kValue, &kGrowth, &kMovement, &kGroups, &kPatterns, &kEffect, &kCube};
  return all;
}

}  // namespace holdfast::analyses
