#include "analyses/survival_models.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyses/errors.hpp"
#include "models/leaving.hpp"
#include "models/survival_task.hpp"
#include "survival/concordance.hpp"
#include "survival/curves.hpp"

namespace holdfast::analyses {
namespace {

using dataset::Frame;
using dataset::Split;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kSeenMin = 30;    // Rows seen for longer than a time that is judged.
constexpr std::size_t kBrierTimes = 12;

/// Rows of one split with what became of them.
struct Part {
  Frame frame;
  std::vector<double> duration;
  std::vector<std::uint8_t> exit;

  Part(const FollowedRows& rows, Split split)
      : frame(Frame::gather(rows.data, rows.data.rows_of(split))) {
    for (const auto r : rows.data.rows_of(split)) {
      duration.push_back(rows.duration[r]);
      exit.push_back(rows.exit[r]);
    }
  }
  survival::Spells spells() const { return {{}, duration, exit, {}, {}}; }
  SurvivalTask task(const FollowedRows& rows, const JudgedTimes& times, std::uint64_t seed) const {
    SurvivalTask task{.train = frame.view(),
                      .duration = duration,
                      .exit = exit,
                      .weight = frame.weight(),
                      .group = frame.group(),
                      .seed = seed};
    for (const auto& one : rows.exits) task.exits.push_back(one.id);
    // Curves are kept at months, or at what is judged.
    const double last = *std::ranges::max_element(duration);
    for (int k = 1; k <= 12; ++k) task.times.push_back(last * k / 12);
    task.times.insert(task.times.end(), times.days.begin(), times.days.end());
    std::ranges::sort(task.times);
    task.times.erase(std::ranges::unique(task.times).begin(), task.times.end());
    return task;
  }
};

double concordance_of(const Part& test, std::size_t exit, const std::vector<double>& score) {
  std::vector<std::uint8_t> event(test.exit.size());
  for (std::size_t i = 0; i < event.size(); ++i) event[i] = test.exit[i] == exit + 1 ? 1 : 0;
  const auto found = survival::concordance({{}, test.duration, event, {}, {}}, score);
  return found.ok() ? found->value : kNone;
}

/// One curve for everybody, from the training rows.
double reference_brier(const Part& train, const Part& test, std::span<const double> times) {
  const auto curve = survival::survival_curve(train.spells());
  if (!curve.ok()) return kNone;
  std::vector<double> survival;
  for (std::size_t i = 0; i < test.exit.size(); ++i) {
    for (const double time : times) survival.push_back(curve->survival_at(time));
  }
  const auto scores =
      survival::brier_scores(test.spells(), {survival.data(), test.exit.size(), times.size()}, times);
  if (!scores.ok()) return kNone;
  const auto mean = survival::integrated_brier(times, *scores);
  return mean.ok() ? *mean : kNone;
}

std::vector<double> brier_times(const JudgedTimes& times) {
  std::vector<double> even;
  for (std::size_t k = 1; k <= kBrierTimes; ++k) {
    even.push_back(times.days.back() * static_cast<double>(k) / kBrierTimes);
  }
  return even;
}

void judge(const Part& train, const Part& test, const JudgedTimes& times, JudgedModel& judged) {
  const auto rows = test.exit.size();
  const auto curves = models::leaving_curves(judged.model, test.frame.view(), times.days.back());
  std::vector<double> leaving(rows);
  for (std::size_t r = 0; r < rows; ++r) leaving[r] = 1 - curves.staying_at(r, times.main);
  const auto all = survival::concordance(test.spells(), leaving);
  judged.concordance = all.ok() ? all->value : kNone;
  for (std::size_t e = 0; e < curves.exits; ++e) {
    std::vector<double> score(rows);
    for (std::size_t r = 0; r < rows; ++r) score[r] = curves.incidence_at(r, e, times.main);
    judged.by_exit.push_back(concordance_of(test, e, score));
  }
  const auto even = brier_times(times);
  std::vector<double> staying;
  for (std::size_t r = 0; r < rows; ++r) {
    for (const double time : even) staying.push_back(curves.staying_at(r, time));
  }
  const auto scores = survival::brier_scores(test.spells(), {staying.data(), rows, even.size()}, even);
  const auto mean = scores.ok() ? survival::integrated_brier(even, *scores) : Result<double>(kNone);
  judged.integrated_brier = mean.ok() ? *mean : kNone;
  judged.reference_brier = reference_brier(train, test, even);
  const auto aucs = survival::horizon_aucs(test.spells(), leaving, times.days);
  judged.auc = aucs.ok() ? *aucs : std::vector<double>(times.days.size(), kNone);
  if (auto bins = survival::calibration_at(test.spells(), leaving, times.main); bins.ok()) {
    judged.calibration = std::move(*bins);
  }
  // Cumulative hazards until each was last seen: right whoever was watched for how long.
  for (std::size_t r = 0; r < rows; ++r) {
    const double seen = std::min(test.duration[r], times.main);
    judged.expected -= std::log(std::max(curves.staying_at(r, seen), 1e-12));
    judged.observed += test.exit[r] > 0 && test.duration[r] <= times.main ? 1 : 0;
  }
}

}  // namespace

JudgedTimes judged_times(const FollowedRows& rows, const study::SurvivalSpec& spec) {
  std::vector<double> durations;
  for (const auto r : rows.data.rows_of(Split::Test)) durations.push_back(rows.duration[r]);
  std::ranges::sort(durations);
  const auto quantile = [&](double share) {
    return durations[static_cast<std::size_t>(share * static_cast<double>(durations.size() - 1))];
  };
  JudgedTimes times;
  if (durations.empty()) return times;
  if (rows.is_from_beginning) {
    for (const double days : {30., 90., 182., 365., 730., 1095., 1825., 3650., 5475., 7300.}) {
      if (days >= quantile(0.1) && days <= quantile(0.9)) times.days.push_back(days);
    }
    if (times.days.empty()) times.days = {quantile(0.5)};
  } else {
    for (const int days : spec.horizons_days) {
      const auto longer = durations.end() - std::ranges::upper_bound(durations, double(days));
      if (static_cast<std::size_t>(longer) >= kSeenMin) times.days.push_back(days);
    }
    if (times.days.empty()) times.days.push_back(quantile(0.5));
  }
  std::ranges::sort(times.days);
  times.days.erase(std::ranges::unique(times.days).begin(), times.days.end());
  times.main = times.days.front();
  for (const double day : times.days) {
    if (rows.is_from_beginning ? day <= quantile(0.5) : day <= 90) times.main = day;
  }
  return times;
}

Result<std::vector<JudgedModel>> judged_models(const FollowedRows& rows,
                                               const study::SurvivalSpec& spec,
                                               const JudgedTimes& times, std::uint64_t seed,
                                               Progress& progress) {
  const Part train(rows, Split::Train);
  const Part test(rows, Split::Test);
  if (train.exit.empty() || test.exit.size() < kSeenMin) {
    return Error{errors::kNothingThere,
                 {{"analysis", "survival"}, {"what", "too few customers to hold some back (客户太少,无法留出检验样本)"}}};
  }
  const auto task = train.task(rows, times, seed);
  auto specs = spec.models;
  if (specs.empty()) specs = {study::ModelSpec{.id = "cox"}};
  std::vector<JudgedModel> judged;
  for (const auto& one : specs) {
    HOLDFAST_TRY(const auto* descriptor, find_model(one.id));
    if (descriptor->fit_survival == nullptr) {
      return Error{errors::kModelOfOtherKind,
                   {{"analysis", "survival"}, {"model", one.id}, {"kind", name_of(descriptor->kind)}}};
    }
    JudgedModel model;
    HOLDFAST_TRY(model.model, descriptor->fit_survival(task, one.parameters, progress));
    model.name = descriptor->name;
    judge(train, test, times, model);
    judged.push_back(std::move(model));
  }
  std::ranges::stable_sort(judged, {}, [](const JudgedModel& m) {
    return std::isnan(m.integrated_brier) ? 1e9 : m.integrated_brier;
  });
  return judged;
}

}  // namespace holdfast::analyses
