// Contractual churn: a contract ends, by its term or early, and nothing succeeds it.
//
// In the data of insurers a renewed term is often written before the customer has answered, with a
// cancellation on its own first day when the answer was no (real case: 77 % of the lapses of the
// Spanish motor portfolio), or one within the grace days when the premium was not paid. Such a term
// was not taken up: it renews nothing.

#include <algorithm>
#include <limits>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "features/outcomes_compiled.hpp"

namespace holdfast::features::outcomes {
namespace {

struct Term {
  std::uint32_t row = 0;
  std::int32_t start = 0;
  std::int32_t end = kNever;        // kNever: open-ended.
  std::int32_t cancelled = kNever;  // As written; may repeat on all rows of a customer.
};

struct Exit {
  std::int32_t day = kNever;
  bool is_early = false;
};

/// One customer's contracts.
class Contracts {
 public:
  Contracts(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer)
      : compiled_(compiled),
        bucket_(bucket),
        rows_(compiled, bucket, customer, compiled.main_table),
        end_(compiled.column(bucket, compiled.end.value)),
        cancelled_(compiled.column(bucket, compiled.cancelled.value)),
        key_(compiled.column(bucket, compiled.contract_key.value)) {}

  const CustomerRows& rows() const { return rows_; }

  Term term(std::uint32_t row) const {
    return {row, rows_.day(row), day_at(end_, row).value_or(kNever),
            day_at(cancelled_, row).value_or(kNever)};
  }

  /// Not taken up: cancelled shortly before its start or within its grace days.
  bool is_void(const Term& term) const {
    return term.cancelled != kNever &&
           term.cancelled <= term.start + compiled_.definition.grace_days &&
           term.cancelled >= term.start - compiled_.definition.early_days;
  }

  /// In force as known at the cutoff.
  bool is_in_force(const Term& term, std::int32_t cutoff) const {
    if (term.start >= cutoff || term.end < cutoff || !rows_.is_known(term.row, cutoff)) {
      return false;
    }
    const bool is_cancellation_known =
        term.cancelled < cutoff &&
        is_cell_known(compiled_, bucket_, compiled_.cancelled, term.row, cutoff);
    return !is_cancellation_known || (term.cancelled <= term.start && !is_void(term));
  }

  /// The version of a term that corrections left in the end.
  Term final_version(const Term& term) const {
    if (!rows_.has_corrections() || rows_.is_final(term.row)) return term;
    std::optional<Term> best;
    for (auto row = rows_.first(); row < rows_.last(); ++row) {
      if (!rows_.is_final(row) || !is_same_contract(row, term.row)) continue;
      const auto other = this->term(row);
      const auto distance = std::abs(other.start - term.start);
      if (!best || distance < std::abs(best->start - term.start)) best = other;
    }
    return best.value_or(term);
  }

  /// When the term ends as known in the end.
  Exit exit_of(const Term& term) const {
    if (term.cancelled == kNever || term.cancelled <= term.start || term.cancelled >= term.end) {
      return {term.end, false};
    }
    // The column may repeat on all rows: the day belongs to the latest term begun before it.
    for (auto row = rows_.first(); row < rows_.last(); ++row) {
      if (rows_.day(row) > term.start && rows_.day(row) < term.cancelled && rows_.is_final(row) &&
          is_same_contract(row, term.row) && !is_void(this->term(row))) {
        return {term.end, false};
      }
    }
    return {term.cancelled, true};
  }

  /// A successor's end, or nothing where none starts in time.
  std::optional<std::int32_t> successor_end(const Term& term, std::int32_t exit) const {
    const auto from = exit - compiled_.definition.early_days;
    const auto to = exit + compiled_.definition.grace_days;
    std::optional<std::int32_t> best;
    const auto take = [&](std::int32_t start, std::int32_t end) {
      if (start < from || start > to || start <= term.start || end <= exit) return;
      if (!best || end > *best) best = end;
    };
    const auto near = rows_.between(from, to + 1);
    for (auto row = near.first; row < near.last; ++row) {
      if (row == term.row || !rows_.is_final(row) || !fits(row)) continue;
      const auto other = this->term(row);
      if (is_void(other)) continue;
      if (!is_same_contract(row, term.row) && continues_another(other)) continue;
      take(other.start, exit_of(other).day);
    }
    for_shared(term.row, [&](const Successor& other) {
      if (other.product_fits) take(other.start, other.end);
    });
    return best;
  }

