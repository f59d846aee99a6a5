#include <algorithm>
#include <cmath>
#include <variant>

#include "scoring/row_values.hpp"
#include "scoring/scores.hpp"

namespace holdfast::scoring {
namespace {

// Above this a value is an overflow somewhere, and cents would not fit.
constexpr double kValueMax = 1e15;

std::int64_t cents_of(double amount) {
  return std::llround(std::clamp(amount, 0.0, kValueMax) * 100);
}

/// Whether the data say what somebody is worth. Where they do, a sum of nothing is an answer: nobody
/// bought anything, say.
bool has_value_column(const study::Study& study) {
  if (std::ranges::any_of(study.tables, study::gives_value)) return true;
  if (!study.churn || study.churn->kind == study::ChurnKind::Label) return false;
  const auto* table = study.find(study.churn->table);
  return !study.churn->column.empty() || (table != nullptr && !table->amount.empty());
}

}  // namespace

Result<std::vector<std::int64_t>> values_at_risk(const study::Study& study,
                                                 const features::FeatureMatrix& matrix) {
  if (!study.profit.value.empty()) {
    HOLDFAST_TRY(const auto value, RowExpression::bind(study.profit.value, study, matrix));
    std::vector<std::int64_t> cents(matrix.rows, 0);
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      const auto result = value.at(row);
      const auto* amount = std::get_if<double>(&result);
      if (amount != nullptr && std::isfinite(*amount)) cents[row] = cents_of(*amount);
    }
    return cents;
  }
  const bool has_values =
      std::ranges::any_of(matrix.value_cents, [](std::int64_t cents) { return cents != 0; });
  if (has_values || has_value_column(study)) return matrix.value_cents;
  return std::vector<std::int64_t>(matrix.rows, cents_of(study.profit.customer_value));
}

}  // namespace holdfast::scoring
