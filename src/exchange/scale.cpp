#include "exchange/scale.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::exchange {

double Scale::operator()(double value) const {
  double share = 0;
  if (is_log) {
    const double bottom = std::log10(low), top = std::log10(high);
    share = top > bottom ? (std::log10(std::max(value, low)) - bottom) / (top - bottom) : 0;
  } else {
    share = high > low ? (value - low) / (high - low) : 0;
  }
  return from + std::clamp(share, 0.0, 1.0) * (to - from);
}

std::vector<double> round_ticks(double low, double high, int count, bool is_whole) {
  if (!std::isfinite(low) || !std::isfinite(high)) return {0, 1};
  if (!(high > low)) high = low + (low == 0 ? 1 : std::abs(low));
  const double rough = (high - low) / std::max(1, count);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, is_whole && power < 10 ? 3.0 : 2.5, 5.0}) {
    if (factor * power >= rough * 0.999) {
      step = factor * power;
      break;
    }
  }
  if (is_whole) step = std::max(step, 1.0);
  std::vector<double> ticks;
  const auto first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  for (double k = first; k <= last && ticks.size() < 50; ++k) ticks.push_back(k * step);
  if (ticks.size() < 2) ticks = {low, high};
  return ticks;
}

std::vector<double> log_ticks(double low, double high) {
  std::vector<double> ticks;
  const double decades = std::log10(high / low);
  for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (factor > 1 && decades > 2.2) continue;
      const double tick = factor * power;
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push_back(tick);
    }
  }
  return ticks;
}

}  // namespace holdfast::exchange
