#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/inputs.hpp"
#include "core/error.hpp"
#include "core/language.hpp"
#include "effect/trial.hpp"

/// Who was treated and what came of it, for the rows of the dataset.
namespace holdfast::analyses {

struct EffectRows {
  std::vector<std::uint32_t> train, test;  // Rows of the dataset whose treatment and outcome are known.
  std::vector<std::int32_t> arm;           // [dataset rows] place in `arms`; −1: not known.
  std::vector<std::string> arms;           // [0]: control; then the treatments.
  std::vector<std::uint8_t> treated;       // [dataset rows] 1: any of the treatments.
  std::vector<double> outcome;             // [dataset rows] 1: achieved.
  Text treatment_name, outcome_name;       // As a person calls them.
  std::string control_values;              // Values of the column that stand for control.
  bool is_staying = false;                 // The outcome is that the customer stays.
  std::vector<std::string> not_inputs;     // Features that tell the treatment or the outcome.
  std::vector<Text> notes;

  std::vector<std::uint32_t> all() const;
  std::vector<double> outcomes_of(const std::vector<std::uint32_t>& rows) const;
  std::vector<std::uint8_t> treated_of(const std::vector<std::uint32_t>& rows) const;
};

/// Errors: no treatment named, no such column, values that nobody says the meaning of; nobody
/// treated or no control group among the rows that train or among those that judge.
Result<EffectRows> effect_rows(const Inputs& inputs, const study::EffectSpec& spec,
                               const dataset::Dataset& data, Progress& progress);

}  // namespace holdfast::analyses
