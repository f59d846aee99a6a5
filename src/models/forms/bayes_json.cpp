#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"

namespace holdfast::forms {
namespace {

using nlohmann::ordered_json;

ordered_json states_json(const DiscreteColumn& states) {
  ordered_json json = {{"column", states.column}, {"states_count", states.states_count}};
  if (!states.state_of_category.empty()) json["state_of_category"] = states.state_of_category;
  else json["cuts"] = numbers_json(states.cuts);
  json["missing_state"] = states.missing_state;
  return json;
}

void check_state(std::int32_t state, const DiscreteColumn& states) {
  require(state >= -1 && state < states.states_count, "a state that is not there");
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

}  // namespace

ordered_json to_json(const NaiveBayes& form) {
  ordered_json json = {{"about",
                        "logit of class k = log_prior[k] - log_prior[0] + sum over factors of the "
                        "log likelihood ratio of the value's state, or of two normal densities"},
                       {"log_prior", numbers_json(form.log_prior)},
                       {"factors", ordered_json::array()}};
  for (const auto& factor : form.factors) {
    ordered_json one = {{"states", states_json(factor.states)}};
    if (factor.mean.empty()) {
      one["log_probability"] = numbers_json(factor.log_probability);
    } else {
      one["mean"] = numbers_json(factor.mean);
      one["variance"] = numbers_json(factor.variance);
    }
    one["mean_ratio"] = numbers_json(factor.mean_ratio);
    json["factors"].push_back(std::move(one));
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, NaiveBayes& form) {
  form.log_prior = numbers_from(json.at("log_prior"));
  require(form.log_prior.size() >= 2, "a prior of one class");
  const auto classes = form.log_prior.size();
  for (const auto& one : json.at("factors")) {
    NaiveBayes::Factor factor{.states = states_from(one.at("states"), shape, false)};
    if (one.contains("mean")) {
      factor.mean = numbers_from(one["mean"]);
      factor.variance = numbers_from(one.at("variance"));
      require(factor.mean.size() == classes && factor.variance.size() == classes,
              "means and classes differ in number");
    } else {
      factor.log_probability = numbers_from(one.at("log_probability"));
      require(factor.log_probability.size() ==
                  classes * static_cast<std::size_t>(factor.states.states_count),
              "probabilities and states differ in number");
    }
    factor.mean_ratio = numbers_from(one.at("mean_ratio"));
    require(factor.mean_ratio.size() + 1 == classes, "mean ratios and classes differ in number");
    form.factors.push_back(std::move(factor));
  }
}

ordered_json to_json(const BayesianNetwork& form) {
  ordered_json json = {{"about",
                        "variable 0 is the class; table: probability of each state by the parents' "
                        "states, the last parent fastest, then the states"},
                       {"variables", ordered_json::array()}};
  for (const auto& variable : form.variables) {
    json["variables"].push_back({{"states", states_json(variable.states)},
                                 {"parents", variable.parents},
                                 {"table", numbers_json(variable.table)}});
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, BayesianNetwork& form) {
  for (const auto& one : json.at("variables")) {
    form.variables.push_back({.states = states_from(one.at("states"), shape, form.variables.empty()),
                              .parents = one.at("parents").get<std::vector<std::int32_t>>(),
                              .table = numbers_from(one.at("table"))});
  }
  require(!form.variables.empty() && form.variables[0].states.states_count >= 2,
          "a network without a class");
  // A graph without circles can be taken apart parents first.
  std::vector<std::uint8_t> is_placed(form.variables.size(), 0);
  std::size_t placed = 0;
  for (bool is_going = true; is_going;) {
    is_going = false;
    for (std::size_t v = 0; v < form.variables.size(); ++v) {
      if (is_placed[v] != 0) continue;
      bool is_ready = true;
      std::size_t size = static_cast<std::size_t>(form.variables[v].states.states_count);
      for (const auto parent : form.variables[v].parents) {
        require(parent >= 0 && static_cast<std::size_t>(parent) < form.variables.size(),
                "a parent that is not there");
        is_ready = is_ready && is_placed[static_cast<std::size_t>(parent)] != 0;
        size *= static_cast<std::size_t>(
            form.variables[static_cast<std::size_t>(parent)].states.states_count);
      }
      require(form.variables[v].table.size() == size, "a table of the wrong size");
      if (!is_ready) continue;
      is_placed[v] = 1;
      ++placed;
      is_going = true;
    }
  }
  require(placed == form.variables.size(), "a network that runs in circles");
}

}  // namespace holdfast::forms
