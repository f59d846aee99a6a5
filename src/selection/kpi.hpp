#pragma once

#include <string>
#include <vector>

#include "selection/by_model.hpp"
#include "selection/mrmr.hpp"
#include "selection/univariate.hpp"
#include "study/study.hpp"

namespace holdfast::selection {

/// One column on its way through the three levels of the documents (DOMAIN.md, 003): reference
/// attributes named by the business → influence factors found by OLAP → computing factors.
struct Kpi {
  std::string name;
  bool is_named = false, is_found = false, is_computed = false;  // Each level is a part of the one before.
  Univariate measures;
  int mrmr_rank = 0;          // From 1; 0: not chosen.
  double lasso = 0;           // Strength in the lasso; 0: left out.
  double permutation = 0;     // Fall of the AUC.
  double contribution = 0;    // By sensitivity; adds up to 1.
};

/// What the levels are decided by. Lists may be empty where a measure was not taken.
struct Evidence {
  std::vector<Univariate> univariate;
  std::vector<Chosen> mrmr;
  std::vector<Strength> lasso, permutation, sensitivity;
};

/// Computed first, then found, then named; within, by contribution and information value. A column is
/// computed where, among those found that the lasso keeps (where one was asked), the strongest by
/// sensitivity together reach the share.
std::vector<Kpi> choose_kpis(const Evidence& evidence, const study::SelectionSpec& spec);

}  // namespace holdfast::selection
