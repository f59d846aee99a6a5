#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "study/facts.hpp"
#include "study/naming.hpp"
#include "study/study.hpp"

/// The parts of a proposal that look at data already gathered. Inner header of study/.
namespace holdfast::study {

/// Where keys lead in a set of tables.
struct KeyPlan {
  std::vector<std::string> customer_key;      // [tables] column; empty: none.
  std::vector<std::optional<Reference>> via;  // [tables]
  bool is_reached(std::size_t table) const {
    return !customer_key[table].empty() || via[table].has_value();
  }
};
KeyPlan plan_keys(const std::vector<TableFacts>& tables);

/// Columns that hold a contract's term, checked against the data; empty where there are none.
struct Term {
  std::string start, end, cancelled;
  int days_median = 0;
};
std::optional<Term> find_term(const TableFacts& table);
/// The day an event happened; empty where no column says.
std::string find_event_time(const TableFacts& table);

bool is_unique(const ColumnFacts& column);
/// Whether most values stand on several rows.
bool comes_again(const ColumnFacts& key);
/// The column that tells customers of a table without a recognised key apart, also where they come
/// again in every period of a panel; empty where there is none.
std::string key_of_lone_table(const TableFacts& table);
/// Error: a table of customers names them again and again.
Result<void> names_each_once(const TableSpec& table, const TableFacts& facts);
/// Whole numbers that could all be years: "year of registration".
bool is_calendar_year(const ColumnFacts& column);
/// Nearly always the same value for the same key, with at least some keys met twice.
bool is_constant_by_key(const TableFacts& table, const ColumnFacts& column, const ColumnFacts& key);

/// Silence, in days, that 95 % of the pauses between two days with events of a customer stay below;
/// in steps of 30, with room for four such windows in the data.
int usual_silence_days(const ColumnFacts& key, const ColumnFacts& time);

/// True or false by row, nothing where unknown.
using RowLabels = std::vector<std::optional<bool>>;
/// Whether a column gives the outcome away: some of its values (missing is one) hold nearly only
/// leavers, and a good part of all of them; of many values: all who stay share one.
bool gives_outcome_away(const ColumnFacts& column, const RowLabels& labels);
/// Whether the outcome's value settles the column's, as it does a dummy's. `outcome` is of the same
/// table.
bool is_function_of(const ColumnFacts& column, const ColumnFacts& outcome);
/// Why a column knows the outcome; empty where it does not. `outcome` may be null.
Text reason_to_leave_out(const ColumnFacts& column, const RowLabels& labels,
                         const ColumnFacts* outcome);

/// "In force", "active", "在保".
bool means_staying(std::string_view value);
/// The values of a label that mean "left": yes, 1, 流失 …; all beside one that means staying
/// ("in force"); else the rarer one.
std::vector<std::string> positive_values(const ColumnFacts& label);
/// The ways of ending among those values, most frequent first; empty where there is one only. Those
/// that take a customer away whatever is offered (death, maturity, a sale) compete.
std::vector<ExitClass> find_exits(const ColumnFacts& label, const std::vector<std::string>& gone);

/// Says which ends are churn and which compete.
void note_exits(const ChurnDefinition& churn, std::vector<Text>& notes);

/// Has [survival] follow a column with the time until the end, which no model may learn from: one that
/// the data show to be it, or where ends compete one that is called so.
void follow_time(const TableFacts& table, const ColumnFacts& label, const ChurnDefinition& churn,
                 Language language, Study& study, std::vector<Text>& notes);

/// Columns valid_from and valid_to of an attribute table; empty where there are none.
std::pair<std::string, std::string> find_validity(const TableFacts& facts);
/// 1, 2, 3 … under a name that says so.
bool is_index(const std::string& name, const ColumnFacts& column, const TableSpec& table);
/// Whether a column is part of the table's key path.
bool is_key(const TableSpec& table, const std::string& name);
/// How its rows find their customer: "key customer_id", "by policy_id to policies".
Text way_to_customer(const TableSpec& table);
/// Contract columns that are not known when the term begins: left out or known later. Says why;
/// empty where there is nothing to say.
Text look_at_term(const TableFacts& facts, const ColumnFacts& known, const NameWords& words,
                  ColumnSpec& column, const TableSpec& table);
/// Identifier, personal or sensitive, by name; a reason to be confirmed stands with the personal.
void mark_column(ColumnSpec& column, const NameWords& words, const ColumnFacts& known,
                 const TableSpec& table, Language language);
/// "USD" where column names say so, the yuan where they are Chinese or a Chinese reader asks; empty
/// where nothing tells.
std::string currency_by_name(const std::vector<TableFacts>& tables, Language language);
/// Adds what a person should know of the columns, one note for all that share a reason.
void note_columns(const TableSpec& table, std::vector<Text>& notes);
void choose_topic(const TableFacts& facts, TableSpec& table);
/// The amount column, or one computed from quantity and unit price.
void choose_amount(const TableFacts& facts, TableSpec& table);
/// Event id, kind and known-at column.
void choose_event_columns(const TableFacts& facts, TableSpec& table);

/// The column that says who left, where neither contracts nor events do: by its name and values; of
/// several that say the same the first. Errors: there is none (names those it could be), or several
/// that differ.
Result<std::string> outcome_by_name(const std::vector<TableFacts>& tables);
/// Everything decided from what was gathered.
Result<Proposal> propose_from(const std::vector<TableFacts>& tables,
                              const ProposalOptions& options);

}  // namespace holdfast::study
