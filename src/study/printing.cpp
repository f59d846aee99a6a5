#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "study/expression.hpp"
#include "study/lexer.hpp"

/// Expressions back into their own language.
namespace holdfast::study {
namespace {

// Strength of binding; a weaker child stands in brackets.
enum Strength { kOr = 1, kAnd, kNot, kComparison, kSum, kProduct, kSign };

Strength strength_of(Operator op) {
  switch (op) {
    case Operator::Or: return kOr;
    case Operator::And: return kAnd;
    case Operator::Not: return kNot;
    case Operator::Equal:
    case Operator::NotEqual:
    case Operator::Less:
    case Operator::LessEqual:
    case Operator::Greater:
    case Operator::GreaterEqual:
    case Operator::In:
    case Operator::Between:
    case Operator::Like:
    case Operator::IsNull: return kComparison;
    case Operator::Add:
    case Operator::Subtract: return kSum;
    case Operator::Multiply:
    case Operator::Divide:
    case Operator::Modulo: return kProduct;
    default: return kSign;
  }
}

std::string_view infix_of(Operator op) {
  switch (op) {
    case Operator::And: return "and";
    case Operator::Or: return "or";
    case Operator::Equal: return "=";
    case Operator::NotEqual: return "<>";
    case Operator::Less: return "<";
    case Operator::LessEqual: return "<=";
    case Operator::Greater: return ">";
    case Operator::GreaterEqual: return ">=";
    case Operator::Add: return "+";
    case Operator::Subtract: return "-";
    case Operator::Multiply: return "*";
    case Operator::Divide: return "/";
    default: return "%";
  }
}

std::string duration(int days, int months) {
  if (months > 0) return fmt::format("{} month{}", months, months == 1 ? "" : "s");
  return fmt::format("{} day{}", days, days == 1 ? "" : "s");
}

std::string literal(const Expression& node) {
  struct Printer {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return text_in_source(text); }
    std::string operator()(Day day) const {
      return fmt::format("date '{}'", holdfast::to_string(day));
    }
  };
  return std::visit(Printer{}, node.literal);
}

class Printer {
 public:
  std::string print(const Expression& node) {
    const auto& c = node.children;
    const std::string_view negated = node.is_negated ? "not " : "";
    switch (node.op) {
      case Operator::Literal: return literal(node);
      case Operator::Duration: return duration(node.days, node.months);
      case Operator::Name: return name_in_source(node.text);
      case Operator::Column:
        if (filter_table_ != nullptr && node.table == *filter_table_)
          return name_in_source(node.column);
        return name_in_source(node.table) + "." + name_in_source(node.column);
      case Operator::Not: return "not " + at_least(*c[0], kNot);
      case Operator::Negate: return "-" + at_least(*c[0], kSign);
      case Operator::IsNull: return fmt::format("{} is {}null", at_least(*c[0], kSum), negated);
      case Operator::Like:
        return fmt::format("{} {}like {}", at_least(*c[0], kSum), negated, at_least(*c[1], kSum));
      case Operator::Between:
        return fmt::format("{} {}between {} and {}", at_least(*c[0], kSum), negated,
                           at_least(*c[1], kSum), at_least(*c[2], kSum));
      case Operator::In:
        return fmt::format("{} {}in ({})", at_least(*c[0], kSum), negated, list(node, 1));
      case Operator::Case: return cases(node);
      case Operator::Call: return fmt::format("{}({})", node.text, list(node, 0));
      case Operator::Aggregate: return aggregate(node);
      default: break;
    }
    const auto strength = strength_of(node.op);
    // Comparisons do not chain; the others group to the left.
    const int left = strength == kComparison ? kSum : strength;
    const int right = strength == kComparison ? kSum : strength + 1;
    return fmt::format("{} {} {}", at_least(*c[0], left), infix_of(node.op),
                       at_least(*c[1], right));
  }

 private:
  std::string at_least(const Expression& node, int strength) {
    const auto text = print(node);
    return strength_of(node.op) < strength ? "(" + text + ")" : text;
  }

  std::string list(const Expression& node, std::size_t from) {
    std::string out;
    for (std::size_t i = from; i < node.children.size(); ++i) {
      if (i > from) out += ", ";
      out += print(*node.children[i]);
    }
    return out;
  }

  std::string cases(const Expression& node) {
    std::string out = "case";
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      out +=
          fmt::format(" when {} then {}", print(*node.children[i]), print(*node.children[i + 1]));
    }
    return out + fmt::format(" else {} end", print(*node.children.back()));
  }

  std::string aggregate(const Expression& node) {
    std::string out = node.text + "(" + name_in_source(node.table);
    if (!node.column.empty()) out += "." + name_in_source(node.column);
    if (node.days > 0 || node.months > 0) out += ", " + duration(node.days, node.months);
    for (std::size_t i = 1; i < node.children.size(); ++i) out += ", " + print(*node.children[i]);
    if (const auto* filter = filter_of(node)) {
      const auto* outer = std::exchange(filter_table_, &node.table);
      out += " where " + print(*filter);
      filter_table_ = outer;
    }
    return out + ")";
  }

  const std::string* filter_table_ = nullptr;
};

void walk(const Expression& node, const std::function<void(const Expression&)>& visit) {
  visit(node);
  for (const auto& child : node.children) walk(*child, visit);
}

}  // namespace

std::string to_string(const Expression& expression) { return Printer().print(expression); }

bool same(const Expression& a, const Expression& b) {
  const auto same_child = [](const ExpressionPtr& x, const ExpressionPtr& y) {
    return same(*x, *y);
  };
  return a.op == b.op && a.type == b.type && a.literal == b.literal && a.text == b.text &&
         a.table == b.table && a.column == b.column && a.days == b.days && a.months == b.months &&
         a.is_negated == b.is_negated && std::ranges::equal(a.children, b.children, same_child);
}

const Expression* filter_of(const Expression& aggregate) {
  if (aggregate.op != Operator::Aggregate || aggregate.children.empty()) return nullptr;
  const auto& filter = *aggregate.children[0];
  const bool is_none =
      filter.op == Operator::Literal && std::holds_alternative<std::monostate>(filter.literal);
  return is_none ? nullptr : &filter;
}

std::vector<const Expression*> aggregates_of(const Expression& expression) {
  std::vector<const Expression*> found;
  walk(expression, [&](const Expression& node) {
    if (node.op != Operator::Aggregate) return;
    const auto is_same = [&](const Expression* other) { return same(*other, node); };
    if (std::ranges::none_of(found, is_same)) found.push_back(&node);
  });
  return found;
}

std::vector<std::string> names_of(const Expression& expression) {
  std::vector<std::string> names;
  walk(expression, [&](const Expression& node) {
    if (node.op != Operator::Name || std::ranges::find(names, node.text) != names.end()) return;
    names.push_back(node.text);
  });
  return names;
}

}  // namespace holdfast::study
