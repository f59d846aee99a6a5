#include <Eigen/Dense>
#include <cmath>

#include "survival/cox_design.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

// The sum over all ways to choose j of those at risk of the product of their risks, with its
// gradient and second derivatives, for j = 0 … d: Gail, Lubin & Rubinstein's recursion.
struct Choices {
  std::vector<double> sum;
  std::vector<Eigen::VectorXd> first;
  std::vector<Eigen::MatrixXd> second;

  Choices(std::size_t d, Eigen::Index p)
      : sum(d + 1),
        first(d + 1, Eigen::VectorXd::Zero(p)),
        second(d + 1, Eigen::MatrixXd::Zero(p, p)) {
    sum[0] = 1;
  }

  void add(double r, const Eigen::VectorXd& x, std::size_t seen) {
    for (std::size_t j = std::min(seen, sum.size() - 1); j >= 1; --j) {
      const double below = sum[j - 1];
      const auto& slope = first[j - 1];
      second[j].noalias() += r * (second[j - 1] + x * slope.transpose() + slope * x.transpose() +
                                  below * x * x.transpose());
      first[j] += r * (slope + below * x);
      sum[j] += r * below;
    }
  }
};

}  // namespace

Result<Slope> exact_slope_of(const CoxDesign& design, const std::vector<double>& coefficients) {
  const auto p = static_cast<Eigen::Index>(design.cols);
  const auto risk = risks_of(design, coefficients);
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p);
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(p, p);
  Slope slope;
  std::vector<std::uint8_t> is_in(design.rows);
  std::vector<std::size_t> members;
  for (const auto& group : design.groups) {
    if (group.is_first) {
      for (const auto i : members) is_in[i] = 0;
      members.clear();
    }
    for (auto i = group.row_begin; i < group.row_end; ++i) {
      is_in[i] = 1;
      members.push_back(i);
    }
    for (auto e = group.entry_begin; e < group.entry_end; ++e) is_in[design.by_entry[e]] = 0;
    std::erase_if(members, [&](std::size_t i) { return is_in[i] == 0; });
    double top = 0;
    for (const auto i : members) top = std::max(top, risk[i]);
    Choices choices(group.events, p);
    std::size_t seen = 0;
    for (const auto i : members) {
      const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(design.row(i), p);
      choices.add(risk[i] / top, x, ++seen);
    }
    const double all = choices.sum[group.events];
    if (!(all > 0) || !std::isfinite(all)) {
      return Error(errors::kTiesTooMany, {{"events", group.events}, {"at_risk", members.size()}});
    }
    const Eigen::VectorXd mean = choices.first[group.events] / all;
    for (auto i = group.tie_begin; i < group.row_end; ++i) {
      if (design.event[i] == 0) continue;
      slope.loglik += std::log(risk[i] / top);
      gradient += Eigen::Map<const Eigen::VectorXd>(design.row(i), p);
    }
    slope.loglik -= std::log(all);
    gradient -= mean;
    information += choices.second[group.events] / all - mean * mean.transpose();
  }
  slope.gradient.assign(gradient.begin(), gradient.end());
  slope.information.assign(information.reshaped().begin(), information.reshaped().end());
  return slope;
}

}  // namespace holdfast::survival
