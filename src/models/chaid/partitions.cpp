#include "models/chaid/partitions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/log_gamma.hpp"

namespace holdfast::chaid {
namespace {

double log_sum(double a, double b) {
  if (a < b) std::swap(a, b);
  return std::isinf(b) ? a : a + std::log1p(std::exp(b - a));
}

}  // namespace

double log_choose(double n, double k) {
  if (k < 0 || k > n || n < 0) return -std::numeric_limits<double>::infinity();
  return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1);
}

/// By inclusion and exclusion where the terms fall fast, else by S(n, k) = S(n−1, k−1) + k S(n−1, k).
double log_partitions(std::size_t n, std::size_t k) {
  if (k == 0 || k > n) return n == k ? 0 : -std::numeric_limits<double>::infinity();
  const auto m = static_cast<double>(n), r = static_cast<double>(k);
  if (r * std::pow(1 - 1 / r, m) < 0.1) {
    double sum = 0, sign = 1;
    for (double v = 0; v < r; ++v, sign = -sign) {
      sum += sign * std::exp(log_choose(r, v) + m * std::log1p(-v / r));
    }
    return m * std::log(r) - log_gamma(r + 1) + std::log(sum);
  }
  std::vector<double> row(k + 1, -std::numeric_limits<double>::infinity());
  row[0] = 0;
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t j = std::min(i, k); j > 0; --j) {
      row[j] = log_sum(row[j - 1], std::log(static_cast<double>(j)) + row[j]);
    }
    row[0] = -std::numeric_limits<double>::infinity();
  }
  return row[k];
}

}  // namespace holdfast::chaid
