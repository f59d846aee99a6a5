#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/forms/discrete.hpp"
#include "models/task.hpp"

namespace holdfast::bayes {

enum class Cutting : std::uint8_t { Mdlp, EqualFrequency };

struct StateOptions {
  Cutting cutting = Cutting::Mdlp;
  int bins = 5;                  // Equal frequency.
  int states_max = 50;           // Of a category; rarer ones share the last state.
  bool has_missing_state = true; // A missing value is a state where training has any; else no evidence.
};

/// Rows as states. Columns with one state are left out.
struct States {
  std::vector<forms::DiscreteColumn> columns;        // [variables] how to read a row.
  std::vector<std::string> names;                    // [variables]
  std::vector<std::vector<std::int32_t>> states;     // [variables][rows] −1: no evidence.
  std::vector<std::int32_t> y;                       // [rows]
  std::vector<double> weight;                        // [rows]
  std::int32_t classes_count = 2;

  std::size_t rows() const { return y.size(); }
};

States discretised(const ClassifierTask& task, const StateOptions& options);

}  // namespace holdfast::bayes
