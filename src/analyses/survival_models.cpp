#include "analyses/survival_models.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyses/errors.hpp"
#include "models/leaving.hpp"
#include "models/survival_task.hpp"
#include "survival/concordance.hpp"
#include "survival/curves.hpp"
#include "survival/errors.hpp"

namespace holdfast::analyses {
namespace {

using dataset::Frame;
using dataset::Split;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kSeenMin = 30;    // Rows seen for longer than a time that is judged.
constexpr std::size_t kBrierTimes = 12;
constexpr std::size_t kCurvePoints = 240;

/// What a model is fitted to: spells as long as enough customers are watched.
struct Watched {
  std::vector<double> entry;             // Empty: all from 0.
  std::vector<double> duration;
  std::vector<std::uint8_t> exit;
};

/// The last time at which enough customers are watched.
double watched_until(const Watched& all) {
  auto entries = all.entry;
  auto ends = all.duration;
  std::ranges::sort(entries);
  std::ranges::sort(ends);
  const auto rows = ends.size();
  const auto least = static_cast<std::size_t>(least_watched(static_cast<double>(rows)));
  for (std::size_t k = rows; k-- > 0;) {
    const auto late = entries.end() - std::ranges::lower_bound(entries, ends[k]);
    if (rows - k >= least + static_cast<std::size_t>(late)) return ends[k];
  }
  return ends.back();
}

/// Ends watching where too few are left: of the last two, one leaving would be half of all.
void end_watching(Watched& all) {
  const double until = watched_until(all);
  std::vector<std::size_t> before(256), after(256);
  for (std::size_t i = 0; i < all.exit.size(); ++i) {
    ++before[all.exit[i]];
    if (all.duration[i] <= until) ++after[all.exit[i]];
  }
  for (std::size_t e = 1; e < before.size(); ++e) {
    if (before[e] > 0 && after[e] == 0) return;  // Nothing would be known of that exit.
  }
  for (std::size_t i = 0; i < all.exit.size(); ++i) {
    if (all.duration[i] <= until) continue;
    all.exit[i] = 0;
    all.duration[i] = until;
    if (all.entry.empty() || all.entry[i] < until) continue;
    all.entry[i] = until, all.duration[i] = until + 0.5;  // Watched only later: never among them.
  }
}

/// Rows of one split with what became of them.
struct Part {
  Frame frame;
  std::vector<double> duration;          // From the day looked at.
  std::vector<double> since;             // On the clock at that day; empty: none.
  std::vector<std::uint8_t> exit;
  const std::vector<std::string>& clock;

