#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "dataset/dataset.hpp"
#include "models/model.hpp"

/// Which inputs move a model's answer, and the few that together move most of it (KPIs).
///
/// The base point is the mean of every input, y the churn probability there. Input i is changed by
/// 100 % of its mean, in its own units; y_var the absolute change of y:
///
///   relative_i = y_var_i / y        contribution_i = relative_i / Σ_j relative_j
///
/// Where that says nothing:
/// * a mean of 0 (below a thousandth of the standard deviation): the input is changed by one
///   standard deviation;
/// * a category: its base is the most frequent category (or missing, where that is most frequent);
///   y_var is the mean of the absolute changes to each other category the model tells apart,
///   weighted by their shares;
/// * a column of which the model sees only whether it is missing: its base is present, changed to
///   missing;
/// * more than two classes: y is the probability of the second class, y_var half the sum of the
///   absolute changes of all classes (which for two classes is the change of y).
namespace holdfast::models {

struct InputSensitivity {
  std::size_t column = 0;                        // Of the model.
  std::variant<std::string, double> base, changed;  // Numbers; categories: names, "(other)".
  double y_changed = 0;                          // Categories: weighted mean.
  double y_var = 0;
  double relative = 0;
  double contribution = 0;
  double cumulative = 0;                         // Of this one and those above it.
  bool is_kpi = false;
};

struct Sensitivity {
  double y = 0;                                  // At the base point.
  std::vector<InputSensitivity> inputs;          // Largest contribution first.
  bool is_flat = false;                          // Nothing moves y: all are KPIs.
};

/// KPIs are the fewest inputs, largest first, whose contributions reach `kpi_share`.
///
/// Shapes     train: the columns the model was fitted on; weight: [rows].
Sensitivity sensitivity_of(const FittedModel& model, const dataset::Columns& train,
                           std::span<const double> weight, double kpi_share);

/// The table of the analysis: a row an input, largest first. `contribution` and `cumulative` are the
/// bars and the line of its Pareto chart.
ReportTable sensitivity_table(const FittedModel& model, const Sensitivity& sensitivity);

}  // namespace holdfast::models
