#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analyses/figures.hpp"
#include "analyses/patterns_parts.hpp"

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
              .remark = {"Items of the strongest rules. Empty: hardly ever together.",
                         "最强规则中的商品;空白表示几乎不同时出现。"},
              .format = Format::Factor};
  for (const auto item : items) {
    map.rows.push_back(same(form.items[item]));
    map.columns.push_back(same(form.items[item]));
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

std::string in_order(const forms::SequencePatterns& form, const forms::SequencePatterns::Pattern& p) {
  std::string text;
  for (const auto& event : p.events) {
    if (!text.empty()) text += " → ";
    text += joined(event, form.items);
  }
  return text;
}

}  // namespace

Section rules_section(const Bought& bought, const forms::AssociationRules& form) {
  Section section{.id = "rules",
                  .title = {"What is bought together", "哪些商品一起购买"},
                  .lead = {"A rule says: of the baskets with the left side so many also hold the right side "
                           "(confidence), and how many times that is the right side's share of all baskets (lift).",
                           "规则的含义:含左侧商品的购物篮中,有多少也含右侧商品(置信度),"
                           "以及这是右侧商品在全部购物篮中占比的几倍(提升度)。"}};
  Table table{.id = "rules",
              .title = {"Rules, the strongest first", "关联规则(由强到弱)"},
              .remark = {"Only what chance does not explain: Fisher's test, corrected for the number of rules.",
                         "仅列出无法用偶然解释的规则:Fisher 检验并按规则数校正。"},
              .columns = {{"if", {"who buys", "购买"}, Format::Number, {}},
                          {"then", {"also buys", "也购买"}, Format::Number, {}},
                          {"baskets", {"baskets with both", "同时出现的购物篮"}, Format::Count, {}},
                          {"support", {"of all baskets", "支持度"}, Format::Share, {}},
                          {"confidence", {"confidence", "置信度"}, Format::Share, {}},
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
    table.rows.push_back({same(joined(rule.antecedent, form.items)),
                          same(joined(rule.consequent, form.items)),
                          static_cast<double>(rule.count),
                          static_cast<double>(rule.count) / baskets, rule.confidence(), rule.lift,
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

Section sequences_section(const forms::SequencePatterns& form) {
  Section section{.id = "sequences",
                  .title = {"What comes after what", "先后顺序"},
                  .lead = {"Of the customers who came as far as the last step but one, how many went on, where that "
                           "is more than among all customers.",
                           "走到倒数第二步的客户中有多少继续走到最后一步;仅列出高于全部客户的。"}};
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
                  .lead = {"Each customer's offers, with the rule that speaks for them, stand in the file of customers.",
                           "每位客户的推荐及其依据见客户文件。"}};
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
                          {"confidence", {"best rule's confidence", "最强规则的置信度"}, Format::Share, {}}},
              .rows_shown = 15};
  for (const auto item : order) {
    double best = 0;
    for (const auto& rule : rules.rules) {
      if (rule.consequent.size() == 1 && rule.consequent[0] == item)
        best = std::max(best, rule.confidence());
    }
    table.rows.push_back(
        {same(bought.items[item]), static_cast<double>(offers.customers_by_item[item]), best});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace holdfast::analyses::patterns
