#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/dataset.hpp"
#include "models/forms/forms.hpp"

/// Columns as XGBoost's floats, and its trees back over the columns.
namespace holdfast::boosting {

/// How a column of categories becomes floats.
enum class Categories : std::uint8_t {
  OneEach,  // A feature each: is it this one?
  Sets,     // One feature of codes, which XGBoost splits into sets.
  Rates     // One feature: the category's churn rate, drawn towards everybody's. Columns of few
            // categories as OneEach.
};

/// One float column: a numeric column itself, "is this category", or codes of categories.
struct Feature {
  std::uint32_t column = 0;
  std::int32_t category = -1;             // "Is this category"; −1: another kind.
  std::int32_t codes = 0;                 // Codes: how many there are; 0: another kind.
  std::vector<std::int32_t> code_of = {}; // Codes: [categories] −1: no row with weight has it.
  std::vector<float> rate_of = {};        // Rates: [categories] NaN: no row with weight has it.
  std::vector<std::vector<float>> rate_without = {};  // Rates: [folds][categories] from the rows of the
                                                      // other folds.

  bool is_number() const { return category < 0 && codes == 0 && rate_of.empty(); }
};

/// What rates are made of. A row's own outcome must not speak in its inputs, so rows learn from the
/// rates of the other folds of customers.
struct Outcomes {
  std::span<const std::uint8_t> y;              // [rows]
  std::span<const double> weight;               // [rows]
  std::span<const std::uint32_t> fold;          // [rows]; empty: one fold.
  std::size_t categories_min = 4;               // With fewer, one feature each.
  double prior_weight = 20;                     // Rows of everybody's rate added to each category.
};

/// Numeric columns as they are; of the categories those that occur with weight. Of two categories one
/// feature says all.
std::vector<Feature> features_of(const dataset::Columns& columns, const Outcomes& outcomes,
                                 Categories categories);

/// Row-major [rows.size() x features]; a missing cell is NaN in all its features, and so is a
/// category without a code. `fold`: of the rows that learn; empty: rows that are only asked.
std::vector<float> encode(const dataset::Columns& columns, std::span<const std::uint32_t> rows,
                          const std::vector<Feature>& features, std::span<const std::uint32_t> fold = {});

/// The same trees asking input columns: "is category c" becomes a split of the category, and sets of
/// codes sets of categories.
void decode(forms::TreeEnsemble& ensemble, const std::vector<Feature>& features,
            const dataset::Columns& columns);

}  // namespace holdfast::boosting
