#include <fmt/format.h>

#include "core/text.hpp"
#include "study/lexer.hpp"
#include "warning/watch_list.hpp"

namespace holdfast::warning {
namespace {

constexpr int kMonths = 3;

bool is_revenue(const study::TableSpec& table) {
  if (table.role != study::Role::Event || table.amount.empty()) return false;
  switch (table.topic) {
    case study::Topic::None:
    case study::Topic::Payment:
    case study::Topic::Purchase:
    case study::Topic::Visit: return true;
    default: return false;
  }
}

}  // namespace

std::vector<study::WarningRule> ready_made_rules(const study::Study& study) {
  const bool has_rule = study.churn && study.churn->kind == study::ChurnKind::RevenueRule;
  const int falling = has_rule && study.churn->falling_months > 0 ? study.churn->falling_months
                                                                  : kMonths;
  const int below = has_rule && study.churn->below_months > 0 ? study.churn->below_months : kMonths;
  const double limit = has_rule ? study.churn->below : 0;
  std::vector<study::WarningRule> rules;
  const auto add = [&](std::string name, std::string when, study::Level level, Text label) {
    rules.push_back({.name = std::move(name), .when = std::move(when), .level = level,
                     .label = std::move(label), .line = 0});
  };
  for (const auto& table : study.tables) {
    if (!is_revenue(table)) continue;
    const auto rows = study::name_in_source(table.name);
    const auto revenue = rows + "." + study::name_in_source(table.amount);
    add("revenue_falling_" + table.name, fmt::format("falling({}, {} months)", revenue, falling),
        study::Level::Orange,
        {fmt::format("revenue ({}) falling {} months in a row", table.name, falling),
         fmt::format("收入（{}）连续{}个月下降", table.name, falling)});
    if (limit > 0) {
      add("revenue_low_" + table.name,
          fmt::format("months_below({}, {}) >= {}", revenue, limit, below), study::Level::Orange,
          {fmt::format("revenue ({}) below {} for {} months", table.name, brief(limit), below),
           fmt::format("收入（{}）连续{}个月低于{}", table.name, below, brief(limit))});
    }
    // Below a cent is nothing. Only for customers who used to come at least every second month:
    // nothing for three months says little of those who pay once a year.
    add("revenue_gone_" + table.name,
        fmt::format("months_below({}, 0.01) >= {} and count({}, 12 months) >= 6", revenue, below,
                    rows),
        study::Level::Red,
        {fmt::format("no revenue ({}) for {} months: probably lost", table.name, below),
         fmt::format("收入（{}）连续{}个月为零：可能已流失", table.name, below)});
  }
  return rules;
}

}  // namespace holdfast::warning
