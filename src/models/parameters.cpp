#include "models/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "core/text.hpp"
#include "models/errors.hpp"

namespace holdfast {
namespace {

constexpr std::string_view kKinds[] = {"classifier", "survival", "value", "transition",
                                       "grouping",   "pattern",  "effect"};

std::string_view expected_of(ParameterRow::Kind kind) {
  switch (kind) {
    case ParameterRow::Kind::Boolean: return "true / false";
    case ParameterRow::Kind::Integer: return "a whole number (整数)";
    case ParameterRow::Kind::Real: return "a number (数值)";
    case ParameterRow::Kind::Choice: return "a text (文本)";
    case ParameterRow::Kind::RealList: return "a list of numbers (数值列表)";
    case ParameterRow::Kind::TextList: return "a list of texts (文本列表)";
  }
  return "";
}

Error wrong_type(const ModelDescriptor& model, const ParameterRow& row) {
  return {models::errors::kParameterType,
          {{"model", model.id}, {"parameter", row.name}, {"expected", expected_of(row.kind)}},
          {.key = fmt::format("models.{}.{}", model.id, row.name)}};
}

Error out_of_range(const ModelDescriptor& model, const ParameterRow& row, std::string value,
                   std::string range) {
  return {models::errors::kParameterRange,
          {{"model", model.id}, {"parameter", row.name}, {"value", value}, {"range", range}},
          {.key = fmt::format("models.{}.{}", model.id, row.name)}};
}

std::string range_of(const ParameterRow& row) {
  return fmt::format("[{}, {}]", brief(row.min, 6), brief(row.max, 6));
}

Result<study::ParameterValue> checked_number(const ModelDescriptor& model, const ParameterRow& row,
                                             const study::ParameterValue& given) {
  double value = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&given)) value = static_cast<double>(*whole);
  else if (const auto* real = std::get_if<double>(&given)) value = *real;
  else return wrong_type(model, row);
  if (!(value >= row.min && value <= row.max)) {
    return out_of_range(model, row, brief(value, 6), range_of(row));
  }
  if (row.kind == ParameterRow::Kind::Real) return study::ParameterValue{value};
  if (value != std::floor(value)) return wrong_type(model, row);
  return study::ParameterValue{static_cast<std::int64_t>(value)};
}

Result<study::ParameterValue> checked_choice(const ModelDescriptor& model, const ParameterRow& row,
                                             const study::ParameterValue& given) {
  const auto* chosen = std::get_if<std::string>(&given);
  if (chosen == nullptr) return wrong_type(model, row);
  if (std::ranges::find(row.choices, *chosen) == row.choices.end()) {
    return out_of_range(model, row, *chosen, fmt::format("{}", fmt::join(row.choices, ", ")));
  }
  return given;
}

Result<study::ParameterValue> checked_list(const ModelDescriptor& model, const ParameterRow& row,
                                           const study::ParameterValue& given) {
  const auto* list = std::get_if<std::vector<double>>(&given);
  if (list == nullptr) return wrong_type(model, row);
  for (const double value : *list) {
    if (!(value >= row.min && value <= row.max)) {
      return out_of_range(model, row, brief(value, 6), range_of(row));
    }
  }
  return given;
}

/// An empty list says nothing of what it would hold.
Result<study::ParameterValue> checked_texts(const ModelDescriptor& model, const ParameterRow& row,
                                            const study::ParameterValue& given) {
  if (std::holds_alternative<std::vector<std::string>>(given)) return given;
  const auto* list = std::get_if<std::vector<double>>(&given);
  if (list == nullptr || !list->empty()) return wrong_type(model, row);
  return study::ParameterValue{std::vector<std::string>{}};
}

Result<study::ParameterValue> checked_value(const ModelDescriptor& model, const ParameterRow& row,
                                            const study::ParameterValue& given) {
  switch (row.kind) {
    case ParameterRow::Kind::Boolean:
      if (!std::holds_alternative<bool>(given)) return wrong_type(model, row);
      return given;
    case ParameterRow::Kind::Integer:
    case ParameterRow::Kind::Real: return checked_number(model, row, given);
    case ParameterRow::Kind::Choice: return checked_choice(model, row, given);
    case ParameterRow::Kind::RealList: return checked_list(model, row, given);
    case ParameterRow::Kind::TextList: return checked_texts(model, row, given);
  }
  return wrong_type(model, row);
}

}  // namespace

std::string_view name_of(ModelKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

ModelKind kind_of(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name);
  if (found == std::end(kKinds)) throw std::runtime_error("unknown kind: " + std::string(name));
  return static_cast<ModelKind>(found - std::begin(kKinds));
}

Result<Parameters> checked_parameters(const ModelDescriptor& model, const Parameters& given) {
  Parameters result;
  for (const auto& row : model.parameters) result[std::string(row.name)] = row.default_value;
  for (const auto& [name, value] : given) {
    const auto row = std::ranges::find(model.parameters, name, &ParameterRow::name);
    if (row == model.parameters.end()) {
      std::vector<std::string> names;
      for (const auto& known : model.parameters) names.emplace_back(known.name);
      const std::string near = nearest(name, names);
      return Error{models::errors::kNoSuchParameter,
                   {{"model", model.id},
                    {"parameter", name},
                    {"nearest", near.empty() ? "" : " (" + near + "?)"}},
                   {.key = fmt::format("models.{}.{}", model.id, name)}};
    }
    HOLDFAST_TRY(result[name], checked_value(model, *row, value));
  }
  return result;
}

namespace models {
namespace {

const study::ParameterValue& value_of(const Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(std::string(name));
  HOLDFAST_CHECK(found != parameters.end());
  return found->second;
}

}  // namespace

double real(const Parameters& parameters, std::string_view name) {
  const auto& value = value_of(parameters, name);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return std::get<double>(value);
}

std::int64_t integer(const Parameters& parameters, std::string_view name) {
  return std::get<std::int64_t>(value_of(parameters, name));
}

bool boolean(const Parameters& parameters, std::string_view name) {
  return std::get<bool>(value_of(parameters, name));
}

const std::string& text(const Parameters& parameters, std::string_view name) {
  return std::get<std::string>(value_of(parameters, name));
}

const std::vector<double>& reals(const Parameters& parameters, std::string_view name) {
  return std::get<std::vector<double>>(value_of(parameters, name));
}

const std::vector<std::string>& texts(const Parameters& parameters, std::string_view name) {
  return std::get<std::vector<std::string>>(value_of(parameters, name));
}

}  // namespace models
}  // namespace holdfast
