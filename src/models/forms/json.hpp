#pragma once

#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/forms/forms.hpp"

/// Forms as they stand in a model's envelope. Readers throw std::runtime_error on what cannot be;
/// the envelope turns that into an Error. Only the sources of forms and of the envelope include this.
namespace holdfast::forms {

/// JSON has no infinity: "inf", "-inf" and "nan" are texts.
nlohmann::ordered_json number_json(double value);
double number_from(const nlohmann::ordered_json& json);
nlohmann::ordered_json numbers_json(const std::vector<double>& values);
std::vector<double> numbers_from(const nlohmann::ordered_json& json);
void require(bool condition, std::string_view what);

/// What a form must agree with.
struct FormShape {
  std::size_t columns_count = 0;
  std::size_t terms_count = 0;
};

nlohmann::ordered_json to_json(const LinearPredictor& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, LinearPredictor& form);
nlohmann::ordered_json to_json(const TreeEnsemble& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, TreeEnsemble& form);
nlohmann::ordered_json to_json(const NaiveBayes& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, NaiveBayes& form);
nlohmann::ordered_json to_json(const BayesianNetwork& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, BayesianNetwork& form);
nlohmann::ordered_json to_json(const PointsTable& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, PointsTable& form);
nlohmann::ordered_json to_json(const KernelExpansion& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, KernelExpansion& form);
nlohmann::ordered_json to_json(const Network& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, Network& form);
nlohmann::ordered_json to_json(const RuleSet& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, RuleSet& form);
nlohmann::ordered_json to_json(const HazardModel& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, HazardModel& form);
nlohmann::ordered_json to_json(const HazardTrees& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, HazardTrees& form);
nlohmann::ordered_json to_json(const ValueModel& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, ValueModel& form);
nlohmann::ordered_json to_json(const StateTransitions& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, StateTransitions& form);
nlohmann::ordered_json to_json(const AssociationRules& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, AssociationRules& form);
nlohmann::ordered_json to_json(const SequencePatterns& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, SequencePatterns& form);
nlohmann::ordered_json to_json(const ClusterProfiles& form);
void read(const nlohmann::ordered_json& json, const FormShape& shape, ClusterProfiles& form);
nlohmann::ordered_json to_json(const Calibration& calibration);
void read(const nlohmann::ordered_json& json, Calibration& calibration);

}  // namespace holdfast::forms
