#include "survival/cox.hpp"

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

// A share of a column's information that is left by the columns before it, below which it follows
// from them; and of what it had at coefficients 0, below which its coefficient runs away.
constexpr double kCollinearShare = 1e-11;
constexpr double kRunawayShare = 1e-9;
constexpr double kConverged = 1e-16;  // Of twice the log likelihood still to gain.

struct Newton {
  const CoxDesign& design;
  const CoxOptions& options;
  VectorXd penalty;   // By column, on the design's scale.
  VectorXd pivots_0;  // Of the information at coefficients 0.
  CoxSlope slope_0;
  CoxSlope slope;
  VectorXd beta;
  MatrixXd information;  // With penalty.
  int iterations = 0;

  Result<CoxSlope> slope_at(const VectorXd& b) const {
    const std::vector<double> coefficients(b.begin(), b.end());
    if (options.ties == Ties::Exact) return exact_slope_of(design, coefficients);
    return slope_of(design, coefficients, options.ties);
  }
  double goal(const CoxSlope& s, const VectorXd& b) const {
    return s.loglik - 0.5 * penalty.dot(b.cwiseAbs2());
  }
  VectorXd gradient() const {
    return Eigen::Map<const VectorXd>(slope.gradient.data(), beta.size()) -
           penalty.cwiseProduct(beta);
  }
  void take_information() {
    information = Eigen::Map<const MatrixXd>(slope.information.data(), beta.size(), beta.size());
    information.diagonal() += penalty;
  }

  // Pivots in column order: what each column tells beyond those before it.
  Result<VectorXd> pivots(bool is_start) const {
    MatrixXd rest = information;
    VectorXd pivot(beta.size());
    for (Eigen::Index c = 0; c < beta.size(); ++c) {
      pivot(c) = rest(c, c);
      const double least =
          is_start ? kCollinearShare * information(c, c) : kRunawayShare * pivots_0(c);
      if (!(pivot(c) > least)) {
        const auto column = c + 1;
        if (is_start) return Error(errors::kCollinear, {{"column", column}});
        const double value = beta(c) / design.scale[static_cast<std::size_t>(c)];
        return Error(errors::kRunsAway, {{"column", column}, {"coefficient", value}});
      }
      const VectorXd column = rest.col(c) / pivot(c);
      rest.noalias() -= pivot(c) * column * column.transpose();
    }
    return pivot;
  }

  Result<void> run() {
    beta = VectorXd::Zero(static_cast<Eigen::Index>(design.cols));
    HOLDFAST_TRY(slope, slope_at(beta));
    slope_0 = slope;
    take_information();
    if (beta.size() == 0) return {};
    HOLDFAST_TRY(pivots_0, pivots(true));
    for (iterations = 1; iterations <= options.iterations_max; ++iterations) {
      const VectorXd step = information.ldlt().solve(gradient());
      const double gain = gradient().dot(step);
      if (gain < kConverged) {
        beta += step;
        return {};
      }
      HOLDFAST_TRY_VOID(advance(step));
      take_information();
      HOLDFAST_TRY_VOID(check_pivots());
    }
    return Error(errors::kNotConverged, {{"iterations", options.iterations_max}});
  }

  Result<void> check_pivots() const {
    const auto found = pivots(false);
    if (!found.ok()) return found.error();
    return {};
  }

  Result<void> advance(const VectorXd& step) {
    const double before = goal(slope, beta);
    for (double share = 1; share > 1e-6; share /= 2) {
      const VectorXd next = beta + share * step;
      HOLDFAST_TRY(auto tried, slope_at(next));
      // Near the top the goal is flat to its last bits.
      if (!(goal(tried, next) >= before - 1e-11 * (1 + std::abs(before)))) continue;
      slope = std::move(tried);
      beta = next;
      return {};
    }
    return Error(errors::kNotConverged, {{"iterations", iterations}});
  }
};

ChiSquared chi_squared(double value, std::size_t degrees) {
  const auto d = static_cast<int>(degrees);
  return {value, d, chi_squared_upper_p(value, d)};
}

