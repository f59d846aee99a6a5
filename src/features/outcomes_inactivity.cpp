// Churn by inactivity. A customer is active at the cutoff when the silence since the last activity
// known then is within the limit: `inactive_days` of the segment and, where `interval_factor` is
// set, factor × the customer's own mean interval (from three active days on), whichever is shorter.
// Churned: no activity in the outcome window. A limit named for a segment shortens the window where
// it is shorter. Refunds and returns (negative amounts) are no activity: nobody comes to stay by
// bringing things back.

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/lanes.hpp"
#include "features/outcomes_compiled.hpp"

namespace holdfast::features::outcomes {
namespace {

constexpr double kDefaultLimitDays = 365;

/// What is known of a customer's activity at a cutoff, from the rows before `end`.
struct Activity {
  std::int32_t first = kNever;
  std::int32_t last = kNever;
  std::int32_t active_days_count = 0;
};

Activity activity_at(const CustomerRows& rows, const history::ColumnData* amount,
                     std::uint32_t end, std::int32_t cutoff, bool needs_intervals) {
  Activity activity;
  for (auto row = end; row-- > rows.first();) {
    if (!rows.is_known(row, cutoff) || !is_activity(amount, row)) continue;
    const auto day = rows.day(row);
    if (activity.last == kNever) activity.last = day;
    if (day != activity.first) ++activity.active_days_count;
    activity.first = day;
    if (!needs_intervals) break;
  }
  return activity;
}

bool is_active_between(const CustomerRows& rows, const history::ColumnData* amount,
                       std::uint32_t from, std::int32_t to) {
  for (auto row = from; row < rows.last() && rows.day(row) < to; ++row) {
    if (rows.is_final(row) && is_activity(amount, row)) return true;
  }
  return false;
}

/// First rows of a customer on or after some days, found together: a bulk run asks at many cutoffs.
class FirstRows {
 public:
  explicit FirstRows(const CustomerRows& rows) : rows_(rows) {}
  /// For each cutoff, the first row of the day `shift` later or after it; good until the next call.
  std::span<const std::uint32_t> from(std::span<const Day> cutoffs, std::int32_t shift,
                                      std::vector<std::uint32_t>& places) const {
    static thread_local std::vector<std::int32_t> limits;
    const auto padded = (cutoffs.size() + 7) / 8 * 8;
    limits.assign(padded, std::numeric_limits<std::int32_t>::min());
    for (std::size_t i = 0; i < cutoffs.size(); ++i) limits[i] = cutoffs[i].number + shift;
    places.resize(padded);
    count_before(rows_.days(), limits, places.data());
    for (auto& place : places) place += rows_.first();
    return places;
  }

 private:
  const CustomerRows& rows_;
};

/// Amounts known at a cutoff within the year before it, by sums made once: a bulk run asks at many
/// cutoffs of the same rows.
class YearAmounts {
 public:
  YearAmounts(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
              const CustomerRows& rows, std::span<const Day> cutoffs)
      : compiled_(compiled), bucket_(bucket), customer_(customer), rows_(rows) {
    const bool is_fast = compiled.value_kind == ValueKind::YearAmount && !compiled.value.known_at &&
                         compiled.value.value.table == compiled.main_table && rows.is_known_by_lag() &&
                         rows.lag() == 0;
    if (!is_fast) return;
    static thread_local std::vector<std::int64_t> sums;
    static thread_local std::vector<std::uint32_t> begins;
    begins_ = FirstRows(rows).from(cutoffs, -365, begins);
    sums.resize(rows.last() - rows.first() + 1);
    add_up(compiled.column(bucket, compiled.value.value), sums.data());
    sums_ = sums.data();
  }

  /// At cutoff `i`, before which the rows up to `end` happened.
  std::int64_t at(std::size_t i, std::int32_t cutoff, std::uint32_t end) const {
    if (sums_ == nullptr) return value_of(compiled_, bucket_, customer_, cutoff);
    return sums_[end - rows_.first()] - sums_[begins_[i] - rows_.first()];
  }

