#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "core/language.hpp"
#include "study/analysis_specs.hpp"
#include "tables/reader.hpp"

/// The study file: one TOML file beside the data that says everything (DESIGN, The study file).
namespace holdfast::study {

enum class Entity { Customer, Contract };
enum class Role { Customer, Contract, Event, Attribute, Outcome, Context };

/// What an event table is about; steers which feature families are proposed for it.
enum class Topic { None, Payment, Claim, Contact, Complaint, Purchase, Visit, Balance, Reminder };

/// How guarded a column is (DESIGN, promise 10).
enum class Mark { None, Identifier, Personal, Sensitive };

struct ColumnSpec {
  tables::ColumnFormat format;   // Name, type, how it is written.
  Mark mark = Mark::None;
  std::string use_because;       // Why a personal column may be a feature; empty: it may not.
                                 // Sensitive: the stated consent.
  std::string known_at;          // A date column: this value is known from that day on.
  bool is_constant = false;      // Undated attribute declared never to change.
  bool is_ignored = false;       // Never a feature, not stored (a leak, or of no use).
  std::string unit;              // "CNY", "days", "km".
  Text label;                    // What a person calls it; empty: the name.
  std::string note;                // Why it is so, for whoever reads the study.
  bool operator==(const ColumnSpec&) const = default;
};

/// A column made from the row's other columns when it is read: quantity * unit_price.
struct ComputedColumn {
  std::string name;
  std::string expression;  // Over the columns of the same row; no aggregates.
  tables::ColumnType type = tables::ColumnType::Real;
  Text label;
  bool operator==(const ComputedColumn&) const = default;
};

/// Where this table's key leads: claim.policy_id → policy.policy_id, whose customer is known.
struct Reference {
  std::string column;        // Here.
  std::string table;         // There.
  std::string table_column;  // There.
  bool operator==(const Reference&) const = default;
};

struct TableSpec {
  std::string name;
  Text label;                          // What a person calls its rows; empty: the name.
  Role role = Role::Event;
  Topic topic = Topic::None;
  std::vector<std::string> locations;  // Paths (wildcards allowed), relative to the study file; URLs.
  tables::ReadOptions read;            // Columns filled from `columns`.
  std::vector<ColumnSpec> columns;
  std::vector<ComputedColumn> computed;  // Stored like columns; may be `amount`, or a feature's.

  /// Column; empty where `via` leads there. A study's single customer table without any key has it
  /// empty too, and no `via`: each row is a customer, its row number (from 1) the key.
  std::string customer_key;
  std::string contract_key;          // Column; contract tables, and events of one contract.
  std::optional<Reference> via;
  std::string event_time;            // Event, outcome, context: column.
  std::string valid_from, valid_to;  // Attribute: columns; to may be empty (until the next one).
  std::string start, end;            // Contract: columns.
  std::string cancelled;             // Contract: column of the cancellation day; may be empty.
  std::string exit_reason;           // Contract, outcome: column with the kind of exit; may be empty.
  std::string product;               // Contract: column; which products succeed each other.
  std::string household, vehicle;    // Contract: columns; successors may share these instead.
  std::string known_at;              // Column; empty: event time + known_lag_days.
  int known_lag_days = 0;
  std::string event_id;              // Column: the same id again is a correction or a duplicate.
  bool replaces_range = false;       // Without ids: an extract replaces the days it covers.
  std::string kind;                  // Column naming the kind of event.
  std::string amount;                // Column with the money of an event or the premium of a contract.
  std::vector<std::string> join_on;  // Context: columns shared with the customer's or contract's tables.
  std::optional<Day> complete_until; // Nothing: the latest event time in the data.
  std::optional<Day> extract_day;    // Undated attributes are known from here on.
  std::int64_t line = 0;             // In the study file.