MatrixXd robust_variance(const CoxDesign& design, const CoxOptions& options, Ties ties,
                         const std::vector<double>& scaled, const MatrixXd& naive) {
  const auto p = naive.rows();
  const auto score = score_residuals(design, scaled, ties, nullptr);
  const Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>> rows(
      score.data(), static_cast<Eigen::Index>(design.rows), p);
  std::vector<std::pair<std::int64_t, std::size_t>> members(design.rows);
  for (std::size_t i = 0; i < design.rows; ++i) {
    const auto row = design.order[i];
    members[i] = {options.cluster.empty() ? row : options.cluster[row], i};
  }
  std::sort(members.begin(), members.end());
  MatrixXd sum = MatrixXd::Zero(p, p);
  for (std::size_t i = 0; i < members.size();) {
    VectorXd pooled = VectorXd::Zero(p);
    const auto cluster = members[i].first;
    for (; i < members.size() && members[i].first == cluster; ++i) {
      const auto place = members[i].second;
      pooled += design.weight[place] * rows.row(static_cast<Eigen::Index>(place)).transpose();
    }
    sum.noalias() += pooled * pooled.transpose();
  }
  return naive * sum * naive;
}

void fill_tests(const Newton& newton, const MatrixXd& variance, CoxFit& fit) {
  const auto p = newton.beta.size();
  if (p == 0) return;
  MatrixXd start = Eigen::Map<const MatrixXd>(newton.slope_0.information.data(), p, p);
  start.diagonal() += newton.penalty;
  const auto gradient = Eigen::Map<const VectorXd>(newton.slope_0.gradient.data(), p);
  const auto degrees = static_cast<std::size_t>(p);
  fit.score = chi_squared(gradient.dot(start.ldlt().solve(gradient)), degrees);
  const auto beta = Eigen::Map<const VectorXd>(fit.coefficients.data(), p);
  fit.wald = chi_squared(beta.dot(variance.ldlt().solve(beta)), degrees);
  fit.likelihood_ratio = chi_squared(2 * (fit.loglik - fit.loglik_null), degrees);
}

}  // namespace

Result<CoxFit> fit_cox(const Spells& spells, MatrixView x, const CoxOptions& options) {
  HOLDFAST_TRY(const auto design, design_of(spells, x, options));
  const bool is_robust = options.robust || !options.cluster.empty();
  if (options.ties == Ties::Exact) {
    if (is_robust) {
      return Error(errors::kBadOption, {{"what", "exact ties have no robust errors"}});
    }
    if (std::any_of(design.weight.begin(), design.weight.end(), [](double w) { return w != 1; })) {
      return Error(errors::kBadOption, {{"what", "exact ties take no weights"}});
    }
  }
  const auto p = static_cast<Eigen::Index>(design.cols);
  const auto scale = Eigen::Map<const VectorXd>(design.scale.data(), p);
  Newton newton{design, options, options.ridge * scale.cwiseAbs2().cwiseInverse(), {}, {}, {},
                {},     {}};
  HOLDFAST_TRY_VOID(newton.run());
  CoxFit fit;
  fit.ties = options.ties;
  fit.rows = design.rows;
  fit.events = design.events;
  fit.iterations = newton.iterations;
  fit.means = design.mean;
  fit.offset_mean = design.offset_mean;
  fit.loglik_null = newton.slope_0.loglik;
  fit.loglik = newton.slope.loglik;
  const VectorXd coefficients = newton.beta.cwiseQuotient(scale);
  fit.coefficients.assign(coefficients.begin(), coefficients.end());
  MatrixXd variance = newton.information.ldlt().solve(MatrixXd::Identity(p, p));
  variance = scale.cwiseInverse().asDiagonal() * variance * scale.cwiseInverse().asDiagonal();
  fit.naive_variance.assign(variance.reshaped().begin(), variance.reshaped().end());
  if (is_robust) {
    const std::vector<double> scaled(newton.beta.begin(), newton.beta.end());
    variance = robust_variance(design, options, options.ties, scaled, variance);
  }
  fit.variance.assign(variance.reshaped().begin(), variance.reshaped().end());
  fill_tests(newton, variance, fit);
  return fit;
}

}  // namespace holdfast::survival
