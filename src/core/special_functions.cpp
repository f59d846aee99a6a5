#include "core/special_functions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/log_gamma.hpp"

namespace holdfast {
namespace {

constexpr double kTiny = 1e-300;
constexpr double kEpsilon = 1e-16;
// Both continued fractions need about the square root of their largest parameter.
constexpr int kIterationsMax = 200'000;

double away_from_zero(double x) { return std::abs(x) < kTiny ? kTiny : x; }

double beta_fraction(double x, double a, double b) {
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double h = d;
  for (int m = 1; m <= kIterationsMax; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    const double change = d * c;
    h *= change;
    if (std::abs(change - 1) < 1e-15) break;
  }
  return h;
}

// x^a e^-x / Γ(a + 1).
double gamma_term(double a, double x) { return std::exp(a * std::log(x) - x - log_gamma(a + 1)); }

double gamma_series(double a, double x) {
  double term = 1;
  double sum = 1;
  for (int n = 1; n <= kIterationsMax; ++n) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * kEpsilon) break;
  }
  return sum * gamma_term(a, x);
}

double gamma_fraction(double a, double x) {
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / away_from_zero(b);
  double h = d;
  for (int n = 1; n <= kIterationsMax; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = 1 / away_from_zero(an * d + b);
    c = away_from_zero(b + an / c);
    const double change = d * c;
    h *= change;
    if (std::abs(change - 1) < 1e-15) break;
  }
  return h * std::exp(a * std::log(x) - x - log_gamma(a));
}

}  // namespace

double incomplete_beta(double x, double a, double b) {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                b * std::log1p(-x));
  // The fraction converges fast on this side only; the other follows by symmetry.
  if (x < (a + 1) / (a + b + 2)) return std::clamp(front * beta_fraction(x, a, b) / a, 0.0, 1.0);
  return std::clamp(1 - front * beta_fraction(1 - x, b, a) / b, 0.0, 1.0);
}

double incomplete_gamma_lower(double a, double x) {
  if (!(x > 0)) return 0;
  if (x < a + 1) return std::min(1.0, gamma_series(a, x));
  return std::max(0.0, 1 - gamma_fraction(a, x));
}

double incomplete_gamma_upper(double a, double x) {
  if (!(x > 0)) return 1;
  if (x < a + 1) return std::max(0.0, 1 - gamma_series(a, x));
  return std::min(1.0, gamma_fraction(a, x));
}

double normal_two_sided_p(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

double student_two_sided_p(double t, double degrees) {
  return incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

double noncentral_chi_squared_cdf(double x, double degrees, double noncentrality) {
  if (!(x > 0)) return 0;
  const double mean = noncentrality / 2;
  const double half = x / 2;
  if (mean <= 0) return incomplete_gamma_lower(degrees / 2, half);
  const double mode = std::floor(mean);
  const double weight_at_mode = gamma_term(mode, mean);
  const double cdf_at_mode = incomplete_gamma_lower(degrees / 2 + mode, half);
  const double term_at_mode = gamma_term(degrees / 2 + mode, half);

  double sum = weight_at_mode * cdf_at_mode;
  double weight = weight_at_mode;
  double cdf = cdf_at_mode;
  double term = term_at_mode;
  // Upwards: P(a + 1, x) = P(a, x) − x^a e^-x / Γ(a + 1).
  for (double j = mode + 1; weight > 1e-18 && cdf > 0; ++j) {
    weight *= mean / j;
    cdf -= term;
    term *= half / (degrees / 2 + j);
    sum += weight * std::max(0.0, cdf);
  }
  weight = weight_at_mode;
  cdf = cdf_at_mode;
  term = term_at_mode;
  for (double j = mode; j >= 1 && weight > 1e-18; --j) {
    weight *= j / mean;
    term *= (degrees / 2 + j) / half;
    cdf += term;
    sum += weight * std::min(1.0, cdf);
  }
  return std::clamp(sum, 0.0, 1.0);
}

}  // namespace holdfast
