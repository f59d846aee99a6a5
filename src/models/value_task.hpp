#pragma once

#include <functional>
#include <span>
#include <vector>

#include "lifetime/purchases.hpp"
#include "models/forms/value_model.hpp"
#include "models/model.hpp"

/// What models of value learn from: customers' purchases, or how long contracts lasted.
namespace holdfast {

struct ValueTask {
  // Purchases until the end of what is watched, times in periods (lifetime::summarise makes them).
  lifetime::Purchases purchases;
  std::span<const double>
      mean_spend;  // [customers] of a repeat purchase; not read where there is none.
  // Contracts: how many ended after t + 1 periods, and how many still run after them.
  std::span<const double> ended, open;  // [periods]
  double period_days = 7;
};

}  // namespace holdfast

namespace holdfast::models {

/// What an engine of lifetime/ found.
struct FittedProcess {
  forms::ValueModel form;  // But for its period_days, which the task gives.
  Text in_words;
};

using ProcessFit = std::function<Result<FittedProcess>(int iterations_max)>;

/// The model of what `fit` finds, with a table of the parameters and their standard errors. Errors:
/// kNoRows where there are no customers, or no contracts; bad parameters; those of the fit.
Result<FittedModel> fit_purchase_model(const ModelDescriptor& descriptor, const ValueTask& task,
                                       const Parameters& given, Progress& progress,
                                       const ProcessFit& fit);
Result<FittedModel> fit_contract_model(const ModelDescriptor& descriptor, const ValueTask& task,
                                       const Parameters& given, Progress& progress,
                                       const ProcessFit& fit);

/// The parameter all of them have.
ParameterRow iterations_row();

}  // namespace holdfast::models
