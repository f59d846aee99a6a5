#include "exchange/heat_shades.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::exchange {

HeatShades::HeatShades(const analyses::HeatMap& map)
    : low_(HUGE_VAL), high_(-HUGE_VAL), is_diverging_(map.is_diverging) {
  for (const auto& row : map.values) {
    for (const double value : row) {
      if (!std::isfinite(value)) continue;
      low_ = std::min(low_, value);
      high_ = std::max(high_, value);
    }
  }
  if (is_diverging_) high_ = std::max(std::abs(low_), std::abs(high_)), low_ = 0;
  if (map.full_shade > 0) high_ = map.full_shade;
}

std::optional<HeatShade> HeatShades::operator()(double value) const {
  if (!std::isfinite(value)) return {};
  const double share = ((is_diverging_ ? std::abs(value) : value) - low_) / (high_ - low_);
  const double step = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) * kHeatSteps : 0;
  return HeatShade{std::min(kHeatSteps - 1, static_cast<std::size_t>(step)), is_diverging_ && value < 0};
}

}  // namespace holdfast::exchange
