#include "core/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/special_functions.hpp"

namespace holdfast {

double normal_density(double z) {
  return std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normal_quantile(double probability) {
  // Newton from within a bracket: the lower half keeps full relative accuracy in the tail.
  if (probability > 0.5) return -normal_quantile(1 - probability);
  double low = -40;
  double high = 0;
  double z = -1;
  for (int step = 0; step < 200; ++step) {
    const double difference = normal_cdf(z) - probability;
    (difference < 0 ? low : high) = z;
    double next = z - difference / normal_density(z);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - z) <= 1e-15 * (1 + std::abs(z))) return next;
    z = next;
  }
  return z;
}

double chi_squared_upper_p(double x, double degrees) {
  return x > 0 ? incomplete_gamma_upper(degrees / 2, x / 2) : 1;
}

Interval wilson_interval(double count, double total, double level) {
  if (!(total > 0)) return {};
  const double z = normal_quantile(0.5 + level / 2);
  const double share = count / total;
  const double scale = 1 / (1 + z * z / total);
  const double middle = scale * (share + z * z / (2 * total));
  const double half =
      scale * z * std::sqrt(share * (1 - share) / total + z * z / (4 * total * total));
  return {count <= 0 ? 0 : std::max(0.0, middle - half),
          count >= total ? 1 : std::min(1.0, middle + half)};
}

Interval newcombe_interval(double count, double total, double other_count, double other_total,
                           double level) {
  if (!(total > 0) || !(other_total > 0)) return {-1, 1};
  const auto one = wilson_interval(count, total, level);
  const auto other = wilson_interval(other_count, other_total, level);
  const double p = count / total, q = other_count / other_total;
  return {p - q - std::hypot(p - one.lower, other.upper - q),
          p - q + std::hypot(one.upper - p, q - other.lower)};
}

}  // namespace holdfast
