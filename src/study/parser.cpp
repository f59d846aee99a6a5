#include "study/parser.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/functions.hpp"
#include "study/lexer.hpp"

namespace holdfast::study {
namespace {

// Keep recursion over source and tree far from the end of any stack.
constexpr int kNestingMax = 100;
constexpr int kDepthMax = 400;
constexpr double kDurationMax = 100'000;

constexpr std::array<std::string_view, 16> kKeywords = {
    "or",   "and",   "not",  "in",   "between", "like", "is",  "null",
    "true", "false", "case", "when", "then",    "else", "end", "where"};

struct Unit {
  std::string_view word;
  int days;
  int months;
};
constexpr std::array<Unit, 14> kUnits = {{{"day", 1, 0},
                                          {"days", 1, 0},
                                          {"week", 7, 0},
                                          {"weeks", 7, 0},
                                          {"month", 0, 1},
                                          {"months", 0, 1},
                                          {"year", 0, 12},
                                          {"years", 0, 12},
                                          {"天", 1, 0},
                                          {"日", 1, 0},
                                          {"周", 7, 0},
                                          {"月", 0, 1},
                                          {"个月", 0, 1},
                                          {"年", 0, 12}}};

const Unit* unit_of(const Token& token) {
  if (token.kind != TokenKind::Name) return nullptr;
  const auto found = std::ranges::find(kUnits, lower(token.text), &Unit::word);
  return found == kUnits.end() ? nullptr : &*found;
}

/// A node with how deep the tree below it is.
struct Built {
  DraftPtr node;
  int depth = 1;
};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<DraftPtr> run() {
    HOLDFAST_TRY(auto built, expression());
    if (here().kind != TokenKind::End) return expected("an operator");
    return built.node;
  }

 private:
  using Parsed = Result<Built>;

  const Token& here() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool is_symbol(std::string_view symbol) const {
    return here().kind == TokenKind::Symbol && here().text == symbol;
  }
  bool take(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (!is_word(here(), word)) return false;
    ++at_;
    return true;
  }

  Error expected(std::string_view what) const {
    std::string found = here().text;
    if (here().kind == TokenKind::End) found = "the end";
    return {errors::kExpressionSyntax,
            {{"found", found}, {"expected", what}, {"position", here().position}},
            {"", 0, here().position, ""}};
  }
  Error too_deep(int limit) const {
    return {errors::kExpressionTooDeep,
            {{"limit", limit}, {"position", here().position}},
            {"", 0, here().position, ""}};
  }
  Error wrong_arguments(const Function& function, int position) const {
    return {errors::kWrongArguments,
            {{"function", function.info.name},
             {"signature", function.info.signature},
             {"position", position}},
            {"", 0, position, ""}};
  }

  /// A node over its children; fails where the tree gets too deep.
  Parsed make(Operator op, int position, std::vector<Built> children, Expression rest = {}) const {
    auto node = std::make_shared<Expression>(std::move(rest));
    node->op = op;
    node->position = position;
    int depth = 1;
    for (auto& child : children) {
      depth = std::max(depth, child.depth + 1);
      node->children.push_back(std::move(child.node));
    }
    if (depth > kDepthMax) return too_deep(kDepthMax);
    return Built{std::move(node), depth};
  }
  Built literal(decltype(Expression::literal) value, int position) const {
    auto node = std::make_shared<Expression>();
    node->literal = std::move(value);
    node->position = position;
    return {std::move(node), 1};
  }

  Parsed expression() {
    if (nesting_ >= kNestingMax) return too_deep(kNestingMax);
    ++nesting_;
    auto result = disjunction();
    --nesting_;
    return result;
  }

  Parsed disjunction() {
    HOLDFAST_TRY(auto left, conjunction());
    while (is_word(here(), "or")) {
      const int position = tokens_[at_++].position;
      HOLDFAST_TRY(auto right, conjunction());
      HOLDFAST_TRY(left, make(Operator::Or, position, {std::move(left), std::move(right)}));
    }
    return left;
  }

  Parsed conjunction() {
    HOLDFAST_TRY(auto left, negation());
    while (is_word(here(), "and")) {
      const int position = tokens_[at_++].position;
      HOLDFAST_TRY(auto right, negation());
      HOLDFAST_TRY(left, make(Operator::And, position, {std::move(left), std::move(right)}));
    }
    return left;
  }

  Parsed negation() {
    std::vector<int> positions;
    while (is_word(here(), "not")) positions.push_back(tokens_[at_++].position);
    HOLDFAST_TRY(auto built, comparison());
    for (; !positions.empty(); positions.pop_back()) {
      HOLDFAST_TRY(built, make(Operator::Not, positions.back(), {std::move(built)}));
    }
    return built;
  }

