#include "pattern/significance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace holdfast::pattern {
namespace {

// log n! less Stirling's formula: log n! = n log n − n + log(2πn)/2 + this. Asymptotic series (DLMF
// 5.11.1), carried down to small n by log (n+1)! = log n! + log(n+1).
double stirling_error(double n) {
  static const auto small = [] {
    std::array<double, 16> errors{};
    long double log_factorial = 0;
    for (std::size_t k = 1; k < errors.size(); ++k) {
      const auto x = static_cast<long double>(k);
      log_factorial += std::log(x);
      errors[k] = static_cast<double>(log_factorial - (x * std::log(x) - x) -
                                      std::log(2 * std::numbers::pi_v<long double> * x) / 2);
    }
    return errors;
  }();
  if (n < static_cast<double>(small.size())) return small[static_cast<std::size_t>(n)];
  const double s = 1 / (n * n);
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / n;
}

// x log(x / m) + m − x without cancellation near x = m (Loader's deviance).
double deviance(double x, double m) {
  if (std::abs(x - m) > 0.1 * (x + m)) return x * std::log(x / m) + m - x;
  const double v = (x - m) / (x + m);
  double sum = (x - m) * v;
  double term = 2 * x * v;
  for (int j = 3; j < 1000; j += 2) {
    term *= v * v;
    const double next = sum + term / j;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

// log of C(n, x) pˣ (1 − p)ⁿ⁻ˣ.
double log_binomial(double x, double n, double p) {
  if (n == 0) return 0;
  if (x == 0) return p < 0.1 ? n * std::log1p(-p) : n * std::log(1 - p);
  if (x == n) return n * std::log(p);
  const double rest = n - x;
  return stirling_error(n) - stirling_error(x) - stirling_error(rest) - deviance(x, n * p) -
         deviance(rest, n * (1 - p)) - std::log(2 * std::numbers::pi * x * (rest / n)) / 2;
}

// log P(exactly x of b) when `a` of `total` are drawn.
double log_hypergeometric(double x, double a, double b, double total) {
  const double p = a / total;
  return log_binomial(x, b, p) + log_binomial(a - x, total - b, p) - log_binomial(a, total, p);
}

}  // namespace

double fisher_upper_p(const Meeting& meeting) {
  const auto a = static_cast<double>(meeting.a), b = static_cast<double>(meeting.b);
  const auto total = static_cast<double>(meeting.total);
  const double least = std::max(0.0, a + b - total), most = std::min(a, b);
  const auto both = static_cast<double>(meeting.both);
  if (both <= least || meeting.a == meeting.total) return 1;
  // Sums the tail that falls away from the mode, by the ratio of neighbouring terms.
  const bool upper = both > a * b / total;
  const double first = upper ? both : both - 1;
  double term = 1, sum = 1;
  for (double x = first; upper ? x < most : x > least; x += upper ? 1 : -1) {
    term *= upper ? (a - x) * (b - x) / ((x + 1) * (total - a - b + x + 1))
                  : x * (total - a - b + x) / ((a - x + 1) * (b - x + 1));
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  const double tail = std::min(1.0, std::exp(log_hypergeometric(first, a, b, total)) * sum);
  return upper ? tail : 1 - tail;
}

double chi_squared(const Meeting& meeting) {
  const auto a = static_cast<double>(meeting.a), b = static_cast<double>(meeting.b);
  const auto n = static_cast<double>(meeting.total);
  if (a == 0 || b == 0 || a == n || b == n) return 0;
  const double apart = static_cast<double>(meeting.both) * n - a * b;
  return apart / a * (apart / b) * (n / (n - a) / (n - b));
}

double chi_squared_upper_p(double x) { return std::erfc(std::sqrt(x / 2)); }

}  // namespace holdfast::pattern
