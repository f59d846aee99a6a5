// Churn in money: spend against expectation, falling balances and spend, rules over revenue.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "features/outcomes_compiled.hpp"

namespace holdfast::features::outcomes {
namespace {

constexpr double kHalfLifeDays = 180;
constexpr double kActiveDaysDefault = 365;

/// A customer's dated amounts: those known at a cutoff, or as known in the end.
class Amounts {
 public:
  Amounts(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer)
      : compiled_(compiled),
        bucket_(bucket),
        rows_(compiled, bucket, customer, compiled.main_table),
        amount_(compiled.column(bucket, compiled.amount.value)) {}

  const CustomerRows& rows() const { return rows_; }
  /// Where there is no amount column, each row counts one.
  double amount(std::uint32_t row) const {
    return amount_ ? number_at(amount_, row).value_or(0) : 1;
  }
  bool has_amount(std::uint32_t row) const {
    return !amount_ || number_at(amount_, row).has_value();
  }

  /// True where the row may be read at `known_at`; kNever: in the end.
  bool is_visible(std::uint32_t row, std::int32_t known_at) const {
    if (known_at == kNever) return rows_.is_final(row);
    return rows_.is_known(row, known_at) &&
           is_cell_known(compiled_, bucket_, compiled_.amount, row, known_at);
  }

  /// Calls body(row) for rows of the days [from, to) as known at `known_at`.
  template <typename Body>
  void for_rows(std::int32_t from, std::int32_t to, std::int32_t known_at, const Body& body) const {
    const auto range = rows_.between(from, to);
    for (auto row = range.first; row < range.last; ++row) {
      if (is_visible(row, known_at) && has_amount(row)) body(row);
    }
  }

  double sum(std::int32_t from, std::int32_t to, std::int32_t known_at) const {
    double total = 0;
    for_rows(from, to, known_at, [&](std::uint32_t row) { total += amount(row); });
    return total;
  }

  /// The last day of a positive amount known at the cutoff; nothing: there is none.
  std::optional<std::int32_t> last_day(std::int32_t cutoff) const {
    const auto range = rows_.happened(cutoff);
    for (auto row = range.last; row-- > range.first;) {
      if (amount(row) > 0 && is_visible(row, cutoff)) return rows_.day(row);
    }
    return std::nullopt;
  }
  std::optional<std::int32_t> first_day(std::int32_t cutoff) const {
    const auto range = rows_.happened(cutoff);
    for (auto row = range.first; row < range.last; ++row) {
      if (has_amount(row) && is_visible(row, cutoff)) return rows_.day(row);
    }
    return std::nullopt;
  }

