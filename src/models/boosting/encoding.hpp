#pragma once

#include <cstdint>
#include <vector>

#include "dataset/dataset.hpp"
#include "models/forms/forms.hpp"

/// Columns as XGBoost's floats, and its trees back over the columns.
namespace holdfast::boosting {

/// One float column: a numeric column itself, or "is this category".
struct Feature {
  std::uint32_t column = 0;
  std::int32_t category = -1;  // -1: the numeric column itself.
};

/// Numeric columns as they are, one feature for each category that occurs with weight; of two
/// categories one feature says all.
std::vector<Feature> features_of(const dataset::Columns& columns, std::span<const double> weight);

/// Row-major [rows.size() x features]; a missing cell is NaN in all its features.
std::vector<float> encode(const dataset::Columns& columns, std::span<const std::uint32_t> rows,
                          const std::vector<Feature>& features);

/// The same trees asking input columns: "is category c" becomes a split of the category.
void decode(forms::TreeEnsemble& ensemble, const std::vector<Feature>& features,
            const dataset::Columns& columns);

}  // namespace holdfast::boosting
