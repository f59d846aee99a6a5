#include "analyses/cramers_v.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace holdfast::analyses {
namespace {

double used(const std::vector<double>& sums) {
  return static_cast<double>(std::ranges::count_if(sums, [](double sum) { return sum > 0; }));
}

}  // namespace

double cramers_v(std::span<const double> cells, std::size_t columns) {
  std::vector<double> of_row(cells.size() / columns), of_column(columns);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    of_row[i / columns] += cells[i];
    of_column[i % columns] += cells[i];
  }
  const double n = std::accumulate(of_row.begin(), of_row.end(), 0.0);
  const double r = used(of_row), k = used(of_column);
  if (r < 2 || k < 2 || n < 2) return 0;
  double chi_squared = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double expected = of_row[i / columns] * of_column[i % columns] / n;
    if (expected > 0) chi_squared += (cells[i] - expected) * (cells[i] - expected) / expected;
  }
  const double phi = std::max(0.0, chi_squared / n - (r - 1) * (k - 1) / (n - 1));
  const double rows = r - (r - 1) * (r - 1) / (n - 1), corrected = k - (k - 1) * (k - 1) / (n - 1);
  const double most = std::min(rows, corrected) - 1;
  return most > 0 ? std::sqrt(phi / most) : 0;
}

}  // namespace holdfast::analyses
