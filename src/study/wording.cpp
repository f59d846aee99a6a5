#include <fmt/format.h>

#include "core/text.hpp"
#include "study/expression.hpp"

/// Expressions in a person's words.
namespace holdfast::study {
namespace {

Text pair(std::string en, std::string zh) { return {std::move(en), std::move(zh)}; }

Text literal(const Expression& node) {
  struct Printer {
    Text operator()(std::monostate) const { return {"nothing", "空"}; }
    Text operator()(bool flag) const { return flag ? Text{"yes", "是"} : Text{"no", "否"}; }
    Text operator()(double number) const { return {brief(number, 6), brief(number, 6)}; }
    Text operator()(const std::string& text) const { return {"“" + text + "”", "“" + text + "”"}; }
    Text operator()(Day day) const { return {holdfast::to_string(day), holdfast::to_string(day)}; }
  };
  return std::visit(Printer{}, node.literal);
}

Text duration(int days, int months) {
  if (months > 0) {
    return pair(fmt::format("{} month{}", months, months == 1 ? "" : "s"),
                fmt::format("{}个月", months));
  }
  return pair(fmt::format("{} day{}", days, days == 1 ? "" : "s"), fmt::format("{}天", days));
}

/// "{0} is at least {1}" in both languages, by operator.
struct Pattern {
  Operator op;
  const char* en;
  const char* zh;
};
constexpr Pattern kPatterns[] = {
    {Operator::And, "{} and {}", "{}且{}"},
    {Operator::Or, "{} or {}", "{}或{}"},
    {Operator::Not, "not: {}", "并非{}"},
    {Operator::Equal, "{} is {}", "{}为{}"},
    {Operator::NotEqual, "{} is not {}", "{}不为{}"},
    {Operator::Less, "{} is below {}", "{}小于{}"},
    {Operator::LessEqual, "{} is at most {}", "{}不超过{}"},
    {Operator::Greater, "{} is above {}", "{}大于{}"},
    {Operator::GreaterEqual, "{} is at least {}", "{}不少于{}"},
    {Operator::Add, "{} + {}", "{} + {}"},
    {Operator::Subtract, "{} − {}", "{} − {}"},
    {Operator::Multiply, "{} × {}", "{} × {}"},
    {Operator::Divide, "{} ÷ {}", "{} ÷ {}"},
    {Operator::Modulo, "remainder of {} ÷ {}", "{} ÷ {} 的余数"},
    {Operator::Negate, "−{}", "−{}"},
};

struct AggregateWords {
  std::string_view name;
  const char* en;  // {0} what is looked at, {1} a constant.
  const char* zh;
};
constexpr AggregateWords kAggregates[] = {
    {"count", "number of {0}", "{0}次数"},
    {"sum", "sum of {0}", "{0}合计"},
    {"mean", "mean of {0}", "{0}平均值"},
    {"min", "smallest {0}", "{0}最小值"},
    {"max", "largest {0}", "{0}最大值"},
    {"sd", "spread (standard deviation) of {0}", "{0}标准差"},
    {"distinct", "different values of {0}", "{0}不同取值数"},
    {"first", "first {0}", "{0}首次值"},
    {"last", "latest {0}", "{0}最近值"},
    {"days_since_last", "days since the latest of {0}", "距最近一次{0}的天数"},
    {"days_since_first", "days since the first of {0}", "距首次{0}的天数"},
    {"falling", "{0} fell month after month", "{0}逐月下降"},
    {"months_falling", "months in a row in which {0} fell", "{0}连续下降的月数"},
    {"months_below", "months in a row in which {0} was below {1}", "{0}连续低于{1}的月数"},
    {"slope", "daily trend of {0}", "{0}每日趋势"},
    {"change", "relative change of {0} against the window before", "{0}较前一窗口的变化率"},
};

Text grouped(const Expression& node) {
  auto words = in_words(node);
  const bool joins = node.op == Operator::And || node.op == Operator::Or ||
                     node.op == Operator::Add || node.op == Operator::Subtract;
  return joins ? pair("(" + words.en + ")", "(" + words.zh + ")") : words;
}

Text aggregate(const Expression& node) {
  const auto what = node.column.empty() ? node.table : node.table + "." + node.column;
  const auto constant = node.children.size() > 1 ? in_words(*node.children[1]) : Text{};
  Text words = pair(node.text + " of " + what, what + " " + node.text);
  for (const auto& entry : kAggregates) {
    if (entry.name != node.text) continue;
    words = pair(fmt::format(fmt::runtime(entry.en), what, constant.en),
                 fmt::format(fmt::runtime(entry.zh), what, constant.zh));
  }
  if (node.days > 0 || node.months > 0) {
    const auto window = duration(node.days, node.months);
    words = pair(words.en + " in the last " + window.en, "最近" + window.zh + words.zh);
  }
  if (const auto* filter = filter_of(node)) {
    const auto condition = in_words(*filter);
    words = pair(words.en + " where " + condition.en, words.zh + "(限" + condition.zh + ")");
  }
  return words;
}

Text list(const Expression& node, std::size_t from) {
  Text out;
  for (std::size_t i = from; i < node.children.size(); ++i) {
    const auto item = in_words(*node.children[i]);
    out.en += (i > from ? ", " : "") + item.en;
    out.zh += (i > from ? "、" : "") + item.zh;
  }
  return out;
}

Text cases(const Expression& node) {
  Text out;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const auto condition = in_words(*node.children[i]), value = in_words(*node.children[i + 1]);
    out.en += fmt::format("{} where {}; ", value.en, condition.en);
    out.zh += fmt::format("若{}则{};", condition.zh, value.zh);
  }
  const auto rest = in_words(*node.children.back());
  return pair(out.en + "otherwise " + rest.en, out.zh + "否则" + rest.zh);
}

}  // namespace

