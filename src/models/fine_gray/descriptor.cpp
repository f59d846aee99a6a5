#include <algorithm>
#include <cmath>

#include "models/errors.hpp"
#include "models/parameters.hpp"
#include "models/survival_effects.hpp"
#include "survival/competing.hpp"
#include "survival/cox.hpp"
#include "survival/errors.hpp"

namespace holdfast::fine_gray {
namespace {

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "fine_gray",
    .kind = ModelKind::Survival,
    .name = {"Fine–Gray regression", "Fine–Gray 竞争风险回归"},
    .question = {"Which factors raise the chance of having left by each exit, all others considered?",
                 "在其他离开方式并存时,哪些因素提高以某种方式离开的概率?"},
    .source = "Fine & Gray (1999), J. American Statistical Association 94, 496–509",
    .parameters = models::with_term_parameters({}),
    .fit_survival = fit_survival};

namespace {

constexpr double kRowsMax = 3e6;

/// Times taken together upwards so that rows of other exits times distinct times stay few.
std::vector<double> rounded(const SurvivalTask& task, bool& is_rounded) {
  std::vector<double> times(task.duration.begin(), task.duration.end());
  auto distinct = times;
  std::ranges::sort(distinct);
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  const auto leaving = static_cast<double>(std::ranges::count_if(task.exit, [](auto e) { return e > 0; }));
  const double most = std::max(20.0, kRowsMax / std::max(1.0, leaving));
  is_rounded = static_cast<double>(distinct.size()) > most;
  if (!is_rounded) return times;
  const double step = distinct.back() / most;
  for (double& time : times) time = std::ceil(time / step) * step;
  return times;
}

struct ExitFit {
  std::vector<std::size_t> terms;
  survival::CoxFit fit;
  survival::CoxBaseline baseline;
  std::vector<std::size_t> left_out;
};

Result<ExitFit> fit_exit(const SurvivalTask& task, std::size_t exit, MatrixView x,
                         std::span<const double> times, std::size_t terms_max) {
  auto spells = task.spells();
  spells.exit = times;
  const auto events = models::events_of(task, exit);
  auto own = spells;
  own.event = events;
  ExitFit result;
  HOLDFAST_TRY(result.terms, models::chosen_terms(own, x, terms_max, result.left_out));
  HOLDFAST_TRY(const auto rows, survival::fine_gray_rows(spells, static_cast<std::uint8_t>(exit + 1)));
  std::vector<std::int32_t> cluster;
  for (const auto row : rows.row) {
    cluster.push_back(static_cast<std::int32_t>(task.group.empty() ? row : task.group[row]));
  }
  survival::CoxOptions options;
  options.ties = survival::Ties::Breslow;
  options.cluster = cluster;
  const survival::Spells pieces{rows.start, rows.stop, rows.event, rows.weight, {}};
  for (;;) {
    std::vector<double> part(rows.row.size() * result.terms.size());
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      for (std::size_t k = 0; k < result.terms.size(); ++k) {
        part[i * result.terms.size() + k] = x(rows.row[i], result.terms[k]);
      }
    }
    const MatrixView view{part.data(), rows.row.size(), result.terms.size()};
    auto fit = survival::fit_cox(pieces, view, options);
    if (fit.ok()) {
      result.fit = std::move(*fit);
      HOLDFAST_TRY(result.baseline, survival::cox_baseline(pieces, view, result.fit, options));
      return result;
    }
    const auto kind = fit.error().kind;
    const auto at = models::column_of(fit.error());
    const bool can_leave = kind == &survival::errors::kCollinear || kind == &survival::errors::kRunsAway;
    if (!can_leave || at >= result.terms.size()) return fit.error();
    result.left_out.push_back(result.terms[at]);
    result.terms.erase(result.terms.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

void add_exit(const ExitFit& exit, const std::string& name, forms::HazardModel& form) {
  double intercept = 0;
  for (std::size_t k = 0; k < exit.terms.size(); ++k) {
    intercept -= exit.fit.coefficients[k] * exit.fit.means[k];
  }
  models::add_exit(name, exit.terms, exit.fit.coefficients, intercept,
                   {.time = exit.baseline.time, .hazard = exit.baseline.hazard}, form);
}

std::vector<models::Effect> effects_of(const ExitFit& exit) {
  const auto p = exit.terms.size();
  std::vector<models::Effect> effects;
  for (std::size_t k = 0; k < p; ++k) {
    effects.push_back({exit.terms[k], exit.fit.coefficients[k],
                       std::sqrt(exit.fit.variance[k * p + k])});
  }
  return effects;
}

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_survival_task(descriptor.id, task));
  progress.begin(descriptor.name, static_cast<std::int64_t>(task.exits.size()));
  FittedModel model = models::started_survival(descriptor.id, task, parameters);
  HOLDFAST_TRY(const auto cells,
               models::survival_terms(task, models::real(parameters, "rare_share"),
                                      models::boolean(parameters, "missing_indicator"), model));
  const MatrixView x{cells.data(), task.train.rows, model.preparation.terms.size()};
  bool is_rounded = false;
  const auto times = rounded(task, is_rounded);
  if (is_rounded) {
    model.notes.push_back({"times were taken together, as other exits are many", "其他离开方式较多,时间已合并为较粗的间隔"});
  }
  forms::HazardModel form{.law = forms::HazardModel::Law::Subdistribution};
  form.predictor.term_means = models::means_of(x, task.weight);
  form.followed_days = *std::ranges::max_element(task.duration);
  auto table = models::effects_table(
      "subdistribution_hazard_ratios",
      {"How each factor changes the chance of this exit", "各因素对该离开方式概率的影响"},
      "hazard_ratio", {"subdistribution hazard ratio", "次分布风险比"});
  for (std::size_t e = 0; e < task.exits.size(); ++e) {
    HOLDFAST_TRY(const auto exit, fit_exit(task, e, x, times,
                                           static_cast<std::size_t>(models::integer(parameters, "terms_max"))));
    add_exit(exit, task.exits[e], form);
    models::add_effects(task.exits[e], effects_of(exit), model.preparation, table);
    models::note_left_out(task.exits[e], exit.left_out, model);
    progress.advance(1);
  }
  model.tables.push_back(std::move(table));
  model.form = std::move(form);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::fine_gray
