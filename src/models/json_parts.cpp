#include "models/json_parts.hpp"

#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"
#include "models/forms/names.hpp"

namespace holdfast::models {
namespace {

using dataset::Bin;
using dataset::Term;
using forms::index_of;
using forms::number_from;
using forms::number_json;
using nlohmann::ordered_json;

constexpr std::string_view kTransforms[] = {"none", "yeo_johnson", "box_cox"};
constexpr std::string_view kTermKinds[] = {"numeric", "indicator", "missing", "weight_of_evidence"};

ordered_json bin_json(const Bin& bin) {
  return {{"upper", number_json(bin.upper)},       {"categories", bin.categories},
          {"is_missing", bin.is_missing},     {"events", number_json(bin.events)},
          {"non_events", number_json(bin.non_events)},
          {"weight_of_evidence", number_json(bin.weight_of_evidence)}};
}

Bin bin_from(const ordered_json& json) {
  return {.upper = number_from(json.at("upper")),
          .categories = json.at("categories").get<std::vector<std::string>>(),
          .is_missing = json.at("is_missing").get<bool>(),
          .events = number_from(json.at("events")),
          .non_events = number_from(json.at("non_events")),
          .weight_of_evidence = number_from(json.at("weight_of_evidence"))};
}

ordered_json term_json(const Term& term) {
  ordered_json json = {{"kind", kTermKinds[static_cast<std::size_t>(term.kind)]},
                       {"column", term.column},
                       {"name", term.name},
                       {"categories", term.categories},
                       {"takes_unknown", term.takes_unknown},
                       {"known", term.known},
                       {"center", number_json(term.center)},
                       {"scale", number_json(term.scale)},
                       {"fill", number_json(term.fill)},
                       {"lower", number_json(term.lower)},
                       {"upper", number_json(term.upper)},
                       {"transform", kTransforms[static_cast<std::size_t>(term.transform)]},
                       {"lambda", number_json(term.lambda)},
                       {"bins", ordered_json::array()}};
  for (const auto& bin : term.bins) json["bins"].push_back(bin_json(bin));
  return json;
}

Term term_from(const ordered_json& json) {
  Term term{.kind = static_cast<Term::Kind>(index_of(kTermKinds, json.at("kind").get<std::string>())),
            .column = json.at("column"),
            .name = json.at("name"),
            .categories = json.at("categories").get<std::vector<std::string>>(),
            .takes_unknown = json.at("takes_unknown").get<bool>(),
            .known = json.at("known").get<std::vector<std::string>>(),
            .center = number_from(json.at("center")),
            .scale = number_from(json.at("scale")),
            .fill = number_from(json.at("fill")),
            .lower = number_from(json.at("lower")),
            .upper = number_from(json.at("upper")),
            .transform = static_cast<dataset::Transform>(
                index_of(kTransforms, json.at("transform").get<std::string>())),
            .lambda = number_from(json.at("lambda"))};
  for (const auto& bin : json.at("bins")) term.bins.push_back(bin_from(bin));
  return term;
}

}  // namespace

ordered_json text_json(const Text& text) { return {{"en", text.en}, {"zh", text.zh}}; }
Text text_from(const ordered_json& json) {
  return {json.at("en").get<std::string>(), json.at("zh").get<std::string>()};
}

ordered_json parameters_json(const Parameters& parameters) {
  auto json = ordered_json::object();
  for (const auto& [name, value] : parameters) {
    std::visit([&, key = name](const auto& v) { json[key] = v; }, value);
  }
  return json;
}

Parameters parameters_from(const ordered_json& json) {
  Parameters result;
  for (const auto& [name, value] : json.items()) {
    if (value.is_boolean()) result[name] = value.get<bool>();
    else if (value.is_number_integer()) result[name] = value.get<std::int64_t>();
    else if (value.is_number()) result[name] = value.get<double>();
    else if (value.is_array() && !value.empty() && value[0].is_string()) {
      result[name] = value.get<std::vector<std::string>>();
    } else if (value.is_array()) result[name] = value.get<std::vector<double>>();
    else result[name] = value.get<std::string>();
  }
  return result;
}

ordered_json preparation_json(const dataset::Preparation& preparation) {
  ordered_json json = {{"terms", ordered_json::array()}, {"notes", ordered_json::array()}};
  for (const auto& term : preparation.terms) json["terms"].push_back(term_json(term));
  for (const auto& note : preparation.notes) json["notes"].push_back(text_json(note));
  return json;
}

dataset::Preparation preparation_from(const ordered_json& json) {
  dataset::Preparation result;
  for (const auto& term : json.at("terms")) result.terms.push_back(term_from(term));
  for (const auto& note : json.at("notes")) result.notes.push_back(text_from(note));
  return result;
}

}  // namespace holdfast::models
