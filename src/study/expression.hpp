#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"

/// The expression language of rules, own features and filters: one small SQL-like grammar with SQL's
/// null logic. Parsed and typed once here; lowered and run by features/.
///
///   premium_change > 0.1 and claims.count(365 days) = 0
///   falling(revenue, 3 months)            months_below(payments.amount, 100) >= 2
///   sum(payments.amount, 90 days where mode = 'cash') / nullif(sum(payments.amount, 365 days), 0)
///   tier in ('gold', '金') or phone is null
///   case when age < 25 then 'young' else 'other' end
///
/// Literals: numbers, 'text', true, false, null, date '2024-03-05', durations `90 days`,
/// `3 months`, `1 year`. Operators by rising strength: or, and, not, comparison (= <> < <= > >= in
/// between like is [not] null), + -, * / %, unary -. Functions: see `functions()`.
/// Names are letters of any script, digits and _; others stand in double quotes: "client id". A
/// name outside an aggregate is a feature or column of the row; `table.column` is that column's value
/// as known at the cutoff. Full-width punctuation is read as ASCII.
namespace holdfast::study {

enum class Type : std::uint8_t { Unknown, Boolean, Number, Text, Day, Duration };

std::string_view name_of(Type type);

enum class Operator : std::uint8_t {
  // Leaves.
  Literal, Name, Column, Duration,
  // Logic, with three values.
  And, Or, Not,
  Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, Between, Like, IsNull,
  Add, Subtract, Multiply, Divide, Modulo, Negate,
  Case,       // children: when, then, when, then, …, else (always there, may be null literal).
  Call,       // Scalar function: `text` is its name.
  /// Over a table's rows up to the cutoff: `text` function, `table`, `column`, window in `days` or
  /// `months` (both 0: all history). children[0], always there, is the filter, or a null literal
  /// where there is none: its leaves are Column nodes of `table`, each standing for the cell of the
  /// row looked at. children[1..] are constant numbers, such as the limit of months_below. An empty
  /// `column` counts rows; in a trend function it means the table's amount column.
  Aggregate,
};

/// A node of a parsed, typed expression. Immutable once built.
struct Expression {
  Operator op = Operator::Literal;
  Type type = Type::Unknown;
  std::variant<std::monostate, bool, double, std::string, Day> literal;  // monostate: null.
  std::string text;    // Name: the feature or column. Call, Aggregate: the function.
  std::string table;   // Column, Aggregate: the table.
  std::string column;  // Column, Aggregate (may be empty: rows are counted).
  int days = 0;        // Duration, Aggregate window in days …
  int months = 0;      // … or in calendar months; both 0 in an Aggregate: all history.
  bool is_negated = false;  // In, Between, Like, IsNull.
  std::vector<std::shared_ptr<const Expression>> children;
  int position = 0;    // Where it stands in the source, in characters from 1.
};
using ExpressionPtr = std::shared_ptr<const Expression>;

/// What names mean where an expression stands.
struct Scope {
  /// Type of a bare name (a feature, a column of the row), nothing where unknown.
  std::function<std::optional<Type>(std::string_view name)> name;
  /// Type of a table's column, nothing where unknown; an empty column asks whether the table is.
  std::function<std::optional<Type>(std::string_view table, std::string_view column)> column;
  /// Everything a bare name could be, for "did you mean".
  std::vector<std::string> known_names;
  bool allows_aggregates = true;
  /// The table and column a bare series name means, as `revenue` in falling(revenue, 3 months);
  /// nothing where unknown. May be empty.
  std::function<std::optional<std::pair<std::string, std::string>>(std::string_view name)> series;
};

/// Parses and types. Errors point at the character: unknown name with the nearest one, types that do
/// not fit, too deep nesting.
Result<ExpressionPtr> parse_expression(std::string_view source, const Scope& scope);

/// A value of a scalar expression; monostate is null.
using Value = std::variant<std::monostate, bool, double, std::string, Day>;

/// Evaluates an expression for one row with SQL's three-valued logic: `value_of` gives what a Name,
/// Column or Aggregate node, or a Call of cutoff(), stands for. What has no finite value (division by
/// zero, ln(0), overflow) is null.
Value evaluate(const Expression& expression,
               const std::function<Value(const Expression& leaf)>& value_of);

/// True where both are the same tree, wherever they stand.
bool same(const Expression& a, const Expression& b);

/// The filter of an Aggregate node; null where it has none.
const Expression* filter_of(const Expression& aggregate);

/// Puts an expression back into words that parse to the same tree.
std::string to_string(const Expression& expression);
/// Says it in a person's words: "payments in the last 90 days".
Text in_words(const Expression& expression);

/// Every aggregate within an expression, each once, in order of appearance.
std::vector<const Expression*> aggregates_of(const Expression& expression);
/// Every bare name within it, each once, in order of appearance.
std::vector<std::string> names_of(const Expression& expression);

struct FunctionInfo {
  std::string_view name;
  std::string_view signature;
  bool is_aggregate;
  std::string_view en, zh;
};
/// All functions, for documentation and "did you mean".
const std::vector<FunctionInfo>& functions();

}  // namespace holdfast::study
