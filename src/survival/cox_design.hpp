#pragma once

#include <functional>

#include "core/cells.hpp"
#include "survival/cox.hpp"
#include "survival/newton.hpp"

namespace holdfast::survival {

/// A distinct time of one stratum at which somebody leaves.
struct EventGroup {
  double time = 0;
  std::int32_t stratum = 0;
  std::uint32_t row_begin = 0;  // Rows that come to the sum: [row_begin, row_end) in sorted order.
  std::uint32_t tie_begin = 0;  // Rows that exit at this very time: [tie_begin, row_end).
  std::uint32_t row_end = 0;
  std::uint32_t entry_begin = 0;  // Rows that leave the sum here, in entry order.
  std::uint32_t entry_end = 0;
  std::uint32_t events = 0;
  double event_weight = 0;
  bool is_first = false;  // Of its stratum: sums begin at 0.
};

/// The rows as the likelihood walks over them: by stratum, from the last exit to the first, so that
/// sums over those at risk only grow, less those not yet entered. Columns are centred and scaled.
struct CoxDesign {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<std::uint32_t> order;  // Sorted place → row.
  Cells<double> x;
  Cells<double> weight;
  Cells<double> offset;  // Centred.
  Cells<std::uint8_t> event;
  std::vector<double> mean;
  std::vector<double> scale;
  double offset_mean = 0;
  std::vector<std::uint32_t> by_entry;  // Sorted places.
  Cells<EventGroup> groups;             // By stratum, from the last time to the first.
  Cells<std::uint32_t> exit_group;      // The last group not after the exit; groups.size(): none.
  std::vector<std::uint32_t> entry_group;  // Likewise for the entry; empty: none.
  std::vector<std::size_t> blocks;         // Borders between blocks of groups, about equal in rows.
  std::size_t events = 0;

  const double* row(std::size_t place) const { return x.data() + place * cols; }
};

Result<CoxDesign> design_of(const Spells& spells, MatrixView x, const CoxOptions& options);
/// Fills `blocks`.
void cut_blocks(CoxDesign& design);
/// Every `every`-th row in sorted order.
CoxDesign thinned(const CoxDesign& design, std::size_t every);

/// Breslow or Efron, at one set of coefficients after the other: keeps its room between them.
/// Cost without information: two times through the columns.
class CoxLikelihood {
 public:
  CoxLikelihood(const CoxDesign& design, Ties ties);
  Slope at(const std::vector<double>& coefficients, bool with_information);

 private:
  double log_risk_of(std::size_t place) const;
  void take_shifted_risks();
  bool take_sums(bool has_risks);
  void close_groups();
  void take_means(Slope& slope) const;
  void take_rows(Slope& slope) const;

  const CoxDesign& design_;
  Ties ties_;
  bool with_information_ = false;
  std::vector<double> coefficients_;
  Cells<double> risk_;  // Weighted; of rows at risk in no group: any.
  double shift_ = 0;    // Taken off all log risks.
  // Of blocks of groups: what the sums of risks and of risks × columns are where it begins.
  std::vector<double> risk_sums_, sums_;
  std::vector<double> logliks_;
  Cells<double> below_;    // By group: the sum of risks.
  Cells<double> hazard_;   // By group: cumulated; one more, 0, for "none".
  Cells<double> excess_;   // What those who leave have less.
};

/// At one set of coefficients.
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