  bool is_same_contract(std::uint32_t a, std::uint32_t b) const {
    if (!key_) return true;
    const bool has_both = key_->is_valid(a) && key_->is_valid(b);
    if (!has_both) return false;
    return key_->codes.empty() ? text_at(key_, a) == text_at(key_, b)
                               : key_->codes[a] == key_->codes[b];
  }

  bool fits(std::uint32_t row) const {
    const auto& products = compiled_.definition.successor_products;
    if (products.empty() || !compiled_.product) return true;
    const auto product = text_at(compiled_.column(bucket_, compiled_.product.value), row);
    return product && matches(*product, products);
  }

  /// The renewal of one contract does not replace another that ended beside it.
  bool continues_another(const Term& other) const {
    for (auto row = rows_.first(); row < rows_.last() && rows_.day(row) < other.start; ++row) {
      if (rows_.is_final(row) && is_same_contract(row, other.row)) return true;
    }
    return false;
  }

 private:
  template <typename Body>
  void for_shared(std::uint32_t row, const Body& body) const {
    for (const auto& cell : {compiled_.household, compiled_.vehicle}) {
      if (!cell) continue;
      const auto text = text_at(compiled_.column(bucket_, cell.value), row);
      if (!text) continue;
      const auto found = compiled_.shared.find(
          hash64(normalised_key(*text), static_cast<std::uint64_t>(cell.value.column)));
      if (found == compiled_.shared.end()) continue;
      for (const auto& successor : found->second) body(successor);
    }
  }

