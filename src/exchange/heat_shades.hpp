#pragma once

#include <cstddef>
#include <optional>

#include "analyses/analysis.hpp"

namespace holdfast::exchange {

constexpr std::size_t kHeatSteps = 5;

/// The shade of a heat map's cell: step 0 to 4, and whether it is below zero of a map around zero.
struct HeatShade {
  std::size_t step = 0;
  bool is_below = false;
};

/// Five steps from the least value to the most, or around zero; the same on the page and in Excel.
class HeatShades {
 public:
  explicit HeatShades(const analyses::HeatMap& map);
  /// Nothing where there is no value.
  std::optional<HeatShade> operator()(double value) const;

 private:
  double low_, high_;
  bool is_diverging_;
};

}  // namespace holdfast::exchange
