// holdfast models [NAMES] : the shelf, with every parameter, range, default and meaning.

#include <map>
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
using Kind = ParameterRow::Kind;

constexpr double kUnbounded = 1e9;  // A limit that stands for none.

std::string_view name_of(Kind kind) {
  constexpr std::string_view kNames[] = {"boolean", "integer", "real", "choice", "real list", "text list"};
  return kNames[static_cast<std::size_t>(kind)];
}

Text words_of(ModelKind kind) {
  switch (kind) {
    case ModelKind::Classifier: return {"classifier: who leaves", "分类:谁会流失"};
    case ModelKind::Survival: return {"survival: when", "生存:何时离开"};
    case ModelKind::Value: return {"value: what a customer is worth", "价值:客户值多少"};
    case ModelKind::Transition: return {"transition: from state to state", "迁移:状态之间"};
    case ModelKind::Grouping: return {"grouping: who is alike", "分群:谁与谁相似"};
    case ModelKind::Pattern: return {"pattern: what goes together", "模式:什么一起出现"};
    case ModelKind::Effect: return {"effect: what a treatment changes", "效果:措施改变什么"};
  }
  return {};
}

/// Units that are counted; shares, points and the like say themselves what they are.
Text words_of_unit(std::string_view unit) {
  static const std::map<std::string_view, std::string_view> kZh = {
      {"bins", "箱"},      {"categories", "个取值"}, {"columns", "个字段"}, {"days", "天"},
      {"digits", "位"},    {"epochs", "轮"},         {"folds", "折"},       {"groups", "组"},
      {"items", "项"},     {"iterations", "次"},     {"leaves", "个叶节点"}, {"levels", "层"},      {"neurons", "个神经元"},
      {"parents", "个"},   {"parts", "份"},          {"patterns", "个"},    {"rounds", "轮"},
      {"rows", "行"},      {"sets", "个"},           {"starts", "次"},      {"steps", "步"},
      {"terms", "个变量"}, {"trees", "棵"},          {"trials", "轮"},      {"values", "个"}};
  const auto found = kZh.find(unit);
  if (found == kZh.end()) return {};
  return {" " + std::string(unit), " " + std::string(found->second)};
}

json value_json(const study::ParameterValue& value) {
  return std::visit([](const auto& v) -> json { return v; }, value);
}

bool is_number(const ParameterRow& row) {
  return row.kind == Kind::Integer || row.kind == Kind::Real;
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
    if (is_number(row) || row.kind == Kind::RealList) body["min"] = row.min, body["max"] = row.max;
    if (!row.choices.empty()) body["choices"] = row.choices;
    if (!row.tries.empty()) {
      for (const auto& value : row.tries) body["tries"].push_back(value_json(value));
    }
    parameters.push_back(std::move(body));
  }
  return {{"id", model.id}, {"kind", name_of(model.kind)}, {"name", model.name.in(language)},
          {"question", model.question.in(language)}, {"source", model.source},
          {"formats", formats_of(model)}, {"parameters", parameters}};
}

/// As a study file writes it, whole numbers without ".0".
std::string as_written(const study::ParameterValue& value) {
  if (const auto* real = std::get_if<double>(&value)) return brief(*real, 6);
  if (const auto* list = std::get_if<std::vector<double>>(&value)) {
    std::vector<std::string> numbers;
    for (const double number : *list) numbers.push_back(brief(number, 6));
    return "[" + join(numbers, ", ") + "]";
  }
  return value_json(value).dump();
}

std::string range_of(const ParameterRow& row, Language language) {
  if (!row.choices.empty()) {
    const std::vector<std::string> choices(row.choices.begin(), row.choices.end());
    return join(choices, " | ");
  }
  if (row.kind == Kind::Boolean) return "true | false";
  if (row.kind == Kind::TextList) return Text{"a list of texts", "文本列表"}.in(language);
  std::string range = row.max >= kUnbounded
                          ? fmt::format("≥ {}", brief(row.min, 6))
                          : fmt::format("{} … {}", brief(row.min, 6), brief(row.max, 6));
  range += words_of_unit(row.unit).in(language);
  if (row.kind != Kind::RealList) return range;
  return Text{"a list, each ", "列表,每项 "}.in(language) + range;
}

void print(const ModelDescriptor& model, Language language, std::ostream& out) {
  const bool zh = language == Language::Zh;
  out << fmt::format("{}  {}  [{}]\n  {}\n  {}{}\n  {}{}\n", model.id, model.name.in(language),
                     words_of(model.kind).in(language), model.question.in(language),
                     zh ? "出处: " : "source: ", model.source, zh ? "可导出为: " : "exported as: ",
                     join(formats_of(model), ", "));
  for (const auto& row : model.parameters) {
    out << fmt::format("    {} = {}  ({})  {}\n", row.name, as_written(row.default_value),
                       range_of(row, language), zh ? row.zh : row.en);
  }
}

Result<std::vector<const ModelDescriptor*>> wanted(const Invocation& invocation) {
  std::vector<const ModelDescriptor*> models;
  for (const auto& id : invocation.values("model")) {
    HOLDFAST_TRY(const auto* model, find_model(id));
    models.push_back(model);
  }
  if (models.empty()) models.assign(all_models().begin(), all_models().end());
  return models;
}

Result<int> models(const Invocation& invocation) {
  HOLDFAST_TRY(const auto shown, wanted(invocation));
  if (invocation.wants_json) {
    json all = json::array();
    for (const auto* model : shown) all.push_back(as_json(*model, invocation.language));
    *invocation.out << all.dump(1) << "\n";
    return 0;
  }
  for (const auto* model : shown) print(*model, invocation.language, *invocation.out);
  return 0;
}

}  // namespace

extern const Command kModels;
const Command kModels{"models",
                      "the shelf, with every parameter, range, default and meaning",
                      "模型清单及每个参数的范围、默认值和含义",
                      {{.name = "model",
                        .value = "NAMES",
                        .en = "those to show (default: all)",
                        .zh = "要显示的模型(默认全部)",
                        .is_positional = true,
                        .takes_many = true}},
                      models};

}  // namespace holdfast::cli
