#include <cmath>

#include "scoring/errors.hpp"
#include "scoring/scores.hpp"

namespace holdfast::scoring {

Result<Scores> score(const FittedModel& model, const features::FeatureMatrix& matrix) {
  if (matrix.rows == 0) return Error(errors::kNothingToScore);
  HOLDFAST_TRY(const auto frame,
               dataset::Frame::align(matrix, model.column_names, model.categories));
  const auto columns = frame.view();
  Scores scores;
  scores.probability = predict(model, columns);
  scores.raw = raw_score(model, columns);
  scores.contributions = contributions(model, columns);
  HOLDFAST_CHECK(scores.probability.size() == matrix.rows);
  HOLDFAST_CHECK(scores.raw.size() == matrix.rows);
  HOLDFAST_CHECK(scores.contributions.size() == matrix.rows * (columns.columns.size() + 1));
  scores.expected_loss_cents.resize(matrix.rows);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const double probability = scores.probability[row];
    // Written so that NaN fails too.
    if (!(probability >= 0 && probability <= 1)) {
      return Error(errors::kBadProbability, {{"row", row}});
    }
    scores.expected_loss_cents[row] = expected_loss_cents(probability, matrix.value_cents[row]);
  }
  return scores;
}

}  // namespace holdfast::scoring
