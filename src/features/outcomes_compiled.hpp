#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "features/outcomes.hpp"
#include "history/history_view.hpp"
#include "study/expression.hpp"

/// The inside of OutcomeProgram: what the definition's files share.
namespace holdfast::features::outcomes {

constexpr std::int32_t kNever = history::kNeverDay;

/// A column among the wanted ones; table -1: there is none.
struct Ref {
  int table = -1;
  int column = -1;
  explicit operator bool() const { return column >= 0; }
};

/// A column and the date column from which on its cells are known, where the study names one.
struct Cell {
  Ref value;
  Ref known_at;
  explicit operator bool() const { return static_cast<bool>(value); }
};

/// Where the value at risk comes from.
enum class ValueKind { None, ContractPremium, YearAmount, LastAmount };

/// A contract that may succeed another customer's, found by household or vehicle.
struct Successor {
  std::int32_t start = 0;
  std::int32_t end = 0;
  bool product_fits = true;
};

/// A half-open range of rows of one table.
struct RowRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// Everything a definition needs to run.
struct Compiled {
  study::Study study;
  study::ChurnDefinition definition;
  study::TableSpec table;  // The definition's.

  std::vector<history::TableColumns> wanted;
  std::vector<int> given_table;                // [wanted tables]
  std::vector<std::vector<int>> given_column;  // [wanted tables][columns]

  int main_table = -1;      // Of wanted: the definition's table.
  int contract_table = -1;  // Of wanted: whose rows are the entity; -1: the customer.
  Cell end, cancelled, exit_reason, product, household, vehicle, contract_key;
  Cell amount;              // Of the main table.
  Cell label;
  Cell segment;
  Cell value;
  ValueKind value_kind = ValueKind::None;
  std::vector<int> presence_tables;  // Label with time: a row in any of these shows a customer.
  study::ExpressionPtr condition;
  std::map<std::string, Ref, std::less<>> condition_columns;  // "table.column".

  std::vector<std::string> exit_classes;
  std::vector<Day> cutoffs;
  Day complete_until;
  std::vector<std::int32_t> offsets;         // Contract-relative; empty: calendar.
  std::optional<Day> untimed_cutoff;         // Label without any time.

  std::unordered_map<std::uint64_t, std::vector<Successor>> shared;  // By household or vehicle.
  std::map<std::int32_t, std::int32_t> due;  // End day of contracts → their earliest start.
  bool is_due_known = false;

  const history::TableData& data(const history::Bucket& bucket, int table_index) const {
    return bucket.tables[static_cast<std::size_t>(
        given_table[static_cast<std::size_t>(table_index)])];
  }
  const history::ColumnData* column(const history::Bucket& bucket, Ref ref) const {
    if (!ref) return nullptr;
    const auto t = static_cast<std::size_t>(ref.table);
    const auto c = static_cast<std::size_t>(ref.column);
    return &data(bucket, ref.table).columns[static_cast<std::size_t>(given_column[t][c])];
  }
  int given(int table_index) const {
    return table_index < 0 ? -1 : given_table[static_cast<std::size_t>(table_index)];
  }
  std::uint32_t class_index(std::string_view name) const;
};

/// A customer's rows in one table, as known in the end and as known at a cutoff.
class CustomerRows {
 public:
  CustomerRows(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
               int table_index);

  std::uint32_t first() const { return all_.first; }
  std::uint32_t last() const { return all_.last; }
  std::int32_t day(std::uint32_t row) const { return data_->event_day[row]; }
  std::span<const std::int32_t> days() const {
    return std::span(data_->event_day).subspan(all_.first, all_.last - all_.first);
  }
  /// True where no correction ever replaced the row.
  bool is_final(std::uint32_t row) const {
    return data_->superseded_day.empty() || data_->superseded_day[row] == kNever;
  }
  /// Rows that happened before `cutoff`; each must still be asked is_known.
  RowRange happened(std::int32_t cutoff) const;
  bool is_known(std::uint32_t row, std::int32_t cutoff) const {
    return data_->known_day_of(row) < cutoff &&
           (data_->superseded_day.empty() || data_->superseded_day[row] >= cutoff);
  }
  /// Rows of the days [from, to).
  RowRange between(std::int32_t from, std::int32_t to) const;
  bool has_corrections() const { return !data_->superseded_day.empty(); }
  bool is_known_by_lag() const { return data_->known_day.empty() && !has_corrections(); }
  std::int32_t lag() const { return data_->known_lag_days; }

