// holdfast models : the shelf, with every parameter, range, default and meaning.

#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "core/text.hpp"
#include "exchange/portable/export.hpp"
#include "models/model.hpp"

namespace holdfast::cli {
namespace {

using nlohmann::json;

std::string_view name_of(ParameterRow::Kind kind) {
  constexpr std::string_view kNames[] = {"boolean", "integer", "real", "choice", "real list", "text list"};
  return kNames[static_cast<std::size_t>(kind)];
}

json value_json(const study::ParameterValue& value) {
  return std::visit([](const auto& v) -> json { return v; }, value);
}

/// What the model can be carried away as; its JSON always.
std::vector<std::string> formats_of(const ModelDescriptor& model) {
  std::vector<std::string> formats;
  for (const auto format : exchange::formats_of(model)) formats.emplace_back(exchange::name_of(format));
  formats.emplace_back("JSON");
  return formats;
}

json as_json(const ModelDescriptor& model, Language language) {
  json parameters = json::array();
  for (const auto& row : model.parameters) {
    json body = {{"name", row.name}, {"kind", name_of(row.kind)}, {"unit", row.unit},
                 {"default", value_json(row.default_value)},
                 {"sentence", language == Language::Zh ? row.zh : row.en}};
    if (row.kind == ParameterRow::Kind::Integer || row.kind == ParameterRow::Kind::Real) {
      body["min"] = row.min, body["max"] = row.max;
    }
    if (!row.choices.empty()) body["choices"] = row.choices;
    parameters.push_back(std::move(body));
  }
  return {{"id", model.id}, {"kind", name_of(model.kind)}, {"name", model.name.in(language)},
          {"question", model.question.in(language)}, {"source", model.source},
          {"formats", formats_of(model)}, {"parameters", parameters}};
}

std::string range_of(const ParameterRow& row) {
  if (!row.choices.empty()) {
    std::vector<std::string> choices(row.choices.begin(), row.choices.end());
    return join(choices, " | ");
  }
  if (row.kind == ParameterRow::Kind::Integer || row.kind == ParameterRow::Kind::Real) {
    return fmt::format("{} … {}", brief(row.min, 6), brief(row.max, 6));
  }
  return std::string(name_of(row.kind));
}

Result<int> models(const Invocation& invocation) {
  const bool zh = invocation.language == Language::Zh;
  if (invocation.wants_json) {
    json all = json::array();
    for (const auto* model : all_models()) all.push_back(as_json(*model, invocation.language));
    *invocation.out << all.dump(1) << "\n";
    return 0;
  }
  for (const auto* model : all_models()) {
    *invocation.out << fmt::format("{}  {}  [{}]\n  {}\n  {}{}\n  {}{}\n", model->id,
                                   model->name.in(invocation.language), name_of(model->kind),
                                   model->question.in(invocation.language), zh ? "出处: " : "source: ",
                                   model->source, zh ? "可导出为: " : "exported as: ",
                                   join(formats_of(*model), ", "));
    for (const auto& row : model->parameters) {
      *invocation.out << fmt::format("    {} = {}  ({})  {}\n", row.name,
                                     value_json(row.default_value).dump(), range_of(row),
                                     zh ? row.zh : row.en);
    }
  }
  return 0;
}

}  // namespace

extern const Command kModels;
const Command kModels{"models", "the shelf, with every parameter, range, default and meaning",
                      "模型清单及每个参数的范围、默认值和含义", {}, models};

}  // namespace holdfast::cli
