#include "run/todays_scores.hpp"

#include <algorithm>

#include "run/errors.hpp"
#include "warning/watch_list.hpp"

namespace holdfast::run {

/// The study as it runs: the ready-made rules stand beside its own.
study::Study with_ready_made_rules(study::Study study) {
  const auto rules = warning::ready_made_rules(study);
  study.warning.rules.insert(study.warning.rules.end(), rules.begin(), rules.end());
  return study;
}

std::vector<std::uint32_t> rows_of(const features::FeatureMatrix& matrix,
                                   const std::vector<std::string>& customers) {
  std::vector<std::uint32_t> rows;
  if (customers.empty()) return rows;
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    const auto& key = matrix.customer_keys[matrix.customer[row]];
    if (std::ranges::find(customers, key) != customers.end()) rows.push_back(row);
  }
  return rows;
}

Result<TodaysScores> score_all(const study::Study& study, const features::Program& program,
                               const history::Store& store, const FittedModel& model, Day as_of,
                               const Told& told, Progress& progress) {
  TodaysScores scoring;
  const features::RowPlan plan{.is_scoring = true, .as_of = as_of, .cutoffs = {}};
  HOLDFAST_TRY(scoring.matrix, features::compute(program, store, plan, progress));
  if (scoring.matrix.rows == 0) {
    return Error{errors::kNothingToScore, {{"as_of", to_string(as_of)}}};
  }
  HOLDFAST_TRY(scoring.matrix.value_cents, scoring::values_at_risk(study, scoring.matrix));
  HOLDFAST_TRY(scoring.scores, scoring::score(model, scoring.matrix, rows_of(scoring.matrix, told.customers)));
  HOLDFAST_TRY(scoring.frame, dataset::Frame::align(scoring.matrix, model.column_names,
                                                   model.categories));
  for (const auto& name : model.column_names) {
    scoring.infos.push_back(*std::ranges::find(scoring.matrix.features, name, &features::FeatureInfo::name));
  }
  const auto columns = scoring.frame.view();
  scoring.reasons =
      explanation::reasons_of(scoring.infos, columns, scoring.scores.contributions,
                              explanation::compare_population(columns), told.reasons_max);
  return scoring;
}

}  // namespace holdfast::run
