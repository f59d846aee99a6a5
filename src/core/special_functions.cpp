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

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normal_quantile(double probability) {
  constexpr double kA[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                           1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double kB[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                           6.680131188771972e+01, -1.328068155288572e+01};
  constexpr double kC[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                           -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double kD[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                           3.754408661907416e+00};
  const double p = std::clamp(probability, 1e-300, 1 - 1e-16);
  const auto tail = [&](double q) {
    return (((((kC[0] * q + kC[1]) * q + kC[2]) * q + kC[3]) * q + kC[4]) * q + kC[5]) /
           ((((kD[0] * q + kD[1]) * q + kD[2]) * q + kD[3]) * q + 1);
  };
  double z = 0;
  if (p < 0.02425) {
    z = tail(std::sqrt(-2 * std::log(p)));
  } else if (p > 1 - 0.02425) {
    z = -tail(std::sqrt(-2 * std::log1p(-p)));
  } else {
    const double q = p - 0.5;
    const double r = q * q;
    z = (((((kA[0] * r + kA[1]) * r + kA[2]) * r + kA[3]) * r + kA[4]) * r + kA[5]) * q /
        (((((kB[0] * r + kB[1]) * r + kB[2]) * r + kB[3]) * r + kB[4]) * r + 1);
  }
  for (int step = 0; step < 2; ++step) {
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
    if (density < kTiny) break;
    z -= (normal_cdf(z) - p) / density;
  }
  return z;
}

double normal_two_sided_p(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

double student_two_sided_p(double t, double degrees) {
  return incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

double chi_squared_upper_p(double x, double degrees) {
  return incomplete_gamma_upper(degrees / 2, x / 2);
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
