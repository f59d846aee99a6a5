#include "models/logistic/independent.hpp"

#include <cmath>

namespace holdfast::logistic {
namespace {

constexpr double kAliasTolerance = 1e-11;  // Of a column's square left by the columns before it.

}  // namespace

std::vector<std::size_t> independent(const std::vector<double>& gram, std::size_t k) {
  std::vector<std::vector<double>> factor;  // Rows of the Cholesky factor of those kept.
  std::vector<std::size_t> kept;
  for (std::size_t j = 0; j < k; ++j) {
    std::vector<double> row(kept.size());
    double left = gram[j * k + j];
    for (std::size_t a = 0; a < kept.size(); ++a) {
      double value = gram[j * k + kept[a]];
      for (std::size_t b = 0; b < a; ++b) value -= row[b] * factor[a][b];
      row[a] = value / factor[a][a];
      left -= row[a] * row[a];
    }
    if (!(left > kAliasTolerance * gram[j * k + j])) continue;
    row.push_back(std::sqrt(left));
    factor.push_back(std::move(row));
    kept.push_back(j);
  }
  return kept;
}

}  // namespace holdfast::logistic
