#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"

namespace holdfast::forms {
namespace {

using nlohmann::ordered_json;

ordered_json condition_json(const RuleCondition& condition) {
  ordered_json json = {{"column", condition.column}};
  if (condition.is_category) json["codes"] = condition.codes;
  if (condition.has_low) json["low"] = number_json(condition.low);
  if (condition.has_high) json["high"] = number_json(condition.high);
  return json;
}

RuleCondition condition_from(const ordered_json& json, const FormShape& shape) {
  RuleCondition condition{.column = json.at("column").get<std::int32_t>()};
  require(condition.column >= 0 && static_cast<std::size_t>(condition.column) < shape.columns_count,
          "a rule on a column that is not there");
  condition.is_category = json.contains("codes");
  condition.has_low = json.contains("low");
  condition.has_high = json.contains("high");
  if (condition.is_category) condition.codes = json["codes"].get<std::vector<std::int32_t>>();
  if (condition.has_low) condition.low = number_from(json["low"]);
  if (condition.has_high) condition.high = number_from(json["high"]);
  return condition;
}

ordered_json rule_json(const Rule& rule) {
  ordered_json json = {{"class", rule.cls},
                       {"cover", number_json(rule.cover)},
                       {"errors", number_json(rule.errors)},
                       {"confidence", number_json(rule.confidence)},
                       {"lift", number_json(rule.lift)},
                       {"if", ordered_json::array()}};
  for (const auto& condition : rule.conditions) json["if"].push_back(condition_json(condition));
  return json;
}

std::int32_t class_from(const ordered_json& json, std::size_t classes) {
  const auto cls = json.get<std::int32_t>();
  require(cls >= 0 && static_cast<std::size_t>(cls) < classes, "a rule for a class that is not there");
  return cls;
}

Rule rule_from(const ordered_json& json, const FormShape& shape, std::size_t classes) {
  Rule rule{.cls = class_from(json.at("class"), classes),
            .cover = number_from(json.at("cover")),
            .errors = number_from(json.at("errors")),
            .confidence = number_from(json.at("confidence")),
            .lift = number_from(json.at("lift"))};
  for (const auto& item : json.at("if")) rule.conditions.push_back(condition_from(item, shape));
  return rule;
}

}  // namespace

ordered_json to_json(const RuleSet& form) {
  ordered_json json = {
      {"about", "rules whose conditions (low < value <= high) a row meets vote with their confidence"},
      {"classes", form.classes},
      {"is_winner_only", form.is_winner_only},
      {"lists", ordered_json::array()}};
  for (const auto& list : form.lists) {
    ordered_json item = {{"default_class", list.default_class},
                         {"default_shares", numbers_json(list.default_shares)},
                         {"rules", ordered_json::array()}};
    for (const auto& rule : list.rules) item["rules"].push_back(rule_json(rule));
    json["lists"].push_back(std::move(item));
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, RuleSet& form) {
  form.classes = json.at("classes").get<std::size_t>();
  require(form.classes >= 2, "rules for less than two classes");
  form.is_winner_only = json.at("is_winner_only").get<bool>();
  for (const auto& item : json.at("lists")) {
    RuleList list{.default_class = class_from(item.at("default_class"), form.classes),
                  .default_shares = numbers_from(item.at("default_shares"))};
    require(list.default_shares.size() == form.classes, "a default without its classes");
    for (const auto& rule : item.at("rules")) {
      list.rules.push_back(rule_from(rule, shape, form.classes));
    }
    form.lists.push_back(std::move(list));
  }
  require(!form.lists.empty(), "a rule set without rules");
}

}  // namespace holdfast::forms
