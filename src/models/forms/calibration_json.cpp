#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"
#include "models/forms/names.hpp"

namespace holdfast::forms {
namespace {

constexpr std::string_view kKinds[] = {"identity", "logistic", "platt", "isotonic", "beta", "softmax"};

}  // namespace

using nlohmann::ordered_json;

ordered_json to_json(const Calibration& calibration) {
  return {{"kind", kKinds[static_cast<std::size_t>(calibration.kind)]},
          {"slope", number_json(calibration.slope)},
          {"intercept", number_json(calibration.intercept)},
          {"x", numbers_json(calibration.x)},
          {"y", numbers_json(calibration.y)},
          {"is_float", calibration.is_float},
          {"low_slope", number_json(calibration.low_slope)},
          {"is_logit", calibration.is_logit},
          {"own_slope", number_json(calibration.own_slope)},
          {"own_intercept", number_json(calibration.own_intercept)}};
}

void read(const ordered_json& json, Calibration& calibration) {
  calibration.kind = static_cast<Calibration::Kind>(
      index_of(kKinds, json.at("kind").get<std::string>()));
  calibration.slope = number_from(json.at("slope"));
  calibration.intercept = number_from(json.at("intercept"));
  calibration.x = numbers_from(json.at("x"));
  calibration.y = numbers_from(json.at("y"));
  calibration.is_float = json.at("is_float").get<bool>();
  calibration.low_slope = number_from(json.at("low_slope"));
  calibration.is_logit = json.at("is_logit").get<bool>();
  calibration.own_slope = number_from(json.at("own_slope"));
  calibration.own_intercept = number_from(json.at("own_intercept"));
  require(calibration.x.size() == calibration.y.size(), "calibration knots without partner");
}

}  // namespace holdfast::forms
