// Counting a definition: how many it calls lost, how stable that is, how many come back.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/parallel.hpp"
#include "features/outcomes.hpp"
#include "features/outcomes_errors.hpp"
#include "features/program.hpp"

namespace holdfast::features {
namespace {

using Period = DefinitionReport::Period;
using Periods = std::map<std::int32_t, Period>;

std::int32_t month_of(std::int32_t day) {
  const auto civil = civil_of(Day{day});
  return day_from_civil(civil.year, civil.month, 1).value().number;
}

void count(const PlannedRow& row, bool has_come_back, Period& period) {
  // A leaver of the gap or a row without label is no part of the rate: neither above nor below.
  if (row.outcome == OutcomeState::Unknown) return;
  ++period.active;
  period.churned += row.outcome == OutcomeState::Churned;
  period.competing += row.outcome == OutcomeState::CompetingExit;
  period.immature += row.outcome == OutcomeState::Immature;
  period.came_back += has_come_back;
}

void add(const Period& from, Period& to) {
  to.active += from.active;
  to.churned += from.churned;
  to.competing += from.competing;
  to.immature += from.immature;
  to.came_back += from.came_back;
}


/// Every row of a bucket, counted by cutoff (by month where cutoffs follow contracts).
Periods tally_bucket(const OutcomeProgram& program, const history::Bucket& bucket) {
  Periods periods;
  std::vector<PlannedRow> rows;
  const bool is_by_month = program.cutoffs().empty();
  const auto customers = static_cast<std::uint32_t>(bucket.keys.size());
  for (std::uint32_t customer = 0; customer < customers; ++customer) {
    rows.clear();
    program.plan_customer(bucket, customer, RowPlan{}, rows);
    for (const auto& row : rows) {
      const auto day = is_by_month ? month_of(row.cutoff_day) : row.cutoff_day;
      auto& period = periods[day];
      period.cutoff = Day{day};
      count(row, program.came_back(bucket, customer, row), period);
    }
  }
  return periods;
}

/// Rate and its spread over periods whose rows are mostly mature.
void summarise(DefinitionReport& report) {
  std::int64_t churned = 0, came_back = 0, decided = 0;
  std::vector<double> rates;
  for (const auto& period : report.periods) {
    const auto mature = period.active - period.immature;
    churned += period.churned;
    came_back += period.came_back;
    decided += mature;
    if (mature > period.immature) {
      rates.push_back(static_cast<double>(period.churned) / static_cast<double>(mature));
    }
  }
  if (decided > 0) report.churn_rate = static_cast<double>(churned) / static_cast<double>(decided);
  if (churned > 0) {
    report.came_back_share = static_cast<double>(came_back) / static_cast<double>(churned);
  }
  if (rates.size() < 2) return;
  double mean = 0, squares = 0;
  for (const auto rate : rates) mean += rate / static_cast<double>(rates.size());
  for (const auto rate : rates) squares += (rate - mean) * (rate - mean);
  report.churn_rate_sd = std::sqrt(squares / static_cast<double>(rates.size() - 1));
}

Result<DefinitionReport> judge(const study::Study& study, const Candidate& candidate,
                               const history::Store& store, Progress& progress) {
  auto variant = study;
  variant.cutoffs.outcome_days = candidate.outcome_days;
  HOLDFAST_TRY(auto program, OutcomeProgram::compile(variant, candidate.definition, store));
  const auto buckets = static_cast<std::size_t>(store.bucket_count());
  std::vector<Periods> parts(buckets);
  std::vector<std::optional<Error>> failures(buckets);
  parallel_for(buckets, 1, [&](std::size_t begin, std::size_t end) {
    for (auto number = begin; number < end; ++number) {
      if (cancel_requested()) return;
      const auto bucket = store.read_bucket(static_cast<int>(number), program.wanted());
      if (!bucket) {
        failures[number] = bucket.error();
        continue;
      }
      parts[number] = tally_bucket(program, *bucket);
      progress.advance(1);
    }
  });
  if (cancel_requested()) return Error(holdfast::errors::kCancelled);
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  Periods periods;
  for (const auto& part : parts) {
    for (const auto& [day, period] : part) {
      periods[day].cutoff = period.cutoff;
      add(period, periods[day]);
    }
  }
  DefinitionReport report;
  report.name = candidate.definition.name;
  report.definition = words_of(candidate.definition);
  for (const auto& entry : periods) report.periods.push_back(entry.second);
  summarise(report);
  return report;
}

/// Intervals between successive active days, of up to a few buckets: enough for quantiles.
Result<std::vector<std::int32_t>> sample_intervals(const study::Study& study,
                                                   const history::Store& store) {
  constexpr int kBucketsMax = 4;
  std::vector<std::int32_t> intervals;
  if (study.churn->kind != study::ChurnKind::Inactivity) return intervals;
  const std::vector<history::TableColumns> wanted = {{study.churn->table, {}}};
  for (int number = 0; number < std::min(kBucketsMax, store.bucket_count()); ++number) {
    HOLDFAST_TRY(const auto bucket, store.read_bucket(number, wanted));
    const auto& events = bucket.tables[0];
    for (std::size_t customer = 0; customer < bucket.keys.size(); ++customer) {
      for (auto row = events.begin[customer] + 1; row < events.begin[customer + 1]; ++row) {
        const auto days = events.event_day[row] - events.event_day[row - 1];
        if (days > 0) intervals.push_back(days);
      }
    }
  }
  return intervals;
}

}  // namespace

std::vector<CutoffCounts> counts_by_cutoff(const FeatureMatrix& matrix) {
  // Cutoffs that follow contracts lie all over the month; calendar cutoffs do not.
  std::map<std::int32_t, std::set<std::int32_t>> days_of_month;
  for (const auto day : matrix.cutoff_day) days_of_month[month_of(day)].insert(day);
  const auto& keys = matrix.contract_keys;
  const bool has_contracts =
      std::any_of(matrix.contract.begin(), matrix.contract.end(),
                  [&](auto contract) { return contract < keys.size() && !keys[contract].empty(); });
  const bool is_by_month =
      has_contracts && std::any_of(days_of_month.begin(), days_of_month.end(),
                                   [](const auto& month) { return month.second.size() > 1; });
  Periods periods;
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const auto day = is_by_month ? month_of(matrix.cutoff_day[row]) : matrix.cutoff_day[row];
    PlannedRow planned;
    planned.outcome = matrix.outcome[row];
    periods[day].cutoff = Day{day};
    count(planned, false, periods[day]);
  }
  std::vector<CutoffCounts> counts;
  for (const auto& [day, period] : periods) {
    counts.push_back({Day{day}, period.active, period.churned, period.competing, period.immature});
  }
  return counts;
}

