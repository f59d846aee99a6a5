#include <nlohmann/json.hpp>

#include "models/forms/discrete_json.hpp"

namespace holdfast::forms {

using nlohmann::ordered_json;

ordered_json to_json(const PointsTable& form) {
  ordered_json json = {{"about",
                        "points = base + sum over entries of the points of the value's state, or "
                        "neutral without one; logit = slope x points + intercept"},
                       {"base", number_json(form.base)},
                       {"slope", number_json(form.slope)},
                       {"intercept", number_json(form.intercept)},
                       {"entries", ordered_json::array()}};
  for (const auto& entry : form.entries) {
    json["entries"].push_back({{"states", states_json(entry.states)},
                               {"points", numbers_json(entry.points)},
                               {"neutral", number_json(entry.neutral)},
                               {"mean", number_json(entry.mean)}});
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, PointsTable& form) {
  form.base = number_from(json.at("base"));
  form.slope = number_from(json.at("slope"));
  form.intercept = number_from(json.at("intercept"));
  for (const auto& one : json.at("entries")) {
    PointsTable::Entry entry{.states = states_from(one.at("states"), shape),
                             .points = numbers_from(one.at("points")),
                             .neutral = number_from(one.at("neutral")),
                             .mean = number_from(one.at("mean"))};
    require(!entry.points.empty() &&
                entry.points.size() == static_cast<std::size_t>(entry.states.states_count),
            "points and states differ in number");
    form.entries.push_back(std::move(entry));
  }
}

}  // namespace holdfast::forms
