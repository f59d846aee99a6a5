#include "exchange/portable/pmml.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "exchange/portable/layers.hpp"
#include "exchange/portable/pmml_expression.hpp"
#include "exchange/portable/pmml_kernel.hpp"
#include "exchange/portable/pmml_tree.hpp"

namespace holdfast::exchange {
namespace {

constexpr const char* kTarget = "churned";
constexpr const char* kScore = "score";
constexpr const char* kProbability = "churn_probability";
constexpr std::size_t kVerifiedMax = 30;

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = value.c_str();
}

pugi::xml_node field(pugi::xml_node parent, const char* kind, const std::string& name,
                     const char* optype, const char* type) {
  auto node = parent.append_child(kind);
  set(node, "name", name);
  if (*optype != '\0') set(node, "optype", optype);
  if (*type != '\0') set(node, "dataType", type);
  return node;
}

/// Writes one model. The parts of a document, in their order.
class PmmlWriter {
 public:
  PmmlWriter(const FittedModel& model, const Formula& formula, std::string_view version)
      : model_(&model), formula_(&formula), expressions_(formula), version_(version) {}

  std::string document(const dataset::Columns& rows) {
    root_ = document_.append_child("PMML");
    set(root_, "version", "4.4");
    set(root_, "xmlns", "http://www.dmg.org/PMML-4_4");
    add_header();
    add_dictionary();
    add_transformations();
    add_chain(rows);
    std::ostringstream out;
    document_.save(out, " ", pugi::format_default, pugi::encoding_utf8);
    return out.str();
  }

 private:
  void add_header() {
    auto header = root_.append_child("Header");
    set(header, "description", "Churn probability of one customer or contract");
    auto application = header.append_child("Application");
    set(application, "name", "Holdfast");
    set(application, "version", version_);
  }

  void add_dictionary() {
    auto dictionary = root_.append_child("DataDictionary");
    for (std::size_t c = 0; c < model_->column_names.size(); ++c) {
      const auto& categories = model_->categories[c];
      auto node = field(dictionary, "DataField", model_->column_names[c],
                        categories.empty() ? "continuous" : "categorical",
                        categories.empty() ? "double" : "string");
      for (const auto& category : categories) set(node.append_child("Value"), "value", category);
    }
    auto target = field(dictionary, "DataField", kTarget, "categorical", "string");
    set(target.append_child("Value"), "value", "1");
    set(target.append_child("Value"), "value", "0");
  }

  /// Named steps other than the score and what follows it.
  void add_transformations() {
    auto dictionary = root_.append_child("TransformationDictionary");
    for (const auto& layer : layers_of(*formula_)) {
      for (const auto index : layer) {
        const auto& name = formula_->steps[static_cast<std::size_t>(index)].name;
        if (name == kScore || name == kProbability || index == formula_->root) continue;
        if (is_native_tree(*model_) && name.starts_with("tree")) continue;
        expressions_.define(dictionary, index, name);
      }
    }
  }

  void add_inputs(pugi::xml_node model, bool is_chain, bool with_target = true) {
    auto schema = model.append_child("MiningSchema");
    if (with_target) {
      auto target = schema.append_child("MiningField");
      set(target, "name", kTarget);
      set(target, "usageType", "target");
    }
    for (const auto& name : model_->column_names) {
      auto node = schema.append_child("MiningField");
      set(node, "name", name);
      if (is_chain) set(node, "invalidValueTreatment", "asMissing");
    }
  }

  void add_chain(const dataset::Columns& rows) {
    auto chain = root_.append_child("MiningModel");
    set(chain, "modelName", model_->model_id);
    set(chain, "functionName", "classification");
    add_inputs(chain, true);
    auto output = chain.append_child("Output");
    for (const char* value : {"1", "0"}) {
      auto node = field(output, "OutputField", fmt::format("probability({})", value), "continuous",
                        "double");
      set(node, "feature", "probability");
      set(node, "value", value);
    }
    auto segmentation = chain.append_child("Segmentation");
    set(segmentation, "multipleModelMethod", "modelChain");
    add_score(segment(segmentation, "score"));
    add_probability(segment(segmentation, "probability"));
    add_verification(chain, rows);
  }

  pugi::xml_node segment(pugi::xml_node segmentation, const char* id) {
    auto node = segmentation.append_child("Segment");
    set(node, "id", id);
    node.append_child("True");
    return node;
  }

  void add_score_output(pugi::xml_node model) {
    auto output = model.append_child("Output");
    auto node = field(output, "OutputField", kScore, "continuous", "double");
    set(node, "feature", "predictedValue");
  }

