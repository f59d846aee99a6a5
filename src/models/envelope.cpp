#include <memory>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/hash.hpp"
#include "models/errors.hpp"
#include "models/forms/json.hpp"
#include "models/model.hpp"
#include "models/json_parts.hpp"

// The saved form of a fitted model. `content` is hashed as written; everything around it is for
// people and for the checks of from_json.
namespace holdfast {
namespace {

using nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::string_view kFormat = "holdfast.model";

using forms::number_from;
using forms::number_json;
using forms::numbers_from;
using forms::numbers_json;
using forms::require;

using models::parameters_from;
using models::parameters_json;
using models::text_from;
using models::text_json;

ordered_json content_json(const FittedModel& model);
FittedModel content_from(const ordered_json& json);

ordered_json to_json(const forms::Stack& form) {
  ordered_json json = {{"about", "intercept + sum of weight x member's answer"},
                       {"on_logits", form.on_logits},
                       {"intercept", number_json(form.intercept)},
                       {"weights", numbers_json(form.weights)},
                       {"members", ordered_json::array()}};
  for (const auto& member : form.members) json["members"].push_back(content_json(*member));
  return json;
}

void read(const ordered_json& json, const forms::FormShape&, forms::Stack& form) {
  form.on_logits = json.at("on_logits").get<bool>();
  form.intercept = number_from(json.at("intercept"));
  form.weights = numbers_from(json.at("weights"));
  for (const auto& member : json.at("members")) {
    form.members.push_back(std::make_shared<const FittedModel>(content_from(member)));
  }
  require(form.members.size() == form.weights.size(), "members and weights differ in number");
}

ordered_json form_json(const forms::Form& form) {
  return std::visit(
      [](const auto& held) -> ordered_json {
        using Form = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Form, std::monostate>) {
          return nullptr;
        } else {
          ordered_json json = {{"type", Form::kType}};
          json.update(to_json(held));
          return json;
        }
      },
      form);
}

/// Tries the alternatives of the variant from `place` on.
template <std::size_t place = 1>
forms::Form form_from(const ordered_json& json, const forms::FormShape& shape) {
  if constexpr (place < std::variant_size_v<forms::Form>) {
    using Form = std::variant_alternative_t<place, forms::Form>;
    if (json.at("type").get<std::string>() != Form::kType) {
      return form_from<place + 1>(json, shape);
    }
    Form form;
    read(json, shape, form);
    return form;
  } else {
    throw std::runtime_error("an unknown form");
  }
}

ordered_json table_json(const ReportTable& table) {
  ordered_json json = {{"id", table.id},
                       {"title", text_json(table.title)},
                       {"columns", table.columns},
                       {"headers", ordered_json::array()},
                       {"rows", ordered_json::array()}};
  for (const auto& header : table.headers) json["headers"].push_back(text_json(header));
  for (const auto& row : table.rows) {
    auto cells = ordered_json::array();
    for (const auto& cell : row) {
      if (const auto* text = std::get_if<std::string>(&cell)) cells.push_back({{"text", *text}});
      else cells.push_back(number_json(std::get<double>(cell)));
    }
    json["rows"].push_back(std::move(cells));
  }
  return json;
}

ReportTable table_from(const ordered_json& json) {
  ReportTable table{.id = json.at("id"),
                    .title = text_from(json.at("title")),
                    .columns = json.at("columns").get<std::vector<std::string>>()};
  for (const auto& header : json.at("headers")) table.headers.push_back(text_from(header));
  for (const auto& cells : json.at("rows")) {
    auto& row = table.rows.emplace_back();
    for (const auto& cell : cells) {
      if (cell.is_object()) row.emplace_back(cell.at("text").get<std::string>());
      else row.emplace_back(number_from(cell));
    }
  }
  return table;
}

ordered_json columns_json(const FittedModel& model) {
  auto json = ordered_json::array();
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    json.push_back({{"name", model.column_names[c]}, {"categories", model.categories[c]}});
  }
  return json;
}

/// The typical customer: a number, a category by name, or null.
ordered_json cells_json(const FittedModel& model) {
  auto json = ordered_json::array();
  for (std::size_t c = 0; c < model.reference.size(); ++c) {
    const auto& cell = model.reference[c];
    if (cell.is_missing) json.push_back(nullptr);
    else if (model.categories[c].empty()) json.push_back(number_json(cell.value));
    else json.push_back({{"code", cell.code}});
  }
  return json;
}

std::vector<forms::Cell> cells_from(const ordered_json& json, const FittedModel& model) {
  require(json.size() == model.column_names.size(), "reference and columns differ in number");
  std::vector<forms::Cell> cells;
  for (const auto& item : json) {
    forms::Cell cell;
    cell.is_missing = item.is_null();
    if (item.is_object()) cell.code = item.at("code").get<std::int32_t>();
    else if (!item.is_null()) cell.value = number_from(item);
    cells.push_back(cell);
  }
  return cells;
}

