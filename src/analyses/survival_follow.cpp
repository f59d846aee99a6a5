#include "analyses/survival_follow.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "core/parallel.hpp"
#include "features/outcomes.hpp"

namespace holdfast::analyses {
namespace {

using features::OutcomeState;
using features::PlannedRow;

constexpr int kCutoffsMax = 6;
constexpr std::int32_t kHistoryDays = 365;  // Before the first cutoff, where there is room: by
                                            // then yearly contracts stand at every age.
constexpr std::int32_t kSeenDaysMin = 60;   // After the last.

struct Reach {
  Day first, last;  // The last day whose exits are known.
};

bool is_whole_window(const study::ChurnDefinition& churn) {
  return churn.kind == study::ChurnKind::Contractual || churn.kind == study::ChurnKind::Label;
}

Result<Reach> reach_of(const Inputs& inputs, const study::ChurnDefinition& churn) {
  const auto wanted = churn.kind == study::ChurnKind::Contractual ? study::Role::Contract
                                                                  : study::Role::Event;
  const study::TableSpec* table = inputs.study().find(churn.table);
  for (const auto& other : inputs.study().tables) {
    if (table == nullptr && other.role == wanted) table = &other;
  }
  const auto* info = table == nullptr ? nullptr : inputs.store().find(table->name);
  if (info == nullptr) {
    return Error{errors::kNoTableFor, {{"analysis", "survival"},
                                       {"wanted", "the table of the churn definition (流失定义所用的表)"},
                                       {"key", "churn.table"}}};
  }
  const auto grace = churn.kind == study::ChurnKind::Contractual ? churn.grace_days : 0;
  const auto until = std::min(table->complete_until.value_or(info->complete_until),
                              inputs.as_of());
  return Reach{info->first_day, until - (grace + 1)};
}

/// Evenly between where there is history and where there is something to see.
Result<std::vector<Day>> cutoffs_of(const Reach& reach, std::int32_t step) {
  const auto span = reach.last - reach.first;
  const auto history = std::min(kHistoryDays, span / 3);
  const auto seen = std::max(std::min(kSeenDaysMin, span / 4), 1);
  const Day from = reach.first + history;
  const Day to = reach.last - seen;
  if (span < 30 || to < from) {
    return Error{errors::kNothingThere,
                 {{"analysis", "survival"},
                  {"what", fmt::format("the data span {} days (数据仅 {} 天)", std::max(span, 0), std::max(span, 0))}}};
  }
  std::vector<Day> days;
  if (step > 0) {
    for (Day day = from; day <= to; day = day + step) days.push_back(day);
    return days;
  }
  const int count = std::clamp((to - from) / 90 + 1, 1, kCutoffsMax);
  for (int k = 0; k < count; ++k) {
    days.push_back(count == 1 ? from : from + (to - from) * k / (count - 1));
  }
  return days;
}

/// The program's rows of all customers at its cutoffs, bucket by bucket.
Result<std::vector<std::pair<std::string, PlannedRow>>> plan_all(
    const Inputs& inputs, const features::OutcomeProgram& program, const std::vector<Day>& cutoffs) {
  const auto buckets = static_cast<std::size_t>(inputs.store().bucket_count());
  std::vector<std::vector<std::pair<std::string, PlannedRow>>> parts(buckets);
  std::vector<std::optional<Error>> failures(buckets);
  parallel_for(buckets, 1, [&](std::size_t b, std::size_t) {
    const auto bucket = inputs.store().read_bucket(static_cast<int>(b), program.wanted());
    if (!bucket.ok()) {
      failures[b] = bucket.error();
      return;
    }
    std::vector<PlannedRow> rows;
    for (std::uint32_t customer = 0; customer < bucket->keys.size(); ++customer) {
      rows.clear();
      program.plan_customer(*bucket, customer, {.cutoffs = cutoffs}, rows);
      for (const auto& row : rows) parts[b].emplace_back(bucket->keys[customer], row);
    }
  });
  std::vector<std::pair<std::string, PlannedRow>> all;
  for (std::size_t b = 0; b < buckets; ++b) {
    if (failures[b]) return *failures[b];
    all.insert(all.end(), parts[b].begin(), parts[b].end());
  }
  return all;
}

bool has_left(const PlannedRow& row) {
  return row.outcome == OutcomeState::Churned || row.outcome == OutcomeState::CompetingExit;
}

Result<FollowUp> by_whole_windows(const Inputs& inputs, study::Study study, const Reach& reach,
                                  Progress& progress) {
  FollowUp found;
  HOLDFAST_TRY(found.cutoffs, cutoffs_of(reach, 0));
  progress.begin({"following customers", "跟踪客户"}, static_cast<std::int64_t>(found.cutoffs.size()));
  for (const auto cutoff : found.cutoffs) {
    const auto seen = reach.last - cutoff;
    study.cutoffs.days = {cutoff};
    study.cutoffs.outcome_days = seen;
    HOLDFAST_TRY(const auto program,
                 features::OutcomeProgram::compile(study, *study.churn, inputs.store()));
    HOLDFAST_TRY(const auto rows, plan_all(inputs, program, {cutoff}));
    found.exit_classes = program.exit_classes();
    auto& customers = found.customers.emplace_back();
    for (const auto& [key, row] : rows) {
      if (row.outcome != OutcomeState::Stayed && !has_left(row)) continue;
      const bool left = has_left(row);
      customers[key] = {left ? row.outcome_day - cutoff.number : seen, left ? row.exit_class : 0};
    }
    progress.advance(1);
  }
  progress.end();
  return found;
}

Result<FollowUp> by_own_windows(const Inputs& inputs, study::Study study, const Reach& reach,
                                Progress& progress) {
  FollowUp found;
  const auto step = std::max(study.cutoffs.outcome_days, 1);
  HOLDFAST_TRY(found.cutoffs, cutoffs_of(reach, step));
  study.cutoffs.days = found.cutoffs;
  progress.begin({"following customers", "跟踪客户"}, 1);
  HOLDFAST_TRY(const auto program,
               features::OutcomeProgram::compile(study, *study.churn, inputs.store()));
  HOLDFAST_TRY(const auto rows, plan_all(inputs, program, found.cutoffs));
  progress.end();
  found.exit_classes = program.exit_classes();
  found.customers.resize(found.cutoffs.size());
  for (std::size_t begin = 0; begin < rows.size();) {
    auto end = begin;
    while (end < rows.size() && rows[end].first == rows[begin].first) ++end;
    // From the last to the first: a window that was stayed through goes on where the next begins.
    const Followed* next = nullptr;
    std::int32_t next_day = 0;
    for (auto i = end; i-- > begin;) {
      const auto& [key, row] = rows[i];
      const auto at = std::ranges::lower_bound(found.cutoffs, Day{row.cutoff_day}) - found.cutoffs.begin();
      Followed own;
      if (has_left(row)) {
        own = {row.outcome_day - row.cutoff_day, row.exit_class};
      } else if (row.outcome == OutcomeState::Stayed) {
        own.days = step;
        if (next != nullptr && next_day == row.cutoff_day + step) {
          own = {step + next->days, next->exit_class};
        }
      } else {
        next = nullptr;
        continue;
      }
      next = &(found.customers[static_cast<std::size_t>(at)][key] = own);
      next_day = row.cutoff_day;
    }
    begin = end;
  }
  return found;
}

}  // namespace

Result<FollowUp> follow_up(const Inputs& inputs, study::Study study, Progress& progress) {
  HOLDFAST_TRY(const auto reach, reach_of(inputs, *study.churn));
  study.cutoffs.before_end_days.clear();
  study.cutoffs.every_months = 0;
  study.cutoffs.first.reset();
  study.cutoffs.last.reset();
  study.cutoffs.gap_days = 0;
  if (is_whole_window(*study.churn)) {
    return by_whole_windows(inputs, std::move(study), reach, progress);
  }
  return by_own_windows(inputs, std::move(study), reach, progress);
}

}  // namespace holdfast::analyses
