#include "models/forms/json.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace holdfast::forms {

using nlohmann::ordered_json;

ordered_json number_json(double value) {
  if (std::isfinite(value)) return value;
  return value > 0 ? "inf" : value < 0 ? "-inf" : "nan";
}

double number_from(const ordered_json& json) {
  if (json.is_number()) return json.get<double>();
  const auto text = json.get<std::string>();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw std::runtime_error("not a number: " + text);
}

ordered_json numbers_json(const std::vector<double>& values) {
  auto json = ordered_json::array();
  for (const double value : values) json.push_back(number_json(value));
  return json;
}

std::vector<double> numbers_from(const ordered_json& json) {
  std::vector<double> values;
  for (const auto& item : json) values.push_back(number_from(item));
  return values;
}

void require(bool condition, std::string_view what) {
  if (!condition) throw std::runtime_error(std::string(what));
}

}  // namespace holdfast::forms
