#include "models/significance/variance_analysis.hpp"

#include <cmath>
#include <limits>

#include "core/log_gamma.hpp"

namespace holdfast::significance {
namespace {

/// log I_x(a, b) where x is below the mean of the beta distribution; `y` is 1 − x, given so that it
/// keeps its digits.
double log_incomplete_beta(double x, double y, double a, double b) {
  constexpr double kTiny = 1e-300;
  const auto kept = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1, d = 1 / kept(1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m < 100'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) break;
  }
  const double log_front = a * std::log(x) + b * std::log(y) - std::log(a) -
                           (log_gamma(a) + log_gamma(b) - log_gamma(a + b));
  return log_front + std::log(h);
}

}  // namespace

double log_f_upper_tail(double x, double numerator, double denominator) {
  if (!(x > 0)) return 0;
  if (std::isinf(x)) return -std::numeric_limits<double>::infinity();
  const double a = denominator / 2, b = numerator / 2;
  // P(F ≥ x) = I_{d/(d + nx)}(d/2, n/2).
  const double upper = denominator / (denominator + numerator * x);
  const double lower = numerator * x / (denominator + numerator * x);
  if (upper < (a + 1) / (a + b + 2)) return log_incomplete_beta(upper, lower, a, b);
  return std::log1p(-std::exp(log_incomplete_beta(lower, upper, b, a)));
}

Moments joined(std::span<const Moments> parts) {
  Moments all;
  for (const auto& part : parts) {
    if (!(part.weight > 0)) continue;
    const double away = part.mean - all.mean;
    const double weight = all.weight + part.weight;
    all.squares += part.squares + away * away * (all.weight * part.weight / weight);
    all.mean += away * (part.weight / weight);
    all.weight = weight;
  }
  return all;
}

double log_p_of_means(std::span<const Moments> classes) {
  const Moments all = joined(classes);
  double count = 0, within = 0, between = 0;
  for (const auto& part : classes) {
    if (!(part.weight > 0)) continue;
    count += 1;
    within += part.squares;
    between += part.weight * (part.mean - all.mean) * (part.mean - all.mean);
  }
  const double denominator = all.weight - count;
  if (count < 2 || !(denominator > 0) || !(between > 0)) return 0;
  // Below this, what is within is the rounding of sums.
  if (!(within > 1e-28 * between)) return -std::numeric_limits<double>::infinity();
  return log_f_upper_tail((between / (count - 1)) / (within / denominator), count - 1,
                          denominator);
}

}  // namespace holdfast::significance
