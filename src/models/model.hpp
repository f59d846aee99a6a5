#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "core/language.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "dataset/preparation.hpp"
#include "models/forms/forms.hpp"
#include "study/study.hpp"

/// The contract of the shelf. A model's folder gives one descriptor and the fit function of its
/// kind; a fitted model presents itself as one of few neutral forms (models/forms). Scoring,
/// explanation and export know the forms, never the models.
namespace holdfast {

enum class ModelKind { Classifier, Survival, Value, Transition, Grouping, Pattern, Effect };

/// One parameter: from this row come the study file's check, `holdfast models`, the API, the form in
/// the workbench and the Python keyword.
struct ParameterRow {
  enum class Kind { Boolean, Integer, Real, Choice, RealList };
  std::string_view name;
  Kind kind = Kind::Real;
  std::string_view unit;               // "" for none.
  double min = 0, max = 0;             // Integer, Real.
  std::vector<std::string_view> choices;
  study::ParameterValue default_value;
  std::string_view en, zh;             // One sentence each.
};

using Parameters = std::map<std::string, study::ParameterValue>;

/// What a classifier learns from. Everything fitted is fitted inside these rows.
struct ClassifierTask {
  dataset::Columns train;
  std::span<const std::uint8_t> y;             // [train.rows] class index; 1: churned.
  std::span<const double> weight;              // [train.rows] ≥ 0; a weight of 0 is no row.
  dataset::Columns validation;                 // For early stopping and calibration; rows may be 0.
  std::span<const std::uint8_t> validation_y;
  std::span<const double> validation_weight;
  int classes_count = 2;
  std::uint64_t seed = 0;
};

/// A table of a fitted model for people: coefficients, leaves, importances.
struct ReportTable {
  std::string id;                              // "coefficients", "leaves", "importance".
  Text title;
  std::vector<std::string> columns;            // Stable ids.
  std::vector<Text> headers;
  std::vector<std::vector<std::variant<std::string, double>>> rows;
};

/// A fitted classifier: a value. Raw score → probability is `calibration`.
struct FittedClassifier {
  std::string model_id;
  Parameters parameters;                       // As used, defaults filled in.
  std::uint64_t seed = 0;
  std::vector<std::string> column_names;       // Input columns, in order.
  std::vector<std::vector<std::string>> categories;  // [columns] known categories; empty: numeric.
  dataset::Preparation preparation;            // Linear forms; empty for trees.
  forms::Form form;
  forms::Calibration calibration;
  std::vector<ReportTable> tables;
  std::vector<Text> notes;                     // "sex=female separates the classes", …
};

struct ModelDescriptor {
  std::string_view id;
  ModelKind kind = ModelKind::Classifier;
  Text name;                                   // "Logistic regression".
  Text question;                               // The question it answers.
  std::string_view source;                     // Publication.
  std::vector<ParameterRow> parameters;
  Result<FittedClassifier> (*fit_classifier)(const ClassifierTask& task, const Parameters& parameters,
                                             Progress& progress) = nullptr;
};

/// Every model of the shelf, by id. Generated from the folders.
std::span<const ModelDescriptor* const> all_models();
/// Errors: no such model, with the nearest id.
Result<const ModelDescriptor*> find_model(std::string_view id);

/// Defaults filled in, types and ranges checked. Errors name the parameter, its range and place.
Result<Parameters> checked_parameters(const ModelDescriptor& model, const Parameters& given);

/// Probability of class 1 for each row, calibrated. Columns as the model's, see Frame::align.
std::vector<double> predict(const FittedClassifier& model, const dataset::Columns& columns);
/// Before calibration: probability for trees, logit for linear forms, margin for boosted ones.
std::vector<double> raw_score(const FittedClassifier& model, const dataset::Columns& columns);

/// Contributions of each input column to raw_score, [rows x (columns + 1)] row-major, the last being
/// the base; each row adds up to raw_score. Linear: exact against the training mean. Trees: SHAP
/// values, path-dependent (Lundberg et al. 2020, Nature Machine Intelligence 2, 56–67).
std::vector<double> contributions(const FittedClassifier& model, const dataset::Columns& columns);

/// What the envelope says beside the model itself.
struct EnvelopeContext {
  std::string feature_program_hash;
  std::string trained_from, trained_to;        // Days.
  std::map<std::string, double> metrics;
};
/// JSON envelope: kind, id, version, preparation, form, column hash, seed, training span, metrics.
std::string to_json(const FittedClassifier& model, const EnvelopeContext& context);
/// Errors: not an envelope, newer version, hash does not match its contents.
Result<FittedClassifier> from_json(std::string_view json, EnvelopeContext* context = nullptr);

}  // namespace holdfast
