#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/functions.hpp"
#include "study/lexer.hpp"
#include "study/parser.hpp"

namespace holdfast::study {
namespace {

std::optional<Type> common(Type a, Type b) {
  if (a == Type::Unknown) return b;
  if (b == Type::Unknown || a == b) return a;
  return std::nullopt;
}

Error types_differ(std::string_view what, std::string_view wanted, Type got, int position) {
  return {errors::kTypesDiffer,
          {{"what", what}, {"wanted", wanted}, {"got", name_of(got)}, {"position", position}},
          {"", 0, position, ""}};
}

std::string_view symbol_of(Operator op) {
  switch (op) {
    case Operator::And: return "and";
    case Operator::Or: return "or";
    case Operator::Not: return "not";
    case Operator::Equal: return "=";
    case Operator::NotEqual: return "<>";
    case Operator::Less: return "<";
    case Operator::LessEqual: return "<=";
    case Operator::Greater: return ">";
    case Operator::GreaterEqual: return ">=";
    case Operator::In: return "in";
    case Operator::Between: return "between";
    case Operator::Like: return "like";
    case Operator::Add: return "+";
    case Operator::Subtract: return "-";
    case Operator::Multiply: return "*";
    case Operator::Divide: return "/";
    case Operator::Modulo: return "%";
    case Operator::Negate: return "-";
    case Operator::Case: return "case";
    default: return "it";
  }
}

/// The type a letter of a function's pattern stands for; S: any.
std::optional<Type> type_of_letter(char letter) {
  switch (letter) {
    case 'N': return Type::Number;
    case 'T': return Type::Text;
    case 'D': return Type::Day;
    case 'B': return Type::Boolean;
    default: return std::nullopt;
  }
}

class Typer {
 public:
  explicit Typer(const Scope& scope) : scope_(scope) {}

  Result<DraftPtr> type(const Expression& draft) {
    auto node = std::make_shared<Expression>(draft);
    if (draft.op == Operator::Aggregate) return aggregate(std::move(node));
    node->children.clear();
    std::vector<DraftPtr> children;
    for (const auto& child : draft.children) {
      HOLDFAST_TRY(auto typed_child, type(*child));
      children.push_back(std::move(typed_child));
    }
    HOLDFAST_TRY_VOID(resolve(*node, children));
    if (node->op == Operator::Negate && std::holds_alternative<double>(children[0]->literal)) {
      // So many days became a number below a sign: one literal, as -90 is read.
      node->op = Operator::Literal;
      node->literal = -std::get<double>(children[0]->literal);
      children.clear();
    }
    node->children.assign(children.begin(), children.end());
    return node;
  }

 private:
  using Children = std::vector<DraftPtr>;

  Result<void> resolve(Expression& node, Children& children) {
    switch (node.op) {
      case Operator::Literal: node.type = type_of_literal(node); return {};
      case Operator::Duration: node.type = Type::Duration; return {};
      case Operator::Name: return name(node);
      case Operator::Column: return column(node);
      case Operator::And:
      case Operator::Or:
      case Operator::Not:
        node.type = Type::Boolean;
        return require_all(children, Type::Boolean, symbol_of(node.op));
      case Operator::Equal:
      case Operator::NotEqual:
      case Operator::Less:
      case Operator::LessEqual:
      case Operator::Greater:
      case Operator::GreaterEqual:
      case Operator::In:
      case Operator::Between: {
        node.type = Type::Boolean;
        auto joined = unify(children, 0, symbol_of(node.op));
        return joined.ok() ? Result<void>() : joined.error();
      }
      case Operator::Like:
        node.type = Type::Boolean;
        return require_all(children, Type::Text, "like");
      case Operator::IsNull: node.type = Type::Boolean; return {};
      case Operator::Add:
      case Operator::Subtract: return sum(node, children);
      case Operator::Multiply:
      case Operator::Divide:
      case Operator::Modulo:
      case Operator::Negate:
        node.type = Type::Number;
        return require_all(children, Type::Number, symbol_of(node.op));
      case Operator::Case: return cases(node, children);
      case Operator::Call: return call(node, children);
      case Operator::Aggregate: return {};
    }
    return {};
  }

  static Type type_of_literal(const Expression& node) {
    static constexpr std::array kTypes = {Type::Unknown, Type::Boolean, Type::Number, Type::Text,
                                          Type::Day};
    return kTypes[node.literal.index()];
  }

  Result<void> name(Expression& node) {
    if (filter_table_ != nullptr) {
      node.op = Operator::Column;
      node.table = *filter_table_;
      node.column = std::move(node.text);
      node.text.clear();
      return column(node);
    }
    const auto type = scope_.name ? scope_.name(node.text) : std::nullopt;
    if (!type) return unknown_name(node.text, node.position);
    node.type = *type;
    return {};
  }