 private:
  void add_up(const history::ColumnData* column, std::int64_t* sums) const {
    const bool is_money = column->type == tables::ColumnType::Money;
    std::int64_t sum = 0;
    if (is_money && column->valid.empty()) {
      for (auto row = rows_.first(); row < rows_.last(); ++row) {
        *sums++ = sum;
        sum += column->integers[row];
      }
    } else {
      for (auto row = rows_.first(); row < rows_.last(); ++row) {
        *sums++ = sum;
        sum += cents_at(column, row).value_or(0);
      }
    }
    *sums = sum;
  }

  const Compiled& compiled_;
  const history::Bucket& bucket_;
  std::uint32_t customer_;
  const CustomerRows& rows_;
  const std::int64_t* sums_ = nullptr;
  std::span<const std::uint32_t> begins_;
};

double silence_limit(const Compiled& compiled, const std::optional<Limit>& limit,
                     const Activity& activity) {
  const auto factor = compiled.definition.interval_factor;
  const bool has_own = factor > 0 && activity.active_days_count >= 3;
  double days = limit ? limit->days : kDefaultLimitDays;
  if (has_own) {
    const double interval = static_cast<double>(activity.last - activity.first) /
                            (activity.active_days_count - 1);
    days = limit ? std::min(days, factor * interval) : factor * interval;
  }
  return days;
}

}  // namespace

void plan_inactivity(const Compiled& compiled, const history::Bucket& bucket,
                     std::uint32_t customer, const RowPlan& plan, Rows& rows) {
  const CustomerRows events(compiled, bucket, customer, compiled.main_table);
  if (events.first() == events.last()) return;
  const auto* amount = compiled.column(bucket, compiled.amount.value);
  const auto cutoffs = cutoffs_of(compiled, plan);
  const YearAmounts amounts(compiled, bucket, customer, events, cutoffs);
  const bool needs_intervals = compiled.definition.interval_factor > 0;
  static thread_local std::vector<std::uint32_t> end_rows, window_rows;
  const FirstRows first_rows(events);
  const auto ends = first_rows.from(cutoffs, 0, end_rows);
  std::span<const std::uint32_t> window_begins;
  if (!plan.is_scoring) {
    window_begins = first_rows.from(cutoffs, compiled.study.cutoffs.gap_days, window_rows);
  }
  std::optional<ExitKind> kind;
  for (std::size_t i = 0; i < cutoffs.size(); ++i) {
    const auto cutoff = cutoffs[i].number;
    const auto activity = activity_at(events, amount, ends[i], cutoff, needs_intervals);
    if (activity.last == kNever) continue;
    const auto limit = limit_of(compiled, bucket, customer, cutoff);
    if (cutoff - activity.last > silence_limit(compiled, limit, activity)) continue;
    PlannedRow row;
    row.cutoff_day = cutoff;
    row.value_cents = amounts.at(i, cutoff, ends[i]);
    if (!plan.is_scoring) {
      auto window = window_of(compiled, cutoff);
      if (limit && limit->is_own) {
        const auto own = static_cast<std::int32_t>(std::ceil(limit->days));
        window.to = std::min(window.to, window.from + std::max(own, 1));
      }
      if (!is_mature(compiled, window.to)) {
        row.outcome = OutcomeState::Immature;
      } else if (is_active_between(events, amount, window_begins[i], window.to)) {
        row.outcome = OutcomeState::Stayed;
      } else {
        if (!kind) kind = classify(compiled, bucket, std::nullopt, "inactive");
        row.outcome = kind->is_churn ? OutcomeState::Churned : OutcomeState::CompetingExit;
        row.outcome_day = window.to;
        row.exit_class = kind->exit_class;
      }
    }
    rows.push_back(row);
  }
}

}  // namespace holdfast::features::outcomes
