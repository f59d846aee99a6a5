#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/model.hpp"

namespace holdfast {

/// What models of the effect of a treatment learn from. Neither the treatment nor the outcome may
/// be among the columns, nor what came of them.
struct EffectTask {
  dataset::Columns train;
  std::span<const double> outcome;        // [train.rows] 0 or 1; 1 is what the treatment is for.
  std::span<const std::uint8_t> treated;  // [train.rows] 1: treated, 0: control.
  std::uint64_t seed = 0;
};

}  // namespace holdfast

namespace holdfast::models {

/// Errors: those of effect::check_binary (no control group, nobody treated, …), kConstantOutcome,
/// kNoUsableColumn.
Result<void> check_task(std::string_view model_id, const EffectTask& task);

/// By how much the treatment raises the chance of the outcome of each row, from -1 to 1 or about so:
/// the raw score. (predict() is for probabilities and cuts what lies below 0.)
std::vector<double> effects(const FittedModel& model, const dataset::Columns& columns);

/// A fitted model of an effect with names, categories, reference, parameters and seed filled in.
FittedModel started(std::string_view model_id, const EffectTask& task,
                    const Parameters& parameters);

}  // namespace holdfast::models
