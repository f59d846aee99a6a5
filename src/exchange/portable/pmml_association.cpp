#include "exchange/portable/pmml_association.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>

#include <pugixml.hpp>

#include "exchange/portable/errors.hpp"
#include "exchange/portable/pmml_expression.hpp"

namespace holdfast::exchange {
namespace {

using Items = std::vector<std::uint32_t>;

constexpr const char* kBasket = "basket";
constexpr const char* kItem = "item";

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = value.c_str();
}
void set(pugi::xml_node node, const char* name, std::uint64_t value) {
  node.append_attribute(name) = std::to_string(value).c_str();
}

/// The sets that rules need, each once, with its place.
class Sets {
 public:
  explicit Sets(const forms::AssociationRules& form) : form_(&form) {
    for (const auto& rule : form.rules) {
      add(rule.antecedent, rule.antecedent_count);
      add(rule.consequent, rule.consequent_count);
    }
  }
  std::uint64_t id(const Items& items) const { return ids_.at(items); }
  std::size_t size() const { return order_.size(); }

  void write(pugi::xml_node model) const {
    for (const auto& [items, count] : order_) {
      auto node = model.append_child("Itemset");
      set(node, "id", id(items));
      set(node, "support", pmml_number(static_cast<double>(count) / static_cast<double>(form_->baskets)));
      set(node, "numberOfItems", items.size());
      for (const auto item : items) set(node.append_child("ItemRef"), "itemRef", item);
    }
  }

 private:
  void add(const Items& items, std::uint64_t count) {
    if (ids_.emplace(items, ids_.size() + 1).second) order_.emplace_back(items, count);
  }

  const forms::AssociationRules* form_;
  std::map<Items, std::uint64_t> ids_;
  std::vector<std::pair<Items, std::uint64_t>> order_;
};

void add_dictionary(pugi::xml_node root) {
  auto dictionary = root.append_child("DataDictionary");
  for (const char* name : {kBasket, kItem}) {
    auto field = dictionary.append_child("DataField");
    set(field, "name", name);
    set(field, "optype", "categorical");
    set(field, "dataType", "string");
  }
}

void add_schema(pugi::xml_node model) {
  auto schema = model.append_child("MiningSchema");
  auto basket = schema.append_child("MiningField");
  set(basket, "name", kBasket);
  set(basket, "usageType", "group");
  auto item = schema.append_child("MiningField");
  set(item, "name", kItem);
  set(item, "usageType", "active");
  auto output = model.append_child("Output");
  for (const char* feature : {"consequent", "confidence", "lift", "ruleId"}) {
    auto field = output.append_child("OutputField");
    set(field, "name", std::string("offer_") + feature);
    set(field, "optype", "categorical");
    set(field, "dataType", "string");
    set(field, "feature", "ruleValue");
    set(field, "ruleFeature", feature);
    set(field, "algorithm", "exclusiveRecommendation");  // Nothing they have already.
    set(field, "rankBasis", "confidence");
    set(field, "rankOrder", "descending");
    set(field, "rank", "1");
    set(field, "isMultiValued", "0");
  }
}

void add_rule(pugi::xml_node model, const forms::AssociationRules& form,
              const forms::AssociationRule& rule, const Sets& sets, std::size_t number) {
  auto node = model.append_child("AssociationRule");
  set(node, "id", number);
  set(node, "antecedent", sets.id(rule.antecedent));
  set(node, "consequent", sets.id(rule.consequent));
  set(node, "support", pmml_number(static_cast<double>(rule.count) / static_cast<double>(form.baskets)));
  set(node, "confidence", pmml_number(rule.confidence()));
  set(node, "lift", pmml_number(rule.lift));
  set(node, "leverage", pmml_number(rule.leverage));
}

double number(pugi::xml_node node, const char* name) {
  const auto attribute = node.attribute(name);
  if (!attribute) throw std::runtime_error(std::string("no ") + name);
  return std::stod(attribute.value());
}

std::uint64_t count_of(double share, std::uint64_t baskets) {
  return static_cast<std::uint64_t>(std::llround(share * static_cast<double>(baskets)));
}

forms::AssociationRules read(const pugi::xml_document& document) {
  const auto model = document.child("PMML").child("AssociationModel");
  if (!model) throw std::runtime_error("no AssociationModel");
  forms::AssociationRules form;
  form.baskets = static_cast<std::uint64_t>(number(model, "numberOfTransactions"));
  form.support_min = number(model, "minimumSupport");
  form.confidence_min = number(model, "minimumConfidence");
  std::map<std::string, std::uint32_t> place;
  for (const auto item : model.children("Item")) {
    place.emplace(item.attribute("id").value(), static_cast<std::uint32_t>(form.items.size()));
    form.items.emplace_back(item.attribute("value").value());
  }
  std::map<std::string, forms::AssociationRules::ItemSet> sets;
  for (const auto node : model.children("Itemset")) {
    forms::AssociationRules::ItemSet found{.items = {}, .count = count_of(number(node, "support"), form.baskets)};
    for (const auto item : node.children("ItemRef"))
      found.items.push_back(place.at(item.attribute("itemRef").value()));
    sets.emplace(node.attribute("id").value(), std::move(found));
  }
  for (const auto node : model.children("AssociationRule")) {
    const auto& left = sets.at(node.attribute("antecedent").value());
    const auto& right = sets.at(node.attribute("consequent").value());
    form.rules.push_back({.antecedent = left.items,
                          .consequent = right.items,
                          .count = count_of(number(node, "support"), form.baskets),
                          .antecedent_count = left.count,
                          .consequent_count = right.count,
                          .lift = number(node, "lift"),
                          .leverage = number(node, "leverage"),
                          .conviction = {}});
  }
  return form;
}

}  // namespace

