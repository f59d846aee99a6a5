#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/language.hpp"

namespace holdfast::analyses::movement {

/// States made of an amount: nothing (0 and below), then bands.
struct Bands {
  std::vector<double> limits;  // Ascending; a band ends below its limit.
  std::vector<Text> names;     // [limits + 2]

  std::uint16_t of(double amount) const;
};

/// At the given limits, or at rounded quartiles of the amounts above 0. `nothing`: name of state 0.
Bands bands_of(std::span<const double> given, std::vector<double> amounts, const Text& nothing);

}  // namespace holdfast::analyses::movement
