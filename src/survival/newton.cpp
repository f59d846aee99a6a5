#include "survival/newton.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>

#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// A share of a column's information that is left by the columns before it, below which it follows
// from them; and of what it had at coefficients 0, below which its coefficient runs away.
constexpr double kCollinearShare = 1e-11;
constexpr double kRunawayShare = 1e-9;
// Of twice the log likelihood still to gain, and of that an event: what is left of the error after
// one more step is the square of either's root.
constexpr double kConverged = 1e-16;
constexpr double kConvergedShare = 1e-17;
constexpr int kGuidedStepsMax = 12;
constexpr double kGuidedGainMax = 0.1;  // Of the gain before: else the guess leads nowhere.

struct Climber {
  const NewtonProblem& problem;
  VectorXd penalty = {};
  VectorXd pivots_0 = {};  // Of the information at coefficients 0.
  Slope slope_0 = {};
  Slope slope = {};
  VectorXd beta = {};
  MatrixXd information = {};  // With penalty.
  int iterations = 0;
  int guided_steps = 0;

  Result<Slope> slope_at(const VectorXd& b) const {
    return problem.slope_at(std::vector<double>(b.begin(), b.end()));
  }
  double goal(const Slope& s, const VectorXd& b) const {
    return s.loglik - 0.5 * penalty.dot(b.cwiseAbs2());
  }
  VectorXd gradient() const { return gradient_of(slope, beta); }
  VectorXd gradient_of(const Slope& s, const VectorXd& b) const {
    return Eigen::Map<const VectorXd>(s.gradient.data(), b.size()) - penalty.cwiseProduct(b);
  }
  // Near the top the goal is flat to its last bits.
  static double least_loss(double goal) { return 1e-11 * (1 + std::abs(goal)); }
  Slope gradient_slope_at(const VectorXd& b) const {
    return problem.gradient_at(std::vector<double>(b.begin(), b.end()));
  }
  double enough() const {
    return std::max({kConverged, kConvergedShare * problem.events, problem.gain_enough});
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
        const double value = beta(c) / problem.scale[static_cast<std::size_t>(c)];
        return Error(errors::kRunsAway, {{"column", column}, {"coefficient", value}});
      }
      const VectorXd column = rest.col(c) / pivot(c);
      rest.noalias() -= pivot(c) * column * column.transpose();
    }
    return pivot;
  }

  Result<void> run() {
    const auto p = static_cast<Eigen::Index>(problem.columns);
    beta = VectorXd::Zero(p);
    penalty = VectorXd::Zero(p);
    if (!problem.penalty.empty()) penalty = Eigen::Map<const VectorXd>(problem.penalty.data(), p);
    HOLDFAST_TRY(slope, slope_at(beta));
    slope_0 = slope;
    take_information();
    if (p == 0) return {};
    HOLDFAST_TRY(pivots_0, pivots(true));
    if (!problem.start.coefficients.empty()) {
      HOLDFAST_TRY_VOID(try_start());
    }
    for (iterations = 1; iterations <= problem.iterations_max; ++iterations) {
      const VectorXd step = information.ldlt().solve(gradient());
      const double gain = gradient().dot(step);
      if (gain < enough()) {
        beta += step;
        return {};
      }
      HOLDFAST_TRY_VOID(advance(step));
      take_information();
      HOLDFAST_TRY_VOID(check_pivots());
    }
    return Error(errors::kNotConverged, {{"iterations", problem.iterations_max}});
  }

  // A start that is no better than none is forgotten.
  Result<void> try_start() {
    const auto start = guided();
    if (!start) return {};
    HOLDFAST_TRY(slope, slope_at(*start));
    beta = *start;
    take_information();
    if (check_pivots().ok()) return {};
    slope = slope_0;
    beta.setZero();
    take_information();
    return {};
  }

  // The information about the start: what some rows say it changes on the way from 0.
  std::optional<MatrixXd> guessed_information() const {
    const auto p = beta.size();
    MatrixXd guess = Eigen::Map<const MatrixXd>(problem.start.information.data(), p, p);
    const MatrixXd changed =
        guess - Eigen::Map<const MatrixXd>(problem.start.information_0.data(), p, p) + information;
    guess.diagonal() += penalty;
    for (const auto& matrix : {changed, guess}) {
      if (matrix.llt().info() == Eigen::Success) return matrix;
    }
    return std::nullopt;
  }

  // Where steps lead whose length one matrix says, made better by what each step shows (Broyden,
  // Fletcher, Goldfarb & Shanno); none where that is no higher than at 0.
  std::optional<VectorXd> guided() {
    auto guess = guessed_information();
    if (!guess) return std::nullopt;
    VectorXd at = Eigen::Map<const VectorXd>(problem.start.coefficients.data(), beta.size());
    Slope here = gradient_slope_at(at);
    if (!(goal(here, at) > goal(slope, beta))) return std::nullopt;
    VectorXd uphill = gradient_of(here, at);
    double gain_before = 0;
    for (; guided_steps < kGuidedStepsMax; ++guided_steps) {
      const VectorXd step = guess->llt().solve(uphill);
      const double gain = uphill.dot(step);
      const double share = gain_before > 0 ? gain / gain_before : kGuidedGainMax;
      if (gain < enough() || share > kGuidedGainMax) break;
      const VectorXd next = at + step;
      if (gain * share < enough()) return next;
      Slope there = gradient_slope_at(next);
      if (!(goal(there, next) >= goal(here, at) - least_loss(goal(here, at)))) break;
      const VectorXd change = uphill - gradient_of(there, next);
      if (!(change.dot(step) > 0)) break;
      *guess += change * change.transpose() / change.dot(step) -
                uphill * uphill.transpose() / gain;
      at = next;
      here = std::move(there);
      uphill = gradient_of(here, at);
      gain_before = gain;
    }
    return at;
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
      if (!(goal(tried, next) >= before - least_loss(before))) continue;
      slope = std::move(tried);
      beta = next;
      return {};
    }
    return Error(errors::kNotConverged, {{"iterations", iterations}});
  }
};

}  // namespace

Result<NewtonTop> climb(const NewtonProblem& problem) {
  Climber climber{problem};
  HOLDFAST_TRY_VOID(climber.run());
  const auto p = climber.beta.size();
  const MatrixXd inverse = climber.information.ldlt().solve(MatrixXd::Identity(p, p));
  NewtonTop top;
  top.coefficients.assign(climber.beta.begin(), climber.beta.end());
  top.null = std::move(climber.slope_0);
  top.slope = std::move(climber.slope);
  top.information.assign(climber.information.reshaped().begin(),
                         climber.information.reshaped().end());
  top.inverse.assign(inverse.reshaped().begin(), inverse.reshaped().end());
  top.iterations = climber.iterations + climber.guided_steps;
  return top;
}

double quadratic(const std::vector<double>& matrix, const std::vector<double>& vector) {
  const auto p = static_cast<Eigen::Index>(vector.size());
  const Eigen::Map<const MatrixXd> m(matrix.data(), p, p);
  const Eigen::Map<const VectorXd> v(vector.data(), p);
  return v.dot(m.ldlt().solve(v));
}

}  // namespace holdfast::survival
