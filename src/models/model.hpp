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

enum class ModelKind : std::uint8_t {
  Classifier, Survival, Value, Transition, Grouping, Pattern, Effect
};
std::string_view name_of(ModelKind kind);
/// Throws std::runtime_error on a name that is none.
ModelKind kind_of(std::string_view name);

/// One parameter: from this row come the study file's check, `holdfast models`, the API, the form in
/// the workbench and the Python keyword.
struct ParameterRow {
  enum class Kind { Boolean, Integer, Real, Choice, RealList, TextList };
  std::string_view name;
  Kind kind = Kind::Real;
  std::string_view unit;               // "" for none.
  double min = 0, max = 0;             // Integer, Real.
  std::vector<std::string_view> choices;
  study::ParameterValue default_value;
  std::vector<study::ParameterValue> tries;  // What a search over parameters tries; empty: nothing.
  std::string_view en, zh;             // One sentence each.
};

using Parameters = std::map<std::string, study::ParameterValue>;

// What each kind learns from: models/task.hpp, models/<kind>_task.hpp.
struct ClassifierTask;
struct SurvivalTask;
struct ValueTask;
struct TransitionTask;
struct GroupingTask;
struct PatternTask;
struct EffectTask;
struct TreeEditing;     // models/tree_edit.hpp

/// A table of a fitted model for people: coefficients, leaves, importances.
struct ReportTable {
  std::string id;                              // "coefficients", "leaves", "importance".
  Text title;
  std::vector<std::string> columns;            // Stable ids.
  std::vector<Text> headers;
  std::vector<std::vector<std::variant<std::string, double>>> rows;
};

/// A fitted model: a value. What its form answers, `calibration` makes a probability.
struct FittedModel {
  ModelKind kind = ModelKind::Classifier;
  std::string model_id;
  Parameters parameters;                       // As used, defaults filled in.
  std::uint64_t seed = 0;
  std::vector<std::string> classes;            // More than two: their names; else empty.
  std::vector<std::string> column_names;       // Input columns, in order.
  std::vector<std::vector<std::string>> categories;  // [columns] known categories; empty: numeric.
  std::vector<forms::Cell> reference;          // [columns] the typical customer of training.
  dataset::Preparation preparation;            // Forms over terms; empty for forms over cells.
  forms::Form form;
  forms::Calibration calibration;
  forms::Calibration own_calibration;          // As fitted, before calibration on other rows.
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
  bool is_usual = false;                       // Compared where a study names no models.
  // The fit function of its kind; the others are null.
  template <typename Task>
  using Fit = Result<FittedModel> (*)(const Task& task, const Parameters& parameters, Progress& progress);
  Fit<ClassifierTask> fit_classifier = nullptr;
  Fit<SurvivalTask> fit_survival = nullptr;
  Fit<ValueTask> fit_value = nullptr;
  Fit<TransitionTask> fit_transition = nullptr;
  Fit<GroupingTask> fit_grouping = nullptr;
  Fit<PatternTask> fit_pattern = nullptr;
  Fit<EffectTask> fit_effect = nullptr;
  const TreeEditing* tree_editing = nullptr;   // Single trees: growing and pruning by hand.
};

/// Every model of the shelf, by id. Generated from the folders.
std::span<const ModelDescriptor* const> all_models();
/// Errors: no such model, with the nearest id.
Result<const ModelDescriptor*> find_model(std::string_view id);

/// Defaults filled in, types and ranges checked. Errors name the parameter, its range and place.
Result<Parameters> checked_parameters(const ModelDescriptor& model, const Parameters& given);

/// Probability of class 1 for each row, calibrated. Columns as the model's, see Frame::align.
std::vector<double> predict(const FittedModel& model, const dataset::Columns& columns);
/// Probability of every class, [rows x classes]; two columns for a model of two classes.
std::vector<double> predict_classes(const FittedModel& model, const dataset::Columns& columns);
/// What the form answers, [rows x outputs]: probability for trees, logit for linear forms, margin
/// for boosted ones.
std::vector<double> raw_score(const FittedModel& model, const dataset::Columns& columns);
std::size_t outputs_count(const FittedModel& model);

/// The model's columns without rows: names and its own categories. Views into the model.
dataset::Columns columns_of(const FittedModel& model);
/// Rows as the model reads them, [rows x columns]: its own order and category codes.
std::vector<forms::Cell> cells_of(const FittedModel& model, const dataset::Columns& columns);

/// Contributions of each input column to one output of raw_score, [rows x (columns + 1)] row-major,
/// the last being the base; each row adds up to raw_score. Linear: exact against the training mean.
/// Trees: SHAP values, path-dependent (Lundberg et al. 2020, Nature Machine Intelligence 2, 56–67).
/// Other forms: Shapley values against the model's reference customer (models/model_free.hpp).
std::vector<double> contributions(const FittedModel& model, const dataset::Columns& columns,
                                  std::size_t output = 0);

/// Whether contributions come from the form itself, fast, and not from asking it many times.
bool has_exact_contributions(const FittedModel& model);
/// About how many operations the contributions of one row take where they come from the form itself:
/// large forests explain thousands of rows a minute, linear forms millions.
double contributions_cost(const FittedModel& model);

/// What the envelope says beside the model itself.
struct EnvelopeContext {
  std::string feature_program_hash;
  std::string trained_from, trained_to;        // Days.
  std::map<std::string, double> metrics;
};
/// JSON envelope: kind, id, version, preparation, form, column hash, seed, training span, metrics.
std::string to_json(const FittedModel& model, const EnvelopeContext& context);
/// Errors: not an envelope, newer version, hash does not match its contents.
Result<FittedModel> from_json(std::string_view json, EnvelopeContext* context = nullptr);

}  // namespace holdfast
