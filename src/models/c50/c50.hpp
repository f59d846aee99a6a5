#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/forms/rule_set.hpp"
#include "models/forms/tree_ensemble.hpp"
#include "models/growing/sample.hpp"

/// C5.0: trees by gain ratio that are pruned twice, boosted with adaptive weights, winnowed of columns
/// that do not help, and turned into rules that vote.
///
/// Source: RuleQuest Research, See5/C5.0: An Informal Tutorial; Quinlan (1993), C4.5: Programs for
/// Machine Learning, chapters 2–7; Kuhn & Johnson (2013), Applied Predictive Modeling, sections
/// 14.1–14.6 (weights of the trials, winnowing).
namespace holdfast::c50 {

struct Options {
  int trials = 1;                // 1: no boosting.
  bool has_rules = false;        // Rule sets instead of trees.
  bool is_winnowing = false;
  bool has_subsets = false;      // Groups of categories instead of one child a category.
  bool is_pruned_globally = true;
  double confidence = 0.25;      // Of the pruning; 1: none.
  double leaf_weight_min = 2;
  std::uint64_t seed = 0;        // Halves the rows for winnowing.
};

/// What winnowing found of one column.
struct Winnowed {
  std::size_t column = 0;
  bool is_left_out = false;
  double importance = 0;  // Relative rise of the error on the other half without the column.
};

struct Fit {
  forms::TreeEnsemble trees;         // Empty where there are rules.
  forms::RuleSet rules;              // Empty where there are none.
  std::vector<Winnowed> winnowed;    // Empty without winnowing.
  std::vector<double> usage;         // [columns] share of the rows a split or rule on it is asked of.
  bool has_stopped_early = false;    // Boosting: a trial was too good or too bad to go on from.
};

/// Errors     none: any sample of two classes gives a fit, if only a leaf.
/// Cost       trials × a C4.5 tree; rules: leaves × conditions² × rows / 64 more.
Fit fit(const growing::Sample& sample, const Options& options);

}  // namespace holdfast::c50
