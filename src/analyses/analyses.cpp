#include "analyses/analyses.hpp"

#include <array>

namespace holdfast::analyses {

extern const Descriptor kCube;
extern const Descriptor kExits;
extern const Descriptor kMovement;
extern const Descriptor kPatterns;

std::span<const Descriptor* const> all_analyses() {
  static const std::array all = {
      &kExits,
      &kMovement,
      &kPatterns,
      &kCube,
  };
  return all;
}

}  // namespace holdfast::analyses