  const ColumnSpec* find(std::string_view column) const;
  const ComputedColumn* find_computed(std::string_view column) const;
  /// Type of a read or computed column; nothing where there is no such column.
  std::optional<tables::ColumnType> type_of(std::string_view column) const;
  /// Names of all read and computed columns.
  std::vector<std::string> column_names() const;
  bool operator==(const TableSpec&) const = default;
};

/// The six definitions of DOMAIN.md.
enum class ChurnKind { Contractual, Inactivity, ExpectedSpend, Partial, RevenueRule, Label };

/// A kind of exit and whether it counts as churn.
struct ExitClass {
  std::string name;                  // "lapsed", "sold_vehicle", "declined_by_insurer".
  std::vector<std::string> values;   // Values of exit_reason that mean it.
  bool is_voluntary = true;
  bool is_financial = false;
  bool is_churn = true;              // False: a competing exit.
  Text label;
  bool operator==(const ExitClass&) const = default;
};

/// A limit that may differ by segment: corporate 90, individual 60.
struct SegmentLimit {
  std::string segment;  // Value of `segment_by`; empty: all others.
  double limit = 0;
  bool operator==(const SegmentLimit&) const = default;
};

struct ChurnDefinition {
  std::string name = "churn";
  ChurnKind kind = ChurnKind::Contractual;
  std::string table;                    // The contract, event or outcome table it reads.
  std::string column;                   // Label: the column. Partial, spend, rule: the amount column.
  std::vector<std::string> positive;    // Label: values that mean churned.
  int grace_days = 30;                  // Contractual: a successor may start this late.
  int early_days = 45;                  // Contractual: a successor may start this early before the end.
  std::vector<std::string> successor_products;  // Empty: the same product column value or any.
  bool successor_by_household = false;
  bool successor_by_vehicle = false;
  std::string segment_by;               // Column; empty: one limit for all.
  std::vector<SegmentLimit> inactive_days;      // Inactivity: silence that means gone.
  double interval_factor = 0;           // Inactivity: or silence > factor × own usual interval; 0: off.
  double fall_share = 0.5;              // Partial: fall by this share; ExpectedSpend: below this
                                        // share of what was expected.
  double full_fall_share = 0.95;        // Partial: from here on it is full churn.
  int falling_months = 3;               // Rule: falling so many months in a row …
  int below_months = 0;                 // … or below `below` for so many.
  double below = 0;
  std::string condition;                // Rule: an expression instead.
  std::string exit_reason;              // Column; overrides the table's.
  std::vector<ExitClass> exits;
  std::int64_t line = 0;
  bool operator==(const ChurnDefinition&) const = default;
};

struct CutoffSpec {
  std::vector<Day> days;          // Calendar cutoffs, ascending; or
  int every_months = 0;           // one on the first of every so many months, from data start; or
  std::vector<int> before_end_days;  // offsets from each contract's end: 60 → T-60.
  std::optional<Day> first, last;
  int gap_days = 0;
  int outcome_days = 90;          // Length of the outcome window. Contract-relative: end + grace.
  bool operator==(const CutoffSpec&) const = default;
};

/// The user's own feature.
struct OwnFeature {
  std::string name;
  std::string expression;
  Text label;
  std::int64_t line = 0;
  bool operator==(const OwnFeature&) const = default;
};

struct FeatureSpec {
  std::vector<int> windows_days = {30, 90, 180, 365};
  std::vector<std::string> families;  // Empty: all that the tables allow.
  std::vector<std::string> exclude;   // Names or patterns with *.
  int last_kinds = 3;                 // last k event kinds.
  int categories_max = 12;            // Categories per column that get filtered features.
  std::vector<OwnFeature> own;
  bool operator==(const FeatureSpec&) const = default;
};

enum class SplitKind { Time, Customer };

struct SplitSpec {
  SplitKind kind = SplitKind::Time;
  double validation_share = 0.2;
  double test_share = 0.2;
  std::optional<Day> validation_from, test_from;  // Time: cutoffs from here on; nothing: by share.
  int embargo_days = -1;                          // -1: gap + outcome window.
  int backtest_origins = 3;
  bool operator==(const SplitSpec&) const = default;
};

/// The three-level choice of KPIs (003): named by the business → found by OLAP → computed.
struct SelectionSpec {
  std::vector<std::string> named;   // Features the business names; * allowed. Empty: all.
  double p_max = 0.01;              // Found by OLAP: at most this p value,
  double effect_min = 0.02;         // and at least this Cramér's V.
  double share = 0.8;               // Computed: together this share of the contribution.
  std::string keep = "all";         // Columns models learn from: all, named, found, computed.
  bool operator==(const SelectionSpec&) const = default;
};

struct ModelsSpec {
  std::vector<ModelSpec> compare;   // Empty: the usual classifiers of the shelf.
  std::string choose_by = "profit"; // profit, auc, lift, brier, cost, size.
  std::string calibration = "isotonic"; // isotonic, platt, beta, none.
  int search_tries = 0;             // Parameter sets tried for each model; 0: the study's own only.
  int search_folds = 3;             // Folds of training customers they are judged on.
  double time_budget_seconds = 0;   // The search stops behind it; 0: none.
  bool stack = false;               // Adds a model over the answers of the others.
  bool blend = false;               // Adds their weighted mean.
  double cost_missed = 1;           // Of a churner called a stayer.
  double cost_false_alarm = 1;      // Of a stayer called a churner.
  std::string sampling = "none";    // none, over, under, smote: of training rows only.
  double sampling_share = 0.5;      // Share of churners it makes.
  bool operator==(const ModelsSpec&) const = default;
};

/// Money around one contact (DOMAIN, Decide by money). Amounts in the study's currency, not cents.
struct ProfitSpec {
  double customer_value = 200;      // CLV where no value column is given.
  std::string value;                // Expression or feature giving the value at risk; may be empty.
  double offer_cost = 10;
  double contact_cost = 1;
  double acceptance_alpha = 6;      // Acceptance ~ Beta(alpha, beta).
  double acceptance_beta = 14;
  std::string currency = "CNY";
  bool operator==(const ProfitSpec&) const = default;
};

enum class Level : std::uint8_t { None, Yellow, Orange, Red };

struct WarningRule {
  std::string name;
  std::string when;                 // Expression over features, score and aggregates.
  Level level = Level::Yellow;
  Text label;
  std::int64_t line = 0;
  bool operator==(const WarningRule&) const = default;
};

struct WarningSpec {
  double red = 0, orange = 0, yellow = 0;  // Probability limits; all 0: chosen by profit.
  std::vector<WarningRule> rules;
  std::int64_t watch_list_max = 0;         // 0: no limit.
  bool operator==(const WarningSpec&) const = default;
};

struct Study {
  std::filesystem::path file;       // Empty where it was built in memory.
  std::filesystem::path folder;     // Paths in it are relative to this.
  std::string name;
  Language language = Language::En;
  std::string time_zone = "UTC";
  std::uint64_t seed = 20240331;
  Entity entity = Entity::Customer;
  double bad_rows_max_share = 0.02; // More stop the import.
  std::vector<TableSpec> tables;
  std::optional<ChurnDefinition> churn;
  std::vector<ChurnDefinition> candidates;  // For `holdfast definitions`.
  CutoffSpec cutoffs;
  FeatureSpec features;
  SplitSpec split;
  SelectionSpec selection;
  ModelsSpec models;
  ProfitSpec profit;
  WarningSpec warning;
  AnalysisSpecs analyses;           // Beside the main job; those named are done by every run.
  std::filesystem::path store = "store";    // Relative to folder.
  std::filesystem::path out = "out";

