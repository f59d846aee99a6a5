#include "analyses/analyses.hpp"

#include <array>

namespace holdfast::analyses {

extern const Descriptor kExits;
extern const Descriptor kGroups;

std::span<const Descriptor* const> all_analyses() {
  static const std::array all = {
      &kExits,
      &kGroups,
  };
  return all;
}

}  // namespace holdfast::analyses
