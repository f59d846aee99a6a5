#include <algorithm>

#include <fmt/format.h>

#include "analyses/analyses.hpp"
#include "analyses/figures.hpp"
#include "analyses/patterns_parts.hpp"
#include "models/parameters.hpp"

namespace holdfast::analyses {
namespace {

using namespace patterns;

bool has_basket_of_several(const Bought& bought) {
  for (std::size_t b = 0; b < bought.baskets(); ++b) {
    if (bought.basket_starts[b + 1] - bought.basket_starts[b] > 1) return true;
  }
  return false;
}

void say_rules(const Bought& bought, const forms::AssociationRules& rules, Analysis& analysis) {
  if (!has_basket_of_several(bought)) {
    analysis.findings.push_back(
        {fmt::format("None of {} baskets holds two different items, so nothing is bought together. A basket is what a "
                     "customer buys on one day; where an order has a number of its own, name its column as basket.",
                     whole(static_cast<double>(rules.baskets))),
         fmt::format("{} 个购物篮中没有一个含两种以上商品,故无从谈及一起购买。购物篮为客户同一天所购;若订单另有编号,请以 basket "
                     "指定该列。",
                     whole(static_cast<double>(rules.baskets)))});
    return;
  }
  if (rules.rules.empty()) {
    analysis.findings.push_back(
        {fmt::format("In {} baskets nothing is bought together more often than chance explains.",
                     whole(static_cast<double>(rules.baskets))),
         fmt::format("在 {} 个购物篮中,没有任何商品组合的出现频率高于随机。",
                     whole(static_cast<double>(rules.baskets)))});
    return;
  }
  analysis.findings.push_back(
      {fmt::format("{} baskets of {} customers hold {} rules that chance does not explain.",
                   whole(static_cast<double>(rules.baskets)),
                   whole(static_cast<double>(bought.customer_keys.size())),
                   whole(static_cast<double>(rules.rules.size()))),
       fmt::format("{} 位客户的 {} 个购物篮中有 {} 条无法用偶然解释的规则。",
                   whole(static_cast<double>(bought.customer_keys.size())),
                   whole(static_cast<double>(rules.baskets)),
                   whole(static_cast<double>(rules.rules.size())))});
  // Of use is what happens often: the rule with the most baskets above chance.
  const auto& most = *std::ranges::max_element(rules.rules, {}, &forms::AssociationRule::leverage);
  const auto left = joined(most.antecedent, rules.items), right = joined(most.consequent, rules.items);
  analysis.findings.push_back(
      {fmt::format("Of the baskets with {}, {} also hold {}: {:.1f} times its share of all baskets, "
                   "{} baskets more than by chance.",
                   left, percent(most.confidence()), right, most.lift,
                   whole(most.leverage * static_cast<double>(rules.baskets))),
       fmt::format("含 {} 的购物篮中 {} 也含 {}:是其在全部购物篮中占比的 {:.1f} 倍,比随机多 {} 个购物篮。",
                   left, percent(most.confidence()), right, most.lift,
                   whole(most.leverage * static_cast<double>(rules.baskets)))});
}

void say_sequences(const forms::SequencePatterns& form, Analysis& analysis) {
  const forms::SequencePatterns::Pattern* best = nullptr;
  for (const auto& pattern : form.patterns) {
    if (!pattern.lift || pattern.events.size() != 2 || pattern.events[0] == pattern.events[1]) continue;
    if (best == nullptr || *pattern.lift > *best->lift) best = &pattern;
  }
  if (best == nullptr || !(*best->lift > 1)) return;
  const auto first = joined(best->events[0], form.items), then = joined(best->events[1], form.items);
  analysis.findings.push_back(
      {fmt::format("Of the customers with {}, {} come to {} later: {:.1f} times as many as of all "
                   "customers ({} customers).",
                   first, percent(*best->confidence), then, *best->lift,
                   whole(static_cast<double>(best->count))),
       fmt::format("有过 {} 的客户中 {} 之后出现 {}:是全部客户的 {:.1f} 倍({} 位客户)。", first,
                   percent(*best->confidence), then, *best->lift,
                   whole(static_cast<double>(best->count)))});
}

void say_offers(const Bought& bought, const Offers& offers, Analysis& analysis) {
  if (offers.customers_with == 0) return;
  const auto most = std::ranges::max_element(offers.customers_by_item);
  const auto& item = bought.items[static_cast<std::size_t>(most - offers.customers_by_item.begin())];
  analysis.findings.push_back(
      {fmt::format("{} of {} customers have a next product to be offered, most often {} ({} customers).",
                   whole(static_cast<double>(offers.customers_with)),
                   whole(static_cast<double>(bought.customer_keys.size())), item,
                   whole(static_cast<double>(*most))),
       fmt::format("{} 位客户中有 {} 位可推荐下一件商品,最多的是 {}({} 位客户)。",
                   whole(static_cast<double>(bought.customer_keys.size())),
                   whole(static_cast<double>(offers.customers_with)), item,
                   whole(static_cast<double>(*most)))});
}

void add_notes(const Bought& bought, Analysis& analysis) {
  if (bought.is_guessed) {
    analysis.notes.push_back({fmt::format("The study names no table for patterns and has none of purchases: taken is {} of "
                                          "{}. Name another as patterns.table and patterns.item.", bought.item.en,
                                          bought.table.en),
                              fmt::format("方案未为 patterns 指定表,也没有购买表:采用了{}的{}。可用 patterns.table 和 "
                                          "patterns.item 另行指定。", bought.table.zh, bought.item.zh)});
  }
  if (bought.rows_returned > 0) {
    analysis.notes.push_back(
        {fmt::format("{} rows with an amount below 0 are returns and not counted as bought.",
                     whole(static_cast<double>(bought.rows_returned))),
         fmt::format("{} 行金额为负,视为退货,不计为购买。",
                     whole(static_cast<double>(bought.rows_returned)))});
  }
  if (bought.rows_without_item > 0) {
    analysis.notes.push_back({fmt::format("{} rows name no {}.",
                                          whole(static_cast<double>(bought.rows_without_item)),
                                          bought.item.en),
                              fmt::format("{} 行没有{}。",
                                          whole(static_cast<double>(bought.rows_without_item)),
                                          bought.item.zh)});
  }
}

/// The model that has this form.
template <typename Form>
const FittedModel& model_of(const Fitted& fitted, const Form* form) {
  return *std::ranges::find_if(fitted.models, [&](const FittedModel& model) {
    return std::get_if<Form>(&model.form) == form;
  });
}

/// How far apart the steps of a sequence may lie.
Text limits_of(const Parameters& parameters) {
  const auto days = [&](std::string_view name) { return models::integer(parameters, name); };
  Text text{fmt::format("From one step to the next at least {} day{}", days("gap_min"), days("gap_min") == 1 ? "" : "s"),
            fmt::format("相邻两步至少相隔 {} 天", days("gap_min"))};
  if (days("gap_max") > 0) {
    text.en += fmt::format(" and at most {}", days("gap_max"));
    text.zh += fmt::format("、至多 {} 天", days("gap_max"));
  } else {
    text.en += ", however late";
    text.zh += ",不设上限";
  }
  if (days("window_max") > 0) {
    text.en += fmt::format("; from the first to the last at most {}", days("window_max"));
    text.zh += fmt::format(";首尾至多 {} 天", days("window_max"));
  }
  text.en += " (gap_min, gap_max and window_max of the model sequences).";
  text.zh += "(序列模型的参数 gap_min、gap_max、window_max)。";
  return text;
}

Result<Analysis> run(const Inputs& inputs, Progress& progress) {
  const auto spec = inputs.study().analyses.patterns.value_or(study::PatternsSpec{});
  HOLDFAST_TRY(const auto bought, gather(inputs, spec, progress));
  HOLDFAST_TRY(auto fitted, fit(inputs, spec, bought, progress));
  Analysis analysis{.id = "patterns",
                    .title = {"What they buy together, and what next", "一起买什么,接下来买什么"}};
  analysis.notes = fitted.notes;
  if (fitted.rules != nullptr) {
    say_rules(bought, *fitted.rules, analysis);
    const auto& parameters = model_of(fitted, fitted.rules).parameters;
    analysis.sections.push_back(rules_section(bought, *fitted.rules, models::real(parameters, "p_max")));
  }
  if (fitted.sequences != nullptr) {
    say_sequences(*fitted.sequences, analysis);
    const auto& parameters = model_of(fitted, fitted.sequences).parameters;
    analysis.sections.push_back(sequences_section(*fitted.sequences, limits_of(parameters)));
  }
  if (fitted.rules != nullptr && !fitted.rules->rules.empty() && spec.suggestions > 0) {
    auto offers = offers_for(bought, *fitted.rules, static_cast<std::size_t>(spec.suggestions));
    say_offers(bought, offers, analysis);
    analysis.sections.push_back(offers_section(bought, *fitted.rules, offers));
    analysis.customers = std::move(offers.columns);
  }
  add_notes(bought, analysis);
  analysis.models = std::move(fitted.models);
  return analysis;
}

}  // namespace

extern const Descriptor kPatterns;
const Descriptor kPatterns{
    .id = "patterns",
    .en = "what customers buy together, in which order, and what to offer each next",
    .zh = "客户一起购买什么、按什么顺序购买,以及向每位客户推荐什么",
    .is_asked = [](const study::AnalysisSpecs& specs) { return specs.patterns.has_value(); },
    .run = run};

}  // namespace holdfast::analyses