Result<std::string> to_pmml_association(const FittedModel& model, std::string_view version) {
  const auto* form = std::get_if<forms::AssociationRules>(&model.form);
  if (form == nullptr) return Error{errors::kNoFormula, {{"model", model.model_id}}};
  pugi::xml_document document;
  auto root = document.append_child("PMML");
  set(root, "version", "4.4");
  set(root, "xmlns", "http://www.dmg.org/PMML-4_4");
  auto header = root.append_child("Header");
  set(header, "description", "What is bought together");
  auto application = header.append_child("Application");
  set(application, "name", "Holdfast");
  set(application, "version", std::string(version));
  add_dictionary(root);
  auto node = root.append_child("AssociationModel");
  const Sets sets(*form);
  set(node, "modelName", model.model_id);
  set(node, "functionName", "associationRules");
  set(node, "numberOfTransactions", form->baskets);
  set(node, "minimumSupport", pmml_number(form->support_min));
  set(node, "minimumConfidence", pmml_number(form->confidence_min));
  set(node, "numberOfItems", form->items.size());
  set(node, "numberOfItemsets", sets.size());
  set(node, "numberOfRules", form->rules.size());
  add_schema(node);
  for (std::size_t item = 0; item < form->items.size(); ++item) {
    auto child = node.append_child("Item");
    set(child, "id", item);
    set(child, "value", form->items[item]);
  }
  sets.write(node);
  for (std::size_t r = 0; r < form->rules.size(); ++r)
    add_rule(node, *form, form->rules[r], sets, r + 1);
  std::ostringstream out;
  document.save(out, " ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

Result<forms::AssociationRules> read_pmml_association(const std::string& document) {
  try {
    pugi::xml_document parsed;
    const auto result = parsed.load_string(document.c_str());
    if (!result) throw std::runtime_error(result.description());
    return read(parsed);
  } catch (const std::exception& failure) {
    return Error{errors::kCheckFailed, {{"format", "PMML"}, {"why", failure.what()}}};
  }
}

double rules_difference(const forms::AssociationRules& a, const forms::AssociationRules& b) {
  constexpr double kApart = std::numeric_limits<double>::infinity();
  if (a.items != b.items || a.baskets != b.baskets || a.rules.size() != b.rules.size()) return kApart;
  double largest = 0;
  for (std::size_t r = 0; r < a.rules.size(); ++r) {
    const auto& x = a.rules[r];
    const auto& y = b.rules[r];
    if (x.antecedent != y.antecedent || x.consequent != y.consequent || x.count != y.count ||
        x.antecedent_count != y.antecedent_count || x.consequent_count != y.consequent_count)
      return kApart;
    largest = std::max({largest, std::abs(x.lift - y.lift), std::abs(x.leverage - y.leverage)});
  }
  return largest;
}

}  // namespace holdfast::exchange
