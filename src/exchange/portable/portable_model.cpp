#include "exchange/portable/portable_model.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/check.hpp"
#include "exchange/portable/errors.hpp"
#include "models/grouping_task.hpp"
#include "models/leaving.hpp"

namespace holdfast::exchange {
namespace {

using Answer = PortableModel::Answer;

/// A name for the column of days that no other column has.
std::string free_name(const FittedModel& model) {
  std::string name = "days";
  while (std::ranges::find(model.column_names, name) != model.column_names.end()) name += "_ahead";
  return name;
}

/// The model with one more column, of which no term is made.
std::unique_ptr<FittedModel> with_days(const FittedModel& model, const std::string& name) {
  auto extended = std::make_unique<FittedModel>(model);
  extended->column_names.push_back(name);
  extended->categories.emplace_back();
  extended->reference.push_back({.value = 0, .code = 0, .is_missing = false});
  return extended;
}

Result<void> start_leaving(PortableModel& portable) {
  const auto& model = *portable.source;
  const auto exits = models::exits_of(model);
  const auto& wanted = portable.question.exit;
  if (!wanted.empty() && std::ranges::find(exits, wanted) == exits.end()) {
    return Error{errors::kNoSuchExit,
                 {{"exit", wanted}, {"exits", fmt::format("{}", fmt::join(exits, ", "))}}};
  }
  if (portable.question.days) return {};
  if (std::holds_alternative<forms::HazardTrees>(model.form)) {
    return Error{errors::kNeedsDays, {{"model", model.model_id}}};
  }
  portable.days_column = free_name(model);
  portable.made.push_back(with_days(model, portable.days_column));
  portable.model = portable.made.back().get();
  return {};
}

double days_of(const PortableModel& portable, const dataset::Columns& rows, std::size_t row) {
  if (portable.question.days) return *portable.question.days;
  const auto found = std::ranges::find(rows.columns, portable.days_column, &dataset::ColumnView::name);
  HOLDFAST_CHECK(found != rows.columns.end());
  return found->values[row];
}

double churn_of(std::span<const double> hazards, bool are_subdistributions) {
  double sum = 0;
  for (const double hazard : hazards) sum += are_subdistributions ? -std::expm1(-hazard) : hazard;
  return are_subdistributions ? std::min(1.0, sum) : -std::expm1(-sum);
}

std::vector<double> leaving_answers(const PortableModel& portable, const forms::HazardModel& form,
                                    const dataset::Columns& rows) {
  const auto scores = raw_score(*portable.source, rows);
  const auto exits = exits_asked(portable);
  std::vector<double> result(rows.rows), hazards(exits.size());
  for (std::size_t r = 0; r < rows.rows; ++r) {
    const double days = std::min(days_of(portable, rows, r), form.followed_days);
    for (std::size_t k = 0; k < exits.size(); ++k) {
      const auto exit = exits[k];
      hazards[k] = forms::cumulative_hazard(form, exit, scores[r * form.exits.size() + exit], days);
    }
    result[r] = churn_of(hazards, form.law == forms::HazardModel::Law::Subdistribution);
  }
  return result;
}

/// A forest's own curves where it is asked of all exits; of one its hazard alone.
std::vector<double> leaving_answers(const PortableModel& portable, const forms::HazardTrees& form,
                                    const dataset::Columns& rows) {
  std::vector<double> result(rows.rows);
  if (portable.question.exit.empty()) {
    const double days = *portable.question.days;
    const auto curves = models::leaving_curves(*portable.source, rows, days);
    for (std::size_t r = 0; r < rows.rows; ++r) result[r] = 1 - curves.staying_at(r, days);
    return result;
  }
  const auto hazards =
      raw_score(hazard_until(*portable.source, form, exits_asked(portable)[0], *portable.question.days), rows);
  for (std::size_t r = 0; r < rows.rows; ++r) result[r] = -std::expm1(-hazards[r]);
  return result;
}

}  // namespace

const PortableModel::Part* PortableModel::part_of(const std::string& step) const {
  if (step.empty()) return nullptr;
  const auto found = std::ranges::find(parts, step, &Part::step);
  return found == parts.end() ? nullptr : &*found;
}

std::vector<std::size_t> exits_asked(const PortableModel& portable) {
  const auto exits = models::exits_of(*portable.source);
  std::vector<std::size_t> asked;
  for (std::size_t e = 0; e < exits.size(); ++e) {
    if (portable.question.exit.empty() || portable.question.exit == exits[e]) asked.push_back(e);
  }
  return asked;
}

FittedModel hazard_until(const FittedModel& model, const forms::HazardTrees& form, std::size_t exit,
                         double days) {
  // Straight between the times from 0 on, and flat beyond the last.
  const auto& times = form.times;
  const auto after = static_cast<std::size_t>(std::ranges::upper_bound(times, days) - times.begin());
  const double before = after == 0 ? 0 : times[after - 1];
  const double share = after == times.size() ? 0 : (days - before) / (times[after] - before);
  const std::size_t first = exit * times.size();
  FittedModel made{.kind = ModelKind::Survival,
                   .model_id = model.model_id,
                   .column_names = model.column_names,
                   .categories = model.categories,
                   .reference = model.reference};
  forms::TreeEnsemble trees{.base = form.trees.base, .is_less = form.trees.is_less, .is_float = form.trees.is_float};
  trees.trees = form.trees.trees;
  for (std::size_t t = 0; t < trees.trees.size(); ++t) {
    for (std::size_t n = 0; n < trees.trees[t].nodes.size(); ++n) {
      auto& node = trees.trees[t].nodes[n];
      if (!node.children.empty()) continue;
      const auto& leaf = form.trees.trees[t].nodes[n];
      const auto at = [&](std::size_t time) { return forms::leaf_value(form.trees, leaf, first + time); };
      double value = after == 0 ? 0 : (1 - share) * at(after - 1);
      if (after < times.size()) value += share * at(after);
      node.value = value;
      node.values.clear();
    }
  }
  made.form = std::move(trees);
  return made;
}

Result<PortableModel> portable_of(const FittedModel& model, const LeavingQuestion& question) {
  PortableModel portable{.source = &model, .model = &model, .question = question};
  FormulaBuilder builder;
  if (model.kind == ModelKind::Survival) {
    HOLDFAST_TRY_VOID(start_leaving(portable));
    HOLDFAST_TRY_VOID(add_leaving(builder, portable));
    return portable;
  }
  if (std::holds_alternative<forms::ClusterProfiles>(model.form)) {
    portable.answer = Answer::Group;
    add_groups(builder, portable);
    return portable;
  }
  HOLDFAST_TRY(portable.formula, formula_of(model));
  if (model.kind == ModelKind::Effect) portable.answer = Answer::Effect;
  PortableModel::Part part{.step = "score"};
  part.line = std::get_if<forms::LinearPredictor>(&model.form);
  if (std::holds_alternative<forms::TreeEnsemble>(model.form)) part.trees = &model;
  portable.parts.push_back(part);
  return portable;
}

std::vector<double> own_answers(const PortableModel& portable, const dataset::Columns& rows) {
  const auto& model = *portable.source;
  if (const auto* form = std::get_if<forms::HazardModel>(&model.form))
    return leaving_answers(portable, *form, rows);
  if (const auto* form = std::get_if<forms::HazardTrees>(&model.form))
    return leaving_answers(portable, *form, rows);
  if (portable.answer == Answer::Effect) return raw_score(model, rows);
  if (portable.answer == Answer::Probability) return predict(model, rows);
  std::vector<double> groups;
  for (const auto& near : models::groups_of(model, rows)) groups.push_back(near.cluster + 1);
  return groups;
}

CheckedRows::CheckedRows(const PortableModel& portable, const dataset::Columns& rows) : view_(rows) {
  if (!portable.days_column.empty()) {
    const double followed = models::followed_days(*portable.source);
    const double days[] = {30, 60, 90, 180, 365, 0.5, followed, 2 * followed, followed / 3};
    for (std::size_t r = 0; r < rows.rows; ++r) days_.push_back(days[r % std::size(days)]);
    valid_.assign(rows.rows, 1);
    view_.columns.push_back({.name = portable.days_column, .values = days_, .valid = valid_});
  }
  own_ = own_answers(portable, view_);
}

}  // namespace holdfast::exchange
