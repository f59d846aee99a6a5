#include "survival/cox.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>

#include "survival/cox_design.hpp"
#include "core/distributions.hpp"
#include "survival/errors.hpp"
#include "survival/newton.hpp"

namespace holdfast::survival {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kStartRowsMin = 100'000;  // From here on some rows find where to begin.
constexpr int kStartEvery = 16;
constexpr double kStartGain = 0.01;  // Far below what those rows leave open.

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

void fill_tests(const NewtonTop& top, const std::vector<double>& penalty, CoxFit& fit) {
  const auto p = penalty.size();
  if (p == 0) return;
  auto start = top.null.information;
  for (std::size_t c = 0; c < p; ++c) start[c * p + c] += penalty[c];
  fit.score = chi_squared(quadratic(start, top.null.gradient), p);
  fit.wald = chi_squared(quadratic(fit.variance, fit.coefficients), p);
  fit.likelihood_ratio = chi_squared(2 * (fit.loglik - fit.loglik_null), p);
}

Result<void> check_exact(const CoxDesign& design, bool is_robust) {
  if (is_robust) return Error(errors::kBadOption, {{"what", "exact ties have no robust errors"}});
  if (std::any_of(design.weight.begin(), design.weight.end(), [](double w) { return w != 1; })) {
    return Error(errors::kBadOption, {{"what", "exact ties take no weights"}});
  }
  return {};
}

NewtonProblem problem_of(const CoxDesign& design, double ridge, int iterations_max) {
  NewtonProblem problem{.columns = design.cols,
                        .scale = design.scale,
                        .penalty = {},
                        .start = {},
                        .events = static_cast<double>(design.events),
                        .gain_enough = 0,
                        .iterations_max = iterations_max,
                        .slope_at = {},
                        .gradient_at = {}};
  for (const double scale : design.scale) problem.penalty.push_back(ridge / (scale * scale));
  return problem;
}

// What every 16th row says; nothing where there are few rows or those say nothing.
NewtonStart start_of(const CoxDesign& design, const CoxOptions& options) {
  if (design.rows < kStartRowsMin || design.cols == 0) return {};
  const auto some = thinned(design, kStartEvery);
  CoxLikelihood likelihood(some, options.ties);
  auto problem = problem_of(some, options.ridge / kStartEvery, options.iterations_max);
  problem.gain_enough = kStartGain;
  problem.slope_at = [&](const std::vector<double>& coefficients) -> Result<Slope> {
    return likelihood.at(coefficients, true);
  };
  const auto top = climb(problem);
  if (!top.ok()) return {};
  NewtonStart start{top->coefficients, top->slope.information, top->null.information};
  for (auto* information : {&start.information, &start.information_0}) {
    for (auto& value : *information) value *= kStartEvery;
  }
  return start;
}

}  // namespace

Result<CoxFit> fit_cox(const Spells& spells, MatrixView x, const CoxOptions& options) {
  HOLDFAST_TRY(const auto design, design_of(spells, x, options));
  const bool is_robust = options.robust || !options.cluster.empty();
  if (options.ties == Ties::Exact) {
    HOLDFAST_TRY_VOID(check_exact(design, is_robust));
  }
  const auto p = design.cols;
  auto problem = problem_of(design, options.ridge, options.iterations_max);
  std::optional<CoxLikelihood> likelihood;
  if (options.ties == Ties::Exact) {
    problem.slope_at = [&](const std::vector<double>& coefficients) {
      return exact_slope_of(design, coefficients);
    };
  } else {
    likelihood.emplace(design, options.ties);
    problem.start = start_of(design, options);
    problem.slope_at = [&](const std::vector<double>& coefficients) -> Result<Slope> {
      return likelihood->at(coefficients, true);
    };
    problem.gradient_at = [&](const std::vector<double>& coefficients) {
      return likelihood->at(coefficients, false);
    };
  }
  HOLDFAST_TRY(const auto top, climb(problem));
  CoxFit fit;
  fit.ties = options.ties;
  fit.rows = design.rows;
  fit.events = design.events;
  fit.iterations = top.iterations;
  fit.means = design.mean;
  fit.offset_mean = design.offset_mean;
  fit.loglik_null = top.null.loglik;
  fit.loglik = top.slope.loglik;
  fit.naive_variance = top.inverse;
  for (std::size_t a = 0; a < p; ++a) {
    fit.coefficients.push_back(top.coefficients[a] / design.scale[a]);
    for (std::size_t b = 0; b < p; ++b) {
      fit.naive_variance[a * p + b] /= design.scale[a] * design.scale[b];
    }
  }
  fit.variance = fit.naive_variance;
  if (is_robust) {
    const auto width = static_cast<Eigen::Index>(p);
    const Eigen::Map<const MatrixXd> naive(fit.naive_variance.data(), width, width);
    const MatrixXd robust = robust_variance(design, options, options.ties, top.coefficients, naive);
    fit.variance.assign(robust.reshaped().begin(), robust.reshaped().end());
  }
  fill_tests(top, problem.penalty, fit);
  return fit;
}

}  // namespace holdfast::survival
