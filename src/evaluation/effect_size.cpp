#include "evaluation/effect_size.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/special_functions.hpp"

namespace holdfast::evaluation {
namespace {

constexpr double kConfidence = 0.95;

// The noncentrality at which P(X ≤ x) is `probability`; 0 where even 0 gives less.
double noncentrality_at(double x, double degrees, double probability) {
  if (noncentral_chi_squared_cdf(x, degrees, 0) <= probability) return 0;
  double low = 0;
  double high = x + 10;
  while (noncentral_chi_squared_cdf(x, degrees, high) > probability) high *= 1.5;
  for (int step = 0; step < 60 && high - low > 1e-10 * high; ++step) {
    const double middle = (low + high) / 2;
    (noncentral_chi_squared_cdf(x, degrees, middle) > probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Effect compare_means(const Moments& a, const Moments& b) {
  Effect effect;
  if (a.count < 2 || b.count < 2) return effect;
  const double pooled = std::sqrt(((a.count - 1) * a.variance + (b.count - 1) * b.variance) /
                                  (a.count + b.count - 2));
  const double error_squared = a.variance / a.count + b.variance / b.count;
  if (!(pooled > 0) || !std::isfinite(pooled) || !(error_squared > 0)) return effect;
  const double difference = a.mean - b.mean;
  const double d = difference / pooled;
  const double error =
      std::sqrt((a.count + b.count) / (a.count * b.count) + d * d / (2 * (a.count + b.count)));
  const double half = normal_quantile(0.5 + kConfidence / 2) * error;
  effect.size = {d, d - half, d + half};

  effect.statistic = difference / std::sqrt(error_squared);
  // Shares of the error first, so that large variances do not overflow when squared.
  const double share = a.variance / a.count / error_squared;
  effect.degrees = 1 / (share * share / (a.count - 1) + (1 - share) * (1 - share) / (b.count - 1));
  effect.p_value = student_two_sided_p(effect.statistic, effect.degrees);

  const double p = a.count / (a.count + b.count);
  const auto strength_of = [&](double size) { return size / std::sqrt(size * size + 1 / (p * (1 - p))); };
  effect.strength = strength_of(std::abs(d));
  effect.strength_min = strength_of(std::max(0.0, std::abs(d) - half));
  return effect;
}

Effect compare_counts(const std::vector<double>& a, const std::vector<double>& b) {
  Effect effect;
  const double total_a = std::accumulate(a.begin(), a.end(), 0.0);
  const double total_b = std::accumulate(b.begin(), b.end(), 0.0);
  const double total = total_a + total_b;
  if (!(total_a > 0) || !(total_b > 0)) return effect;
  double chi_squared = 0;
  int rows = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double row = a[k] + b[k];
    if (!(row > 0)) continue;
    ++rows;
    const double expected_a = row * total_a / total;
    const double expected_b = row * total_b / total;
    chi_squared += (a[k] - expected_a) * (a[k] - expected_a) / expected_a +
                   (b[k] - expected_b) * (b[k] - expected_b) / expected_b;
  }
  if (rows < 2) return effect;
  effect.statistic = chi_squared;
  effect.degrees = rows - 1;
  effect.p_value = chi_squared_upper_p(chi_squared, effect.degrees);
  effect.strength = std::sqrt(std::max(0.0, chi_squared - effect.degrees) / total);

  // V estimates the noncentrality plus its degrees of freedom, so the limits do as well.
  const double tail = (1 - kConfidence) / 2;
  const auto limit = [&](double noncentrality) {
    return noncentrality > 0 ? std::min(1.0, std::sqrt((noncentrality + effect.degrees) / total))
                             : 0.0;
  };
  const double v = std::min(1.0, std::sqrt(chi_squared / total));
  const double least = noncentrality_at(chi_squared, effect.degrees, 1 - tail);
  effect.strength_min = std::sqrt(least / total);
  effect.size = {v, std::min(v, limit(least)),
                 std::max(v, limit(noncentrality_at(chi_squared, effect.degrees, tail)))};
  return effect;
}

}  // namespace holdfast::evaluation
