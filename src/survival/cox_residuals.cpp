#include <algorithm>
#include <cmath>

#include "survival/cox_design.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

double deviance_of(double martingale, bool has_left) {
  const double inside = martingale + (has_left ? std::log(1 - martingale) : 0);
  return std::copysign(std::sqrt(std::max(0.0, -2 * inside)), martingale);
}

// By group, backwards: that is by stratum from the last, so the places are sorted in the end.
void fill_schoenfeld(const CoxDesign& design, const std::vector<double>& scaled, Ties ties,
                     CoxResiduals& residuals) {
  const auto p = design.cols;
  std::vector<double> means(design.groups.size() * p);
  walk_groups(design, risks_of(design, scaled), ties, false,
              [&](std::size_t g, const GroupTerms& terms) {
                std::copy(terms.mean.begin(), terms.mean.end(), means.data() + g * p);
              });
  std::vector<std::size_t> groups(design.groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) groups[g] = g;
  std::sort(groups.begin(), groups.end(), [&](std::size_t a, std::size_t b) {
    const auto& left = design.groups[a];
    const auto& right = design.groups[b];
    return left.stratum != right.stratum ? left.stratum < right.stratum : left.time < right.time;
  });
  for (const auto g : groups) {
    for (auto i = design.groups[g].tie_begin; i < design.groups[g].row_end; ++i) {
      if (design.event[i] == 0) continue;
      residuals.event_row.push_back(design.order[i]);
      for (std::size_t c = 0; c < p; ++c) {
        residuals.schoenfeld.push_back(design.scale[c] * (design.row(i)[c] - means[g * p + c]));
      }
    }
  }
}

}  // namespace

Result<CoxResiduals> cox_residuals(const Spells& spells, MatrixView x, const CoxFit& fit,
                                   const CoxOptions& options) {
  if (fit.ties == Ties::Exact) {
    return Error(errors::kBadOption, {{"what", "residuals are not defined for exact ties"}});
  }
  HOLDFAST_TRY(const auto design, design_of(spells, x, options));
  if (fit.coefficients.size() != design.cols) {
    return Error(errors::kShape,
                 {{"what", "x"}, {"found", design.cols}, {"expected", fit.coefficients.size()}});
  }
  const auto p = design.cols;
  const auto scaled = scaled_coefficients(design, fit);
  std::vector<double> martingale;
  const auto score = score_residuals(design, scaled, fit.ties, &martingale);
  CoxResiduals residuals;
  residuals.martingale.resize(spells.rows());
  residuals.deviance.resize(spells.rows());
  residuals.score.resize(spells.rows() * p);
  residuals.dfbeta.resize(spells.rows() * p);
  for (std::size_t i = 0; i < design.rows; ++i) {
    const auto row = design.order[i];
    residuals.martingale[row] = martingale[i];
    residuals.deviance[row] = deviance_of(martingale[i], design.event[i] != 0);
    for (std::size_t c = 0; c < p; ++c) {
      residuals.score[row * p + c] = score[i * p + c];
      double moved = 0;
      for (std::size_t k = 0; k < p; ++k) moved += score[i * p + k] * fit.naive_variance[k * p + c];
      residuals.dfbeta[row * p + c] = design.weight[i] * moved;
    }
  }
  fill_schoenfeld(design, scaled, fit.ties, residuals);
  return residuals;
}

}  // namespace holdfast::survival
