// A churn definition in a person's words.

#include <fmt/format.h>

#include "core/text.hpp"
#include "features/outcomes.hpp"

namespace holdfast::features {
namespace {

using study::ChurnDefinition;

Text contractual(const ChurnDefinition& definition) {
  Text text{fmt::format("a contract ends or is cancelled, and none that succeeds it starts from {} "
                        "days before to {} days after",
                        definition.early_days, definition.grace_days),
            fmt::format("合同到期或被解除,且在此前{}天至此后{}天内没有接续的合同",
                        definition.early_days, definition.grace_days)};
  if (!definition.successor_products.empty()) {
    const auto products = join(definition.successor_products, ", ");
    text.en += fmt::format("; successors are {}", products);
    text.zh += fmt::format(";可接续的产品: {}", products);
  }
  if (definition.successor_by_household) {
    text.en += "; contracts of the same household count";
    text.zh += ";同一家庭的合同也算接续";
  }
  if (definition.successor_by_vehicle) {
    text.en += "; contracts of the same vehicle count";
    text.zh += ";同一车辆的合同也算接续";
  }
  return text;
}

Text inactivity(const ChurnDefinition& definition) {
  Text text{"active until the cutoff, then nothing in the whole outcome window",
            "观察点前活跃,整个表现期内没有任何活动"};
  std::vector<std::string> en, zh;
  for (const auto& limit : definition.inactive_days) {
    const auto days = brief(limit.limit);
    en.push_back(limit.segment.empty() ? days : fmt::format("{}: {}", limit.segment, days));
    zh.push_back(limit.segment.empty() ? days : fmt::format("{}: {}", limit.segment, days));
  }
  if (!en.empty()) {
    text.en += fmt::format("; active means not silent for more than {} days", join(en, ", "));
    text.zh += fmt::format(";活跃指沉默不超过 {} 天", join(zh, ", "));
  }
  if (definition.interval_factor > 0) {
    text.en += fmt::format("; nor for more than {} times the customer's own usual interval",
                           brief(definition.interval_factor));
    text.zh += fmt::format(";且不超过客户自身平均间隔的 {} 倍", brief(definition.interval_factor));
  }
  return text;
}

Text rule(const ChurnDefinition& definition) {
  if (!definition.condition.empty()) {
    return {"comes to meet the condition: " + definition.condition,
            "满足条件: " + definition.condition};
  }
  std::vector<std::string> en, zh;
  if (definition.falling_months > 0) {
    en.push_back(fmt::format("revenue falls {} months in a row", definition.falling_months));
    zh.push_back(fmt::format("收入连续{}个月下降", definition.falling_months));
  }
  if (definition.below_months > 0 && definition.below > 0) {
    en.push_back(fmt::format("revenue is below {} for {} months in a row", brief(definition.below),
                             definition.below_months));
    zh.push_back(fmt::format("收入连续{}个月低于 {}", definition.below_months,
                             brief(definition.below)));
  } else if (definition.below_months > 0) {
    en.push_back(fmt::format("there is no revenue for {} months", definition.below_months));
    zh.push_back(fmt::format("连续{}个月没有收入", definition.below_months));
  }
  return {join(en, ", or "), join(zh, ",或")};
}

Text label(const ChurnDefinition& definition) {
  const auto values = join(definition.positive, ", ");
  if (values.empty()) {
    return {fmt::format("column {} says so", definition.column),
            fmt::format("以列 {} 为准", definition.column)};
  }
  return {fmt::format("column {} is {}", definition.column, values),
          fmt::format("列 {} 取值 {}", definition.column, values)};
}

}  // namespace

Text words_of(const ChurnDefinition& definition) {
  using study::ChurnKind;
  const auto fall = brief(100 * definition.fall_share);
  switch (definition.kind) {
    case ChurnKind::Contractual: return contractual(definition);
    case ChurnKind::Inactivity: return inactivity(definition);
    case ChurnKind::ExpectedSpend:
      return {fmt::format("spends less than {} % of what the own history predicts", fall),
              fmt::format("实际消费不足自身历史预期的 {}%", fall)};
    case ChurnKind::Partial: {
      const auto full = brief(100 * definition.full_fall_share);
      return {fmt::format("balance or spend falls by {} % or more; from {} % on the loss is full",
                          fall, full),
              fmt::format("余额或消费下降 {}% 及以上;达到 {}% 为全部流失", fall, full)};
    }
    case ChurnKind::RevenueRule: return rule(definition);
    case ChurnKind::Label: return label(definition);
  }
  return {};
}

}  // namespace holdfast::features
