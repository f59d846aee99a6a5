#pragma once

#include "core/matrix_view.hpp"
#include "survival/curves.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {

/// What is done where several leave at one time. Exact is the discrete partial likelihood: its cost
/// is events × at risk × columns² for every time, and it takes no weights.
enum class Ties { Breslow, Efron, Exact };

struct CoxOptions {
  Ties ties = Ties::Efron;
  double ridge = 0;                // Takes ridge/2 · Σ coefficient² off the log likelihood.
  std::span<const double> offset;  // Added to the log hazard; empty: 0.
  bool robust = false;             // Lin & Wei's sandwich instead of the inverse information.
  std::span<const std::int32_t> cluster;  // Rows of one customer: summed up first; implies robust.
  int iterations_max = 60;
};

struct ChiSquared {
  double value = 0;
  int degrees = 0;
  double p_value = 1;
};

struct CoxFit {
  Ties ties = Ties::Efron;
  std::vector<double> coefficients;
  std::vector<double> variance;        // columns × columns; robust where asked for.
  std::vector<double> naive_variance;  // Inverse of the (penalised) information.
  std::vector<double> means;           // Of the columns, unweighted.
  double offset_mean = 0;
  double loglik_null = 0;
  double loglik = 0;  // Without the penalty.
  ChiSquared score, wald, likelihood_ratio;
  std::size_t rows = 0;  // Of weight above 0.
  std::size_t events = 0;
  int iterations = 0;
};

/// How each column multiplies the rate of leaving: Cox's proportional hazards, by Newton's method
/// with step halving. Strata have hazards of their own. Rows may enter late and may be pieces of
/// one customer's time (start–stop). Shapes: x rows × columns, as many rows as spells. Errors:
/// those of check(), kNoEvents, kShape, kBadValue, kCollinear, kRunsAway, kNotConverged,
/// kTiesTooMany, kBadOption.
/// Cost: one sort, then rows × columns² a step, in fixed blocks over all threads: the same bits for
/// any thread count. Memory: one sorted copy of x and some numbers a row.
/// Source: Cox 1972; Breslow 1974; Efron 1977; Gail, Lubin & Rubinstein 1981; Lin & Wei 1989.
Result<CoxFit> fit_cox(const Spells& spells, MatrixView x, const CoxOptions& options = {});

/// One row an observation, in the order given; 0 for rows of weight 0. Matrices are row-major.
struct CoxResiduals {
  std::vector<double> martingale;  // Events less expected events.
  std::vector<double> deviance;    // Martingale made symmetric.
  std::vector<double> score;       // rows × columns.
  std::vector<double> dfbeta;      // rows × columns: what leaving the row out changes, about.
  std::vector<std::uint32_t> event_row;  // By stratum, time, row.
  std::vector<double> schoenfeld;        // event rows × columns.
};

/// Which rows the model explains badly, or hang it. Not for exact ties (kBadOption).
/// Cost: rows × columns.
Result<CoxResiduals> cox_residuals(const Spells& spells, MatrixView x, const CoxFit& fit,
                                   const CoxOptions& options = {});

/// The hazard that all rows share, by stratum, and what predictions need beside it.
struct CoxBaseline {
  std::size_t columns = 0;
  std::vector<std::int32_t> stratum;  // Of each step.
  std::vector<double> time;           // Of each step: a time at which somebody leaves, ascending.
  std::vector<double> hazard;         // Cumulative, at the columns' means and the mean offset.
  std::vector<double> variance;       // Σ d/S0², cumulative.
  std::vector<double> pull;           // steps × columns: Σ (x̄ − means) dH, cumulative.
};

/// Breslow's estimate, or Efron's for Efron ties and Breslow's for exact ones.
Result<CoxBaseline> cox_baseline(const Spells& spells, MatrixView x, const CoxFit& fit,
                                 const CoxOptions& options = {});

/// A predicted curve: exp(−cumulative hazard).
struct CoxCurve {
  std::vector<double> time;
  std::vector<double> hazard;
  std::vector<double> error;  // Of the cumulative hazard (Tsiatis 1981).
  std::vector<double> survival;
  std::vector<double> lower;
  std::vector<double> upper;
};

/// How long one with these columns stays. Errors: kShape.
Result<CoxCurve> cox_curve(const CoxFit& fit, const CoxBaseline& baseline,
                           std::span<const double> x, std::int32_t stratum = 0,
                           const CurveOptions& options = {});

/// On which scale of time an effect is looked for.
enum class TimeScale { KaplanMeier, Identity, Rank, Log };

struct ProportionalHazards {
  std::vector<ChiSquared> columns;
  ChiSquared global;
};

/// Do the effects stay the same over time? Score tests of column × time (Grambsch & Therneau 1994;
/// Therneau's exact score form). Errors: kBadOption for exact ties, kBadValue for the logarithm of
/// time 0. Cost: rows × columns².
Result<ProportionalHazards> test_proportional(const Spells& spells, MatrixView x, const CoxFit& fit,
                                              const CoxOptions& options = {},
                                              TimeScale scale = TimeScale::KaplanMeier);

}  // namespace holdfast::survival
