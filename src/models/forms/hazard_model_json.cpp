#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "models/forms/json.hpp"

namespace holdfast::forms {

using nlohmann::ordered_json;

namespace {

template <typename Name>
Name named(const ordered_json& json, int count) {
  for (int k = 0; k < count; ++k) {
    if (json.get<std::string>() == name_of(static_cast<Name>(k))) return static_cast<Name>(k);
  }
  throw std::runtime_error("an unknown law of hazards");
}

bool ascends(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

}  // namespace

ordered_json to_json(const HazardModel& form) {
  ordered_json json = {
      {"about",
       "score of an exit = intercept + sum of coefficient x term; cumulative hazard until t: "
       "proportional: exp(score) x the baseline's step at or before t; subdistribution: the same, "
       "1 - exp(-it) being the chance of having left by that exit; accelerated: G(ln t / scale + "
       "score), G(z) = exp z, -ln(1 - normal(z)) or ln(1 + exp z); discrete: sum over periods of "
       "ln(1 + exp(baseline + score)); time in days"},
      {"law", name_of(form.law)},
      {"family", name_of(form.family)},
      {"followed_days", number_json(form.followed_days)},
      {"exits", form.exits},
      {"predictor", to_json(form.predictor)},
      {"baselines", ordered_json::array()}};
  for (const auto& baseline : form.baselines) {
    json["baselines"].push_back({{"time", numbers_json(baseline.time)},
                                 {"hazard", numbers_json(baseline.hazard)},
                                 {"scale", number_json(baseline.scale)}});
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, HazardModel& form) {
  form.law = named<HazardModel::Law>(json.at("law"), 4);
  form.family = named<HazardModel::Family>(json.at("family"), 4);
  form.followed_days = number_from(json.at("followed_days"));
  form.exits = json.at("exits").get<std::vector<std::string>>();
  read(json.at("predictor"), shape, form.predictor);
  for (const auto& one : json.at("baselines")) {
    auto& baseline = form.baselines.emplace_back();
    baseline.time = numbers_from(one.at("time"));
    baseline.hazard = numbers_from(one.at("hazard"));
    baseline.scale = number_from(one.at("scale"));
    require(baseline.time.size() == baseline.hazard.size() && ascends(baseline.time) &&
                baseline.scale > 0,
            "a baseline's times and hazards do not fit");
  }
  require(form.exits.size() == form.baselines.size() &&
              form.predictor.outputs_count() == form.exits.size(),
          "exits, scores and baselines differ in number");
}

ordered_json to_json(const HazardTrees& form) {
  return {{"about",
           "cumulative hazard of each exit until each time (days), exit by exit: outputs of the "
           "trees"},
          {"followed_days", number_json(form.followed_days)},
          {"exits", form.exits},
          {"times", numbers_json(form.times)},
          {"trees", to_json(form.trees)}};
}

void read(const ordered_json& json, const FormShape& shape, HazardTrees& form) {
  form.followed_days = number_from(json.at("followed_days"));
  form.exits = json.at("exits").get<std::vector<std::string>>();
  form.times = numbers_from(json.at("times"));
  read(json.at("trees"), shape, form.trees);
  require(!form.exits.empty() && !form.times.empty() && ascends(form.times) &&
              form.trees.outputs == form.outputs_count(),
          "exits, times and outputs of the trees differ in number");
}

}  // namespace holdfast::forms
