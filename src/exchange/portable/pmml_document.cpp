#include "exchange/portable/pmml_document.hpp"

#include <algorithm>
#include <sstream>

#include "exchange/portable/pmml_expression.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kVerifiedMax = 30;

}  // namespace

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = value.c_str();
}

pugi::xml_node add_field(pugi::xml_node parent, const char* kind, const std::string& name,
                         const char* optype, const char* type) {
  auto node = parent.append_child(kind);
  set(node, "name", name);
  if (*optype != '\0') set(node, "optype", optype);
  if (*type != '\0') set(node, "dataType", type);
  return node;
}

pugi::xml_node start_pmml(pugi::xml_document& document, std::string_view description,
                          std::string_view version) {
  auto root = document.append_child("PMML");
  set(root, "version", "4.4");
  set(root, "xmlns", "http://www.dmg.org/PMML-4_4");
  auto header = root.append_child("Header");
  set(header, "description", std::string(description));
  auto application = header.append_child("Application");
  set(application, "name", "Holdfast");
  set(application, "version", std::string(version));
  return root;
}

pugi::xml_node add_dictionary(pugi::xml_node root, const FittedModel& model) {
  auto dictionary = root.append_child("DataDictionary");
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    const auto& categories = model.categories[c];
    auto node = add_field(dictionary, "DataField", model.column_names[c],
                          categories.empty() ? "continuous" : "categorical",
                          categories.empty() ? "double" : "string");
    for (const auto& category : categories) set(node.append_child("Value"), "value", category);
  }
  return dictionary;
}

void add_target_field(pugi::xml_node dictionary, const char* name,
                      const std::vector<std::string>& values) {
  auto target = add_field(dictionary, "DataField", name, "categorical", "string");
  for (const auto& value : values) set(target.append_child("Value"), "value", value);
}

void add_inputs(pugi::xml_node model, const FittedModel& columns, bool is_outermost,
                const char* target) {
  auto schema = model.append_child("MiningSchema");
  if (target != nullptr) {
    auto node = schema.append_child("MiningField");
    set(node, "name", target);
    set(node, "usageType", "target");
  }
  for (const auto& name : columns.column_names) {
    auto node = schema.append_child("MiningField");
    set(node, "name", name);
    if (is_outermost) set(node, "invalidValueTreatment", "asMissing");
  }
}

void add_predicted(pugi::xml_node model, const std::string& name, bool is_number) {
  auto output = model.append_child("Output");
  auto node = add_field(output, "OutputField", name, is_number ? "continuous" : "categorical",
                        is_number ? "double" : "string");
  set(node, "feature", "predictedValue");
}

void add_verification(pugi::xml_node model, const FittedModel& columns, const dataset::Columns& rows,
                      const VerifiedField& answer) {
  const auto count = std::min(rows.rows, kVerifiedMax);
  if (count == 0) return;
  auto verification = model.append_child("ModelVerification");
  set(verification, "recordCount", std::to_string(count));
  auto fields = verification.append_child("VerificationFields");
  const auto width = columns.column_names.size();
  for (std::size_t c = 0; c < width; ++c) {
    auto node = fields.append_child("VerificationField");
    set(node, "field", columns.column_names[c]);
    set(node, "column", "c" + std::to_string(c + 1));
  }
  auto node = fields.append_child("VerificationField");
  set(node, "field", answer.name);
  set(node, "column", "p");
  if (answer.precision != nullptr) {
    set(node, "precision", answer.precision);
    set(node, "zeroThreshold", answer.zero);
  }
  auto table = verification.append_child("InlineTable");
  const auto cells = cells_of(columns, rows);
  for (std::size_t r = 0; r < count; ++r) {
    auto row = table.append_child("row");
    for (std::size_t c = 0; c < width; ++c) {
      const auto& cell = cells[r * width + c];
      if (cell.is_missing) continue;
      const auto& categories = columns.categories[c];
      const auto value = categories.empty() ? pmml_number(cell.value)
                                            : categories[static_cast<std::size_t>(cell.code)];
      row.append_child(("c" + std::to_string(c + 1)).c_str()).text().set(value.c_str());
    }
    row.append_child("p").text().set(answer.values[r].c_str());
  }
}

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, " ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace holdfast::exchange