  Parsed comparison() {
    HOLDFAST_TRY(auto left, arithmetic(0));
    const int position = here().position;
    static constexpr std::array<std::pair<std::string_view, Operator>, 6> kComparisons = {
        {{"=", Operator::Equal},
         {"<>", Operator::NotEqual},
         {"<", Operator::Less},
         {"<=", Operator::LessEqual},
         {">", Operator::Greater},
         {">=", Operator::GreaterEqual}}};
    for (const auto& [symbol, op] : kComparisons) {
      if (!take(symbol)) continue;
      HOLDFAST_TRY(auto right, arithmetic(0));
      return make(op, position, {std::move(left), std::move(right)});
    }
    if (take_word("is")) {
      const bool negated = take_word("not");
      if (!take_word("null")) return expected("null");
      return make(Operator::IsNull, position, {std::move(left)}, negation_flag(negated));
    }
    const bool negated = is_word(here(), "not");
    if (negated) ++at_;
    if (take_word("in")) return in_list(std::move(left), position, negated);
    if (take_word("between")) {
      HOLDFAST_TRY(auto low, arithmetic(0));
      if (!take_word("and")) return expected("and");
      HOLDFAST_TRY(auto high, arithmetic(0));
      return make(Operator::Between, position, {std::move(left), std::move(low), std::move(high)},
                  negation_flag(negated));
    }
    if (take_word("like")) {
      HOLDFAST_TRY(auto pattern, arithmetic(0));
      return make(Operator::Like, position, {std::move(left), std::move(pattern)},
                  negation_flag(negated));
    }
    if (negated) return expected("in, between or like");
    return left;
  }

  static Expression negation_flag(bool is_negated) {
    Expression rest;
    rest.is_negated = is_negated;
    return rest;
  }

  Parsed in_list(Built left, int position, bool negated) {
    if (!take("(")) return expected("(");
    std::vector<Built> children = {std::move(left)};
    do {
      HOLDFAST_TRY(auto item, expression());
      children.push_back(std::move(item));
    } while (take(","));
    if (!take(")")) return expected(")");
    return make(Operator::In, position, std::move(children), negation_flag(negated));
  }

  /// Precedence climbing over + - (strength 0) and * / % (strength 1).
  Parsed arithmetic(int strength_min) {
    HOLDFAST_TRY(auto left, signed_primary());
    for (;;) {
      static constexpr std::string_view kSymbols = "+-*/%";
      static constexpr std::array kOperators = {Operator::Add, Operator::Subtract,
                                                Operator::Multiply, Operator::Divide,
                                                Operator::Modulo};
      if (here().kind != TokenKind::Symbol || here().text.size() != 1) return left;
      const auto which = kSymbols.find(here().text[0]);
      if (which == std::string_view::npos) return left;
      const int strength = which < 2 ? 0 : 1;
      if (strength < strength_min) return left;
      const int position = tokens_[at_++].position;
      HOLDFAST_TRY(auto right, arithmetic(strength + 1));
      HOLDFAST_TRY(left, make(kOperators[which], position, {std::move(left), std::move(right)}));
    }
  }

  Parsed signed_primary() {
    std::vector<int> positions;
    while (is_symbol("-") || is_symbol("+")) {
      if (is_symbol("-")) positions.push_back(here().position);
      ++at_;
    }
    HOLDFAST_TRY(auto built, primary());
    for (; !positions.empty(); positions.pop_back()) {
      if (auto* number = std::get_if<double>(&built.node->literal)) {
        *number = -*number;
        built.node->position = positions.back();
        continue;
      }
      HOLDFAST_TRY(built, make(Operator::Negate, positions.back(), {std::move(built)}));
    }
    return built;
  }

  Parsed primary() {
    const Token token = here();
    switch (token.kind) {
      case TokenKind::Number:
        ++at_;
        if (unit_of(here()) != nullptr) return duration(token);
        return literal(token.number, token.position);
      case TokenKind::Text: ++at_; return literal(token.text, token.position);
      case TokenKind::Name: return named();
      case TokenKind::QuotedName: return path();
      case TokenKind::Symbol:
        if (take("(")) {
          HOLDFAST_TRY(auto inner, expression());
          if (!take(")")) return expected(")");
          return inner;
        }
        return expected("a value");
      case TokenKind::End: break;
    }
    return expected("a value");
  }

  Parsed named() {
    const Token token = here();
    if (take_word("null")) return literal(std::monostate{}, token.position);
    if (take_word("true")) return literal(true, token.position);
    if (take_word("false")) return literal(false, token.position);
    if (take_word("case")) return when_list(token.position);
    if (is_word(token, "date") && next().kind == TokenKind::Text) {
      ++at_;
      const auto day = parse_iso_day(here().text);
      if (!day) return expected("a day as '2024-03-05'");
      ++at_;
      return literal(*day, token.position);
    }
    if (is_keyword(token)) return expected("a value");
    const bool calls = next().kind == TokenKind::Symbol && next().text == "(";
    if (!calls) return path();
    const auto* function = function_named(token.text);
    if (function == nullptr) return unknown_function(token);
    at_ += 2;
    if (function->info.is_aggregate) return aggregate(*function, token.position, nullptr);
    return call(*function, token.position);
  }

  static bool is_keyword(const Token& token) {
    return token.kind == TokenKind::Name &&
           std::ranges::find(kKeywords, lower(token.text)) != kKeywords.end();
  }

