#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"

namespace holdfast::forms {

using nlohmann::ordered_json;

ordered_json to_json(const LinearPredictor& form) {
  return {{"about",
           "logit = intercept + sum of coefficient x term; several outputs: logits against the "
           "first class; coefficients output by output"},
          {"intercepts", numbers_json(form.intercepts)},
          {"coefficients", numbers_json(form.coefficients)},
          {"term_means", numbers_json(form.term_means)}};
}

void read(const ordered_json& json, const FormShape& shape, LinearPredictor& form) {
  form.intercepts = numbers_from(json.at("intercepts"));
  form.coefficients = numbers_from(json.at("coefficients"));
  form.term_means = numbers_from(json.at("term_means"));
  require(!form.intercepts.empty() && form.term_means.size() == shape.terms_count &&
              form.coefficients.size() == form.intercepts.size() * shape.terms_count,
          "coefficients and terms differ in number");
}

}  // namespace holdfast::forms