 private:
  const Compiled& compiled_;
  const history::Bucket& bucket_;
  CustomerRows rows_;
  const history::ColumnData* amount_;
};

void set_exit(const Compiled& compiled, const history::Bucket& bucket, std::string_view name,
              std::int32_t day, PlannedRow& row) {
  const auto kind = classify(compiled, bucket, std::nullopt, name);
  row.outcome = kind.is_churn ? OutcomeState::Churned : OutcomeState::CompetingExit;
  row.outcome_day = day;
  row.exit_class = kind.exit_class;
}

bool is_recent(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
               std::int32_t last, std::int32_t cutoff) {
  const auto limit = limit_of(compiled, bucket, customer, cutoff);
  return cutoff - last <= (limit ? limit->days : kActiveDaysDefault);
}

/// Amount a day the history predicts: exponentially weighted with a half-life of 180 days,
///
///   rate(t) = Σ a_i · 2^(−(t − d_i)/h)  /  ∫₀ᵀ 2^(−s/h) ds,   T = t − first day,  h = 180,
///
/// so a steady spender's rate is the plain mean, and old habits fade.
double daily_rate(const Amounts& amounts, std::int32_t first, std::int32_t cutoff) {
  double weighted = 0;
  amounts.for_rows(first, cutoff, cutoff, [&](std::uint32_t row) {
    weighted += amounts.amount(row) *
                std::exp2(-static_cast<double>(cutoff - amounts.rows().day(row)) / kHalfLifeDays);
  });
  const double observed_days = cutoff - first;
  const double decay = std::log(2.0) / kHalfLifeDays;
  return weighted * decay / (1 - std::exp(-decay * observed_days));
}

/// Balances by account: the last one before a day, added up over the customer's accounts.
std::optional<double> balance_before(const Compiled& compiled, const history::Bucket& bucket,
                                     const Amounts& amounts, std::int32_t day,
                                     std::int32_t known_at) {
  const auto* account = compiled.column(bucket, compiled.contract_key.value);
  std::map<std::string, double> last;
  amounts.for_rows(std::numeric_limits<std::int32_t>::min(), day, known_at,
                   [&](std::uint32_t row) {
                     last[text_at(account, row).value_or("")] = amounts.amount(row);
                   });
  if (last.empty()) return std::nullopt;
  double total = 0;
  for (const auto& entry : last) total += entry.second;
  return total;
}

/// Sums of the complete calendar months before `day`, the latest first, as in the expression
/// language's trend functions.
std::vector<double> monthly(const Amounts& amounts, std::int32_t day, int months,
                            std::int32_t known_at) {
  const auto civil = civil_of(Day{day});
  const Day anchor = day_from_civil(civil.year, civil.month, 1).value();
  std::vector<double> totals;
  for (int month = 0; month < months; ++month) {
    const auto to = add_months(anchor, -month).number;
    const auto from = add_months(anchor, -month - 1).number;
    totals.push_back(amounts.sum(from, to, known_at));
  }
  return totals;
}

/// Complete months before `day` since the customer's first amount, that month included.
int months_since_first(const Amounts& amounts, std::int32_t day) {
  const auto first = amounts.first_day(day);
  if (!first) return 0;
  const auto from = civil_of(Day{*first});
  const auto to = civil_of(Day{day});
  return (to.year - from.year) * 12 + to.month - from.month;
}

bool is_falling(const std::vector<double>& totals, int months) {
  for (int month = 0; month < months; ++month) {
    const auto at = static_cast<std::size_t>(month);
    if (totals[at] >= totals[at + 1]) return false;
  }
  return months > 0;
}

bool is_below(const std::vector<double>& totals, int months, double limit) {
  for (int month = 0; month < months; ++month) {
    const auto total = totals[static_cast<std::size_t>(month)];
    // A limit of 0 means no revenue at all.
    if (limit > 0 ? total >= limit : total > 0) return false;
  }
  return months > 0;
}

/// The rule a customer meets on a day; empty: none.
std::string_view rule_met(const Compiled& compiled, const history::Bucket& bucket,
                          std::uint32_t customer, const Amounts& amounts, std::int32_t day,
                          std::int32_t known_at) {
  const auto& definition = compiled.definition;
  if (compiled.condition) {
    return condition_holds(compiled, bucket, customer, day, known_at != kNever) ? "condition" : "";
  }
  const auto months = std::max(definition.falling_months, definition.below_months) + 1;
  const auto totals = monthly(amounts, day, months, known_at);
  // Months before the first amount are not months without revenue.
  const bool has_months = months_since_first(amounts, day) >= definition.below_months;
  if (has_months && is_below(totals, definition.below_months, definition.below)) return "below";
  return is_falling(totals, definition.falling_months) ? "falling" : "";
}

}  // namespace

void plan_expected_spend(const Compiled& compiled, const history::Bucket& bucket,
                         std::uint32_t customer, const RowPlan& plan, Rows& rows) {
  const Amounts amounts(compiled, bucket, customer);
  const auto& cutoffs = compiled.study.cutoffs;
  for (const auto day : cutoffs_of(compiled, plan)) {
    const auto cutoff = day.number;
    const auto first = amounts.first_day(cutoff);
    const auto last = amounts.last_day(cutoff);
    // Without one outcome window of history there is nothing to expect from.
    if (!first || !last || cutoff - *first < std::max(cutoffs.outcome_days, 1)) continue;
    if (!is_recent(compiled, bucket, customer, *last, cutoff)) continue;
    const double expected = daily_rate(amounts, *first, cutoff) * cutoffs.outcome_days;
    if (expected <= 0) continue;
    PlannedRow row;
    row.cutoff_day = cutoff;
    row.value_cents = value_of(compiled, bucket, customer, cutoff);
    if (!plan.is_scoring) {
      const auto window = window_of(compiled, cutoff);
      if (!is_mature(compiled, window.to)) {
        row.outcome = OutcomeState::Immature;
      } else if (amounts.sum(window.from, window.to, kNever) <
                 compiled.definition.fall_share * expected) {
        set_exit(compiled, bucket, "underspent", window.to, row);
      } else {
        row.outcome = OutcomeState::Stayed;
      }
    }
    rows.push_back(row);
  }
}

void plan_partial(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
                  const RowPlan& plan, Rows& rows) {
  const Amounts amounts(compiled, bucket, customer);
  const bool is_balance = compiled.table.topic == study::Topic::Balance;
  const auto span = compiled.study.cutoffs.outcome_days;
  for (const auto day : cutoffs_of(compiled, plan)) {
    const auto cutoff = day.number;
    const auto before = is_balance ? balance_before(compiled, bucket, amounts, cutoff, cutoff)
                                   : std::optional(amounts.sum(cutoff - span, cutoff, cutoff));
    if (!before || *before <= 0) continue;
    PlannedRow row;
    row.cutoff_day = cutoff;
    row.value_cents = value_of(compiled, bucket, customer, cutoff);
    if (!plan.is_scoring) {
      const auto window = window_of(compiled, cutoff);
      const double after =
          is_balance ? balance_before(compiled, bucket, amounts, window.to, kNever).value_or(0)
                     : amounts.sum(window.from, window.to, kNever);
      const double fall = 1 - after / *before;
      if (!is_mature(compiled, window.to)) {
        row.outcome = OutcomeState::Immature;
      } else if (fall >= compiled.definition.fall_share) {
        set_exit(compiled, bucket,
                 fall >= compiled.definition.full_fall_share ? "full" : "partial", window.to, row);
      } else {
        row.outcome = OutcomeState::Stayed;
      }
    }
    rows.push_back(row);
  }
}

void plan_revenue_rule(const Compiled& compiled, const history::Bucket& bucket,
                       std::uint32_t customer, const RowPlan& plan, Rows& rows) {
  const Amounts amounts(compiled, bucket, customer);
  for (const auto day : cutoffs_of(compiled, plan)) {
    const auto cutoff = day.number;
    const auto last = amounts.last_day(cutoff);
    if (!last || !is_recent(compiled, bucket, customer, *last, cutoff)) continue;
    // Who meets the rule already is lost before the window, not in it.
    if (!rule_met(compiled, bucket, customer, amounts, cutoff, cutoff).empty()) continue;
    PlannedRow row;
    row.cutoff_day = cutoff;
    row.value_cents = value_of(compiled, bucket, customer, cutoff);
    if (!plan.is_scoring) {
      const auto window = window_of(compiled, cutoff);
      if (!is_mature(compiled, window.to)) {
        row.outcome = OutcomeState::Immature;
      } else {
        const auto rule = rule_met(compiled, bucket, customer, amounts, window.to, kNever);
        row.outcome = OutcomeState::Stayed;
        if (!rule.empty()) set_exit(compiled, bucket, rule, window.to, row);
      }
    }
    rows.push_back(row);
  }
}

}  // namespace holdfast::features::outcomes
