#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/language.hpp"
#include "features/matrix.hpp"
#include "models/model.hpp"

/// Score → contributions → reasons in words.
namespace holdfast::explanation {

/// How a feature's values lie among those scored, for "more than 92 % of customers".
struct Comparison {
  std::vector<double> quantiles;                 // [101] numeric; empty where nobody has a value.
  std::vector<std::pair<std::string, double>> shares;  // Category shares of all rows.
  double missing_share = 0;
};
/// One for each column. Large populations are sampled at a fixed stride.
std::vector<Comparison> compare_population(const dataset::Columns& columns);

/// One reason of one customer's score.
struct Reason {
  std::string feature;
  double contribution = 0;       // On the raw-score scale (log odds); > 0 raises churn. Of the
                                 // feature with its near-duplicates (same table, columns and
                                 // filter, another window): over all groups they add up.
  std::string value;             // As a person reads it: "3", "2024-05-01", "cash"; empty: missing.
  Text sentence;                 // "claims in the last 365 days: 3 — more than 92 % of customers".
};

/// The strongest reasons of each row, raising ones first; lowering ones only fill what is left of
/// reasons_max. contributions as models' `contributions`.
std::vector<std::vector<Reason>> reasons_of(const std::vector<features::FeatureInfo>& features,
                                            const dataset::Columns& columns,
                                            const std::vector<double>& contributions,
                                            const std::vector<Comparison>& population, int reasons_max);

/// A value with its unit as a person writes it: "CNY 1,250.50" / "1,250.50元", "12 days" / "12天".
Text value_in_words(const features::FeatureInfo& feature, double value);

/// How a number lies among the others: "more than 92 % of customers" / "高于92%的客户".
Text standing_of(const Comparison& population, double value);

}  // namespace holdfast::explanation
