#include <cmath>

#include <nlohmann/json.hpp>

#include "exchange/analysis_files.hpp"
#include "exchange/format.hpp"

namespace holdfast::exchange {
namespace {

using Json = nlohmann::ordered_json;

// Raised when a name changes its meaning or goes.
constexpr int kFormatVersion = 1;

/// JSON has no infinity: what is not finite is null.
Json real(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json text(const Text& value) { return {{"en", printable(value.en)}, {"zh", printable(value.zh)}}; }

Json texts(const std::vector<Text>& values) {
  auto out = Json::array();
  for (const auto& value : values) out.push_back(text(value));
  return out;
}

Json reals(const std::vector<double>& values) {
  auto out = Json::array();
  for (const double value : values) out.push_back(real(value));
  return out;
}

std::string_view name_of(analyses::Format format) {
  switch (format) {
    case analyses::Format::Number: return "number";
    case analyses::Format::Count: return "count";
    case analyses::Format::Share: return "share";
    case analyses::Format::Money: return "money";
    case analyses::Format::Days: return "days";
    case analyses::Format::Factor: return "factor";
    case analyses::Format::PValue: return "p_value";
  }
  return "number";
}

Json cell(const analyses::Cell& value) {
  if (const auto* number = std::get_if<double>(&value)) return real(*number);
  if (const auto* words = std::get_if<Text>(&value)) return text(*words);
  return nullptr;
}

Json json_of(const analyses::Table& table) {
  auto columns = Json::array();
  for (const auto& column : table.columns) {
    columns.push_back({{"id", column.id}, {"header", text(column.header)}, {"format", name_of(column.format)}});
  }
  auto rows = Json::array();
  for (const auto& row : table.rows) {
    Json item = Json::object();
    for (std::size_t c = 0; c < table.columns.size(); ++c) item[table.columns[c].id] = cell(row[c]);
    rows.push_back(std::move(item));
  }
  return {{"block", "table"}, {"columns", columns}, {"rows", rows}};
}

Json json_of(const analyses::LineChart& chart) {
  auto series = Json::array();
  for (const auto& one : chart.series) {
    Json item = {{"name", text(one.name)}, {"x", reals(one.x)}, {"y", reals(one.y)}};
    if (!one.lower.empty()) item["lower"] = reals(one.lower), item["upper"] = reals(one.upper);
    series.push_back(std::move(item));
  }
  return {{"block", "lines"}, {"x", text(chart.x_label)}, {"y", text(chart.y_label)},
          {"y_format", name_of(chart.y_format)}, {"places", texts(chart.places)}, {"series", series}};
}

Json json_of(const analyses::BarChart& chart) {
  auto bars = Json::array();
  for (const auto& bar : chart.bars) {
    Json item = {{"label", text(bar.label)}, {"value", real(bar.value)}};
    if (bar.lower && bar.upper) item["lower"] = real(*bar.lower), item["upper"] = real(*bar.upper);
    bars.push_back(std::move(item));
  }
  return {{"block", "bars"}, {"format", name_of(chart.format)}, {"bars", bars}};
}

Json json_of(const analyses::HeatMap& chart) {
  auto values = Json::array();
  for (const auto& row : chart.values) values.push_back(reals(row));
  Json json = {{"block", "heat_map"}, {"format", name_of(chart.format)}, {"rows", texts(chart.rows)},
               {"columns", texts(chart.columns)}, {"values", values}};
  if (chart.shown.empty()) return json;
  auto shown = Json::array();
  for (const auto& row : chart.shown) shown.push_back(texts(row));
  json["shown"] = std::move(shown);
  return json;
}

Json json_of(const analyses::FlowChart& chart) {
  auto nodes = Json::array(), links = Json::array();
  for (const auto& node : chart.nodes) nodes.push_back({{"name", text(node.name)}, {"step", node.step}});
  for (const auto& link : chart.links) {
    links.push_back({{"source", link.from}, {"target", link.to}, {"value", real(link.value)}});
  }
  return {{"block", "flow"}, {"format", name_of(chart.format)}, {"nodes", nodes}, {"links", links}};
}

Json block_json(const analyses::Block& block) {
  return std::visit(
      [](const auto& held) {
        Json json = {{"id", held.id}, {"title", text(held.title)}};
        if (!held.remark.en.empty()) json["remark"] = text(held.remark);
        json.update(json_of(held));
        return json;
      },
      block);
}

}  // namespace

std::string analysis_json(const analyses::Analysis& analysis, const AnalysisContext& context) {
  Json json = {{"format", "holdfast.analysis"},
               {"version", kFormatVersion},
               {"analysis", analysis.id},
               {"title", text(analysis.title)},
               {"study", printable(context.study_name)},
               {"program", context.version},
               {"as_of", is_dated(context.as_of) ? Json(to_string(context.as_of)) : Json(nullptr)},
               {"manifest", context.manifest_number},
               {"seed", context.seed},
               {"currency", context.currency},
               {"findings", texts(analysis.findings)},
               {"sections", Json::array()},
               {"models", Json::array()},
               {"notes", texts(analysis.notes)}};
  for (const auto& section : analysis.sections) {
    auto blocks = Json::array();
    for (const auto& block : section.blocks) blocks.push_back(block_json(block));
    json["sections"].push_back({{"id", section.id}, {"title", text(section.title)},
                                {"lead", text(section.lead)}, {"blocks", blocks}});
  }
  for (const auto& model : analysis.models) json["models"].push_back(model.model_id);
  return json.dump(1) + "\n";
}

}  // namespace holdfast::exchange
