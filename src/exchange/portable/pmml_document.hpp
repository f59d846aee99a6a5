#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "exchange/portable/portable_model.hpp"

/// What every PMML document of ours has: header, dictionary, schema, verification.
namespace holdfast::exchange {

void set(pugi::xml_node node, const char* name, const std::string& value);
/// A child with name, optype and dataType; empty ones are left out.
pugi::xml_node add_field(pugi::xml_node parent, const char* kind, const std::string& name,
                         const char* optype, const char* type);

/// The document's root with its header.
pugi::xml_node start_pmml(pugi::xml_document& document, std::string_view description,
                          std::string_view version);
/// The model's columns; gives the dictionary.
pugi::xml_node add_dictionary(pugi::xml_node root, const FittedModel& model);
/// A category of the dictionary with these values.
void add_target_field(pugi::xml_node dictionary, const char* name,
                      const std::vector<std::string>& values);
/// The model's columns as inputs; `is_outermost`: values unknown to the dictionary are missing.
void add_inputs(pugi::xml_node model, const FittedModel& columns, bool is_outermost,
                const char* target = nullptr);
/// An output of the predicted value.
void add_predicted(pugi::xml_node model, const std::string& name, bool is_number = true);

struct VerifiedField {
  std::string name;
  const char* precision = nullptr;     // Of numbers: of the value itself,
  const char* zero = "1e-12";          // and below which it counts as 0.
  std::vector<std::string> values;     // [rows]
};
/// The first rows with their answers.
void add_verification(pugi::xml_node model, const FittedModel& columns, const dataset::Columns& rows,
                      const VerifiedField& answer);

std::string text_of(const pugi::xml_document& document);

}  // namespace holdfast::exchange