  const Compiled& compiled_;
  const history::Bucket& bucket_;
  CustomerRows rows_;
  const history::ColumnData* end_;
  const history::ColumnData* cancelled_;
  const history::ColumnData* key_;
};

std::string_view class_of(const Exit& exit) { return exit.is_early ? "cancelled" : "lapsed"; }

/// What became of one contract. `horizon`: where a row without exit would be decided.
void judge_contract(const Compiled& compiled, const history::Bucket& bucket,
                    const Contracts& contracts, const Term& known, const Window& window,
                    bool is_to_end, PlannedRow& row) {
  const auto term = contracts.final_version(known);
  const auto exit = contracts.exit_of(term);
  const auto grace = compiled.definition.grace_days;
  const auto last = is_to_end ? std::max(known.end, window.from) : window.to;
  if (!is_mature(compiled, last + grace)) {
    row.outcome = OutcomeState::Immature;
    return;
  }
  row.outcome = OutcomeState::Stayed;
  if (exit.day == kNever || (!is_to_end && exit.day >= window.to)) return;
  // A correction may have moved the end so far that the outcome is not known yet.
  if (is_to_end && !is_mature(compiled, exit.day + grace)) {
    row.outcome = OutcomeState::Immature;
    return;
  }
  if (contracts.successor_end(term, exit.day)) return;
  if (exit.day < window.from) {
    row.outcome = OutcomeState::Unknown;
    return;
  }
  const auto kind = classify(compiled, bucket, term.row, class_of(exit));
  row.outcome = kind.is_churn ? OutcomeState::Churned : OutcomeState::CompetingExit;
  row.outcome_day = exit.day;
  row.exit_class = kind.exit_class;
}

/// The customer's way from contract to contract: when nothing is in force any more.
struct Leaving {
  Exit exit;
  std::uint32_t row = kNoRow;  // The contract that ended last.
};

Leaving leaving_of(const Contracts& contracts, const std::vector<std::uint32_t>& in_force,
                   std::int32_t until) {
  Leaving leaving;
  leaving.exit.day = std::numeric_limits<std::int32_t>::min();
  const auto cover = [&](const Term& term) {
    const auto exit = contracts.exit_of(term);
    if (exit.day <= leaving.exit.day) return false;
    leaving = {exit, term.row};
    return true;
  };
  for (const auto row : in_force) cover(contracts.final_version(contracts.term(row)));
  bool has_moved = true;
  while (has_moved && leaving.exit.day < until) {
    has_moved = false;
    const auto term = contracts.term(leaving.row);
    const auto end = contracts.successor_end(term, leaving.exit.day);
    // Another contract of the customer that runs on, begun before the window of successors.
    const auto& rows = contracts.rows();
    for (auto row = rows.first(); row < rows.last() && rows.day(row) <= leaving.exit.day; ++row) {
      const auto other = contracts.term(row);
      if (rows.is_final(row) && !contracts.is_void(other)) has_moved |= cover(other);
    }
    if (has_moved || !end) continue;
    for (auto row = rows.first(); row < rows.last(); ++row) {
      const auto other = contracts.term(row);
      if (rows.is_final(row) && !contracts.is_void(other) &&
          contracts.exit_of(other).day == *end) {
        has_moved |= cover(other);
      }
    }
    if (!has_moved) leaving.exit.day = kNever;  // The successor is another customer's contract.
  }
  return leaving;
}

void judge_customer(const Compiled& compiled, const history::Bucket& bucket,
                    const Contracts& contracts, const std::vector<std::uint32_t>& in_force,
                    const Window& window, PlannedRow& row) {
  if (!is_mature(compiled, window.to + compiled.definition.grace_days)) {
    row.outcome = OutcomeState::Immature;
    return;
  }
  const auto leaving = leaving_of(contracts, in_force, window.to);
  row.outcome = OutcomeState::Stayed;
  if (leaving.exit.day >= window.to) return;
  if (leaving.exit.day < window.from) {
    row.outcome = OutcomeState::Unknown;
    return;
  }
  const auto kind = classify(compiled, bucket, leaving.row, class_of(leaving.exit));
  row.outcome = kind.is_churn ? OutcomeState::Churned : OutcomeState::CompetingExit;
  row.outcome_day = leaving.exit.day;
  row.exit_class = kind.exit_class;
}

std::int64_t premium_of(const Compiled& compiled, const history::Bucket& bucket,
                        std::uint32_t row, std::int32_t cutoff) {
  if (!compiled.amount || !is_cell_known(compiled, bucket, compiled.amount, row, cutoff)) return 0;
  return cents_at(compiled.column(bucket, compiled.amount.value), row).value_or(0);
}

std::int64_t premiums_of(const Compiled& compiled, const history::Bucket& bucket,
                         const std::vector<std::uint32_t>& in_force, std::int32_t cutoff) {
  std::int64_t cents = 0;
  for (const auto row : in_force) cents += premium_of(compiled, bucket, row, cutoff);
  return cents;
}

/// Training rows at offsets from each contract's end.
void plan_offsets(const Compiled& compiled, const history::Bucket& bucket,
                  std::uint32_t customer, Rows& rows) {
  const Contracts contracts(compiled, bucket, customer);
  const auto begin = static_cast<std::ptrdiff_t>(rows.size());
  for (auto r = contracts.rows().first(); r < contracts.rows().last(); ++r) {
    const auto term = contracts.term(r);
    if (term.end == kNever || term.end <= term.start) continue;
    for (const auto offset : compiled.offsets) {
      const auto cutoff = term.end - offset;
      if (!contracts.is_in_force(term, cutoff) ||
          !is_cell_known(compiled, bucket, compiled.end, r, cutoff)) {
        continue;
      }
      PlannedRow row;
      row.contract_row = compiled.contract_table >= 0 ? r : kNoRow;
      row.cutoff_day = cutoff;
      row.value_cents = premium_of(compiled, bucket, r, cutoff);
      const Window window{cutoff + compiled.study.cutoffs.gap_days, term.end};
      judge_contract(compiled, bucket, contracts, term, window, true, row);
      rows.push_back(row);
    }
  }
  std::stable_sort(rows.begin() + begin, rows.end(), [](const auto& a, const auto& b) {
    return a.cutoff_day != b.cutoff_day ? a.cutoff_day < b.cutoff_day
                                        : a.contract_row < b.contract_row;
  });
  if (compiled.contract_table >= 0) return;
  // Of a customer's contracts that end on one day, one row speaks for the customer.
  rows.erase(std::unique(rows.begin() + begin, rows.end(),
                         [](const auto& a, const auto& b) { return a.cutoff_day == b.cutoff_day; }),
             rows.end());
}

void plan_contract_rows(const Compiled& compiled, const history::Bucket& bucket,
                        const Contracts& contracts, const std::vector<std::uint32_t>& in_force,
                        std::int32_t cutoff, const RowPlan& plan, Rows& rows) {
  for (const auto r : in_force) {
    const auto term = contracts.term(r);
    if (plan.is_scoring && !is_due(compiled, term.end, cutoff)) continue;
    PlannedRow row;
    row.contract_row = r;
    row.cutoff_day = cutoff;
    row.value_cents = premium_of(compiled, bucket, r, cutoff);
    if (!plan.is_scoring) {
      judge_contract(compiled, bucket, contracts, term, window_of(compiled, cutoff), false, row);
    }
    rows.push_back(row);
  }
}

}  // namespace

std::vector<std::uint32_t> contracts_in_force(const Compiled& compiled,
                                              const history::Bucket& bucket,
                                              std::uint32_t customer, std::int32_t cutoff) {
  const Contracts contracts(compiled, bucket, customer);
  std::vector<std::uint32_t> rows;
  const auto happened = contracts.rows().happened(cutoff);
  for (auto row = happened.first; row < happened.last; ++row) {
    if (contracts.is_in_force(contracts.term(row), cutoff)) rows.push_back(row);
  }
  return rows;
}

bool is_due(const Compiled& compiled, std::int32_t end, std::int32_t as_of) {
  if (compiled.offsets.empty()) return true;
  const auto largest = *std::max_element(compiled.offsets.begin(), compiled.offsets.end());
  const auto last = as_of + largest + 30;
  if (end >= as_of && end <= last) return true;
  if (!compiled.is_due_known) return false;
  const auto& due = compiled.due;
  for (auto it = due.lower_bound(as_of); it != due.end() && it->first <= last; ++it) {
    if (it->second < as_of) return false;
  }
  return true;
}

void plan_contracts(const Compiled& compiled, const history::Bucket& bucket,
                    std::uint32_t customer, const RowPlan& plan, Rows& rows) {
  const bool is_relative = !compiled.offsets.empty() && plan.cutoffs.empty();
  if (is_relative && !plan.is_scoring) return plan_offsets(compiled, bucket, customer, rows);
  const Contracts contracts(compiled, bucket, customer);
  for (const auto day : cutoffs_of(compiled, plan)) {
    const auto cutoff = day.number;
    const auto in_force = contracts_in_force(compiled, bucket, customer, cutoff);
    if (in_force.empty()) continue;
    if (compiled.contract_table >= 0) {
      plan_contract_rows(compiled, bucket, contracts, in_force, cutoff, plan, rows);
      continue;
    }
    const bool is_listed = !plan.is_scoring || std::any_of(
        in_force.begin(), in_force.end(),
        [&](auto r) { return is_due(compiled, contracts.term(r).end, cutoff); });
    if (!is_listed) continue;
    PlannedRow row;
    row.cutoff_day = cutoff;
    row.value_cents = premiums_of(compiled, bucket, in_force, cutoff);
    if (!plan.is_scoring) {
      judge_customer(compiled, bucket, contracts, in_force, window_of(compiled, cutoff), row);
    }
    rows.push_back(row);
  }
}

bool began_after(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
                 std::int32_t day) {
  const Contracts contracts(compiled, bucket, customer);
  const auto later = contracts.rows().between(day + 1, kNever);
  for (auto row = later.first; row < later.last; ++row) {
    if (contracts.rows().is_final(row) && !contracts.is_void(contracts.term(row))) return true;
  }
  return false;
}

void learn_contracts(Compiled& compiled, const history::Bucket& bucket) {
  const auto customers = static_cast<std::uint32_t>(bucket.keys.size());
  for (std::uint32_t customer = 0; customer < customers; ++customer) {
    const Contracts contracts(compiled, bucket, customer);
    for (auto row = contracts.rows().first(); row < contracts.rows().last(); ++row) {
      if (!contracts.rows().is_final(row)) continue;
      const auto term = contracts.term(row);
      if (!compiled.offsets.empty()) {
        auto& start = compiled.due.try_emplace(term.end, term.start).first->second;
        start = std::min(start, term.start);
      }
      if (contracts.is_void(term) || contracts.continues_another(term)) continue;
      for (const auto& cell : {compiled.household, compiled.vehicle}) {
        if (!cell) continue;
        const auto text = text_at(compiled.column(bucket, cell.value), row);
        if (!text) continue;
        const auto seed = static_cast<std::uint64_t>(cell.value.column);
        compiled.shared[hash64(normalised_key(*text), seed)].push_back(
            {term.start, contracts.exit_of(term).day, contracts.fits(row)});
      }
    }
  }
}

}  // namespace holdfast::features::outcomes
