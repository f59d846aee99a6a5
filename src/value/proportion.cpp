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
  if (total == 0 || other_total == 0) return std::nullopt;
  const double x = static_cast<double>(count), y = static_cast<double>(other_count);
  const double n = static_cast<double>(total), m = static_cast<double>(other_total);
  const auto interval = newcombe_interval(x, n, y, m, level);
  Difference result{.difference = x / n - y / m, .low = interval.lower, .high = interval.upper};
  const double pooled = (x + y) / (n + m);
  const double variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  if (variance > 0) result.p_value = normal_two_sided_p(result.difference / std::sqrt(variance));
  return result;
}

}  // namespace holdfast::value
