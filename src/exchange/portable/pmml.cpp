#include "exchange/portable/pmml.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "exchange/portable/layers.hpp"
#include "exchange/portable/pmml_document.hpp"
#include "exchange/portable/pmml_expression.hpp"
#include "exchange/portable/pmml_groups.hpp"
#include "exchange/portable/pmml_kernel.hpp"
#include "exchange/portable/pmml_tree.hpp"

namespace holdfast::exchange {
namespace {

using Answer = PortableModel::Answer;

constexpr const char* kTarget = "churned";
constexpr const char* kScore = "score";

std::string description_of(const PortableModel& portable) {
  if (portable.answer == Answer::Effect) return "Effect of a treatment on one customer";
  if (portable.answer == Answer::Group) return "Group one customer belongs to";
  if (portable.source->kind != ModelKind::Survival) return "Churn probability of one customer or contract";
  const auto& question = portable.question;
  return fmt::format("Probability that one customer leaves within {}{}",
                     question.days ? fmt::format("{:g} days", *question.days) : "the days of that column",
                     question.exit.empty() ? "" : " by exit " + question.exit + ", others lost from sight");
}

/// Writes one model. The parts of a document, in their order.
class PmmlWriter {
 public:
  explicit PmmlWriter(const PortableModel& portable)
      : portable_(&portable), model_(portable.model), formula_(&portable.formula),
        expressions_(portable.formula) {
    for (const auto& part : portable.parts) {
      if (part.line != nullptr || (part.trees != nullptr && is_native_tree(*part.trees))) {
        written_.push_back(&part);
      }
    }
    const auto* groups = std::get_if<forms::ClusterProfiles>(&portable.source->form);
    has_centres_ = groups != nullptr && is_nearest_centre(*groups);
    sort_steps();
  }

  std::string document(const CheckedRows& rows, std::string_view version) {
    pugi::xml_document document;
    auto root = start_pmml(document, description_of(*portable_), version);
    auto dictionary = add_dictionary(root, *model_);
    if (portable_->answer == Answer::Probability) add_target_field(dictionary, kTarget, {"1", "0"});
    if (portable_->answer == Answer::Group) add_group_target(dictionary, *portable_);
    auto transformations = root.append_child("TransformationDictionary");
    for (const auto index : before_) define(transformations, index);
    switch (portable_->answer) {
      case Answer::Probability: add_verified(add_chain(root), "probability(1)", rows); break;
      case Answer::Effect: add_verified(add_effect(root), "effect", rows); break;
      case Answer::Group: add_group_model(root, *portable_, rows); break;
    }
    return text_of(document);
  }

 private:
  const PortableModel::Part* written(const std::string& step) const {
    const auto* part = portable_->part_of(step);
    return std::ranges::find(written_, part) == written_.end() ? nullptr : part;
  }

  const std::string& name_of(std::int32_t index) const {
    return formula_->steps[static_cast<std::size_t>(index)].name;
  }

  /// A classifier's score stands in the chain, whatever makes it.
  bool is_in_chain(const std::string& name) const {
    return written(name) != nullptr ||
           (name == kScore && portable_->source->kind == ModelKind::Classifier);
  }

  bool is_of_native_trees(const std::string& name) const {
    return name.starts_with("tree") &&
           std::ranges::any_of(written_, [](const auto* part) { return part->trees != nullptr; });
  }

  /// Named steps that stand before the models of the chain, and those that follow from them.
  void sort_steps() {
    std::vector<bool> follows(formula_->steps.size());
    for (std::size_t i = 0; i < follows.size(); ++i) {
      const auto& step = formula_->steps[i];
      follows[i] = is_in_chain(step.name);
      for (const auto argument : step.arguments) {
        follows[i] = follows[i] || follows[static_cast<std::size_t>(argument)];
      }
    }
    for (const auto& layer : layers_of(*formula_)) {
      for (const auto index : layer) {
        const auto& name = name_of(index);
        if (index == formula_->root || is_in_chain(name) || is_of_native_trees(name)) continue;
        if (has_centres_ && !name.starts_with("term_")) continue;
        (follows[static_cast<std::size_t>(index)] ? after_ : before_).push_back(index);
      }
    }
  }

  void define(pugi::xml_node parent, std::int32_t index) {
    expressions_.define(parent, index, name_of(index));
  }

  pugi::xml_node add_chain(pugi::xml_node root) {
    auto chain = root.append_child("MiningModel");
    set(chain, "modelName", model_->model_id);
    set(chain, "functionName", "classification");
    add_inputs(chain, *model_, true, kTarget);
    auto output = chain.append_child("Output");
    for (const char* value : {"1", "0"}) {
      auto node = add_field(output, "OutputField", fmt::format("probability({})", value),
                            "continuous", "double");
      set(node, "feature", "probability");
      set(node, "value", value);
    }
    auto segmentation = chain.append_child("Segmentation");
    set(segmentation, "multipleModelMethod", "modelChain");
    std::vector<std::string> scores;
    if (portable_->source->kind == ModelKind::Classifier) {
      add_score(segment(segmentation, kScore));
      scores.push_back(kScore);
    } else {
      for (const auto* part : written_) {
        add_part(segment(segmentation, part->step), *part);
        scores.push_back(part->step);
      }
    }
    add_probability(segment(segmentation, "probability"), scores);
    return chain;
  }