  void add_score(pugi::xml_node parent) {
    if (is_native_tree(*model_)) {
      auto model = parent.append_child("MiningModel");
      set(model, "functionName", "regression");
      add_inputs(model, false, false);
      add_score_output(model);
      return add_tree_segments(*model_, model);
    }
    const auto* machine = machine_of(*model_, *formula_);
    auto model = parent.append_child(machine != nullptr ? "SupportVectorMachineModel"
                                                        : "RegressionModel");
    set(model, "functionName", "regression");
    add_inputs(model, false, false);
    add_score_output(model);
    if (machine != nullptr) return add_kernel_expansion(model, *machine);
    if (const auto* linear = std::get_if<forms::LinearPredictor>(&model_->form)) {
      return add_linear(model, *linear);
    }
    auto transformations = model.append_child("LocalTransformations");
    expressions_.define(transformations, score_step(), "score_made");
    add_one_predictor(model, "score_made", "");
  }

  std::int32_t score_step() const {
    const auto& steps = formula_->steps;
    const auto found = std::ranges::find(steps, std::string(kScore), &Formula::Step::name);
    return static_cast<std::int32_t>(found - steps.begin());
  }

  void add_linear(pugi::xml_node model, const forms::LinearPredictor& form) {
    auto table = model.append_child("RegressionTable");
    set(table, "intercept", pmml_number(form.intercepts[0]));
    for (std::size_t t = 0; t < form.term_means.size(); ++t) {
      if (form.coefficients[t] == 0) continue;
      auto predictor = table.append_child("NumericPredictor");
      set(predictor, "name", "term_" + std::to_string(t + 1));
      set(predictor, "coefficient", pmml_number(form.coefficients[t]));
    }
  }

  void add_one_predictor(pugi::xml_node model, const char* name, const std::string& category,
                         double intercept = 0, double coefficient = 1) {
    auto table = model.append_child("RegressionTable");
    set(table, "intercept", pmml_number(intercept));
    if (!category.empty()) set(table, "targetCategory", category);
    if (coefficient == 0) return;
    auto predictor = table.append_child("NumericPredictor");
    set(predictor, "name", name);
    set(predictor, "coefficient", pmml_number(coefficient));
  }

  void add_probability(pugi::xml_node parent) {
    auto model = parent.append_child("RegressionModel");
    set(model, "functionName", "classification");
    set(model, "normalizationMethod", "none");
    auto schema = model.append_child("MiningSchema");
    auto target = schema.append_child("MiningField");
    set(target, "name", kTarget);
    set(target, "usageType", "target");
    set(schema.append_child("MiningField"), "name", kScore);
    auto transformations = model.append_child("LocalTransformations");
    expressions_.define(transformations, formula_->root, kProbability);
    add_one_predictor(model, kProbability, "1");
    add_one_predictor(model, kProbability, "0", 1, -1);
  }

  void add_verification(pugi::xml_node chain, const dataset::Columns& rows) {
    const auto count = std::min(rows.rows, kVerifiedMax);
    if (count == 0) return;
    auto verification = chain.append_child("ModelVerification");
    set(verification, "recordCount", std::to_string(count));
    auto fields = verification.append_child("VerificationFields");
    for (std::size_t c = 0; c < model_->column_names.size(); ++c) {
      auto node = fields.append_child("VerificationField");
      set(node, "field", model_->column_names[c]);
      set(node, "column", "c" + std::to_string(c + 1));
    }
    auto answer = fields.append_child("VerificationField");
    set(answer, "field", "probability(1)");
    set(answer, "column", "p");
    // Of the value itself; sums of float trees are good to fewer digits than sums in double.
    const auto* trees = std::get_if<forms::TreeEnsemble>(&model_->form);
    set(answer, "precision", trees != nullptr && trees->is_float ? "1e-4" : "1e-6");
    set(answer, "zeroThreshold", "1e-12");
    auto table = verification.append_child("InlineTable");
    const auto cells = cells_of(*model_, rows);
    const auto p = predict(*model_, rows);
    const auto width = model_->column_names.size();
    for (std::size_t r = 0; r < count; ++r) {
      auto row = table.append_child("row");
      for (std::size_t c = 0; c < width; ++c) {
        const auto& cell = cells[r * width + c];
        if (cell.is_missing) continue;
        const auto& categories = model_->categories[c];
        const auto value = categories.empty()
                               ? pmml_number(cell.value)
                               : categories[static_cast<std::size_t>(cell.code)];
        row.append_child(("c" + std::to_string(c + 1)).c_str()).text().set(value.c_str());
      }
      row.append_child("p").text().set(pmml_number(p[r]).c_str());
    }
  }

  const FittedModel* model_;
  const Formula* formula_;
  PmmlExpressions expressions_;
  std::string version_;
  pugi::xml_document document_;
  pugi::xml_node root_;
};

}  // namespace

Result<std::string> to_pmml(const FittedModel& model, const dataset::Columns& rows,
                            std::string_view version) {
  HOLDFAST_TRY(const auto formula, formula_of(model));
  return PmmlWriter(model, formula, version).document(rows);
}

}  // namespace holdfast::exchange