  Part(const FollowedRows& rows, Split split)
      : frame(Frame::gather(rows.data, rows.data.rows_of(split))), clock(rows.clock) {
    for (const auto r : rows.data.rows_of(split)) {
      duration.push_back(rows.duration[r]);
      exit.push_back(rows.exit[r]);
      if (!rows.since.empty()) since.push_back(rows.since[r]);
    }
  }
  survival::Spells spells() const { return {{}, duration, exit, {}, {}}; }
  double since_of(std::size_t row, bool is_on_clock) const {
    return is_on_clock && !since.empty() ? since[row] : 0;
  }
  /// On the clock the features that say it say nothing more.
  dataset::Columns columns(bool is_on_clock) const {
    auto columns = frame.view();
    if (is_on_clock && !since.empty()) {
      std::erase_if(columns.columns, [&](const dataset::ColumnView& column) {
        return std::ranges::find(clock, column.name) != clock.end();
      });
    }
    return columns;
  }
  Watched watched(bool is_on_clock) const {
    Watched all{.entry = {}, .duration = duration, .exit = exit};
    if (is_on_clock && !since.empty()) {
      all.entry = since;
      for (std::size_t i = 0; i < since.size(); ++i) all.duration[i] += since[i];
    }
    end_watching(all);
    return all;
  }
  /// `watched` has to stay as long as the task.
  SurvivalTask task(const FollowedRows& rows, const JudgedTimes& times, const Watched& watched,
                    bool is_on_clock, std::uint64_t seed) const {
    SurvivalTask task{.train = columns(is_on_clock),
                      .duration = watched.duration,
                      .entry = watched.entry,
                      .exit = watched.exit,
                      .weight = frame.weight(),
                      .group = frame.group(),
                      .seed = seed};
    for (const auto& one : rows.exits) task.exits.push_back(one.id);
    // Curves are kept at months, or at what is judged.
    const double last = *std::ranges::max_element(task.duration);
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

/// What a model says of rows from the day each was looked at on.
struct Said {
  const models::LeavingCurves& curves;
  const Part& part;
  bool is_on_clock;

  double staying(std::size_t row, double days) const {
    const double since = part.since_of(row, is_on_clock);
    const double there = curves.staying_at(row, since);
    return there > 0 ? curves.staying_at(row, since + days) / there : 0;
  }
  double leaving(std::size_t row, std::size_t exit, double days) const {
    return curves.leaving_within(row, exit, part.since_of(row, is_on_clock), days);
  }
};

void judge(const Part& train, const Part& test, const JudgedTimes& times, JudgedModel& judged) {
  const auto rows = test.exit.size();
  double last = times.days.back();
  if (judged.is_on_clock && !test.since.empty()) last += *std::ranges::max_element(test.since);
  const auto curves = models::leaving_curves(judged.model, test.columns(judged.is_on_clock), last, kCurvePoints);
  const Said said{curves, test, judged.is_on_clock};
  std::vector<double> leaving(rows);
  for (std::size_t r = 0; r < rows; ++r) leaving[r] = 1 - said.staying(r, times.main);
  const auto all = survival::concordance(test.spells(), leaving);
  judged.concordance = all.ok() ? all->value : kNone;
  const auto uno = survival::concordance(
      test.spells(), leaving, {.weight = survival::PairWeight::Uno, .horizon = times.days.back()});
  judged.concordance_ipcw = uno.ok() ? uno->value : kNone;
  for (std::size_t e = 0; e < curves.exits; ++e) {
    std::vector<double> score(rows);
    for (std::size_t r = 0; r < rows; ++r) score[r] = said.leaving(r, e, times.main);
    judged.by_exit.push_back(concordance_of(test, e, score));
  }
  const auto even = brier_times(times);
  std::vector<double> staying;
  for (std::size_t r = 0; r < rows; ++r) {
    for (const double time : even) staying.push_back(said.staying(r, time));
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
    judged.expected -= std::log(std::max(said.staying(r, seen), 1e-12));
    judged.observed += test.exit[r] > 0 && test.duration[r] <= times.main ? 1 : 0;
  }
}

/// Round numbers of the unit that time is counted in.
std::vector<double> own_times(const TimeUnit& unit) {
  if (unit.days <= 1) return {30, 90, 182, 365, 730, 1095, 1825, 3650, 5475, 7300};
  std::vector<double> times = {1, 2, 3, 5, 10, 15, 20, 30};                   // Years.
  if (unit.days < 300) times = {1, 2, 4, 8, 12, 20, 40, 60, 80, 100};          // Quarters.
  if (unit.days < 60) times = {1, 3, 6, 12, 24, 36, 60, 120, 180, 240};        // Months.
  if (unit.days < 20) times = {4, 8, 13, 26, 52, 104, 156, 260, 520};          // Weeks.
  for (double& time : times) time *= unit.days;
  return times;
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
    for (const double days : own_times(rows.unit)) {
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
  auto specs = spec.models;
  if (specs.empty()) specs = {study::ModelSpec{.id = "cox"}};
  std::vector<JudgedModel> judged;
  const auto on_clock = train.watched(true);
  for (const auto& one : specs) {
    HOLDFAST_TRY(const auto* descriptor, find_model(one.id));
    if (descriptor->fit_survival == nullptr) {
      return Error{errors::kModelOfOtherKind,
                   {{"analysis", "survival"}, {"model", one.id}, {"kind", name_of(descriptor->kind)}}};
    }
    JudgedModel model;
    auto fitted = descriptor->fit_survival(train.task(rows, times, on_clock, true, seed), one.parameters, progress);
    // Some take no late entries: they count from the day looked at, and are told the clock.
    if (!fitted.ok() && !rows.since.empty() && fitted.error().kind == &survival::errors::kBadOption) {
      model.is_on_clock = false;
      const auto from_day = train.watched(false);
      fitted = descriptor->fit_survival(train.task(rows, times, from_day, false, seed), one.parameters, progress);
    }
    if (!fitted.ok()) return fitted.error();
    model.model = std::move(*fitted);
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