ordered_json content_json(const FittedModel& model) {
  ordered_json json = {{"kind", name_of(model.kind)},
                       {"model_id", model.model_id},
                       {"parameters", parameters_json(model.parameters)},
                       {"seed", std::to_string(model.seed)},
                       {"classes", model.classes},
                       {"columns", columns_json(model)},
                       {"reference", cells_json(model)},
                       {"preparation", models::preparation_json(model.preparation)},
                       {"form", form_json(model.form)},
                       {"calibration", forms::to_json(model.calibration)},
                       {"own_calibration", forms::to_json(model.own_calibration)},
                       {"tables", ordered_json::array()},
                       {"notes", ordered_json::array()}};
  for (const auto& table : model.tables) json["tables"].push_back(table_json(table));
  for (const auto& note : model.notes) json["notes"].push_back(text_json(note));
  return json;
}

FittedModel content_from(const ordered_json& json) {
  FittedModel model;
  model.kind = kind_of(json.at("kind").get<std::string>());
  model.model_id = json.at("model_id");
  model.parameters = parameters_from(json.at("parameters"));
  model.seed = std::stoull(json.at("seed").get<std::string>());
  model.classes = json.at("classes").get<std::vector<std::string>>();
  for (const auto& column : json.at("columns")) {
    model.column_names.push_back(column.at("name"));
    model.categories.push_back(column.at("categories").get<std::vector<std::string>>());
  }
  model.reference = cells_from(json.at("reference"), model);
  model.preparation = models::preparation_from(json.at("preparation"));
  model.form = form_from(json.at("form"), {.columns_count = model.column_names.size(),
                                           .terms_count = model.preparation.terms.size()});
  forms::read(json.at("calibration"), model.calibration);
  forms::read(json.at("own_calibration"), model.own_calibration);
  for (const auto& table : json.at("tables")) model.tables.push_back(table_from(table));
  for (const auto& note : json.at("notes")) model.notes.push_back(text_from(note));
  return model;
}

ordered_json about_json() {
  return {{"columns", "inputs in order; categories empty: numeric"},
          {"preparation", "how columns become terms; only linear forms use it"},
          {"form", "how a row becomes a raw score"},
          {"reference", "the typical customer: means and most frequent categories in training"},
          {"calibration",
           "raw score -> probability: identity; logistic 1/(1+exp(-s)); platt "
           "1/(1+exp(-(slope s + intercept))); isotonic: straight lines between knots (x, y)"},
          {"hash", "BLAKE2b-128 of `content`, written without spaces"}};
}

Error not_an_envelope(std::string_view why) {
  return {models::errors::kNotAnEnvelope, {{"why", why}}};
}

}  // namespace

std::string to_json(const FittedModel& model, const EnvelopeContext& context) {
  const auto content = content_json(model);
  const ordered_json envelope = {{"format", kFormat},
                                 {"version", kVersion},
                                 {"about", about_json()},
                                 {"kind", name_of(model.kind)},
                                 {"model_id", model.model_id},
                                 {"hash", content_hash(content.dump())},
                                 {"columns_hash", content_hash(columns_json(model).dump())},
                                 {"feature_program_hash", context.feature_program_hash},
                                 {"trained_from", context.trained_from},
                                 {"trained_to", context.trained_to},
                                 {"metrics", context.metrics},
                                 {"content", content}};
  return envelope.dump(1) + "\n";
}

Result<FittedModel> from_json(std::string_view json, EnvelopeContext* context) {
  try {
    const auto envelope = ordered_json::parse(json);
    if (!envelope.is_object() || envelope.value("format", "") != kFormat) {
      return not_an_envelope("its `format` is not holdfast.model");
    }
    const int version = envelope.at("version").get<int>();
    if (version > kVersion) {
      return Error{models::errors::kNewerEnvelope, {{"version", version}, {"known", kVersion}}};
    }
    const auto stated = envelope.at("hash").get<std::string>();
    const auto found = content_hash(envelope.at("content").dump());
    if (stated != found) {
      return Error{models::errors::kHashMismatch, {{"stated", stated}, {"found", found}}};
    }
    if (context != nullptr) {
      context->feature_program_hash = envelope.at("feature_program_hash");
      context->trained_from = envelope.at("trained_from");
      context->trained_to = envelope.at("trained_to");
      for (const auto& [name, value] : envelope.at("metrics").items()) {
        if (value.is_number()) context->metrics[name] = value.get<double>();
      }
    }
    return content_from(envelope.at("content"));
  } catch (const std::exception& failure) {
    return not_an_envelope(failure.what());
  }
}

}  // namespace holdfast
