#pragma once

#include <cstdint>
#include <memory>

#include "models/binary_tree/grower.hpp"
#include "models/cart/impurity.hpp"

/// CART: a binary classification tree by Gini or information, grown with surrogates for missing
/// cells and cut back by cost-complexity. Numbers agree with R's rpart where options do.
///
/// Source: Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees; Therneau
/// & Atkinson (1997), An Introduction to Recursive Partitioning Using the RPART Routines.
namespace holdfast::cart {

struct Options {
  Impurity impurity = Impurity::Gini;
  std::size_t leaf_rows_min = 7;
  std::size_t competitors_max = 4;
  std::size_t subset_categories_max = 10;  // Several classes: up to here all subsets are tried.
};

/// The finder of CART's splits for rows that weigh as `scales` says; both outlive it.
std::unique_ptr<binary_tree::SplitFinder> finder(const binary_tree::Sample& sample,
                                                 const binary_tree::Scales& scales,
                                                 const Options& options);

}  // namespace holdfast::cart