  Result<void> column(Expression& node) {
    const auto type = scope_.column ? scope_.column(node.table, node.column) : std::nullopt;
    const bool fits = filter_table_ == nullptr || node.table == *filter_table_;
    if (type && fits) {
      node.type = *type;
      return {};
    }
    if (!fits) return unknown_name(node.table + "." + node.column, node.position);
    return unknown_column(node.table, node.column, node.position);
  }

  Error unknown_name(const std::string& name, int position) const {
    return {errors::kUnknownName,
            {{"name", name}, {"nearest", near(name, scope_.known_names)}, {"position", position}},
            {"", 0, position, ""}};
  }
  Error unknown_column(const std::string& table, const std::string& column, int position) const {
    if (!is_table(table)) {
      return {errors::kUnknownTableName,
              {{"table", table}, {"nearest", near(table, tables())}, {"position", position}},
              {"", 0, position, ""}};
    }
    std::vector<std::string> columns;
    for (const auto& known : scope_.known_names) {
      if (known.starts_with(table + ".")) columns.push_back(known.substr(table.size() + 1));
    }
    return {errors::kUnknownTableColumn,
            {{"table", table},
             {"column", column},
             {"nearest", near(column, columns)},
             {"position", position}},
            {"", 0, position, ""}};
  }

  /// What may have been meant: the nearest, else some of them.
  static std::string near(const std::string& name, std::vector<std::string> known) {
    if (auto best = nearest(name, known); !best.empty()) return best;
    if (known.empty()) return "-";
    if (known.size() > 8) known.resize(8);
    return join(known, ", ");
  }

  bool is_table(std::string_view name) const {
    return scope_.column && scope_.column(name, "").has_value();
  }
  std::vector<std::string> tables() const {
    std::vector<std::string> names;
    for (const auto& known : scope_.known_names) {
      const auto table = known.substr(0, known.find('.'));
      if (table.size() < known.size() && (names.empty() || names.back() != table))
        names.push_back(table);
    }
    return names;
  }

  /// A text that reads as a day becomes one, and so many days a number, where that is wanted.
  static void coerce(Expression& node, Type wanted) {
    if (wanted == Type::Day && node.op == Operator::Literal && node.type == Type::Text) {
      if (const auto day = parse_iso_day(std::get<std::string>(node.literal))) {
        node.literal = *day;
        node.type = Type::Day;
      }
    }
    if (wanted == Type::Number && node.op == Operator::Duration && node.months == 0) {
      node.op = Operator::Literal;
      node.literal = static_cast<double>(node.days);
      node.days = 0;
      node.type = Type::Number;
    }
  }

  static Result<void> require(Expression& node, Type wanted, std::string_view what) {
    coerce(node, wanted);
    if (common(node.type, wanted)) return {};
    return types_differ(what, name_of(wanted), node.type, node.position);
  }

  static Result<void> require_all(Children& children, Type wanted, std::string_view what) {
    for (auto& child : children) {
      HOLDFAST_TRY_VOID(require(*child, wanted, what));
    }
    return {};
  }

  /// The one type children[from …] share.
  static Result<Type> unify(Children& children, std::size_t from, std::string_view what) {
    for (const auto wanted : {Type::Day, Type::Number}) {
      const auto has = [&](const DraftPtr& child) { return child->type == wanted; };
      if (std::ranges::any_of(children.begin() + static_cast<std::ptrdiff_t>(from), children.end(),
                              has)) {
        for (std::size_t i = from; i < children.size(); ++i) coerce(*children[i], wanted);
      }
    }
    Type type = Type::Unknown;
    for (std::size_t i = from; i < children.size(); ++i) {
      const auto joined = common(type, children[i]->type);
      if (!joined)
        return types_differ(what, name_of(type), children[i]->type, children[i]->position);
      type = *joined;
    }
    return type;
  }

  static Result<void> sum(Expression& node, Children& children) {
    auto& left = *children[0];
    auto& right = *children[1];
    const bool subtracts = node.op == Operator::Subtract;
    if (subtracts && left.type == Type::Day) coerce(right, Type::Day);
    if (subtracts && right.type == Type::Day) coerce(left, Type::Day);
    if (left.type == Type::Day && (right.type == Type::Duration || right.type == Type::Number)) {
      node.type = Type::Day;
      return {};
    }
    if (subtracts && left.type == Type::Day && right.type == Type::Day) {
      node.type = Type::Number;
      return {};
    }
    if (left.type == Type::Unknown && right.type == Type::Duration) {
      node.type = Type::Day;
      return {};
    }
    if (left.type == Type::Day && right.type == Type::Unknown) {
      node.type = Type::Unknown;
      return {};
    }
    HOLDFAST_TRY_VOID(require(left, Type::Number, symbol_of(node.op)));
    HOLDFAST_TRY_VOID(require(right, Type::Number, symbol_of(node.op)));
    node.type = Type::Number;
    return {};
  }

