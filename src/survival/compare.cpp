#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "survival/curves.hpp"
#include "core/distributions.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

// One stratum's sums, walking from the last exit to the first so that nobody is ever forgotten.
struct Comparison {
  Eigen::VectorXd observed;
  Eigen::VectorXd expected;
  Eigen::MatrixXd variance;

  explicit Comparison(Eigen::Index groups)
      : observed(Eigen::VectorXd::Zero(groups)),
        expected(Eigen::VectorXd::Zero(groups)),
        variance(Eigen::MatrixXd::Zero(groups, groups)) {}

  void add(const Eigen::VectorXd& at_risk, const Eigen::VectorXd& events, double factor) {
    const double n = at_risk.sum();
    const double d = events.sum();
    observed += factor * events;
    expected += factor * d / n * at_risk;
    if (n <= 1) return;
    const double scale = factor * factor * d * (n - d) / (n - 1) / n;
    variance.diagonal() += scale * at_risk;
    variance.noalias() -= scale / n * at_risk * at_risk.transpose();
  }
};

std::vector<std::int32_t> distinct(std::span<const std::int32_t> group) {
  std::vector<std::int32_t> groups(group.begin(), group.end());
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

// S(t−)^rho at each moment, by stratum and ascending time.
std::vector<double> factors(const std::vector<Moment>& moments, double rho) {
  std::vector<double> factor;
  double survival = 1;
  for (std::size_t k = 0; k < moments.size(); ++k) {
    if (k == 0 || moments[k].stratum != moments[k - 1].stratum) survival = 1;
    factor.push_back(rho == 0 ? 1 : std::pow(survival, rho));
    survival *= 1 - moments[k].events / moments[k].at_risk;
  }
  return factor;
}

void sum_up(const Spells& spells, std::span<const std::int32_t> group,
            const std::vector<std::int32_t>& groups, double rho, Comparison& comparison) {
  const auto moments = moments_of(spells);
  const auto factor = factors(moments, rho);
  const auto by_exit = ordered(spells, spells.exit, false);
  std::vector<std::uint32_t> by_entry;
  if (!spells.entry.empty()) by_entry = ordered(spells, spells.entry, false);
  const auto place = [&](std::uint32_t row) {
    return std::lower_bound(groups.begin(), groups.end(), group[row]) - groups.begin();
  };
  // From the last moment to the first: at risk are those whose exit is not before it, less those
  // whose entry is not before it.
  Eigen::VectorXd at_risk = Eigen::VectorXd::Zero(comparison.observed.size());
  std::size_t exits = by_exit.size();
  std::size_t entries = by_entry.size();
  for (std::size_t k = moments.size(); k-- > 0;) {
    const auto& moment = moments[k];
    if (k + 1 < moments.size() && moments[k + 1].stratum != moment.stratum) {
      at_risk.setZero();
      for (; exits > 0 && spells.stratum_of(by_exit[exits - 1]) > moment.stratum; --exits) {
      }
      for (; entries > 0 && spells.stratum_of(by_entry[entries - 1]) > moment.stratum; --entries) {
      }
    }
    Eigen::VectorXd events = Eigen::VectorXd::Zero(at_risk.size());
    for (; exits > 0 && spells.stratum_of(by_exit[exits - 1]) == moment.stratum &&
           spells.exit[by_exit[exits - 1]] >= moment.time;
         --exits) {
      const auto row = by_exit[exits - 1];
      at_risk(place(row)) += spells.weight_of(row);
      if (spells.event[row] != 0) events(place(row)) += spells.weight_of(row);
    }
    for (; entries > 0 && spells.stratum_of(by_entry[entries - 1]) == moment.stratum &&
           spells.entry[by_entry[entries - 1]] >= moment.time;
         --entries) {
      at_risk(place(by_entry[entries - 1])) -= spells.weight_of(by_entry[entries - 1]);
    }
    if (moment.events > 0) comparison.add(at_risk, events, factor[k]);
  }
}

}  // namespace

Result<GroupTest> compare_groups(const Spells& spells, std::span<const std::int32_t> group,
                                 double rho) {
  HOLDFAST_TRY_VOID(check(spells));
  if (group.size() != spells.rows()) {
    return Error(errors::kShape,
                 {{"what", "group"}, {"found", group.size()}, {"expected", spells.rows()}});
  }
  GroupTest test;
  test.groups = distinct(group);
  Comparison comparison(static_cast<Eigen::Index>(test.groups.size()));
  sum_up(spells, group, test.groups, rho, comparison);
  if (!(comparison.observed.sum() > 0)) {
    return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  }
  const auto& expected = comparison.expected;
  std::vector<Eigen::Index> used;
  for (Eigen::Index g = 0; g < expected.size(); ++g) {
    if (expected(g) > 0) used.push_back(g);
  }
  if (used.size() < 2) return Error(errors::kOneGroup);
  used.pop_back();
  const Eigen::VectorXd difference = (comparison.observed - expected)(used);
  const Eigen::MatrixXd variance = comparison.variance(used, used);
  test.chi_squared = difference.dot(variance.ldlt().solve(difference));
  test.degrees = static_cast<int>(used.size());
  if (!std::isfinite(test.chi_squared)) return Error(errors::kOneGroup);
  test.p_value = chi_squared_upper_p(test.chi_squared, test.degrees);
  test.observed.assign(comparison.observed.begin(), comparison.observed.end());
  test.expected.assign(expected.begin(), expected.end());
  test.variance.assign(comparison.variance.reshaped().begin(),
                       comparison.variance.reshaped().end());
  return test;
}

}  // namespace holdfast::survival
