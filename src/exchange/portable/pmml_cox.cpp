#include <cmath>

#include <fmt/format.h>

#include "exchange/portable/errors.hpp"
#include "exchange/portable/layers.hpp"
#include "exchange/portable/pmml.hpp"
#include "exchange/portable/pmml_document.hpp"
#include "exchange/portable/pmml_expression.hpp"

namespace holdfast::exchange {
namespace {

using forms::HazardModel;

constexpr const char* kHazard = "cumulative_hazard";
constexpr const char* kDaysSeen = "days_seen";

/// The form where the element can hold it.
const HazardModel* form_of(const PortableModel& portable) {
  const auto* form = std::get_if<HazardModel>(&portable.source->form);
  if (form == nullptr || portable.days_column.empty() || exits_asked(portable).size() != 1) return nullptr;
  const bool is_proportional =
      form->law == HazardModel::Law::Proportional || form->law == HazardModel::Law::Subdistribution;
  return is_proportional ? form : nullptr;
}

/// 1 − exp(−hazard).
void add_outputs(pugi::xml_node model) {
  add_predicted(model, kHazard);
  auto field = add_field(model.child("Output"), "OutputField", "churn_probability", "continuous", "double");
  set(field, "feature", "transformedValue");
  auto rest = PmmlExpressions::apply(field, "-");
  PmmlExpressions::add_number(rest, 1);
  auto minus = PmmlExpressions::apply(PmmlExpressions::apply(rest, "exp"), "*");
  PmmlExpressions::add_number(minus, -1);
  set(minus.append_child("FieldRef"), "field", kHazard);
}

void add_parameters(pugi::xml_node model, const std::vector<std::size_t>& terms,
                    const forms::LinearPredictor& line, std::size_t exit) {
  const auto id = [](std::size_t term) { return fmt::format("p{}", term + 1); };
  const auto name = [](std::size_t term) { return fmt::format("term_{}", term + 1); };
  auto parameters = model.append_child("ParameterList");
  for (const auto t : terms) {
    auto node = parameters.append_child("Parameter");
    set(node, "name", id(t));
    set(node, "label", name(t));
    set(node, "referencePoint", "0");
  }
  model.append_child("FactorList");
  auto covariates = model.append_child("CovariateList");
  for (const auto t : terms) set(covariates.append_child("Predictor"), "name", name(t));
  auto matrix = model.append_child("PPMatrix");
  for (const auto t : terms) {
    auto cell = matrix.append_child("PPCell");
    set(cell, "value", "1");
    set(cell, "predictorName", name(t));
    set(cell, "parameterName", id(t));
  }
  auto betas = model.append_child("ParamMatrix");
  for (const auto t : terms) {
    auto cell = betas.append_child("PCell");
    set(cell, "parameterName", id(t));
    set(cell, "df", "1");
    set(cell, "beta", pmml_number(line.coefficients[exit * line.terms_count() + t]));
  }
}

/// The intercept belongs to the baseline, as the element has none.
void add_baseline(pugi::xml_node model, const HazardModel& form, std::size_t exit) {
  const auto& baseline = form.baselines[exit];
  const double factor = std::exp(form.predictor.intercepts[exit]);
  auto table = model.append_child("BaseCumHazardTables");
  set(table, "maxTime", pmml_number(form.followed_days));
  for (std::size_t k = 0; k < baseline.time.size(); ++k) {
    auto cell = table.append_child("BaselineCell");
    set(cell, "time", pmml_number(baseline.time[k]));
    set(cell, "cumHazard", pmml_number(factor * baseline.hazard[k]));
  }
}

/// Terms with a coefficient; one without where there is none, as the element needs one.
std::vector<std::size_t> terms_used(const forms::LinearPredictor& line, std::size_t exit) {
  std::vector<std::size_t> terms;
  const auto count = line.terms_count();
  for (std::size_t t = 0; t < count; ++t) {
    if (line.coefficients[exit * count + t] != 0) terms.push_back(t);
  }
  if (terms.empty()) terms.push_back(0);
  return terms;
}

}  // namespace

Result<std::string> to_pmml_cox(const PortableModel& portable, const CheckedRows& rows,
                                std::string_view version) {
  const auto* form = form_of(portable);
  if (form == nullptr || form->predictor.terms_count() == 0) {
    return Error{errors::kNoElement, {{"model", portable.source->model_id}}};
  }
  const auto exit = exits_asked(portable)[0];
  const auto& formula = portable.formula;
  const PmmlExpressions expressions(formula);
  pugi::xml_document document;
  auto root = start_pmml(document, "Cumulative hazard of exit " + form->exits[exit] + " until the days of that column",
                         version);
  add_dictionary(root, *portable.model);
  auto transformations = root.append_child("TransformationDictionary");
  for (std::size_t i = 0; i < formula.steps.size(); ++i) {
    const auto& name = formula.steps[i].name;
    if (!name.starts_with("term_") && name != kDaysSeen) continue;
    expressions.define(transformations, static_cast<std::int32_t>(i), name);
  }
  auto model = root.append_child("GeneralRegressionModel");
  set(model, "modelName", portable.model->model_id);
  set(model, "modelType", "CoxRegression");
  set(model, "functionName", "regression");
  set(model, "endTimeVariable", kDaysSeen);
  add_inputs(model, *portable.model, true);
  add_outputs(model);
  add_parameters(model, terms_used(form->predictor, exit), form->predictor, exit);
  add_baseline(model, *form, exit);
  VerifiedField answer{.name = "churn_probability", .precision = "1e-6", .zero = "1e-9"};
  for (const double value : rows.own()) answer.values.push_back(pmml_number(value));
  add_verification(model, *portable.model, rows.view(), answer);
  return text_of(document);
}

}  // namespace holdfast::exchange
