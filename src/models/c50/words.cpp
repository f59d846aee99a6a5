#include "models/c50/words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::c50 {
namespace {

constexpr std::size_t kNamesMax = 12;  // Of a group of categories; the rest is counted.

std::string words(const forms::RuleCondition& condition, const dataset::Columns& columns) {
  const auto& column = columns.columns[static_cast<std::size_t>(condition.column)];
  if (condition.is_category) {
    std::vector<std::string> names;
    for (const auto code : condition.codes) {
      if (names.size() == kNamesMax) {
        names.push_back(fmt::format("… +{}", condition.codes.size() - kNamesMax));
        break;
      }
      names.push_back(column.categories[static_cast<std::size_t>(code)]);
    }
    return names.size() == 1 ? fmt::format("{} = {}", column.name, names[0])
                             : fmt::format("{} ∈ {{{}}}", column.name, join(names, ", "));
  }
  if (!condition.has_low) return fmt::format("{} <= {}", column.name, brief(condition.high, 7));
  if (!condition.has_high) return fmt::format("{} > {}", column.name, brief(condition.low, 7));
  return fmt::format("{} < {} <= {}", brief(condition.low, 7), column.name,
                     brief(condition.high, 7));
}

std::string words(const forms::Rule& rule, const dataset::Columns& columns,
                  std::string_view joiner) {
  std::vector<std::string> parts;
  for (const auto& condition : rule.conditions) parts.push_back(words(condition, columns));
  return join(parts, joiner);
}

Text class_of(std::int32_t cls, const std::vector<std::string>& classes) {
  if (classes.size() > 2) {
    const auto& name = classes[static_cast<std::size_t>(cls)];
    return {name, name};
  }
  return cls == 1 ? Text{"leaves", "流失"} : Text{"stays", "保留"};
}

std::string name_of(const dataset::Columns& columns, std::size_t c) {
  return std::string(columns.columns[c].name);
}

}  // namespace

ReportTable rules_table(const forms::RuleSet& rules, const dataset::Columns& columns,
                        const std::vector<std::string>& classes) {
  ReportTable table{
      .id = "rules",
      .title = {"Rules", "规则"},
      .columns = {"en", "zh", "trial", "cover", "errors", "confidence", "lift"},
      .headers = {{"Rule", "规则(英)"}, {"Rule (Chinese)", "规则"}, {"Trial", "轮次"}, {"Rows", "覆盖样本数"},
                  {"Not of the class", "例外数"}, {"Confidence", "置信度"}, {"Lift", "提升度"}}};
  for (std::size_t t = 0; t < rules.lists.size(); ++t) {
    const auto& list = rules.lists[t];
    for (const auto& rule : list.rules) {
      const auto cls = class_of(rule.cls, classes);
      table.rows.push_back(
          {fmt::format("if {}: {}", words(rule, columns, " and "), cls.en),
           fmt::format("如果 {}:{}", words(rule, columns, " 且 "), cls.zh),
           static_cast<double>(t + 1), rule.cover, rule.errors, rule.confidence, rule.lift});
    }
    const auto cls = class_of(list.default_class, classes);
    table.rows.push_back({fmt::format("if no rule holds: {}", cls.en),
                          fmt::format("如果没有规则成立:{}", cls.zh), static_cast<double>(t + 1),
                          std::string(), std::string(),
                          list.default_shares[static_cast<std::size_t>(list.default_class)],
                          std::string()});
  }
  return table;
}

ReportTable usage_table(const Fit& fit, const dataset::Columns& columns) {
  ReportTable table{.id = "usage",
                    .title = {"Use of the columns", "字段使用率"},
                    .columns = {"column", "share"},
                    .headers = {{"Column", "字段"}, {"Rows asked", "用到该字段的样本占比"}}};
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < fit.usage.size(); ++c) {
    if (fit.usage[c] > 0) order.push_back(c);
  }
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t c) { return fit.usage[c]; });
  for (const auto c : order) table.rows.push_back({name_of(columns, c), fit.usage[c]});
  return table;
}

ReportTable winnowing_table(const Fit& fit, const dataset::Columns& columns) {
  ReportTable table{.id = "winnowing",
                    .title = {"Winnowing of the columns", "字段筛选"},
                    .columns = {"column", "left_out", "importance"},
                    .headers = {{"Column", "字段"},
                                {"Left out (1)", "已去掉(1)"},
                                {"Rise of the error without it", "去掉后误差的增幅"}}};
  auto order = fit.winnowed;
  std::ranges::stable_sort(order, std::greater<>(), &Winnowed::importance);
  for (const auto& one : order) {
    table.rows.push_back(
        {name_of(columns, one.column), one.is_left_out ? 1.0 : 0.0, one.importance});
  }
  return table;
}

}  // namespace holdfast::c50
