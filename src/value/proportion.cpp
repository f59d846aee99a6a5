#include "value/proportion.hpp"

#include <algorithm>
#include <cmath>

#include "core/special_functions.hpp"

namespace holdfast::value {

std::optional<Proportion> proportion(std::size_t count, std::size_t total, double level) {
  if (total == 0) return std::nullopt;
  const double x = static_cast<double>(count), n = static_cast<double>(total);
  const auto interval = wilson_interval(x, n, level);
  return Proportion{x / n, interval.lower, interval.upper};
}

std::optional<Difference> difference(std::size_t count, std::size_t total, std::size_t other_count,
                                     std::size_t other_total, double level) {
  const auto one = proportion(count, total, level);
  const auto other = proportion(other_count, other_total, level);
  if (!one || !other) return std::nullopt;
  Difference result;
  result.difference = one->share - other->share;
  result.low = result.difference - std::hypot(one->share - one->low, other->high - other->share);
  result.high = result.difference + std::hypot(one->high - one->share, other->share - other->low);
  const double n = static_cast<double>(total), m = static_cast<double>(other_total);
  const double pooled = static_cast<double>(count + other_count) / (n + m);
  const double variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  if (variance > 0) result.p_value = normal_two_sided_p(result.difference / std::sqrt(variance));
  return result;
}

}  // namespace holdfast::value
