#include "models/significance/chi_squared.hpp"

#include <cmath>
#include <vector>

#include "core/log_gamma.hpp"

namespace holdfast::significance {
namespace {

/// log P(a, x) by series; for x below a + 1.
double log_lower_series(double a, double x) {
  double term = 1 / a, sum = term;
  for (int i = 1; i < 10'000 && term > sum * 1e-17; ++i) {
    term *= x / (a + i);
    sum += term;
  }
  return std::log(sum) - x + a * std::log(x) - log_gamma(a);
}

/// log Q(a, x) by Lentz's continued fraction; for x from a + 1 up.
double log_upper_fraction(double a, double x) {
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, h = d;
  for (int i = 1; i < 10'000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) break;
  }
  return std::log(h) - x + a * std::log(x) - log_gamma(a);
}

}  // namespace

double log_upper_tail(double x, double degrees) {
  if (!(degrees > 0) || !(x > 0)) return 0;
  const double a = degrees / 2, half = x / 2;
  if (half < a + 1) return std::log1p(-std::exp(log_lower_series(a, half)));
  return log_upper_fraction(a, half);
}

Test independence(std::span<const double> counts, std::size_t columns, Statistic statistic) {
  const std::size_t rows = counts.size() / columns;
  std::vector<double> by_row(rows), by_column(columns);
  double total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    by_row[i / columns] += counts[i];
    by_column[i % columns] += counts[i];
    total += counts[i];
  }
  double filled_rows = 0, filled_columns = 0;
  for (const double sum : by_row) filled_rows += sum > 0 ? 1 : 0;
  for (const double sum : by_column) filled_columns += sum > 0 ? 1 : 0;
  Test test{.degrees = (filled_rows - 1) * (filled_columns - 1)};
  if (!(test.degrees > 0)) return {};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = by_row[i / columns] * by_column[i % columns] / total;
    if (!(expected > 0)) continue;
    if (statistic == Statistic::Pearson) {
      const double away = counts[i] - expected;
      test.statistic += away * away / expected;
    } else if (counts[i] > 0) {
      test.statistic += 2 * counts[i] * std::log(counts[i] / expected);
    }
  }
  test.log_p = log_upper_tail(test.statistic, test.degrees);
  return test;
}

}  // namespace holdfast::significance
