#include <algorithm>
#include <cmath>

#include "survival/cox_design.hpp"
#include "core/distributions.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {

Result<CoxBaseline> cox_baseline(const Spells& spells, MatrixView x, const CoxFit& fit,
                                 const CoxOptions& options) {
  HOLDFAST_TRY(const auto design, design_of(spells, x, options));
  const auto p = design.cols;
  if (fit.coefficients.size() != p) {
    return Error(errors::kShape,
                 {{"what", "x"}, {"found", p}, {"expected", fit.coefficients.size()}});
  }
  const auto groups = design.groups.size();
  const auto ties = fit.ties == Ties::Efron ? Ties::Efron : Ties::Breslow;
  // Steps by stratum and ascending time: each stratum's groups from the last to the first.
  std::vector<std::size_t> step_of(groups);
  for (std::size_t begin = 0; begin < groups;) {
    std::size_t end = begin + 1;
    while (end < groups && !design.groups[end].is_first) ++end;
    for (auto g = begin; g < end; ++g) step_of[g] = begin + end - 1 - g;
    begin = end;
  }
  CoxBaseline baseline;
  baseline.columns = p;
  baseline.stratum.resize(groups);
  baseline.time.resize(groups);
  baseline.hazard.resize(groups);
  baseline.variance.resize(groups);
  baseline.pull.resize(groups * p);
  walk_groups(design, risks_of(design, scaled_coefficients(design, fit)), ties, false,
              [&](std::size_t g, const GroupTerms& terms) {
                const auto step = step_of[g];
                baseline.stratum[step] = design.groups[g].stratum;
                baseline.time[step] = design.groups[g].time;
                baseline.hazard[step] = terms.hazard;
                baseline.variance[step] = terms.variance;
                for (std::size_t c = 0; c < p; ++c) {
                  baseline.pull[step * p + c] = design.scale[c] * terms.pull[c];
                }
              });
  for (std::size_t step = 1; step < groups; ++step) {
    if (baseline.stratum[step] != baseline.stratum[step - 1]) continue;
    baseline.hazard[step] += baseline.hazard[step - 1];
    baseline.variance[step] += baseline.variance[step - 1];
    for (std::size_t c = 0; c < p; ++c) {
      baseline.pull[step * p + c] += baseline.pull[(step - 1) * p + c];
    }
  }
  return baseline;
}

Result<CoxCurve> cox_curve(const CoxFit& fit, const CoxBaseline& baseline,
                           std::span<const double> x, std::int32_t stratum,
                           const CurveOptions& options) {
  const auto p = baseline.columns;
  if (x.size() != p || fit.coefficients.size() != p) {
    return Error(errors::kShape, {{"what", "x"}, {"found", x.size()}, {"expected", p}});
  }
  if (!(options.level > 0 && options.level < 1)) {
    return Error(errors::kBadOption, {{"what", "level must lie between 0 and 1"}});
  }
  const double z = normal_quantile(0.5 + options.level / 2);
  double log_risk = 0;
  for (std::size_t c = 0; c < p; ++c) log_risk += fit.coefficients[c] * (x[c] - fit.means[c]);
  const double risk = std::exp(log_risk);
  CoxCurve curve;
  std::vector<double> away(p);
  for (std::size_t step = 0; step < baseline.time.size(); ++step) {
    if (baseline.stratum[step] != stratum) continue;
    const double hazard = risk * baseline.hazard[step];
    for (std::size_t c = 0; c < p; ++c) {
      away[c] = (x[c] - fit.means[c]) * baseline.hazard[step] - baseline.pull[step * p + c];
    }
    double variance = baseline.variance[step];
    for (std::size_t a = 0; a < p; ++a) {
      for (std::size_t b = 0; b < p; ++b) variance += away[a] * fit.variance[a * p + b] * away[b];
    }
    const double error = risk * std::sqrt(std::max(0.0, variance));
    const double survival = std::exp(-hazard);
    const auto bounds = interval_of(survival, error, z, options.interval);
    curve.time.push_back(baseline.time[step]);
    curve.hazard.push_back(hazard);
    curve.error.push_back(error);
    curve.survival.push_back(survival);
    curve.lower.push_back(bounds.lower);
    curve.upper.push_back(bounds.upper);
  }
  return curve;
}

}  // namespace holdfast::survival
