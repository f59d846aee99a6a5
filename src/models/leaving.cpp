#include "models/leaving.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "survival/forest.hpp"

namespace holdfast::models {
namespace {

constexpr double kMonthDays = 30;

double between(std::span<const double> times, const double* values, double time) {
  if (!(time > times.front())) return values[0];
  if (time >= times.back()) return values[times.size() - 1];
  const auto after = static_cast<std::size_t>(std::ranges::upper_bound(times, time) - times.begin());
  const double share = (time - times[after - 1]) / (times[after] - times[after - 1]);
  return values[after - 1] + share * (values[after] - values[after - 1]);
}

/// Even times, and those at which a form's hazards step, thinned.
std::vector<double> grid_of(const forms::Form& form, double until, std::size_t points) {
  std::vector<double> times;
  const auto take = [&](const std::vector<double>& steps) {
    const auto every = std::max<std::size_t>(1, steps.size() / points);
    for (std::size_t k = 0; k < steps.size(); k += every) {
      if (steps[k] > 0 && steps[k] < until) times.push_back(steps[k]);
    }
  };
  if (const auto* hazards = std::get_if<forms::HazardModel>(&form)) {
    for (const auto& baseline : hazards->baselines) take(baseline.time);
  } else if (const auto* trees = std::get_if<forms::HazardTrees>(&form)) {
    take(trees->times);
  }
  std::ranges::sort(times);
  times.erase(std::ranges::unique(times).begin(), times.end());
  std::vector<double> thinned = {0};
  const auto every = std::max<std::size_t>(1, times.size() / points);
  for (std::size_t k = 0; k < times.size(); k += every) thinned.push_back(times[k]);
  for (std::size_t k = 1; k <= 40; ++k) thinned.push_back(until * static_cast<double>(k) / 40);
  std::ranges::sort(thinned);
  thinned.erase(std::ranges::unique(thinned).begin(), thinned.end());
  return thinned;
}

/// Cumulative hazards of one row, [exits × times].
void hazards_of(const forms::HazardModel& form, const double* scores, std::span<const double> times,
                std::span<double> out) {
  for (std::size_t e = 0; e < form.exits.size(); ++e) {
    for (std::size_t t = 0; t < times.size(); ++t) {
      const double seen = std::min(times[t], form.followed_days);
      out[e * times.size() + t] = forms::cumulative_hazard(form, e, scores[e], seen);
    }
  }
}

void hazards_of(const forms::HazardTrees& form, const double* outputs,
                std::span<const double> times, std::span<double> out) {
  std::vector<double> known = {0};
  known.insert(known.end(), form.times.begin(), form.times.end());
  std::vector<double> values(known.size());
  for (std::size_t e = 0; e < form.exits.size(); ++e) {
    std::copy_n(outputs + e * form.times.size(), form.times.size(), values.begin() + 1);
    for (std::size_t t = 0; t < times.size(); ++t) {
      out[e * times.size() + t] = between(known, values.data(), times[t]);
    }
  }
}

/// Each exit for itself; what they leave stays.
void subdistributions(std::span<double> hazards, std::size_t exits) {
  for (double& value : hazards.first(hazards.size())) value = -std::expm1(-value);
  const auto times = hazards.size() / exits;
  for (std::size_t t = 0; t < times; ++t) {
    double sum = 0;
    for (std::size_t e = 0; e < exits; ++e) sum += hazards[e * times + t];
    if (sum <= 1) continue;
    for (std::size_t e = 0; e < exits; ++e) hazards[e * times + t] /= sum;
  }
}

template <typename Form>
LeavingCurves curves_of(const Form& form, const FittedModel& model, const dataset::Columns& columns,
                        std::vector<double> times, bool are_subdistributions) {
  LeavingCurves curves{.times = std::move(times), .exits = form.exits.size()};
  const auto scores = raw_score(model, columns);
  const auto outputs = outputs_count(model);
  const auto width = curves.exits * curves.times.size();
  curves.incidence.resize(columns.rows * width);
  curves.staying.assign(columns.rows * curves.times.size(), 1);
  parallel_for(columns.rows, 256, [&](std::size_t begin, std::size_t end) {
    std::vector<double> hazards(width);
    for (auto r = begin; r < end; ++r) {
      hazards_of(form, scores.data() + r * outputs, curves.times, hazards);
      const std::span<double> own(curves.incidence.data() + r * width, width);
      if (are_subdistributions) {
        std::ranges::copy(hazards, own.begin());
        subdistributions(own, curves.exits);
      } else {
        survival::probabilities_of(hazards, curves.exits, own);
      }
      double* staying = curves.staying.data() + r * curves.times.size();
      for (std::size_t i = 0; i < width; ++i) staying[i % curves.times.size()] -= own[i];
      for (std::size_t t = 0; t < curves.times.size(); ++t) staying[t] = std::max(0.0, staying[t]);
    }
  });
  return curves;
}

}  // namespace

std::vector<std::string> exits_of(const FittedModel& model) {
  if (const auto* form = std::get_if<forms::HazardModel>(&model.form)) return form->exits;
  if (const auto* form = std::get_if<forms::HazardTrees>(&model.form)) return form->exits;
  return {};
}

double followed_days(const FittedModel& model) {
  if (const auto* form = std::get_if<forms::HazardModel>(&model.form)) return form->followed_days;
  if (const auto* form = std::get_if<forms::HazardTrees>(&model.form)) return form->followed_days;
  return 0;
}

double LeavingCurves::incidence_at(std::size_t row, std::size_t exit, double time) const {
  return between(times, incidence.data() + (row * exits + exit) * times.size(), time);
}

double LeavingCurves::staying_at(std::size_t row, double time) const {
  return between(times, staying.data() + row * times.size(), time);
}

double LeavingCurves::leaving_within(std::size_t row, std::size_t exit, double since,
                                     double days) const {
  const double there = staying_at(row, since);
  if (!(there > 0)) return 0;
  const double left = incidence_at(row, exit, since + days) - incidence_at(row, exit, since);
  return std::clamp(left / there, 0.0, 1.0);
}

double LeavingCurves::remaining(std::size_t row, double since, double days) const {
  const double there = staying_at(row, since);
  if (!(there > 0)) return 0;
  double sum = 0;
  double last_time = since;
  double last = there;
  const auto take = [&](double time, double value) {
    sum += (time - last_time) * (last + value) / 2;
    last_time = time;
    last = value;
  };
  for (std::size_t t = 0; t < times.size(); ++t) {
    if (times[t] <= since || times[t] >= since + days) continue;
    take(times[t], staying[row * times.size() + t]);
  }
  take(since + days, staying_at(row, since + days));
  return sum / there;
}

int LeavingCurves::riskiest_month(std::size_t row, double since, int months) const {
  double most = 0;
  int found = 0;
  for (int month = 1; month <= months; ++month) {
    const double begin = staying_at(row, since + kMonthDays * (month - 1));
    const double end = staying_at(row, since + kMonthDays * month);
    const double risk = begin > 1e-9 ? (begin - end) / begin : 0;
    // The first of about equal ones.
    if (risk > most * (1 + 1e-9) + 1e-12) most = risk, found = month;
  }
  return found;
}

LeavingCurves leaving_curves(const FittedModel& model, const dataset::Columns& columns,
                             double until, std::size_t points) {
  auto times = grid_of(model.form, until, points);
  if (const auto* form = std::get_if<forms::HazardModel>(&model.form)) {
    const bool are_subdistributions = form->law == forms::HazardModel::Law::Subdistribution;
    return curves_of(*form, model, columns, std::move(times), are_subdistributions);
  }
  const auto* form = std::get_if<forms::HazardTrees>(&model.form);
  HOLDFAST_CHECK(form != nullptr);
  return curves_of(*form, model, columns, std::move(times), false);
}

}  // namespace holdfast::models