  pugi::xml_node segment(pugi::xml_node segmentation, const std::string& id) {
    auto node = segmentation.append_child("Segment");
    set(node, "id", id);
    node.append_child("True");
    return node;
  }

  /// A model of one part, with its answer as an output of that name.
  pugi::xml_node add_part(pugi::xml_node parent, const PortableModel::Part& part,
                          bool is_outermost = false, const std::string& output = {}) {
    auto model = parent.append_child(part.line != nullptr ? "RegressionModel" : "MiningModel");
    if (is_outermost) set(model, "modelName", model_->model_id);
    set(model, "functionName", "regression");
    add_inputs(model, *model_, is_outermost);
    add_predicted(model, output.empty() ? part.step : output);
    if (part.line != nullptr) add_line(model, *part.line, part.output);
    else add_tree_segments(*part.trees, model);
    return model;
  }

  void add_score(pugi::xml_node parent) {
    if (const auto* part = written(kScore)) {
      add_part(parent, *part);
      return;
    }
    const auto* machine = machine_of(*model_, *formula_);
    auto model = parent.append_child(machine != nullptr ? "SupportVectorMachineModel"
                                                        : "RegressionModel");
    set(model, "functionName", "regression");
    add_inputs(model, *model_, false);
    add_predicted(model, kScore);
    if (machine != nullptr) return add_kernel_expansion(model, *machine);
    auto transformations = model.append_child("LocalTransformations");
    expressions_.define(transformations, score_step(), "score_made");
    add_one_predictor(model, "score_made", "");
  }

  std::int32_t score_step() const {
    const auto& steps = formula_->steps;
    const auto found = std::ranges::find(steps, std::string(kScore), &Formula::Step::name);
    return static_cast<std::int32_t>(found - steps.begin());
  }

  void add_line(pugi::xml_node model, const forms::LinearPredictor& form, std::size_t output) {
    auto table = model.append_child("RegressionTable");
    set(table, "intercept", pmml_number(form.intercepts[output]));
    const auto terms = form.terms_count();
    for (std::size_t t = 0; t < terms; ++t) {
      const double coefficient = form.coefficients[output * terms + t];
      if (coefficient == 0) continue;
      auto predictor = table.append_child("NumericPredictor");
      set(predictor, "name", "term_" + std::to_string(t + 1));
      set(predictor, "coefficient", pmml_number(coefficient));
    }
  }

  void add_one_predictor(pugi::xml_node model, const std::string& name, const std::string& category,
                         double intercept = 0, double coefficient = 1) {
    auto table = model.append_child("RegressionTable");
    set(table, "intercept", pmml_number(intercept));
    if (!category.empty()) set(table, "targetCategory", category);
    if (coefficient == 0) return;
    auto predictor = table.append_child("NumericPredictor");
    set(predictor, "name", name);
    set(predictor, "coefficient", pmml_number(coefficient));
  }

  void add_probability(pugi::xml_node parent, const std::vector<std::string>& scores) {
    auto model = parent.append_child("RegressionModel");
    set(model, "functionName", "classification");
    set(model, "normalizationMethod", "none");
    auto schema = model.append_child("MiningSchema");
    auto target = schema.append_child("MiningField");
    set(target, "name", kTarget);
    set(target, "usageType", "target");
    for (const auto& score : scores) set(schema.append_child("MiningField"), "name", score);
    if (model_->kind == ModelKind::Survival) {
      for (const auto& column : model_->column_names) set(schema.append_child("MiningField"), "name", column);
    }
    auto transformations = model.append_child("LocalTransformations");
    for (const auto index : after_) define(transformations, index);
    expressions_.define(transformations, formula_->root, formula_->answer);
    add_one_predictor(model, formula_->answer, "1");
    add_one_predictor(model, formula_->answer, "0", 1, -1);
  }

  pugi::xml_node add_effect(pugi::xml_node root) {
    if (const auto* part = written(kScore)) return add_part(root, *part, true, formula_->answer);
    auto model = root.append_child("RegressionModel");
    set(model, "modelName", model_->model_id);
    set(model, "functionName", "regression");
    add_inputs(model, *model_, true);
    add_predicted(model, formula_->answer);
    auto transformations = model.append_child("LocalTransformations");
    expressions_.define(transformations, formula_->root, "effect_made");
    add_one_predictor(model, "effect_made", "");
    return model;
  }

  void add_verified(pugi::xml_node model, const char* name, const CheckedRows& rows) {
    // Of the value itself; sums of float trees are good to fewer digits than sums in double.
    const auto* trees = std::get_if<forms::TreeEnsemble>(&model_->form);
    VerifiedField answer{.name = name,
                         .precision = trees != nullptr && trees->is_float ? "1e-4" : "1e-6"};
    // 1 − exp(−hazard) loses the digits of small hazards.
    if (model_->kind == ModelKind::Survival) answer.zero = "1e-9";
    for (const double value : rows.own()) answer.values.push_back(pmml_number(value));
    add_verification(model, *model_, rows.view(), answer);
  }

  const PortableModel* portable_;
  const FittedModel* model_;
  const Formula* formula_;
  PmmlExpressions expressions_;
  std::vector<const PortableModel::Part*> written_;
  std::vector<std::int32_t> before_, after_;
  bool has_centres_ = false;  // They compare the terms themselves.
};

}  // namespace

std::string to_pmml(const PortableModel& model, const CheckedRows& rows,
                    std::string_view version) {
  return PmmlWriter(model).document(rows, version);
}

}  // namespace holdfast::exchange