Text in_words(const Expression& node) {
  const auto& c = node.children;
  switch (node.op) {
    case Operator::Literal: return literal(node);
    case Operator::Duration: return duration(node.days, node.months);
    case Operator::Name: return pair(node.text, node.text);
    case Operator::Column: return pair(node.column, node.column);
    case Operator::Aggregate: return aggregate(node);
    case Operator::Case: return cases(node);
    case Operator::IsNull: {
      const auto what = grouped(*c[0]);
      return node.is_negated ? pair(what.en + " is known", what.zh + "有值")
                             : pair(what.en + " is missing", what.zh + "缺失");
    }
    case Operator::In: {
      const auto what = grouped(*c[0]), items = list(node, 1);
      return node.is_negated
                 ? pair(what.en + " is none of " + items.en, what.zh + "不属于" + items.zh)
                 : pair(what.en + " is one of " + items.en, what.zh + "属于" + items.zh);
    }
    case Operator::Between: {
      const auto what = grouped(*c[0]), low = grouped(*c[1]), high = grouped(*c[2]);
      return pair(
          fmt::format("{} is {}between {} and {}", what.en, node.is_negated ? "not " : "", low.en,
                      high.en),
          fmt::format("{}{}在{}与{}之间", what.zh, node.is_negated ? "不" : "", low.zh, high.zh));
    }
    case Operator::Like: {
      const auto what = grouped(*c[0]), like = grouped(*c[1]);
      return pair(
          fmt::format("{} {} {}", what.en, node.is_negated ? "is not like" : "is like", like.en),
          fmt::format("{}{}{}", what.zh, node.is_negated ? "不形如" : "形如", like.zh));
    }
    case Operator::Call: {
      if (node.text == "cutoff") return pair("the cutoff", "观察点");
      const auto arguments = list(node, 0);
      return pair(fmt::format("{}({})", node.text, arguments.en),
                  fmt::format("{}({})", node.text, arguments.zh));
    }
    default: break;
  }
  for (const auto& pattern : kPatterns) {
    if (pattern.op != node.op) continue;
    const auto first = grouped(*c[0]), second = c.size() > 1 ? grouped(*c[1]) : Text{};
    return pair(fmt::format(fmt::runtime(pattern.en), first.en, second.en),
                fmt::format(fmt::runtime(pattern.zh), first.zh, second.zh));
  }
  return pair(to_string(node), to_string(node));
}

}  // namespace holdfast::study
