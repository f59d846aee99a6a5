#pragma once

#include <span>
#include <string_view>
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

/// Errors: kNoRows where there are no customers, or no contracts.
Result<void> check_purchases(std::string_view model_id, const ValueTask& task);
Result<void> check_contracts(std::string_view model_id, const ValueTask& task);

/// A fitted model of value with a table of its parameters and their standard errors.
FittedModel value_model(std::string_view model_id, const Parameters& parameters,
                        forms::ValueModel form, std::vector<Text> notes);

/// The parameter all of them have.
ParameterRow iterations_row();

}  // namespace holdfast::models
