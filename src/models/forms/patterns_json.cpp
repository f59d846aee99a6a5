#include <algorithm>

#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"

namespace holdfast::forms {
namespace {

using nlohmann::ordered_json;
using Items = std::vector<std::uint32_t>;

Items items_from(const ordered_json& json, std::size_t items_count) {
  auto items = json.get<Items>();
  require(std::ranges::all_of(items, [&](auto item) { return item < items_count; }),
          "an item that is not there");
  return items;
}

std::optional<double> number_or_nothing(const ordered_json& json) {
  if (json.is_null()) return std::nullopt;
  return number_from(json);
}

ordered_json json_of(const std::optional<double>& number) {
  return number ? number_json(*number) : ordered_json(nullptr);
}

AssociationRule rule_from(const ordered_json& json, std::size_t items_count) {
  AssociationRule rule{.antecedent = items_from(json.at("if"), items_count),
                       .consequent = items_from(json.at("then"), items_count)};
  rule.count = json.at("count");
  rule.antecedent_count = json.at("if_count");
  rule.consequent_count = json.at("then_count");
  require(rule.count <= rule.antecedent_count && rule.antecedent_count > 0, "a rule of no baskets");
  rule.lift = number_from(json.at("lift"));
  rule.leverage = number_from(json.at("leverage"));
  rule.conviction = number_or_nothing(json.at("conviction"));
  rule.p = number_from(json.at("p"));
  rule.p_adjusted = number_from(json.at("p_adjusted"));
  return rule;
}

}  // namespace

ordered_json to_json(const AssociationRules& form) {
  ordered_json json = {
      {"about",
       "sets: items (places in `items`) and how many baskets hold them all; rules: of the baskets "
       "with `if` (if_count) so many (count) also hold `then`; lift against its share of all baskets; "
       "conviction null: never failed; p: Fisher's test, p_adjusted: Holm's over all rules"},
      {"items", form.items},
      {"baskets", form.baskets},
      {"baskets_left_out", form.baskets_left_out},
      {"support_min", number_json(form.support_min)},
      {"confidence_min", number_json(form.confidence_min)},
      {"sets", ordered_json::array()},
      {"rules", ordered_json::array()}};
  for (const auto& set : form.sets) json["sets"].push_back({{"items", set.items}, {"count", set.count}});
  for (const auto& rule : form.rules) {
    json["rules"].push_back({{"if", rule.antecedent},
                             {"then", rule.consequent},
                             {"count", rule.count},
                             {"if_count", rule.antecedent_count},
                             {"then_count", rule.consequent_count},
                             {"lift", number_json(rule.lift)},
                             {"leverage", number_json(rule.leverage)},
                             {"conviction", json_of(rule.conviction)},
                             {"p", number_json(rule.p)},
                             {"p_adjusted", number_json(rule.p_adjusted)}});
  }
  return json;
}

void read(const ordered_json& json, const FormShape&, AssociationRules& form) {
  form.items = json.at("items").get<std::vector<std::string>>();
  form.baskets = json.at("baskets");
  form.baskets_left_out = json.at("baskets_left_out");
  form.support_min = number_from(json.at("support_min"));
  form.confidence_min = number_from(json.at("confidence_min"));
  for (const auto& set : json.at("sets")) {
    form.sets.push_back({items_from(set.at("items"), form.items.size()), set.at("count")});
  }
  for (const auto& rule : json.at("rules")) form.rules.push_back(rule_from(rule, form.items.size()));
}

ordered_json to_json(const SequencePatterns& form) {
  ordered_json json = {
      {"about",
       "events in order (items of one event at one time, places in `items`), how many customers "
       "went through all; confidence: of those who went through all but the last; lift: against "
       "the share of customers who come to the last event at all"},
      {"items", form.items},
      {"sequences", form.sequences},
      {"support_min", number_json(form.support_min)},
      {"patterns", ordered_json::array()}};
  for (const auto& pattern : form.patterns) {
    json["patterns"].push_back({{"events", pattern.events},
                                {"count", pattern.count},
                                {"confidence", json_of(pattern.confidence)},
                                {"lift", json_of(pattern.lift)}});
  }
  return json;
}

void read(const ordered_json& json, const FormShape&, SequencePatterns& form) {
  form.items = json.at("items").get<std::vector<std::string>>();
  form.sequences = json.at("sequences");
  form.support_min = number_from(json.at("support_min"));
  for (const auto& item : json.at("patterns")) {
    SequencePatterns::Pattern pattern{.events = {}, .count = item.at("count")};
    for (const auto& event : item.at("events")) {
      pattern.events.push_back(items_from(event, form.items.size()));
    }
    require(!pattern.events.empty(), "a pattern without events");
    pattern.confidence = number_or_nothing(item.at("confidence"));
    pattern.lift = number_or_nothing(item.at("lift"));
    form.patterns.push_back(std::move(pattern));
  }
}

}  // namespace holdfast::forms
