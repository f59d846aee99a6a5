#include "models/logistic/totals.hpp"

#include <cmath>

#include "core/check.hpp"
#include "models/errors.hpp"

namespace holdfast::logistic {

double Totals::null_deviance() const {
  return -2 * (churned * std::log(share()) + (weight - churned) * std::log(1 - share()));
}

std::vector<double> Totals::null_beta(std::size_t k) const {
  std::vector<double> beta(k, 0.0);
  beta[0] = std::log(share() / (1 - share()));
  return beta;
}

Result<Totals> totals_of(MatrixView x, std::span<const std::uint8_t> y,
                         std::span<const double> weight) {
  HOLDFAST_CHECK(y.size() == x.rows && weight.size() == x.rows);
  Totals totals;
  for (std::size_t r = 0; r < x.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    ++totals.rows_count;
    totals.weight += weight[r];
    if (y[r] == 1) totals.churned += weight[r];
  }
  if (!(totals.weight > 0)) return Error{models::errors::kNoRows, {{"model", "logistic"}}};
  if (totals.churned == 0 || totals.churned == totals.weight) {
    return Error{models::errors::kOneClass,
                 {{"model", "logistic"},
                  {"outcome", totals.churned == 0 ? "stayed (未流失)" : "churned (流失)"}}};
  }
  return totals;
}

}  // namespace holdfast::logistic
