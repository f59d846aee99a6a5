#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "study/expression.hpp"

namespace holdfast::study {
namespace {

using Leaf = std::function<Value(const Expression&)>;

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

/// Never infinite or NaN: what has no finite value is null.
Value finite(double number) { return std::isfinite(number) ? Value(number) : Value(); }

std::optional<double> number_of(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1.0 : 0.0;
  return std::nullopt;
}

/// True, false, or neither.
std::optional<bool> truth_of(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<double>(&value)) return *number != 0;
  return std::nullopt;
}
Value value_of_truth(std::optional<bool> truth) { return truth ? Value(*truth) : Value(); }

/// Below 0, 0 or above 0; nothing where one is null or they are of different kinds.
std::optional<int> compare(const Value& a, const Value& b) {
  if (a.index() != b.index()) {
    const auto x = number_of(a), y = number_of(b);  // A boolean against 0 or 1.
    if (!x || !y) return std::nullopt;
    return *x < *y ? -1 : *x > *y ? 1 : 0;
  }
  return std::visit(
      [&](const auto& left) -> std::optional<int> {
        using T = std::decay_t<decltype(left)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return std::nullopt;
        } else {
          const auto& right = std::get<T>(b);
          return left < right ? -1 : right < left ? 1 : 0;
        }
      },
      a);
}

std::size_t character_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(size, text.size());
}

/// SQL's like: % any characters, _ one. Iterative, so that no pattern takes exponential time.
bool matches_like(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, resume_t = 0, resume_p = std::string_view::npos;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      resume_p = ++p;
      resume_t = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      t += character_bytes(text.substr(t));
      ++p;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++t;
      ++p;
    } else if (resume_p != std::string_view::npos) {
      resume_t += character_bytes(text.substr(resume_t));
      t = resume_t;
      p = resume_p;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

std::size_t characters_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(character_bytes(text));
  return count;
}

