#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "analyses/patterns_parts.hpp"
#include "models/association/fit.hpp"
#include "pattern/suggestions.hpp"

namespace holdfast::analyses::patterns {
namespace {

constexpr std::size_t kRulesTold = 500;
constexpr std::size_t kHeatItems = 12;

Text same(const std::string& text) { return {text, text}; }

// How often each pair of the items in the strongest rules is bought together, against chance.
std::optional<HeatMap> pairs(const forms::AssociationRules& form) {
  std::vector<std::uint32_t> items;
  for (const auto& rule : form.rules) {
    for (const auto* side : {&rule.antecedent, &rule.consequent}) {
      for (const auto item : *side) {
        if (items.size() < kHeatItems && std::ranges::find(items, item) == items.end())
          items.push_back(item);
      }
    }
  }
  if (items.size() < 3) return std::nullopt;
  std::ranges::sort(items);
  std::map<std::vector<std::uint32_t>, std::uint64_t> counts;
  for (const auto& set : form.sets) {
    if (set.items.size() <= 2) counts.emplace(set.items, set.count);
  }
  HeatMap map{.id = "pairs",
              .title = {"Bought together, times as often as by chance", "同时购买的频率相对随机的倍数"},
              .remark = {"Items of the strongest rules; columns by the numbers of the rows. Empty: hardly ever together.",
                         "最强规则中的商品,列号即行号;空白表示几乎不同时出现。"},
              .format = Format::Factor};
  // Columns by number: names would not stand side by side.
  for (const auto item : items) {
    const auto number = std::to_string(map.rows.size() + 1);
    map.rows.push_back(same(number + ". " + form.items[item]));
    map.columns.push_back(same(number));
  }
  const auto baskets = static_cast<double>(form.baskets);
  for (const auto row : items) {
    auto& values = map.values.emplace_back();
    for (const auto column : items) {
      const auto both = counts.find({std::min(row, column), std::max(row, column)});
      const auto one = counts.find({row}), other = counts.find({column});
      const bool is_known = row != column && both != counts.end() && one != counts.end() &&
                            other != counts.end();
      values.push_back(is_known ? static_cast<double>(both->second) * baskets /
                                      (static_cast<double>(one->second) *
                                       static_cast<double>(other->second))
                                : std::nan(""));
    }
  }
  return map;
}

// The confidence of the rule the other way round, where it is a rule too.
std::optional<double> other_way(const forms::AssociationRules& form, const forms::AssociationRule& rule) {
  const auto found = std::ranges::find_if(form.rules, [&](const auto& other) {
    return other.antecedent == rule.consequent && other.consequent == rule.antecedent;
  });
  return found == form.rules.end() ? std::nullopt : std::optional(found->confidence());
}

// Of two rules that are each other's reverse only the surer one stands in the table.
bool is_told_by_reverse(const forms::AssociationRules& form, const forms::AssociationRule& rule) {
  const auto reverse = other_way(form, rule);
  if (!reverse) return false;
  return *reverse != rule.confidence() ? *reverse > rule.confidence() : rule.consequent < rule.antecedent;
}

std::string in_order(const forms::SequencePatterns& form, const forms::SequencePatterns::Pattern& p) {
  std::string text;
  for (const auto& event : p.events) {
    if (!text.empty()) text += " → ";
    text += joined(event, form.items);
  }
  return text;
}

}  // namespace

Section rules_section(const Bought& bought, const forms::AssociationRules& form, double p_max) {
  Section section{.id = "rules",
                  .title = {"What is bought together", "哪些商品一起购买"},
                  .lead = {"A rule says: of the baskets with the left side so many also hold the right side "
                           "(confidence), and how many times that is the right side's share of all baskets (lift).",
                           "规则的含义:含左侧商品的购物篮中,有多少也含右侧商品(置信度),"
                           "以及这是右侧商品在全部购物篮中占比的几倍(提升度)。"}};
  Table table{.id = "rules",
              .title = {"Rules, the strongest first", "关联规则(由强到弱)"},
              .remark = {fmt::format("Fisher's exact test of every rule, corrected for their number (Holm): the chance that "
                                     "even one of those left is due to chance is at most {}. A rule and its reverse stand "
                                     "in one row.", percent(p_max)),
                         fmt::format("每条规则均经 Fisher 精确检验并按规则总数作 Holm 校正:所列规则中出现任何一条偶然规则的概率不超过 "
                                     "{}。互为反向的规则合为一行。", percent(p_max))},
              .columns = {{"if", {"who buys", "购买"}, Format::Number, {}},
                          {"then", {"also buys", "也购买"}, Format::Number, {}},
                          {"baskets", {"baskets with both", "同时出现的购物篮"}, Format::Count, {}},
                          {"support", {"of all baskets", "支持度"}, Format::Share, {}},
                          {"confidence", {"confidence", "置信度"}, Format::Share, {}},
                          {"reverse", {"the other way", "反向置信度"}, Format::Share,
                           {"of the baskets with the right side, how many also hold the left",
                            "含右侧商品的购物篮中也含左侧商品的比例"}},
                          {"lift", {"lift", "提升度"}, Format::Factor, {}},
                          {"leverage",
                           {"baskets more than by chance", "多于随机的购物篮"},
                           Format::Count,
                           {}},
                          {"p", {"p, corrected", "校正后 p 值"}, Format::PValue, {}}},
              .rows_shown = 25};
  const auto baskets = static_cast<double>(form.baskets);
  for (const auto& rule : form.rules) {
    if (table.rows.size() == kRulesTold) break;
    if (is_told_by_reverse(form, rule)) continue;
    table.rows.push_back({same(joined(rule.antecedent, form.items)),
                          same(joined(rule.consequent, form.items)),
                          static_cast<double>(rule.count),
                          static_cast<double>(rule.count) / baskets, rule.confidence(),
                          cell_of(other_way(form, rule)), rule.lift,
                          rule.leverage * baskets, rule.p_adjusted});
  }
  section.blocks.emplace_back(std::move(table));
  if (auto map = pairs(form)) section.blocks.emplace_back(std::move(*map));
  BarChart often{.id = "items",
                 .title = {"Most often bought: " + bought.item.en, "最常购买的" + bought.item.zh},
                 .remark = {"Share of the baskets.", "占购物篮的比例。"},
                 .format = Format::Share};
  std::vector<const forms::AssociationRules::ItemSet*> singles;
  for (const auto& set : form.sets) {
    if (set.items.size() == 1) singles.push_back(&set);
  }
  std::ranges::stable_sort(singles, std::ranges::greater{}, [](const auto* s) { return s->count; });
  for (std::size_t i = 0; i < std::min<std::size_t>(singles.size(), 12); ++i) {
    often.bars.push_back({same(form.items[singles[i]->items[0]]),
                          static_cast<double>(singles[i]->count) / baskets,
                          {},
                          {}});
  }
  if (!often.bars.empty()) section.blocks.emplace_back(std::move(often));
  return section;
}

Section sequences_section(const forms::SequencePatterns& form, const Text& limits) {
  Section section{.id = "sequences",
                  .title = {"What comes after what", "先后顺序"},
                  .lead = {"Of the customers who came as far as the last step but one, how many went on, where that "
                           "is more than among all customers. " + limits.en + " Not tested against chance: who buys often "
                           "comes to many things, so a figure well above 1 is what counts.",
                           "走到倒数第二步的客户中有多少继续走到最后一步;仅列出高于全部客户的。" + limits.zh +
                           "未作偶然性检验:购买频繁者更易出现各种后续,故应看明显大于 1 者。"}};
  std::vector<const forms::SequencePatterns::Pattern*> order;
  for (const auto& pattern : form.patterns) {
    if (!pattern.lift || !(*pattern.lift > 1)) continue;
    // The same again says that customers come back, not what leads to what.
    std::set<std::vector<std::uint32_t>> distinct(pattern.events.begin(), pattern.events.end());
    if (distinct.size() == pattern.events.size()) order.push_back(&pattern);
  }
  std::ranges::stable_sort(order, std::ranges::greater{}, [](const auto* p) { return *p->lift; });
  Table table{.id = "sequences",
              .title = {"In this order", "依次发生"},
              .columns = {{"pattern", {"in this order", "依次发生"}, Format::Number, {}},
                          {"customers", {"customers", "客户数"}, Format::Count, {}},
                          {"support", {"of all customers", "占全部客户"}, Format::Share, {}},
                          {"confidence", {"of those before the last step", "占到达前一步者"}, Format::Share, {}},
                          {"lift", {"against all customers", "相对全部客户"}, Format::Factor, {}}},
              .rows_shown = 25};
  const auto customers = static_cast<double>(form.sequences);
  for (const auto* pattern : order) {
    if (table.rows.size() == kRulesTold) break;
    table.rows.push_back({same(in_order(form, *pattern)), static_cast<double>(pattern->count),
                          static_cast<double>(pattern->count) / customers, *pattern->confidence,
                          *pattern->lift});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section offers_section(const Bought& bought, const forms::AssociationRules& rules,
                       const Offers& offers) {
  Section section{.id = "offers",
                  .title = {"What to offer next", "下一步推荐"},
                  .lead = {"What each customer has bought meets the left side of a rule whose right side they have not: that is "
                           "offered, by the surest such rule. Every customer's offers with their evidence stand in "
                           "patterns_customers.parquet and in the Excel file.",
                           "客户已购商品符合某规则左侧而尚未购买其右侧商品者,即推荐该商品,以最可靠的规则为准。"
                           "每位客户的推荐及其依据见 patterns_customers.parquet 及 Excel 文件。"}};
  std::vector<std::uint32_t> order;
  for (std::uint32_t item = 0; item < bought.items.size(); ++item) {
    if (offers.customers_by_item[item] > 0) order.push_back(item);
  }
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](auto item) { return offers.customers_by_item[item]; });
  Table table{.id = "offers",
              .title = {"Most often the first offer", "最常成为首选推荐的商品"},
              .columns = {{"item", bought.item, Format::Number, {}},
                          {"customers", {"customers", "客户数"}, Format::Count, {}},
                          {"share", {"of all customers", "占全部客户"}, Format::Share, {}},
                          {"confidence", {"surest rule's confidence", "最可靠规则的置信度"}, Format::Share, {}},
                          {"because", {"because", "依据"}, Format::Number, {}}},
              .rows_shown = 15};
  const auto engine_rules = association::rules_of(rules);
  for (const auto item : order) {
    const pattern::Rule* best = nullptr;
    for (const auto& rule : engine_rules) {
      if (rule.consequent.size() != 1 || rule.consequent[0] != item) continue;
      if (best == nullptr || rule.confidence > best->confidence) best = &rule;
    }
    if (best == nullptr) continue;
    const auto customers = static_cast<double>(offers.customers_by_item[item]);
    table.rows.push_back({same(bought.items[item]), customers,
                          customers / static_cast<double>(bought.customer_keys.size()), best->confidence,
                          pattern::evidence(*best, bought.items)});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace holdfast::analyses::patterns
