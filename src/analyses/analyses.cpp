#include "analyses/analyses.hpp"

#include <array>

namespace holdfast::analyses {

extern const Descriptor kExits;

std::span<const Descriptor* const> all_analyses() {
  static const std::array all = {
      &kExits,
  };
  return all;
}

}  // namespace holdfast::analyses
