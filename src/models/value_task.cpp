#include "models/value_task.hpp"

#include <cmath>

#include "models/errors.hpp"
#include "models/parameters.hpp"

namespace holdfast::models {
namespace {

Result<void> check_purchases(std::string_view model_id, const ValueTask& task) {
  if (task.purchases.rows() == 0) return Error{errors::kNoRows, {{"model", model_id}}};
  return {};
}

Result<void> check_contracts(std::string_view model_id, const ValueTask& task) {
  double contracts = 0;
  for (const double count : task.ended) contracts += count;
  for (const double count : task.open) contracts += count;
  if (contracts == 0) return Error{errors::kNoRows, {{"model", model_id}}};
  return {};  // What is not a count, the fit complains of.
}

FittedModel value_model(std::string_view model_id, const Parameters& parameters,
                        forms::ValueModel form, Text note) {
  FittedModel model;
  model.kind = ModelKind::Value;
  model.model_id = model_id;
  model.parameters = parameters;
  model.notes = {std::move(note)};
  ReportTable table{
      .id = "parameters",
      .title = {"Parameters", "参数"},
      .columns = {"parameter", "estimate", "standard_error"},
      .headers = {{"Parameter", "参数"}, {"Estimate", "估计值"}, {"Standard error", "标准误"}}};
  const auto names = parameter_names(form.process);
  // The power of contracts stays 1 where it is not fitted.
  const auto fitted =
      static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(form.variance.size()))));
  for (std::size_t i = 0; i < fitted; ++i) {
    table.rows.push_back(
        {std::string(names[i]), form.parameters[i], std::sqrt(form.variance[i * fitted + i])});
  }
  model.tables.push_back(std::move(table));
  model.form = std::move(form);
  return model;
}

Result<FittedModel> fit_model(const ModelDescriptor& descriptor, const Parameters& given,
                              double period_days, Progress& progress, const ProcessFit& fit) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  progress.begin(descriptor.name, 1);
  HOLDFAST_TRY(auto found, fit(static_cast<int>(integer(parameters, "iterations_max"))));
  progress.end();
  found.form.period_days = period_days;
  return value_model(descriptor.id, parameters, std::move(found.form), std::move(found.in_words));
}

}  // namespace

Result<FittedModel> fit_purchase_model(const ModelDescriptor& descriptor, const ValueTask& task,
                                       const Parameters& given, Progress& progress,
                                       const ProcessFit& fit) {
  HOLDFAST_TRY_VOID(check_purchases(descriptor.id, task));
  return fit_model(descriptor, given, task.period_days, progress, fit);
}

Result<FittedModel> fit_contract_model(const ModelDescriptor& descriptor, const ValueTask& task,
                                       const Parameters& given, Progress& progress,
                                       const ProcessFit& fit) {
  HOLDFAST_TRY_VOID(check_contracts(descriptor.id, task));
  return fit_model(descriptor, given, task.period_days, progress, fit);
}

ParameterRow iterations_row() {
  return {.name = "iterations_max",
          .kind = ParameterRow::Kind::Integer,
          .unit = "steps",
          .min = 1,
          .max = 10000,
          .default_value = std::int64_t{200},
          .en = "Maximum number of Newton steps; a fit that needs more is given up.",
          .zh = "牛顿迭代的最大步数;超过即放弃拟合。"};
}

}  // namespace holdfast::models
