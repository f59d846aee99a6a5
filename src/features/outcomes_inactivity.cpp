// Churn by inactivity. A customer is active at the cutoff when the silence since the last activity
// known then is within the limit: `inactive_days` of the segment and, where `interval_factor` is
// set, factor × the customer's own mean interval (from three active days on), whichever is shorter.
// Churned: no activity in the outcome window. A limit named for a segment shortens the window where
// it is shorter. Refunds and returns (negative amounts) are no activity: nobody comes to stay by
// bringing things back.

#include <algorithm>
#include <cmath>
#include <limits>

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

/// A place in a customer's rows that moves with the cutoffs, which mostly ascend: cheaper than a
/// search at each of them.
class Cursor {
 public:
  explicit Cursor(const CustomerRows& rows) : rows_(rows), at_(rows.first()) {}
  /// The first row of `day` or later.
  std::uint32_t move_to(std::int32_t day) {
    if (day < last_day_) at_ = rows_.first();
    last_day_ = day;
    while (at_ < rows_.last() && rows_.day(at_) < day) ++at_;
    return at_;
  }

 private:
  const CustomerRows& rows_;
  std::uint32_t at_;
  std::int32_t last_day_ = std::numeric_limits<std::int32_t>::min();
};

/// Amounts known at a cutoff within the year before it, by sums made once: a bulk run asks at many
/// cutoffs of the same rows.
class YearAmounts {
 public:
  YearAmounts(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
              const CustomerRows& rows)
      : compiled_(compiled),
        bucket_(bucket),
        customer_(customer),
        rows_(rows),
        year_(rows),
        cutoff_(rows) {
    is_fast_ = compiled.value_kind == ValueKind::YearAmount && !compiled.value.known_at &&
               compiled.value.value.table == compiled.main_table && rows.is_known_by_lag() &&
               rows.lag() == 0;
    if (!is_fast_) return;
    static thread_local std::vector<std::int64_t> sums;
    sums.resize(rows.last() - rows.first() + 1);
    const auto* column = compiled.column(bucket, compiled.value.value);
    const bool is_plain = column->type == tables::ColumnType::Money;
    std::int64_t sum = 0;
    for (auto row = rows.first(); row < rows.last(); ++row) {
      sums[row - rows.first()] = sum;
      if (is_plain) {
        sum += column->is_valid(row) ? column->integers[row] : 0;
      } else {
        sum += cents_at(column, row).value_or(0);
      }
    }
    sums.back() = sum;
    sums_ = sums.data();
  }

  std::int64_t at(std::int32_t cutoff) {
    if (!is_fast_) return value_of(compiled_, bucket_, customer_, cutoff);
    return sums_[cutoff_.move_to(cutoff) - rows_.first()] -
           sums_[year_.move_to(cutoff - 365) - rows_.first()];
  }

 private:
  const Compiled& compiled_;
  const history::Bucket& bucket_;
  std::uint32_t customer_;
  const CustomerRows& rows_;
  Cursor year_, cutoff_;
  const std::int64_t* sums_ = nullptr;
  bool is_fast_ = false;
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
  YearAmounts amounts(compiled, bucket, customer, events);
  const bool needs_intervals = compiled.definition.interval_factor > 0;
  const auto kind = classify(compiled, bucket, std::nullopt, "inactive");
  Cursor happened(events), window_start(events);
  for (const auto day : cutoffs_of(compiled, plan)) {
    const auto cutoff = day.number;
    const auto end = happened.move_to(cutoff);
    const auto activity = activity_at(events, amount, end, cutoff, needs_intervals);
    if (activity.last == kNever) continue;
    const auto limit = limit_of(compiled, bucket, customer, cutoff);
    if (cutoff - activity.last > silence_limit(compiled, limit, activity)) continue;
    PlannedRow row;
    row.cutoff_day = cutoff;
    row.value_cents = amounts.at(cutoff);
    if (!plan.is_scoring) {
      auto window = window_of(compiled, cutoff);
      if (limit && limit->is_own) {
        const auto own = static_cast<std::int32_t>(std::ceil(limit->days));
        window.to = std::min(window.to, window.from + std::max(own, 1));
      }
      if (!is_mature(compiled, window.to)) {
        row.outcome = OutcomeState::Immature;
      } else if (is_active_between(events, amount, window_start.move_to(window.from), window.to)) {
        row.outcome = OutcomeState::Stayed;
      } else {
        row.outcome = kind.is_churn ? OutcomeState::Churned : OutcomeState::CompetingExit;
        row.outcome_day = window.to;
        row.exit_class = kind.exit_class;
      }
    }
    rows.push_back(row);
  }
}

}  // namespace holdfast::features::outcomes
