#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "selection/kpi.hpp"
#include "study/study.hpp"

/// The three-level choice of columns on a study's training rows (DOMAIN.md, 003).
namespace holdfast::run {

struct KpiChoice {
  std::vector<selection::Kpi> kpis;         // Computed first, then found, then named.
  std::vector<std::string> measured_with;   // Models asked for the last level and beside it.
};

/// Every column by itself, then those found by models: a lasso's coefficients, what permuting costs
/// boosting, and how the answer of a network (else of the logistic) hangs on them.
/// `level`: named, found, computed; models are asked for the last only. What models may use of `data`
/// is narrowed meanwhile and given back.
/// Errors: no model that can be fitted.
Result<KpiChoice> choose_kpis(const study::Study& study, dataset::Dataset& data,
                              std::string_view level, Progress& progress);

/// Leaves models only the columns of that level; all where none reaches it, with a note either way.
void keep_columns(dataset::Dataset& data, const KpiChoice& choice, std::string_view level);

}  // namespace holdfast::run
