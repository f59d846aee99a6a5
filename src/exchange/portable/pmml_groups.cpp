#include "exchange/portable/pmml_groups.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exchange/portable/pmml_document.hpp"
#include "exchange/portable/pmml_expression.hpp"

namespace holdfast::exchange {
namespace {

constexpr const char* kTarget = "group";
constexpr const char* kFar = "is_far";

const forms::ClusterProfiles& form_of(const PortableModel& portable) {
  return std::get<forms::ClusterProfiles>(portable.source->form);
}

std::string term_name(std::size_t term) { return "term_" + std::to_string(term + 1); }

/// Terms that are no constants; distances from those are the same to every centre's own.
std::vector<std::size_t> fields_of(const PortableModel& portable) {
  std::vector<std::size_t> fields;
  const auto& cluster = form_of(portable).clusters[0];
  for (std::size_t t = 0; t < cluster.center.size(); ++t) {
    if (cluster.weight[t] != 0) fields.push_back(t);
  }
  return fields;
}

void add_centres(pugi::xml_node model, const PortableModel& portable) {
  const auto& form = form_of(portable);
  auto measure = model.append_child("ComparisonMeasure");
  set(measure, "kind", "distance");
  measure.append_child("squaredEuclidean");
  const auto fields = fields_of(portable);
  for (const auto t : fields) {
    auto field = model.append_child("ClusteringField");
    set(field, "field", term_name(t));
    set(field, "compareFunction", "absDiff");
    if (form.clusters[0].weight[t] != 1) set(field, "fieldWeight", pmml_number(form.clusters[0].weight[t]));
  }
  for (std::size_t k = 0; k < form.clusters.size(); ++k) {
    auto cluster = model.append_child("Cluster");
    set(cluster, "id", std::to_string(k + 1));
    set(cluster, "name", std::to_string(k + 1));
    set(cluster, "size", std::to_string(std::llround(form.clusters[k].rows)));
    std::string text;
    for (const auto t : fields) text += (text.empty() ? "" : " ") + pmml_number(form.clusters[k].center[t]);
    auto array = cluster.append_child("Array");
    set(array, "n", std::to_string(fields.size()));
    set(array, "type", "real");
    array.text().set(text.c_str());
  }
}

/// The step a group's distance is compared by, and "nearest" among them.
std::string compared_step(const Formula& formula, std::size_t group) {
  const auto name = fmt::format("compared_{}", group + 1);
  const bool is_there = std::ranges::find(formula.steps, name, &Formula::Step::name) != formula.steps.end();
  return is_there ? name : fmt::format("distance_{}", group + 1);
}

void add_predictor(pugi::xml_node table, const std::string& name, double coefficient) {
  auto predictor = table.append_child("NumericPredictor");
  set(predictor, "name", name);
  set(predictor, "coefficient", pmml_number(coefficient));
}

/// How much farther than the nearest, below 0; 0 wins, and what is too far from all beats it.
void add_classes(pugi::xml_node model, const PortableModel& portable) {
  const auto& form = form_of(portable);
  const std::size_t count = form.clusters.size();
  const bool has_far = !std::isinf(form.far);
  if (has_far) {
    // The root is 0 for those too far from all.
    const PmmlExpressions expressions(portable.formula);
    auto transformations = model.append_child("LocalTransformations");
    expressions.define(transformations, portable.formula.root, "cluster_number");
    auto field = add_field(transformations, "DerivedField", kFar, "continuous", "double");
    auto choice = PmmlExpressions::apply(field, "if");
    auto less = PmmlExpressions::apply(choice, "lessThan");
    set(less.append_child("FieldRef"), "field", "cluster_number");
    PmmlExpressions::add_number(less, 0.5);
    PmmlExpressions::add_number(choice, 1);
    PmmlExpressions::add_number(choice, 0);
  }
  for (std::size_t k = 0; k < count; ++k) {
    auto table = model.append_child("RegressionTable");
    set(table, "intercept", "0");
    set(table, "targetCategory", std::to_string(k + 1));
    if (count == 1) continue;
    add_predictor(table, "nearest", 1);
    add_predictor(table, compared_step(portable.formula, k), -1);
  }
  if (!has_far) return;
  auto table = model.append_child("RegressionTable");
  set(table, "intercept", "-100");
  set(table, "targetCategory", "none");
  add_predictor(table, kFar, 200);
}

}  // namespace

std::string group_name(double number) {
  return number < 0.5 ? "none" : std::to_string(std::llround(number));
}

bool is_nearest_centre(const forms::ClusterProfiles& form) {
  const auto& first = form.clusters[0];
  return std::isinf(form.far) && std::ranges::all_of(form.clusters, [&](const auto& cluster) {
           return cluster.base == first.base && cluster.lean == first.lean && cluster.weight == first.weight &&
                  std::ranges::all_of(cluster.slope, [](double slope) { return slope == 0; });
         }) &&
         std::ranges::any_of(first.weight, [](double weight) { return weight != 0; });
}

void add_group_target(pugi::xml_node dictionary, const PortableModel& portable) {
  const auto& form = form_of(portable);
  if (is_nearest_centre(form)) return;
  std::vector<std::string> names;
  for (std::size_t k = 0; k < form.clusters.size(); ++k) names.push_back(std::to_string(k + 1));
  if (!std::isinf(form.far)) names.emplace_back("none");
  add_target_field(dictionary, kTarget, names);
}

void add_group_model(pugi::xml_node root, const PortableModel& portable,
                     const CheckedRows& rows) {
  const auto& form = form_of(portable);
  const bool is_centre = is_nearest_centre(form);
  auto model = root.append_child(is_centre ? "ClusteringModel" : "RegressionModel");
  set(model, "modelName", portable.model->model_id);
  set(model, "functionName", is_centre ? "clustering" : "classification");
  if (is_centre) {
    set(model, "modelClass", "centerBased");
    set(model, "numberOfClusters", std::to_string(form.clusters.size()));
  } else {
    set(model, "normalizationMethod", "softmax");
  }
  add_inputs(model, *portable.model, true, is_centre ? nullptr : kTarget);
  add_predicted(model, "cluster", false);
  if (is_centre) {
    auto output = model.child("Output");
    set(add_field(output, "OutputField", "squared_distance", "continuous", "double"), "feature", "affinity");
    add_centres(model, portable);
  } else {
    add_classes(model, portable);
  }
  VerifiedField answer{.name = "cluster"};
  for (const double group : rows.own()) answer.values.push_back(group_name(group));
  add_verification(model, *portable.model, rows.view(), answer);
}

}  // namespace holdfast::exchange
