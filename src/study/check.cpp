#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/checker.hpp"
#include "study/errors.hpp"

namespace holdfast::study {

void Checker::run() {
  fill_in();
  general();
  for (const auto& table : study_.tables) check_table(table);
  if (!study_.churn) fail(errors::kNoChurn, {}, "churn");
  if (study_.churn) check_churn(*study_.churn, "churn");
  std::set<std::string> names;
  for (std::size_t i = 0; i < study_.candidates.size(); ++i) {
    const auto path = fmt::format("definition.{}", i + 1);
    check_churn(study_.candidates[i], path);
    unique(names, study_.candidates[i].name, path);
  }
  check_cutoffs();
  check_features();
  check_split();
  check_models();
  check_selection();
  check_money();
  check_warning();
  check_analyses();
}

void Checker::check_cutoffs() {
  const auto& cutoffs = study_.cutoffs;
  const bool has_any =
      !cutoffs.days.empty() || cutoffs.every_months > 0 || !cutoffs.before_end_days.empty();
  if (!has_any && !is_timeless()) fail(errors::kNoCutoffs, {}, "cutoffs");
  if (!std::ranges::is_sorted(cutoffs.days))
    fail(errors::kNotAscending, {{"what", "days"}}, "cutoffs.days");
  range(cutoffs.every_months, 0, 120, "cutoffs.every_months");
  range(cutoffs.gap_days, 0, 3650, "cutoffs.gap_days");
  range(cutoffs.outcome_days, 1, 3650, "cutoffs.outcome_days");
  for (const int days : cutoffs.before_end_days) range(days, 0, 3650, "cutoffs.before_end_days");
  if (!cutoffs.before_end_days.empty() && count(Role::Contract) == 0) {
    fail(errors::kChurnNeedsTable, {{"kind", "before_end_days"}, {"role", "contract"}},
         "cutoffs.before_end_days");
  }
  if (cutoffs.first && cutoffs.last && *cutoffs.last < *cutoffs.first) {
    fail(errors::kNotAscending, {{"what", "first, last"}}, "cutoffs.last");
  }
}

void Checker::check_features() {
  const auto& features = study_.features;
  for (const int days : features.windows_days) range(days, 1, 36500, "features.windows_days");
  range(features.last_kinds, 0, 100, "features.last_kinds");
  range(features.categories_max, 1, 10000, "features.categories_max");
  std::set<std::string> names;
  for (std::size_t i = 0; i < features.own.size(); ++i) {
    const auto path = fmt::format("feature.{}", i + 1);
    unique(names, features.own[i].name, path);
    read(features.own[i].expression, path, path + ".expression", true);
  }
}

void Checker::check_split() {
  const auto& split = study_.split;
  range(split.validation_share, 0, 1, "split.validation_share");
  range(split.test_share, 0, 1, "split.test_share");
  if (split.validation_share + split.test_share >= 1) {
    range(split.validation_share + split.test_share, 0, 0.99, "split.test_share");
  }
  range(split.backtest_origins, 0, 1000, "split.backtest_origins");
  const int needed = study_.cutoffs.gap_days + study_.cutoffs.outcome_days;
  if (split.embargo_days < -1) range(split.embargo_days, -1, 3650, "split.embargo_days");
  if (split.embargo_days >= 0 && split.embargo_days < needed && split.kind == SplitKind::Time) {
    warn(errors::kEmbargoShort, {{"days", split.embargo_days}, {"needed", needed}},
         "split.embargo_days");
  }
  if (split.validation_from && split.test_from && *split.test_from < *split.validation_from) {
    fail(errors::kNotAscending, {{"what", "validation_from, test_from"}}, "split.test_from");
  }
  if (split.kind == SplitKind::Time && is_timeless() && study_.cutoffs.days.empty()) {
    fail(errors::kNoTimeToSplit, {}, "split.kind");
  }
}

void Checker::check_models() {
  one_of(study_.models.choose_by, {"profit", "auc", "lift", "brier", "cost", "size"}, "models.choose_by");
  one_of(study_.models.calibration, {"isotonic", "platt", "beta", "none"}, "models.calibration");
  range(study_.models.search_tries, 0, 10'000, "models.search_tries");
  range(study_.models.search_folds, 2, 20, "models.search_folds");
  range(study_.models.time_budget_seconds, 0, 1e7, "models.time_budget_seconds");
  range(study_.models.cost_missed, 1e-9, 1e12, "models.cost_missed");
  range(study_.models.cost_false_alarm, 1e-9, 1e12, "models.cost_false_alarm");
  one_of(study_.models.sampling, {"none", "over", "under", "smote"}, "models.sampling");
  range(study_.models.sampling_share, 0.01, 0.99, "models.sampling_share");
  std::set<std::string> ids;
  for (const auto& model : study_.models.compare) unique(ids, model.id, "models." + model.id);
}

void Checker::check_selection() {
  range(study_.selection.p_max, 0, 1, "selection.p_max");
  range(study_.selection.effect_min, 0, 1, "selection.effect_min");
  range(study_.selection.share, 0.01, 1, "selection.share");
  one_of(study_.selection.keep, {"all", "named", "found", "computed"}, "selection.keep");
}

void Checker::check_money() {
  const auto& profit = study_.profit;
  constexpr double kMax = std::numeric_limits<double>::max();
  range(profit.customer_value, 0, kMax, "profit.customer_value");
  range(profit.offer_cost, 0, kMax, "profit.offer_cost");
  range(profit.contact_cost, 0, kMax, "profit.contact_cost");
  range(profit.acceptance_alpha, 1e-6, kMax, "profit.acceptance_alpha");
  range(profit.acceptance_beta, 1e-6, kMax, "profit.acceptance_beta");
  if (profit.value.empty()) return;
  const auto value = read(profit.value, "profit", "profit.value", true);
  if (value != nullptr && value->type != Type::Number && value->type != Type::Unknown) {
    fail(
        errors::kTypesDiffer,
        {{"what", "value"}, {"wanted", "number"}, {"got", name_of(value->type)}, {"position", 1}},
        "profit.value");
  }
}

void Checker::check_warning() {
  const auto& warning = study_.warning;
  for (const auto& [limit, key] :
       {std::pair(warning.red, "red"), std::pair(warning.orange, "orange"),
        std::pair(warning.yellow, "yellow")}) {
    range(limit, 0, 1, std::string("warning.") + key);
  }
  if (warning.red < warning.orange || warning.orange < warning.yellow) {
    fail(errors::kLimitsOrder,
         {{"red", warning.red}, {"orange", warning.orange}, {"yellow", warning.yellow}},
         "warning.red");
  }
  range(static_cast<double>(warning.watch_list_max), 0, 1e15, "warning.watch_list_max");
  std::set<std::string> names;
  for (std::size_t i = 0; i < warning.rules.size(); ++i) {
    const auto path = fmt::format("rule.{}", i + 1);
    unique(names, warning.rules[i].name, path);
    check_condition(warning.rules[i].when, path, path + ".when");
  }
}

void check(Checked& checked, const Places& places) { Checker(checked, places).run(); }

Checked check(Study study) {
  Checked checked;
  Places places;
  places.file = study.file.string();
  checked.study = std::move(study);
  check(checked, places);
  return checked;
}

}  // namespace holdfast::study
