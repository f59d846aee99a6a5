// Churn as a label column says it.
//
// With time (an outcome table with an event time): a customer seen before the cutoff and not yet
// labelled lost is active; a positive label within the outcome window is churn. Without: one row
// per customer, or per contract where the contract is the entity; a missing label is Unknown, to
// be scored. Scoring lists who is not labelled lost.

#include <algorithm>
#include <limits>

#include "features/outcomes_compiled.hpp"

namespace holdfast::features::outcomes {
namespace {

enum class Label { Missing, Negative, Positive };

Label label_at(const Compiled& compiled, const history::ColumnData* column, std::uint32_t row) {
  const auto text = text_at(column, row);
  if (!text) return Label::Missing;
  static const std::vector<std::string> kUsual = {"1",   "true", "yes", "y",      "t",
                                                  "是", "流失", "churned", "churn", "lost"};
  const auto& positive = compiled.definition.positive;
  return matches(*text, positive.empty() ? kUsual : positive) ? Label::Positive : Label::Negative;
}

void set_outcome(const Compiled& compiled, const history::Bucket& bucket, Label label,
                 std::uint32_t at, std::int32_t day, PlannedRow& row) {
  if (label == Label::Missing) return;
  row.outcome = OutcomeState::Stayed;
  if (label == Label::Negative) return;
  const auto kind = classify(compiled, bucket, at, "churned");
  row.outcome = kind.is_churn ? OutcomeState::Churned : OutcomeState::CompetingExit;
  row.outcome_day = day;
  row.exit_class = kind.exit_class;
}

bool was_seen(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
              std::int32_t cutoff) {
  return std::any_of(compiled.presence_tables.begin(), compiled.presence_tables.end(), [&](int t) {
    const CustomerRows rows(compiled, bucket, customer, t);
    const auto happened = rows.happened(cutoff);
    for (auto row = happened.first; row < happened.last; ++row) {
      if (rows.is_known(row, cutoff)) return true;
    }
    return false;
  });
}

void plan_timed(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
                const RowPlan& plan, Rows& rows) {
  const CustomerRows labels(compiled, bucket, customer, compiled.main_table);
  const auto* column = compiled.column(bucket, compiled.label.value);
  const auto first_positive = [&](std::int32_t from, std::int32_t to, std::int32_t known_at) {
    const auto range = labels.between(from, to);
    for (auto row = range.first; row < range.last; ++row) {
      const bool is_visible =
          known_at == kNever ? labels.is_final(row)
                             : labels.is_known(row, known_at) &&
                                   is_cell_known(compiled, bucket, compiled.label, row, known_at);
      if (is_visible && label_at(compiled, column, row) == Label::Positive) return row;
    }
    return kNoRow;
  };
  for (const auto day : cutoffs_of(compiled, plan)) {
    const auto cutoff = day.number;
    if (!was_seen(compiled, bucket, customer, cutoff)) continue;
    constexpr auto kEver = std::numeric_limits<std::int32_t>::min();
    if (first_positive(kEver, cutoff, cutoff) != kNoRow) continue;
    PlannedRow row;
    row.cutoff_day = cutoff;
    row.value_cents = value_of(compiled, bucket, customer, cutoff);
    if (!plan.is_scoring) {
      const auto window = window_of(compiled, cutoff);
      const auto lost = first_positive(kEver, window.to, kNever);
      if (!is_mature(compiled, window.to)) {
        row.outcome = OutcomeState::Immature;
      } else if (lost == kNoRow) {
        row.outcome = OutcomeState::Stayed;
      } else if (labels.day(lost) >= window.from) {
        set_outcome(compiled, bucket, Label::Positive, lost, labels.day(lost), row);
      }
    }
    rows.push_back(row);
  }
}

/// The customer's label from all rows: lost if any says so.
std::pair<Label, std::uint32_t> label_of(const Compiled& compiled, const history::Bucket& bucket,
                                         const CustomerRows& labels) {
  std::pair<Label, std::uint32_t> best{Label::Missing, labels.first()};
  const auto* column = compiled.column(bucket, compiled.label.value);
  for (auto row = labels.first(); row < labels.last(); ++row) {
    if (!labels.is_final(row)) continue;
    const auto label = label_at(compiled, column, row);
    if (label > best.first) best = {label, row};
  }
  return best;
}

void plan_untimed_customer(const Compiled& compiled, const history::Bucket& bucket,
                           std::uint32_t customer, const RowPlan& plan, Rows& rows) {
  const CustomerRows labels(compiled, bucket, customer, compiled.main_table);
  const auto [label, at] = label_of(compiled, bucket, labels);
  if (plan.is_scoring && label == Label::Positive) return;
  const auto day = plan.is_scoring ? plan.as_of
                   : plan.cutoffs.empty() ? *compiled.untimed_cutoff
                                          : plan.cutoffs.back();
  PlannedRow row;
  row.cutoff_day = day.number;
  row.value_cents = value_of(compiled, bucket, customer, day.number);
  if (!plan.is_scoring) set_outcome(compiled, bucket, label, at, day.number, row);
  rows.push_back(row);
}

void add_contract(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t at,
                  std::int32_t cutoff, const RowPlan& plan, Rows& rows) {
  const auto label = label_at(compiled, compiled.column(bucket, compiled.label.value), at);
  if (plan.is_scoring && label == Label::Positive) return;
  PlannedRow row;
  row.contract_row = at;
  row.cutoff_day = cutoff;
  if (is_cell_known(compiled, bucket, compiled.amount, at, cutoff)) {
    row.value_cents = cents_at(compiled.column(bucket, compiled.amount.value), at).value_or(0);
  }
  if (!plan.is_scoring) {
    const auto end = day_at(compiled.column(bucket, compiled.end.value), at);
    set_outcome(compiled, bucket, label, at, std::max(end.value_or(cutoff), cutoff), row);
  }
  rows.push_back(row);
}

void plan_contract_labels(const Compiled& compiled, const history::Bucket& bucket,
                          std::uint32_t customer, const RowPlan& plan, Rows& rows) {
  const CustomerRows contracts(compiled, bucket, customer, compiled.main_table);
  const auto* end = compiled.column(bucket, compiled.end.value);
  if (!plan.is_scoring && compiled.offsets.empty() && compiled.untimed_cutoff) {
    const auto cutoff = compiled.untimed_cutoff->number;
    for (auto row = contracts.first(); row < contracts.last(); ++row) {
      if (contracts.is_final(row)) add_contract(compiled, bucket, row, cutoff, plan, rows);
    }
    return;
  }
  if (!plan.is_scoring && !compiled.offsets.empty() && plan.cutoffs.empty()) {
    const auto begin = static_cast<std::ptrdiff_t>(rows.size());
    for (auto row = contracts.first(); row < contracts.last(); ++row) {
      const auto day = day_at(end, row);
      if (!day) continue;
      for (const auto offset : compiled.offsets) {
        const auto in_force = contracts_in_force(compiled, bucket, customer, *day - offset);
        if (std::binary_search(in_force.begin(), in_force.end(), row)) {
          add_contract(compiled, bucket, row, *day - offset, plan, rows);
        }
      }
    }
    std::stable_sort(rows.begin() + begin, rows.end(), [](const auto& a, const auto& b) {
      return a.cutoff_day != b.cutoff_day ? a.cutoff_day < b.cutoff_day
                                          : a.contract_row < b.contract_row;
    });
    return;
  }
  for (const auto day : cutoffs_of(compiled, plan)) {
    for (const auto row : contracts_in_force(compiled, bucket, customer, day.number)) {
      if (plan.is_scoring && !is_due(compiled, day_at(end, row).value_or(kNever), day.number)) {
        continue;
      }
      add_contract(compiled, bucket, row, day.number, plan, rows);
    }
  }
}

}  // namespace

void plan_label(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
                const RowPlan& plan, Rows& rows) {
  if (compiled.contract_table >= 0) {
    return plan_contract_labels(compiled, bucket, customer, plan, rows);
  }
  if (compiled.untimed_cutoff) {
    return plan_untimed_customer(compiled, bucket, customer, plan, rows);
  }
  plan_timed(compiled, bucket, customer, plan, rows);
}

}  // namespace holdfast::features::outcomes