std::vector<Candidate> propose_candidates(const study::Study& study,
                                          std::vector<std::int32_t> interval_days) {
  using study::ChurnKind;
  const auto& own = *study.churn;
  std::vector<Candidate> candidates = {{own, study.cutoffs.outcome_days}};
  const auto vary = [&](const std::string& suffix, int outcome_days, const auto& change) {
    auto definition = own;
    change(definition);
    if (definition == own && outcome_days == study.cutoffs.outcome_days) return;
    definition.name = own.name + "_" + suffix;
    candidates.push_back({definition, outcome_days});
  };
  const auto same_days = study.cutoffs.outcome_days;
  switch (own.kind) {
    case ChurnKind::Contractual:
      for (const int grace : {15, 30, 60, 90}) {
        vary("grace_" + std::to_string(grace), same_days, [&](auto& d) { d.grace_days = grace; });
      }
      break;
    case ChurnKind::Inactivity: {
      std::set<int> limits = {30, 60, 90, 180, 365};
      if (interval_days.size() >= 100) {
        limits.clear();
        std::sort(interval_days.begin(), interval_days.end());
        for (const double share : {0.75, 0.9, 0.95, 0.99}) {
          const auto last = static_cast<double>(interval_days.size() - 1);
          const auto at = static_cast<std::size_t>(share * last);
          limits.insert(std::max(interval_days[at], 7));
        }
      }
      for (const int limit : limits) {
        vary("silent_" + std::to_string(limit), limit, [&](auto& d) {
          d.segment_by.clear();
          d.interval_factor = 0;
          d.inactive_days = {{"", static_cast<double>(limit)}};
        });
      }
      vary("own_interval_2", same_days, [](auto& d) { d.interval_factor = 2; });
      break;
    }
    case ChurnKind::ExpectedSpend:
    case ChurnKind::Partial:
      for (const int percent : {25, 50, 75}) {
        vary("share_" + std::to_string(percent), same_days,
             [&](auto& d) { d.fall_share = percent / 100.0; });
      }
      break;
    case ChurnKind::RevenueRule:
      if (!own.condition.empty()) break;
      for (const int months : {2, 3, 4, 6}) {
        vary("falling_" + std::to_string(months), same_days, [&](auto& d) {
          d.falling_months = months;
          d.below_months = 0;
        });
        vary("nothing_" + std::to_string(months), same_days, [&](auto& d) {
          d.falling_months = 0;
          d.below_months = months;
          d.below = 0;
        });
      }
      break;
    case ChurnKind::Label: break;
  }
  return candidates;
}

Result<std::vector<DefinitionReport>> compare_definitions(const study::Study& study,
                                                          const history::Store& store,
                                                          Progress& progress) {
  if (!study.churn && study.candidates.empty()) return Error(errors::kChurnMissing);
  std::vector<Candidate> candidates;
  if (study.candidates.empty()) {
    HOLDFAST_TRY(auto intervals, sample_intervals(study, store));
    candidates = propose_candidates(study, std::move(intervals));
  } else {
    if (study.churn) candidates.push_back({*study.churn, study.cutoffs.outcome_days});
    for (const auto& definition : study.candidates) {
      candidates.push_back({definition, study.cutoffs.outcome_days});
    }
  }
  progress.begin({"comparing churn definitions", "比较流失定义"},
                 static_cast<std::int64_t>(candidates.size()) * store.bucket_count());
  std::vector<DefinitionReport> reports;
  for (const auto& candidate : candidates) {
    HOLDFAST_TRY(auto report, judge(study, candidate, store, progress));
    reports.push_back(std::move(report));
  }
  progress.end();
  return reports;
}

}  // namespace holdfast::features
