#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "features/matrix.hpp"
#include "models/model.hpp"
#include "study/study.hpp"

/// Fitted model + today's features → scores.
namespace holdfast::scoring {

/// Every scored row, by column, in the matrix's order.
struct Scores {
  std::vector<double> probability;       // Calibrated.
  std::vector<double> raw;
  std::vector<double> contributions;     // [rows x (columns + 1)]; a row not explained: all in the base.
  std::vector<std::int64_t> expected_loss_cents;  // probability × value at risk.
};
/// Rows are explained, all of them where the model can be taken apart exactly and that takes no more
/// than about a minute, else those most likely to leave, kExplainedMax at least, and those of
/// `wanted`: Shapley values by sampling, and those of large forests, take long.
/// Errors: the features are not those the model was made for (a column of the model is absent).
constexpr std::size_t kExplainedMax = 2000;
Result<Scores> score(const FittedModel& model, const features::FeatureMatrix& matrix,
                     std::span<const std::uint32_t> wanted = {});

/// probability × value, rounded to a cent. The one definition of expected loss.
std::int64_t expected_loss_cents(double probability, std::int64_t value_cents);

/// Value at risk of each row: the study's expression (profit.value) where it has one, else what the
/// matrix carries, else, where no row has a value, the study's customer value. Negative values and
/// nulls of the expression count as 0.
/// Errors: the expression does not parse, or needs an aggregate the matrix does not hold.
Result<std::vector<std::int64_t>> values_at_risk(const study::Study& study,
                                                 const features::FeatureMatrix& matrix);

/// Contract scores rolled up to the customer: probability that at least one contract leaves is the
/// largest contract's (contracts of one customer leave together), value and loss add up.
struct CustomerScore {
  std::uint32_t customer = 0;   // Index into the matrix's customer_keys.
  double probability = 0;
  std::int64_t value_cents = 0, expected_loss_cents = 0;
  int contracts_count = 0;
};
/// By customer index, ascending. A customer without rows is not listed.
std::vector<CustomerScore> roll_up(const features::FeatureMatrix& matrix, const Scores& scores);

}  // namespace holdfast::scoring