std::string substring(std::string_view text, double from, std::optional<double> count) {
  const double first = from, last = count ? from + *count : HUGE_VAL;
  std::string out;
  for (double at = 1; !text.empty(); ++at) {
    const auto size = character_bytes(text);
    if (at >= first && at < last) out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

double full_years(Day birth, Day at) {
  const auto b = civil_of(birth), a = civil_of(at);
  const bool had_birthday = a.month > b.month || (a.month == b.month && a.day >= b.day);
  return a.year - b.year - (had_birthday ? 0 : 1);
}

constexpr std::int32_t kDayMax = 2'932'896;  // 9999-12-31.
constexpr std::int32_t kDayMin = -719'162;   // 0001-01-01.

Value shifted(Day day, double days) {
  const double number = day.number + std::floor(days);
  if (!(number >= kDayMin && number <= kDayMax)) return {};
  return Day{static_cast<std::int32_t>(number)};
}

Value shifted_months(Day day, int months) {
  const auto civil = civil_of(day);
  const int year = civil.year + (months + civil.month - 1) / 12;
  if (year < 2 || year > 9998) return {};
  return add_months(day, months);
}

class Evaluator {
 public:
  explicit Evaluator(const Leaf& leaf) : leaf_(leaf) {}

  Value run(const Expression& node) const {
    switch (node.op) {
      case Operator::Literal: return node.literal;
      case Operator::Name:
      case Operator::Column:
      case Operator::Aggregate: return leaf_(node);
      case Operator::Duration: return static_cast<double>(node.days);
      case Operator::And: return value_of_truth(both(node));
      case Operator::Or: return value_of_truth(either(node));
      case Operator::Not: {
        const auto truth = truth_of(run(*node.children[0]));
        return truth ? Value(!*truth) : Value();
      }
      case Operator::Equal:
      case Operator::NotEqual:
      case Operator::Less:
      case Operator::LessEqual:
      case Operator::Greater:
      case Operator::GreaterEqual: return comparison(node);
      case Operator::In: return in_list(node);
      case Operator::Between: return between(node);
      case Operator::Like: return like(node);
      case Operator::IsNull: return is_null(run(*node.children[0])) != node.is_negated;
      case Operator::Add:
      case Operator::Subtract:
      case Operator::Multiply:
      case Operator::Divide:
      case Operator::Modulo: return arithmetic(node);
      case Operator::Negate: {
        const auto number = number_of(run(*node.children[0]));
        return number ? Value(-*number) : Value();
      }
      case Operator::Case: return cases(node);
      case Operator::Call: return call(node);
    }
    return {};
  }

 private:
  std::optional<bool> both(const Expression& node) const {
    const auto left = truth_of(run(*node.children[0]));
    if (left == false) return false;
    const auto right = truth_of(run(*node.children[1]));
    if (right == false) return false;
    return left && right ? std::optional(true) : std::nullopt;
  }
  std::optional<bool> either(const Expression& node) const {
    const auto left = truth_of(run(*node.children[0]));
    if (left == true) return true;
    const auto right = truth_of(run(*node.children[1]));
    if (right == true) return true;
    return left && right ? std::optional(false) : std::nullopt;
  }

  Value comparison(const Expression& node) const {
    const auto order = compare(run(*node.children[0]), run(*node.children[1]));
    if (!order) return {};
    switch (node.op) {
      case Operator::Equal: return *order == 0;
      case Operator::NotEqual: return *order != 0;
      case Operator::Less: return *order < 0;
      case Operator::LessEqual: return *order <= 0;
      case Operator::Greater: return *order > 0;
      default: return *order >= 0;
    }
  }

  Value in_list(const Expression& node) const {
    const auto value = run(*node.children[0]);
    bool met_null = is_null(value);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const auto order = compare(value, run(*node.children[i]));
      if (order == 0) return !node.is_negated;
      met_null = met_null || !order;
    }
    return met_null ? Value() : Value(node.is_negated);
  }

  Value between(const Expression& node) const {
    const auto value = run(*node.children[0]);
    const auto low = compare(value, run(*node.children[1]));
    const auto high = compare(value, run(*node.children[2]));
    if ((low && *low < 0) || (high && *high > 0)) return node.is_negated;
    return low && high ? Value(!node.is_negated) : Value();
  }

  Value like(const Expression& node) const {
    const auto text = run(*node.children[0]), pattern = run(*node.children[1]);
    const auto* t = std::get_if<std::string>(&text);
    const auto* p = std::get_if<std::string>(&pattern);
    if (t == nullptr || p == nullptr) return {};
    return matches_like(*t, *p) != node.is_negated;
  }

  Value arithmetic(const Expression& node) const {
    const auto left = run(*node.children[0]);
    const auto& right_node = *node.children[1];
    const auto right = run(right_node);
    const double sign = node.op == Operator::Subtract ? -1 : 1;
    if (const auto* day = std::get_if<Day>(&left)) {
      if (right_node.op == Operator::Duration && right_node.months > 0) {
        return shifted_months(
            *day, node.op == Operator::Subtract ? -right_node.months : right_node.months);
      }
      if (const auto* other = std::get_if<Day>(&right)) return static_cast<double>(*day - *other);
      if (const auto days = number_of(right)) return shifted(*day, sign * *days);
      return {};
    }
    const auto a = number_of(left), b = number_of(right);
    if (!a || !b) return {};
    switch (node.op) {
      case Operator::Add: return finite(*a + *b);
      case Operator::Subtract: return finite(*a - *b);
      case Operator::Multiply: return finite(*a * *b);
      case Operator::Divide: return *b == 0 ? Value() : finite(*a / *b);
      default: return *b == 0 ? Value() : finite(std::fmod(*a, *b));
    }
  }

  Value cases(const Expression& node) const {
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      if (truth_of(run(*node.children[i])) == true) return run(*node.children[i + 1]);
    }
    return run(*node.children.back());
  }

  Value call(const Expression& node) const {
    const std::string_view name = node.text;
    if (name == "cutoff") return leaf_(node);
    if (name == "if") {
      return run(*node.children[truth_of(run(*node.children[0])) == true ? 1 : 2]);
    }
    if (name == "coalesce") {
      for (const auto& child : node.children) {
        if (auto value = run(*child); !is_null(value)) return value;
      }
      return {};
    }
    std::vector<Value> arguments;
    for (const auto& child : node.children) arguments.push_back(run(*child));
    if (name == "least" || name == "greatest") return extreme(arguments, name == "least");
    if (name == "concat") return concatenated(arguments);
    if (name == "nullif") return compare(arguments[0], arguments[1]) == 0 ? Value() : arguments[0];
    if (std::ranges::any_of(arguments, is_null)) return {};
    if (std::holds_alternative<Day>(arguments[0])) return of_day(name, arguments);
    if (std::holds_alternative<std::string>(arguments[0])) return of_text(name, arguments);
    return of_number(name, arguments);
  }

  static Value extreme(const std::vector<Value>& arguments, bool wants_least) {
    Value best;
    for (const auto& value : arguments) {
      if (is_null(value)) continue;
      const auto order = compare(value, best);
      if (is_null(best) || (order && (wants_least ? *order < 0 : *order > 0))) best = value;
    }
    return best;
  }

  static Value concatenated(const std::vector<Value>& arguments) {
    std::string out;
    for (const auto& value : arguments) {
      if (const auto* text = std::get_if<std::string>(&value)) out += *text;
    }
    return out;
  }

  static Value of_number(std::string_view name, const std::vector<Value>& arguments) {
    const auto number = number_of(arguments[0]);
    if (!number) return {};
    const double x = *number;
    if (name == "abs") return std::abs(x);
    if (name == "floor") return std::floor(x);
    if (name == "ceil") return std::ceil(x);
    if (name == "exp") return finite(std::exp(x));
    if (name == "ln") return x > 0 ? Value(std::log(x)) : Value();
    if (name == "sqrt") return x >= 0 ? Value(std::sqrt(x)) : Value();
    if (name == "round") {
      const auto digits = arguments.size() > 1 ? number_of(arguments[1]) : std::optional(0.0);
      const double scale = std::pow(10.0, std::clamp(std::round(digits.value_or(0)), -15.0, 15.0));
      return finite(std::round(x * scale) / scale);
    }
    return {};
  }

  static Value of_text(std::string_view name, const std::vector<Value>& arguments) {
    const auto& text = std::get<std::string>(arguments[0]);
    if (name == "lower") return holdfast::lower(text);
    if (name == "upper") return upper(text);
    if (name == "length") return static_cast<double>(characters_count(text));
    if (name == "substr") {
      const auto from = number_of(arguments[1]);
      const auto count = arguments.size() > 2 ? number_of(arguments[2]) : std::nullopt;
      return from ? Value(substring(text, *from, count)) : Value();
    }
    const auto* part = arguments.size() > 1 ? std::get_if<std::string>(&arguments[1]) : nullptr;
    if (part == nullptr) return {};
    if (name == "contains") return text.find(*part) != std::string::npos;
    if (name == "starts_with") return text.starts_with(*part);
    return {};
  }

  static Value of_day(std::string_view name, const std::vector<Value>& arguments) {
    const auto day = std::get<Day>(arguments[0]);
    const auto civil = civil_of(day);
    if (name == "year") return static_cast<double>(civil.year);
    if (name == "month") return static_cast<double>(civil.month);
    if (name == "day") return static_cast<double>(civil.day);
    if (name == "weekday") return static_cast<double>(weekday_of(day) + 1);
    const auto* other = arguments.size() > 1 ? std::get_if<Day>(&arguments[1]) : nullptr;
    if (other == nullptr) return {};
    if (name == "days_between") return static_cast<double>(*other - day);
    if (name == "age_years") return full_years(day, *other);
    return {};
  }

  const Leaf& leaf_;
};

}  // namespace

Value evaluate(const Expression& expression,
               const std::function<Value(const Expression& leaf)>& value_of) {
  return Evaluator(value_of).run(expression);
}

}  // namespace holdfast::study
