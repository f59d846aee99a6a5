#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "dataset/bins.hpp"
#include "models/forms/points_table.hpp"
#include "models/task.hpp"

/// A scorecard: which points does a customer earn, and what do they say of leaving?
///
///   logit of churn = a + Σ beta[j] × weight of evidence[j],
///   points         = offset ± factor × logit of churn,
///
/// shared out among the columns and rounded, so that the sum can be worked out by hand.
///
/// Source: Siddiqi (2006), Credit Risk Scorecards, chapter 6; Thomas, Edelman & Crook (2002), Credit
/// Scoring and Its Applications, sections 8.7 and 10.4.
namespace holdfast::scorecard {

/// What points say.
struct Scaling {
  double points = 600;          // At `odds`.
  double odds = 50;
  double doubling = 20;         // Points that double the odds.
  bool counts_leaving = false;  // Odds are leaving : staying; else staying : leaving.
  bool spreads_base = true;     // The offset in equal parts on the columns; else points of everybody.
  int decimals = 0;             // Points are rounded to.

  double factor() const;        // doubling / ln 2
  double offset() const;        // points − factor × ln odds
};

/// A column cut into bins with weights of evidence.
struct BinnedColumn {
  std::size_t column = 0;       // Of the rows.
  std::string name;
  std::vector<dataset::Bin> bins;
  double missing_weight = 0;    // Of missing cells that are too few for a bin of their own.
  double information = 0;       // Information value.
};

struct BinningOptions {
  dataset::PreparationOptions how;        // Of bins, and rare_share.
  double information_min = 0;
  std::vector<std::string> rising, falling;
  std::map<std::string, std::vector<double>> cuts;  // By column: instead of those found.
};

struct Binning {
  std::vector<BinnedColumn> columns;
  std::vector<std::string> constant, weak;  // Left out: one bin, or little information.
};

/// Bins of every column worth having; where all are weak, the strongest stays.
Binning bin_columns(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                    std::span<const double> weight, const BinningOptions& options);

/// The points of each bin. `beta`: [columns + 1], intercept first, of weights of evidence.
/// `categories`: [input columns] the model's.
forms::PointsTable points_table(const std::vector<BinnedColumn>& columns,
                                std::span<const double> beta, const Scaling& scaling,
                                const std::vector<std::vector<std::string>>& categories);

}  // namespace holdfast::scorecard
