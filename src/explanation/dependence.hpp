#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/model.hpp"

/// How a model's answer hangs on its inputs, over customers as they are.
namespace holdfast::explanation {

/// The answer when one column is set to a value for everybody else as they are.
struct DependencePoint {
  double value = 0;         // Numeric.
  std::string category;     // Category; both empty: missing.
  bool is_missing = false;
  double mean = 0;          // Probability.
  double lower = 0, upper = 0;  // Between these lie the answers for 80 % of the customers.
  double share = 0;         // Category: of customers who have it. Numeric: quantile of the value.
};
struct Dependence {
  std::string column;
  bool is_category = false;
  std::vector<DependencePoint> points;  // Numeric: ascending; category: most frequent first.
  double range = 0;                     // Largest mean − smallest.
};

/// Partial dependence over at most `points_max` values that occur (quantiles, most frequent
/// categories), with the spread of individual curves.
///
/// Cost       points × rows_max predictions a column.
/// Source     Friedman (2001), Annals of Statistics 29, 1189–1232, section 8.2; individual curves:
///            Goldstein et al. (2015), JCGS 24, 44–65.
std::vector<Dependence> dependence_of(const FittedModel& model, const dataset::Columns& columns,
                                      const std::vector<std::string>& names, int points_max = 20,
                                      std::size_t rows_max = 400);

/// How much two columns do together that neither does alone: the share of the variance of their
/// joint partial dependence that is not the sum of their own. 0: they add up; 1: only together.
struct Interaction {
  std::string a, b;
  double strength = 0;  // H.
  double size = 0;      // Standard deviation of the joint part, in logits.
};

/// All pairs of `names`, strongest first. The statistic is taken on the logit, where additive models
/// add up.
///
/// Cost       rows_max² predictions a pair.
/// Source     Friedman & Popescu (2008), Annals of Applied Statistics 2, 916–954, eq. 44.
std::vector<Interaction> interactions_of(const FittedModel& model, const dataset::Columns& columns,
                                         const std::vector<std::string>& names,
                                         std::size_t rows_max = 60);

}  // namespace holdfast::explanation
