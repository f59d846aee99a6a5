#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/cell_table.hpp"
#include "scoring/errors.hpp"
#include "scoring/scores.hpp"

namespace holdfast::scoring {
namespace {

constexpr double kOperationsMax = 2e11;  // About a minute.

std::size_t explained_max(const FittedModel& model) {
  if (!has_exact_contributions(model)) return kExplainedMax;
  const double rows = kOperationsMax / std::max(contributions_cost(model), 1.0);
  return std::max(kExplainedMax, static_cast<std::size_t>(rows));
}

std::vector<std::uint32_t> rows_to_explain(const std::vector<double>& probability,
                                           std::span<const std::uint32_t> wanted,
                                           std::size_t rows_max) {
  std::vector<std::uint32_t> rows(probability.size());
  std::iota(rows.begin(), rows.end(), 0U);
  std::ranges::stable_sort(rows, std::greater{}, [&](auto row) { return probability[row]; });
  if (rows.size() > rows_max) rows.resize(rows_max);
  rows.insert(rows.end(), wanted.begin(), wanted.end());
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

/// Contributions of the chosen rows; the others have their whole score in the base.
std::vector<double> some_contributions(const FittedModel& model, const dataset::Columns& columns,
                                       const Scores& scores,
                                       std::span<const std::uint32_t> rows) {
  const std::size_t width = model.column_names.size() + 1;
  std::vector<double> parts(columns.rows * width, 0.0);
  for (std::size_t row = 0; row < columns.rows; ++row) {
    parts[row * width + width - 1] = scores.raw[row];
  }
  const auto cells = cells_of(model, columns);
  const auto like = columns_of(model);
  models::CellTable chosen(like);
  for (const auto row : rows) {
    chosen.add(std::span(cells).subspan(row * (width - 1), width - 1));
  }
  const auto explained = contributions(model, chosen.view());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(explained.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                parts.begin() + static_cast<std::ptrdiff_t>(rows[i] * width));
  }
  return parts;
}

}  // namespace

Result<Scores> score(const FittedModel& model, const features::FeatureMatrix& matrix,
                     std::span<const std::uint32_t> wanted) {
  if (matrix.rows == 0) return Error(errors::kNothingToScore);
  HOLDFAST_TRY(const auto frame,
               dataset::Frame::align(matrix, model.column_names, model.categories));
  const auto columns = frame.view();
  Scores scores;
  scores.probability = predict(model, columns);
  scores.raw = raw_score(model, columns);
  const auto rows_max = explained_max(model);
  scores.contributions =
      has_exact_contributions(model) && columns.rows <= rows_max
          ? contributions(model, columns)
          : some_contributions(model, columns, scores,
                               rows_to_explain(scores.probability, wanted, rows_max));
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
