#pragma once

#include <vector>

#include "effect/tree.hpp"
#include "models/effect_parts/encoded.hpp"

namespace holdfast::models {

/// Parameters of an uplift tree, and what they say.
std::vector<ParameterRow> uplift_tree_rows(std::int64_t depth_max, std::int64_t leaf_rows_min,
                                           bool is_honest);
effect::TreeOptions uplift_tree_options(const Parameters& parameters, std::uint64_t seed);

/// Trees whose answers are added up; leaves give the effect divided by the number of trees.
forms::TreeEnsemble form_of(std::span<const effect::UpliftTree> trees, const Encoded& encoded,
                            const dataset::Columns& columns);

/// Every leaf in words, the highest effect first, with its rates and a 95 % interval.
ReportTable leaves_table(const effect::UpliftTree& tree, const Encoded& encoded);

/// Shares of the gain by input column, the largest first.
ReportTable importance_table(const std::vector<double>& importance, const Encoded& encoded,
                             const dataset::Columns& columns);

}  // namespace holdfast::models
