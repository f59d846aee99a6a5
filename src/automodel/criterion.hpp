#pragma once

#include <string>
#include <vector>

#include "core/language.hpp"
#include "dataset/dataset.hpp"
#include "evaluation/evaluation.hpp"
#include "models/model.hpp"
#include "study/study.hpp"

namespace holdfast::automodel {

/// What models are ranked by, as a figure where more is better.
double criterion(const study::ModelsSpec& spec, const evaluation::Metrics& metrics,
                 const FittedModel* model);
/// The same figure as people know it: a Brier score, a cost or a size is shown as it is.
double shown(const study::ModelsSpec& spec, double criterion);
Text criterion_name(const study::ModelsSpec& spec);

/// Numbers a model holds: coefficients, tree nodes, weights. The fewer, the easier to explain and to
/// carry into another system.
std::size_t size_of(const FittedModel& model);

/// Figures of probabilities given row by row. Shapes: probability [rows.size()]. Errors: one class.
Result<evaluation::Metrics> metrics_of(const study::Study& study, const dataset::Dataset& data,
                                       std::span<const std::uint32_t> rows,
                                       std::span<const double> probability);

}  // namespace holdfast::automodel
