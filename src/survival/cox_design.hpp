#pragma once

#include <functional>

#include "survival/cox.hpp"
#include "survival/newton.hpp"

namespace holdfast::survival {

/// A distinct time of one stratum at which somebody leaves.
struct EventGroup {
  double time = 0;
  std::int32_t stratum = 0;
  std::size_t row_begin =
      0;  // Rows that come to the sum here: [row_begin, row_end) in sorted order.
  std::size_t tie_begin = 0;  // Rows that exit at this very time: [tie_begin, row_end).
  std::size_t row_end = 0;
  std::size_t entry_begin = 0;  // Rows that leave the sum here, in entry order.
  std::size_t entry_end = 0;
  std::size_t events = 0;
  double event_weight = 0;
  bool is_first = false;  // Of its stratum: sums begin at 0.
};

/// The rows as the likelihood walks over them: by stratum, from the last exit to the first, so that
/// sums over those at risk only grow, less those not yet entered. Columns are centred and scaled.
struct CoxDesign {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<std::uint32_t> order;  // Sorted place → row.
  std::vector<double> x;
  std::vector<double> weight;
  std::vector<double> offset;  // Centred.
  std::vector<std::uint8_t> event;
  std::vector<double> mean;
  std::vector<double> scale;
  double offset_mean = 0;
  std::vector<std::uint32_t> by_entry;    // Sorted places.
  std::vector<EventGroup> groups;         // By stratum, from the last time to the first.
  std::vector<std::uint32_t> exit_group;  // The last group not after the exit; groups.size(): none.
  std::vector<std::uint32_t> entry_group;  // Likewise for the entry; empty: none.
  std::vector<std::size_t> blocks;         // Borders between blocks of groups, about equal in rows.
  std::size_t events = 0;

  const double* row(std::size_t place) const { return x.data() + place * cols; }
};

Result<CoxDesign> design_of(const Spells& spells, MatrixView x, const CoxOptions& options);

/// Breslow or Efron.
Slope slope_of(const CoxDesign& design, const std::vector<double>& coefficients, Ties ties,
                  bool with_information = true);
/// The discrete likelihood. Errors: kTiesTooMany.
Result<Slope> exact_slope_of(const CoxDesign& design, const std::vector<double>& coefficients);

/// What one group of events says at some coefficients; vectors have a value a column, scaled.
struct GroupTerms {
  double hazard = 0;                // Added to the cumulative hazard of those at risk.
  double event_hazard = 0;          // Of those who leave here (Efron counts them partly).
  double variance = 0;              // Σ d/S0².
  std::vector<double> mean;         // x̄ of those at risk, over the tied events.
  std::vector<double> pull;         // Σ x̄ dH.
  std::vector<double> event_pull;   // Likewise for those who leave here.
  std::vector<double> information;  // columns × columns, where asked for.
};

/// Visits the groups in their order, one thread. `risk` has exp(log hazard) by sorted place.
void walk_groups(const CoxDesign& design, const std::vector<double>& risk, Ties ties,
                 bool with_information,
                 const std::function<void(std::size_t, const GroupTerms&)>& visit);

/// exp(offset + x · coefficients) by sorted place.
std::vector<double> risks_of(const CoxDesign& design, const std::vector<double>& coefficients);
/// The fit's coefficients on the design's scale.
std::vector<double> scaled_coefficients(const CoxDesign& design, const CoxFit& fit);

/// Score residuals by sorted place on the columns' own scale, unweighted.
std::vector<double> score_residuals(const CoxDesign& design,
                                    const std::vector<double>& coefficients, Ties ties,
                                    std::vector<double>* martingale);

}  // namespace holdfast::survival