  const TableSpec* find(std::string_view table) const;
  std::filesystem::path resolve(const std::string& location) const;
  bool operator==(const Study&) const = default;
};

/// A study and everything that is wrong with it; `errors` empty means it can run.
struct Checked {
  Study study;
  std::vector<Error> errors;
  std::vector<Error> warnings;
};

/// Everything wrong with a study built in memory; `load` and `parse` add file and line.
Checked check(Study study);

/// Columns that make the outcome, never features themselves: the label, and every column of an
/// outcome table. The cancellation day and exit reason of a contract are among them too.
bool is_outcome_column(const Study& study, std::string_view table, std::string_view column);

/// Whether the table's amount can say what a customer is worth: purchases, premiums, a column of the
/// customer. Claims and balances are no revenue.
bool gives_value(const TableSpec& table);

/// Reads and checks a study file: syntax, unknown keys (with the nearest known one), references
/// between tables and columns, types of expressions. Does not open data. Errors carry file and line.
Checked load(const std::filesystem::path& file);
Checked parse(std::string_view toml, const std::filesystem::path& file);

/// What the study will do, in sentences a manager understands, one a line.
std::vector<Text> explain(const Study& study);

/// What one churn definition calls churned, in one sentence.
Text in_words(const ChurnDefinition& definition);
Text text_of(ChurnKind kind);
Text text_of(Role role);
Text text_of(Topic topic);
Text text_of(Mark mark);
/// As the study file writes them: "contractual", "customer", "payment", "identifier".
std::string_view name_of(ChurnKind kind);
std::string_view name_of(Role role);
std::string_view name_of(Topic topic);
std::string_view name_of(Mark mark);

/// A commented TOML file that `load` reads back to the same study.
std::string write(const Study& study);

/// Options of a proposal.
struct ProposalOptions {
  std::string outcome;            // Name of a label column; empty: none.
  Language language = Language::En;
};

/// Looks at tables and proposes a study: roles, keys, times, personal columns, churn definition,
/// cutoffs. Every guess is said in `notes`.
struct Proposal {
  Study study;
  std::vector<Text> notes;
};
Result<Proposal> propose(const std::vector<std::string>& locations,
                         const std::filesystem::path& folder, const ProposalOptions& options);

}  // namespace holdfast::study
