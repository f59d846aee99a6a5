#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/model.hpp"

/// What models learn from, and what every one asks of its rows before it starts.
namespace holdfast {

/// What a classifier learns from. Everything fitted is fitted inside these rows.
struct ClassifierTask {
  dataset::Columns train;
  std::span<const std::uint8_t> y;             // [train.rows] class index; 1: churned.
  std::span<const double> weight;              // [train.rows] ≥ 0; a weight of 0 is no row.
  std::span<const std::uint32_t> group;        // [train.rows] whose row it is (customer), for folds
                                               // and clustered errors; empty: each row its own.
  dataset::Columns validation;                 // For early stopping and calibration; rows may be 0.
  std::span<const std::uint8_t> validation_y;
  std::span<const double> validation_weight;
  std::vector<std::string> classes;            // More than two: their names; y indexes them.
  std::vector<double> costs;                   // [classes x classes] cost of saying the column's
                                               // class where the row's is true; empty: 1 each.
  std::uint64_t seed = 0;

  std::size_t classes_count() const { return classes.size() > 2 ? classes.size() : 2; }
};

}  // namespace holdfast

namespace holdfast::models {

/// Errors: kNoRows, kOneClass, kNoUsableColumn; kTooManyClasses where the task has more classes than
/// the model tells apart.
Result<void> check_task(std::string_view model_id, const ClassifierTask& task,
                        std::size_t classes_max = 2);

/// A fitted classifier with names, categories, reference, parameters and seed filled in.
FittedModel started(std::string_view model_id, const ClassifierTask& task,
                    const Parameters& parameters);

/// The typical customer: weighted mean or most frequent category of each column; missing where most
/// of the weight is.
std::vector<forms::Cell> reference_of(const dataset::Columns& columns,
                                      std::span<const double> weight);

}  // namespace holdfast::models
