#include "models/forms/discrete_json.hpp"

#include <nlohmann/json.hpp>

namespace holdfast::forms {
namespace {

using nlohmann::ordered_json;

void check_state(std::int32_t state, const DiscreteColumn& states) {
  require(state >= -1 && state < states.states_count, "a state that is not there");
}

}  // namespace

ordered_json states_json(const DiscreteColumn& states) {
  ordered_json json = {{"column", states.column}, {"states_count", states.states_count}};
  if (!states.state_of_category.empty()) json["state_of_category"] = states.state_of_category;
  else json["cuts"] = numbers_json(states.cuts);
  json["missing_state"] = states.missing_state;
  return json;
}

DiscreteColumn states_from(const ordered_json& json, const FormShape& shape, bool is_class) {
  DiscreteColumn states{.column = json.at("column").get<std::int32_t>(),
                        .missing_state = json.at("missing_state").get<std::int32_t>(),
                        .states_count = json.at("states_count").get<std::int32_t>()};
  if (json.contains("state_of_category")) {
    states.state_of_category = json["state_of_category"].get<std::vector<std::int32_t>>();
  } else {
    states.cuts = numbers_from(json.at("cuts"));
  }
  require(states.states_count >= 0, "a column without states");
  require(is_class || (states.column >= 0 &&
                       static_cast<std::size_t>(states.column) < shape.columns_count),
          "a column that is not there");
  check_state(states.missing_state, states);
  for (const auto state : states.state_of_category) check_state(state, states);
  require(states.cuts.empty() ||
              states.cuts.size() < static_cast<std::size_t>(states.states_count),
          "more cuts than states");
  return states;
}

}  // namespace holdfast::forms