  static Result<void> cases(Expression& node, Children& children) {
    Children values;
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
      HOLDFAST_TRY_VOID(require(*children[i], Type::Boolean, "when"));
      values.push_back(children[i + 1]);
    }
    values.push_back(children.back());
    HOLDFAST_TRY(node.type, unify(values, 0, "case"));
    return {};
  }

  static Result<void> call(Expression& node, Children& children) {
    const auto& function = *function_named(node.text);
    const auto arrow = function.pattern.find('>');
    const auto takes = function.pattern.substr(0, arrow);
    const Error misfit{errors::kWrongArguments,
                       {{"function", node.text},
                        {"signature", function.info.signature},
                        {"position", node.position}},
                       {"", 0, node.position, ""}};
    Children same_typed;
    std::size_t child = 0;
    for (std::size_t i = 0; i < takes.size(); ++i) {
      const char mark = i + 1 < takes.size() ? takes[i + 1] : '\0';
      const bool repeats = mark == '+';
      if (child == children.size() && mark != '?') return misfit;
      for (bool again = true; child < children.size() && again; again = repeats, ++child) {
        if (const auto wanted = type_of_letter(takes[i])) {
          HOLDFAST_TRY_VOID(require(*children[child], *wanted, node.text));
        } else {
          same_typed.push_back(children[child]);
        }
      }
      if (mark == '?' || mark == '+') ++i;
    }
    if (child < children.size()) return misfit;
    HOLDFAST_TRY(const auto shared, unify(same_typed, 0, node.text));
    node.type = type_of_letter(function.pattern[arrow + 1]).value_or(shared);
    return {};
  }

  Result<DraftPtr> aggregate(DraftPtr node) {
    if (!scope_.allows_aggregates || filter_table_ != nullptr) {
      return Error{errors::kAggregateHere,
                   {{"function", node->text}, {"position", node->position}},
                   {"", 0, node->position, ""}};
    }
    const auto& function = *function_named(node->text);
    HOLDFAST_TRY_VOID(target(*node, function));
    HOLDFAST_TRY(const auto cells, type_of_target(*node, function));
    node->type = type_of_letter(function.pattern[1]).value_or(cells);

    filter_table_ = &node->table;
    auto filter = type(*node->children[0]);
    filter_table_ = nullptr;
    if (!filter.ok()) return filter.error();
    HOLDFAST_TRY_VOID(require(**filter, Type::Boolean, "where"));
    node->children[0] = *filter;
    for (std::size_t i = 1; i < node->children.size(); ++i) {
      auto constant = std::make_shared<Expression>(*node->children[i]);
      constant->type = Type::Number;
      node->children[i] = std::move(constant);
    }
    return node;
  }

  /// Finds table and column of what an aggregate names.
  Result<void> target(Expression& node, const Function& function) const {
    if (!node.column.empty()) return {};
    if (function.target == Target::Rows && is_table(node.table)) return {};
    if (const auto series = scope_.series ? scope_.series(node.table) : std::nullopt) {
      node.table = series->first;
      node.column = series->second;
      return {};
    }
    if (!is_table(node.table)) return unknown_column(node.table, "", node.position);
    if (function.target == Target::Series) return {};
    return Error{errors::kWrongArguments,
                 {{"function", node.text},
                  {"signature", function.info.signature},
                  {"position", node.position}},
                 {"", 0, node.position, ""}};
  }

  Result<Type> type_of_target(const Expression& node, const Function& function) const {
    if (node.column.empty()) return Type::Number;
    const auto type = scope_.column ? scope_.column(node.table, node.column) : std::nullopt;
    if (!type) return unknown_column(node.table, node.column, node.position);
    const bool is_number = *type == Type::Number || *type == Type::Unknown;
    const bool needs_number =
        function.target == Target::Number || function.target == Target::Series;
    if (needs_number && !is_number) {
      return types_differ(node.text, name_of(Type::Number), *type, node.position);
    }
    if (function.target == Target::Ordered && !is_number && *type != Type::Day) {
      return types_differ(node.text, "number, day", *type, node.position);
    }
    return *type;
  }

  const Scope& scope_;
  const std::string* filter_table_ = nullptr;
};

}  // namespace

std::string_view name_of(Type type) {
  switch (type) {
    case Type::Unknown: return "unknown";
    case Type::Boolean: return "boolean";
    case Type::Number: return "number";
    case Type::Text: return "text";
    case Type::Day: return "day";
    case Type::Duration: return "duration";
  }
  return "unknown";
}

Result<ExpressionPtr> typed(const Expression& draft, const Scope& scope) {
  HOLDFAST_TRY(auto node, Typer(scope).type(draft));
  if (node->type == Type::Duration)
    return types_differ("it", "a value", node->type, node->position);
  return ExpressionPtr(std::move(node));
}

Result<ExpressionPtr> parse_expression(std::string_view source, const Scope& scope) {
  HOLDFAST_TRY(auto draft, parse_draft(source));
  return typed(*draft, scope);
}

}  // namespace holdfast::study
