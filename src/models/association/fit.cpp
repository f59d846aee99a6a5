#include "models/association/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "models/parameters.hpp"

namespace holdfast::association {
namespace {

std::string names_of(const std::vector<std::uint32_t>& places, const std::vector<std::string>& items) {
  std::string text;
  for (const auto place : places) {
    if (!text.empty()) text += " + ";
    text += items[place];
  }
  return text;
}

// Holm's step-down over all rules: the i-th smallest p times the number not decided yet.
std::vector<double> adjusted(const std::vector<pattern::Rule>& rules) {
  std::vector<std::size_t> order(rules.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t r) { return rules[r].fisher_p; });
  std::vector<double> p(rules.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, static_cast<double>(order.size() - i) * rules[order[i]].fisher_p);
    p[order[i]] = std::min(1.0, least);
  }
  return p;
}

ReportTable rules_table(const forms::AssociationRules& form) {
  ReportTable table{.id = "rules",
                    .title = {"Rules, the strongest first", "关联规则(由强到弱)"},
                    .columns = {"if", "then", "count", "support", "confidence", "lift", "leverage",
                                "conviction", "p_adjusted"},
                    .headers = {{"who buys", "购买"},
                                {"also buys", "同时购买"},
                                {"baskets", "购物篮数"},
                                {"support", "支持度"},
                                {"confidence", "置信度"},
                                {"lift", "提升度"},
                                {"leverage", "杠杆率"},
                                {"conviction", "确信度"},
                                {"p, corrected", "校正后 p 值"}}};
  constexpr std::size_t kShown = 200;
  for (const auto& rule : form.rules) {
    if (table.rows.size() == kShown) break;
    std::vector<std::variant<std::string, double>> row{
        names_of(rule.antecedent, form.items), names_of(rule.consequent, form.items),
        static_cast<double>(rule.count),
        static_cast<double>(rule.count) / static_cast<double>(form.baskets), rule.confidence(),
        rule.lift, rule.leverage};
    if (rule.conviction) row.emplace_back(*rule.conviction);
    else row.emplace_back(std::string("∞"));
    row.emplace_back(rule.p_adjusted);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<ParameterRow> parameters() {
  using Kind = ParameterRow::Kind;
  return {{.name = "support_min", .kind = Kind::Real, .min = 1e-7, .max = 1, .default_value = 0.01,
           .en = "Share of the baskets that must hold a set.", .zh = "项集的最小支持度。"},
          {.name = "confidence_min", .kind = Kind::Real, .min = 0, .max = 1, .default_value = 0.25,
           .en = "Share of the baskets with the left side that must hold the right side too.",
           .zh = "规则的最小置信度。"},
          {.name = "lift_min", .kind = Kind::Real, .min = 0, .max = 1e6, .default_value = 1.0,
           .en = "Least lift of a rule; 1 is chance.", .zh = "规则的最小提升度,1 表示与随机无异。"},
          {.name = "p_max", .kind = Kind::Real, .min = 0, .max = 1, .default_value = 0.05,
           .en = "Largest p of Fisher's test, corrected for the number of rules (Holm).",
           .zh = "Fisher 检验 p 值上限(按规则数做 Holm 校正)。"},
          {.name = "items_max", .kind = Kind::Integer, .unit = "items", .min = 2, .max = 20,
           .default_value = std::int64_t{4},
           .en = "Items of a set and so of both sides of a rule together.",
           .zh = "项集(即规则两侧合计)的最大商品数。"},
          {.name = "basket_items_max", .kind = Kind::Integer, .unit = "items", .min = 0, .max = 1e9,
           .default_value = std::int64_t{0},
           .en = "Larger baskets (wholesale, tests) are left out; 0: none.",
           .zh = "超过此商品数的购物篮(批发、测试)不计入,0 表示不限。"},
          {.name = "sets_max", .kind = Kind::Integer, .unit = "sets", .min = 1, .max = 5e6,
           .default_value = std::int64_t{200000},
           .en = "More sets than this are an error: raise the support.",
           .zh = "项集超过此数即报错,请提高支持度。"}};
}

Result<FittedModel> fit(const ModelDescriptor& descriptor, Miner miner, const PatternTask& task,
                        const Parameters& given, Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  progress.begin(descriptor.name, 2);
  const auto size = [&](std::string_view name) {
    return static_cast<std::size_t>(models::integer(parameters, name));
  };
  forms::AssociationRules form{.items = task.items,
                               .support_min = models::real(parameters, "support_min"),
                               .confidence_min = models::real(parameters, "confidence_min")};
  HOLDFAST_TRY(const auto sets, miner({task.item, task.starts},
                                      {.support_min = form.support_min,
                                       .length_max = size("items_max"),
                                       .basket_items_max = size("basket_items_max"),
                                       .sets_max = size("sets_max")}));
  progress.advance(1);
  HOLDFAST_TRY(const auto rules, pattern::association_rules(
                                     sets, {.confidence_min = form.confidence_min,
                                            .lift_min = models::real(parameters, "lift_min")}));
  const auto p_adjusted = adjusted(rules);
  const double p_max = models::real(parameters, "p_max");
  form.baskets = sets.baskets;
  form.baskets_left_out = sets.baskets_left_out;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    form.sets.push_back({{sets[s].begin(), sets[s].end()}, sets.counts[s]});
  }
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const auto& rule = rules[r];
    if (p_adjusted[r] > p_max) continue;
    form.rules.push_back({.antecedent = rule.antecedent,
                          .consequent = rule.consequent,
                          .count = rule.count,
                          .antecedent_count = rule.antecedent_count,
                          .consequent_count = rule.consequent_count,
                          .lift = rule.lift,
                          .leverage = rule.leverage,
                          .conviction = rule.conviction,
                          .p = rule.fisher_p,
                          .p_adjusted = p_adjusted[r]});
  }
  FittedModel model;
  model.kind = ModelKind::Pattern;
  model.model_id = descriptor.id;
  model.parameters = parameters;
  model.seed = task.seed;
  model.tables.push_back(rules_table(form));
  if (form.rules.size() < rules.size()) {
    const auto chance = rules.size() - form.rules.size();
    model.notes.push_back(
        {fmt::format("{} of {} rules are left out: so many could arise by chance.", chance, rules.size()),
         fmt::format("{1} 条规则中有 {0} 条可能只是偶然,已剔除。", chance, rules.size())});
  }
  if (form.baskets_left_out > 0) {
    model.notes.push_back(
        {fmt::format("{} baskets of very many items are left out.", form.baskets_left_out),
         fmt::format("已剔除 {} 个商品过多的购物篮。", form.baskets_left_out)});
  }
  model.form = std::move(form);
  progress.advance(1);
  progress.end();
  return model;
}

std::vector<pattern::Rule> rules_of(const forms::AssociationRules& form) {
  std::vector<pattern::Rule> rules;
  for (const auto& rule : form.rules) {
    rules.push_back({.antecedent = rule.antecedent,
                     .consequent = rule.consequent,
                     .count = rule.count,
                     .antecedent_count = rule.antecedent_count,
                     .consequent_count = rule.consequent_count,
                     .support = static_cast<double>(rule.count) / static_cast<double>(form.baskets),
                     .confidence = rule.confidence(),
                     .lift = rule.lift,
                     .leverage = rule.leverage,
                     .conviction = rule.conviction,
                     .fisher_p = rule.p});
  }
  return rules;
}

}  // namespace holdfast::association