  Error unknown_function(const Token& token) const {
    std::vector<std::string> names;
    for (const auto& function : functions()) names.emplace_back(function.name);
    auto near = nearest(token.text, names);
    if (near.empty()) near = join(names, ", ");
    return {errors::kUnknownFunction,
            {{"name", token.text}, {"nearest", near}, {"position", token.position}},
            {"", 0, token.position, ""}};
  }

  Parsed when_list(int position) {
    std::vector<Built> children;
    while (take_word("when")) {
      HOLDFAST_TRY(auto condition, expression());
      if (!take_word("then")) return expected("then");
      HOLDFAST_TRY(auto value, expression());
      children.push_back(std::move(condition));
      children.push_back(std::move(value));
    }
    if (children.empty()) return expected("when");
    if (take_word("else")) {
      HOLDFAST_TRY(auto value, expression());
      children.push_back(std::move(value));
    } else {
      children.push_back(literal(std::monostate{}, here().position));
    }
    if (!take_word("end")) return expected("end");
    return make(Operator::Case, position, std::move(children));
  }

  Parsed call(const Function& function, int position) {
    std::vector<Built> children;
    if (!take(")")) {
      do {
        HOLDFAST_TRY(auto child, expression());
        children.push_back(std::move(child));
      } while (take(","));
      if (!take(")")) return expected(")");
    }
    Expression rest;
    rest.text = function.info.name;
    return make(Operator::Call, position, std::move(children), std::move(rest));
  }

  /// name, table.column, or table.function(…).
  Parsed path() {
    const Token first = tokens_[at_++];
    if (!take(".")) {
      Expression rest;
      rest.text = first.text;
      return make(Operator::Name, first.position, {}, std::move(rest));
    }
    if (!is_name()) return expected("a column name");
    const Token second = tokens_[at_++];
    if (second.kind == TokenKind::Name && is_symbol("(")) {
      const auto* function = function_named(second.text);
      if (function == nullptr || !function->info.is_aggregate) return unknown_function(second);
      ++at_;
      return aggregate(*function, first.position, &first.text);
    }
    Expression rest;
    rest.table = first.text;
    rest.column = second.text;
    return make(Operator::Column, first.position, {}, std::move(rest));
  }

  bool is_name() const {
    return (here().kind == TokenKind::Name && !is_keyword(here())) ||
           here().kind == TokenKind::QuotedName;
  }

  /// After the bracket: target, windows and constants, filter. `table`: written before the
  /// function.
  Parsed aggregate(const Function& function, int position, const std::string* table) {
    Expression rest;
    rest.text = function.info.name;
    bool needs_comma = true;
    if (table != nullptr) {
      rest.table = *table;
      // payments.sum(amount, 90 days): the column comes first.
      needs_comma = is_name() && !is_word(here(), "where");
      if (needs_comma) rest.column = tokens_[at_++].text;
    } else {
      if (!is_name()) return expected("a table");
      rest.table = tokens_[at_++].text;
      if (take(".")) {
        if (!is_name()) return expected("a column name");
        rest.column = tokens_[at_++].text;
      }
    }
    std::vector<Built> constants;
    while (!is_symbol(")") && !is_word(here(), "where")) {
      if (needs_comma && !take(",")) return expected(") or where");
      needs_comma = true;
      HOLDFAST_TRY(auto item, signed_primary());
      const auto& node = *item.node;
      if (node.op == Operator::Duration && rest.days == 0 && rest.months == 0) {
        rest.days = node.days;
        rest.months = node.months;
      } else if (std::holds_alternative<double>(node.literal)) {
        constants.push_back(std::move(item));
      } else {
        return wrong_arguments(function, position);
      }
    }
    Built filter = literal(std::monostate{}, here().position);
    if (take_word("where")) {
      HOLDFAST_TRY(filter, expression());
    }
    if (!take(")")) return expected(")");
    const bool has_window = rest.days > 0 || rest.months > 0;
    const bool fits = (function.window != Window::None || !has_window) &&
                      (function.window != Window::Required || has_window) &&
                      (function.window != Window::Months || rest.months > 0) &&
                      static_cast<int>(constants.size()) == function.constants_count;
    if (!fits) return wrong_arguments(function, position);
    constants.insert(constants.begin(), std::move(filter));
    return make(Operator::Aggregate, position, std::move(constants), std::move(rest));
  }

  Parsed duration(const Token& number) {
    const auto unit = *unit_of(here());
    if (number.number != std::floor(number.number) || number.number < 1 ||
        number.number > kDurationMax) {
      --at_;
      return expected("a whole number from 1 to 100000");
    }
    ++at_;
    Expression rest;
    rest.days = static_cast<int>(number.number) * unit.days;
    rest.months = static_cast<int>(number.number) * unit.months;
    return make(Operator::Duration, number.position, {}, std::move(rest));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace

Result<DraftPtr> parse_draft(std::string_view source) {
  HOLDFAST_TRY(auto tokens, tokens_of(source));
  return Parser(std::move(tokens)).run();
}

}  // namespace holdfast::study
