#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"
#include "models/forms/names.hpp"

namespace holdfast::forms {
namespace {

constexpr std::string_view kProcesses[] = {"bg_nbd",      "mbg_nbd",   "pareto_nbd",
                                           "gamma_gamma", "contracts", "nbd"};

}  // namespace

using nlohmann::ordered_json;

ordered_json to_json(const ValueModel& form) {
  ordered_json parameters;
  const auto names = parameter_names(form.process);
  for (std::size_t i = 0; i < names.size(); ++i) {
    parameters[std::string(names[i])] = number_json(form.parameters[i]);
  }
  return {
      {"about",
       "distributions over customers, times in periods: purchases Gamma(r, rate alpha), leaving "
       "Beta(a, b) after a purchase or Gamma(s, rate beta) in time; spend of a purchase Gamma(p, "
       "rate nu), nu Gamma(q, rate gamma); contracts end with chance Beta(gamma, delta), tenure "
       "taken to the power"},
      {"process", name_of(form.process)},
      {"period_days", number_json(form.period_days)},
      {"parameters", parameters},
      {"variance", numbers_json(form.variance)},
      {"loglik", number_json(form.loglik)}};
}

void read(const ordered_json& json, const FormShape&, ValueModel& form) {
  form.process =
      static_cast<ValueModel::Process>(index_of(kProcesses, json.at("process").get<std::string>()));
  form.period_days = number_from(json.at("period_days"));
  for (const auto name : parameter_names(form.process)) {
    form.parameters.push_back(number_from(json.at("parameters").at(std::string(name))));
  }
  form.variance = numbers_from(json.at("variance"));
  form.loglik = number_from(json.at("loglik"));
  const auto is_usable = [](double value) { return value > 0 && std::isfinite(value); };
  require(is_usable(form.period_days) && std::ranges::all_of(form.parameters, is_usable),
          "a period or a parameter is not above 0");
}

}  // namespace holdfast::forms