 private:
  const history::TableData* data_;
  RowRange all_;
};

/// A cell as a day; nothing where missing or no day.
std::optional<std::int32_t> day_at(const history::ColumnData* column, std::uint32_t row);
/// A cell as cents: Money as it is, other numbers × 100; nothing where missing.
std::optional<std::int64_t> cents_at(const history::ColumnData* column, std::uint32_t row);
/// A cell as a number in its own unit (Money in whole units); nothing where missing.
std::optional<double> number_at(const history::ColumnData* column, std::uint32_t row);
/// A cell as the text a study would write for it; nothing where missing.
std::optional<std::string> text_at(const history::ColumnData* column, std::uint32_t row);
/// True where a cell may be read at the cutoff, the row itself being known.
bool is_cell_known(const Compiled& compiled, const history::Bucket& bucket, const Cell& cell,
                   std::uint32_t row, std::int32_t cutoff);
/// True where `text` means one of `values` (trimmed, any case; numbers by value).
bool matches(std::string_view text, const std::vector<std::string>& values);

/// The class of an exit: by its reason where the study lists one, else `fallback`.
struct ExitKind {
  std::uint32_t exit_class = 0;
  bool is_churn = true;
};
ExitKind classify(const Compiled& compiled, const history::Bucket& bucket,
                  std::optional<std::uint32_t> row, std::string_view fallback);

/// The segment's limit of `inactive_days` for the customer as known at the cutoff. is_own: it names
/// a segment rather than "all others". Nothing where the study gives no limit.
struct Limit {
  double days = 0;
  bool is_own = false;
};
std::optional<Limit> limit_of(const Compiled& compiled, const history::Bucket& bucket,
                              std::uint32_t customer, std::int32_t cutoff);

/// Amount at risk of the customer at the cutoff where it is not a contract's own premium.
std::int64_t value_of(const Compiled& compiled, const history::Bucket& bucket,
                      std::uint32_t customer, std::int32_t cutoff);

/// Cutoffs of this plan: the scoring day, the plan's, or the study's.
std::span<const Day> cutoffs_of(const Compiled& compiled, const RowPlan& plan);

/// First and end of the days churn is looked for in.
struct Window {
  std::int32_t from = 0;
  std::int32_t to = 0;
};
Window window_of(const Compiled& compiled, std::int32_t cutoff);
inline bool is_mature(const Compiled& compiled, std::int32_t horizon) {
  return horizon < compiled.complete_until.number;
}

using Rows = std::vector<PlannedRow>;
// One per kind of definition; each appends the customer's rows.
void plan_contracts(const Compiled&, const history::Bucket&, std::uint32_t customer,
                    const RowPlan&, Rows&);
void plan_inactivity(const Compiled&, const history::Bucket&, std::uint32_t customer,
                     const RowPlan&, Rows&);
void plan_expected_spend(const Compiled&, const history::Bucket&, std::uint32_t customer,
                         const RowPlan&, Rows&);
void plan_partial(const Compiled&, const history::Bucket&, std::uint32_t customer, const RowPlan&,
                  Rows&);
void plan_revenue_rule(const Compiled&, const history::Bucket&, std::uint32_t customer,
                       const RowPlan&, Rows&);
void plan_label(const Compiled&, const history::Bucket&, std::uint32_t customer, const RowPlan&,
                Rows&);

/// Contracts in force as known at the cutoff: their rows, ascending.
std::vector<std::uint32_t> contracts_in_force(const Compiled&, const history::Bucket&,
                                              std::uint32_t customer, std::int32_t cutoff);
/// True where the scoring list is limited to contracts that fall due soon.
bool is_due(const Compiled&, std::int32_t end, std::int32_t as_of);
/// True where a contract began after `day`.
bool began_after(const Compiled&, const history::Bucket&, std::uint32_t customer,
                 std::int32_t day);
/// Notes a bucket's contracts for successors elsewhere.
void learn_contracts(Compiled&, const history::Bucket&);

/// True where the condition holds for the customer, over all facts before `day`; with
/// `known_at_cutoff`, over those known at that day only.
bool condition_holds(const Compiled&, const history::Bucket&, std::uint32_t customer,
                     std::int32_t day, bool known_at_cutoff);

/// Is a row of the main table an activity: refunds and returns (negative amounts) are none.
inline bool is_activity(const history::ColumnData* amount, std::uint32_t row) {
  if (!amount) return true;
  if (!amount->is_valid(row)) return true;
  return amount->reals.empty() ? amount->integers.empty() || amount->integers[row] >= 0
                               : amount->reals[row] >= 0;
}

/// The calendar cutoffs of a study. Errors: none fits.
Result<std::vector<Day>> calendar_cutoffs(const study::Study& study,
                                          const history::TableInfo& table, int grace_days);

}  // namespace holdfast::features::outcomes

namespace holdfast::features {
struct OutcomeProgram::State {
  outcomes::Compiled compiled;
};
}  // namespace holdfast::features
