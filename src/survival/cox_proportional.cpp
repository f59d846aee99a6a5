#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "survival/cox_design.hpp"
#include "core/distributions.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// Ranks of the groups' times among the exits of all rows, ties at their mean.
std::vector<double> ranks(const Spells& spells, const CoxDesign& design) {
  std::vector<double> exits;
  for (const auto row : design.order) exits.push_back(spells.exit[row]);
  std::sort(exits.begin(), exits.end());
  std::vector<double> rank;
  for (const auto& group : design.groups) {
    const auto [first, last] = std::equal_range(exits.begin(), exits.end(), group.time);
    rank.push_back((static_cast<double>(first - exits.begin()) + 1 +
                    static_cast<double>(last - exits.begin())) /
                   2);
  }
  return rank;
}

Result<std::vector<double>> scaled_times(const Spells& spells, const CoxDesign& design,
                                         TimeScale scale) {
  if (scale == TimeScale::Rank) return ranks(spells, design);
  std::vector<double> times;
  for (const auto& group : design.groups) times.push_back(group.time);
  if (scale == TimeScale::KaplanMeier) {
    Spells pooled = spells;
    pooled.stratum = {};
    pooled.weight = {};
    HOLDFAST_TRY(const auto curve, survival_curve(pooled));
    for (auto& time : times) {
      // Just before the time.
      const auto at = std::lower_bound(curve.time.begin(), curve.time.end(), time);
      time = at == curve.time.begin()
                 ? 0
                 : 1 - curve.survival[static_cast<std::size_t>(at - curve.time.begin()) - 1];
    }
  }
  if (scale == TimeScale::Log) {
    for (std::size_t g = 0; g < times.size(); ++g) {
      if (!(times[g] > 0)) {
        const auto row = design.order[design.groups[g].tie_begin] + 1;
        return Error(errors::kBadValue,
                     {{"what", "logarithm of the time"}, {"row", row}, {"value", times[g]}});
      }
      times[g] = std::log(times[g]);
    }
  }
  return times;
}

ChiSquared score_test(const MatrixXd& information, const VectorXd& score, Eigen::Index degrees) {
  const double value = score.dot(information.ldlt().solve(score));
  return {value, static_cast<int>(degrees),
          chi_squared_upper_p(value, static_cast<double>(degrees))};
}

}  // namespace

Result<ProportionalHazards> test_proportional(const Spells& spells, MatrixView x, const CoxFit& fit,
                                              const CoxOptions& options, TimeScale scale) {
  if (fit.ties == Ties::Exact) {
    return Error(errors::kBadOption, {{"what", "the test over time is not made for exact ties"}});
  }
  HOLDFAST_TRY(const auto design, design_of(spells, x, options));
  if (fit.coefficients.size() != design.cols || design.cols == 0) {
    return Error(errors::kShape,
                 {{"what", "x"}, {"found", design.cols}, {"expected", fit.coefficients.size()}});
  }
  HOLDFAST_TRY(auto time, scaled_times(spells, design, scale));
  // Centred: the test does not change, the sums keep their digits.
  double mean = 0;
  for (std::size_t g = 0; g < time.size(); ++g) {
    mean +=
        time[g] * static_cast<double>(design.groups[g].events) / static_cast<double>(design.events);
  }
  const auto p = static_cast<Eigen::Index>(design.cols);
  VectorXd score = VectorXd::Zero(2 * p);
  MatrixXd information = MatrixXd::Zero(2 * p, 2 * p);
  walk_groups(design, risks_of(design, scaled_coefficients(design, fit)), fit.ties, true,
              [&](std::size_t g, const GroupTerms& terms) {
                const double t = time[g] - mean;
                const auto& group = design.groups[g];
                for (auto i = group.tie_begin; i < group.row_end; ++i) {
                  if (design.event[i] == 0) continue;
                  for (Eigen::Index c = 0; c < p; ++c) {
                    const auto at = static_cast<std::size_t>(c);
                    score(p + c) += t * design.weight[i] * (design.row(i)[c] - terms.mean[at]);
                  }
                }
                const Eigen::Map<const MatrixXd> v(terms.information.data(), p, p);
                information.topLeftCorner(p, p) += v;
                information.topRightCorner(p, p) += t * v;
                information.bottomRightCorner(p, p) += t * t * v;
              });
  information.bottomLeftCorner(p, p) = information.topRightCorner(p, p).transpose();
  ProportionalHazards test;
  for (Eigen::Index c = 0; c < p; ++c) {
    std::vector<Eigen::Index> used;
    for (Eigen::Index k = 0; k < p; ++k) used.push_back(k);
    used.push_back(p + c);
    test.columns.push_back(score_test(information(used, used), score(used), 1));
  }
  test.global = score_test(information, score, p);
  for (const auto& column : test.columns) {
    if (!std::isfinite(column.value)) return Error(errors::kOneGroup);
  }
  if (!std::isfinite(test.global.value)) return Error(errors::kOneGroup);
  return test;
}

}  // namespace holdfast::survival
