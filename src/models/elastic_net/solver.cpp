#include "models/elastic_net/solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/elastic_net/residual_descent.hpp"

namespace holdfast::elastic_net {
namespace {

constexpr int kStepsMax = 200;
constexpr double kMixMin = 1e-3;          // Below it lambda_max would run to infinity.
constexpr double kInnerTolerance = 1e-3;  // Of the outer one.
constexpr double kServes = 0.1;           // A change² that shrinks by less asks for a new Hessian.
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

Solver::Solver(Likelihood likelihood, std::vector<double> scales, double mix, double tolerance)
    : likelihood_(std::move(likelihood)),
      scales_(std::move(scales)),
      mix_(mix),
      tolerance_(tolerance * likelihood_.null_deviance()),
      is_working_(scales_.size(), false),
      is_by_residuals_(scales_.size() > likelihood_.design().rows()),
      hessian_(likelihood_.design()) {
  for (std::size_t j = 0; j < scales_.size(); ++j) {
    if (scales_[j] > 0) all_.push_back(j);
  }
  const double share = likelihood_.share();
  point_ = {std::log(share / (1 - share)), std::vector<double>(scales_.size(), 0.0)};
  evaluate(all_);
  renew();
  lambda_ = lambda_max();
}

double Solver::lambda_max() const {
  double most = 0;
  for (const auto j : all_) {
    most = std::max(most, std::abs(likelihood_.gradient()[j]) / scales_[j]);
  }
  return most / std::max(mix_, kMixMin);
}

Indices Solver::active() const {
  Indices result;
  for (const auto j : all_) {
    if (point_.beta[j] != 0) result.push_back(j);
  }
  return result;
}

void Solver::renew() {
  hessian_.renew(likelihood_);
  is_fresh_ = true;
}

/// The sequential strong rule: a column whose gradient was below mix (2 lambda − last lambda) is
/// left out for now.
void Solver::choose_working(const Penalty& penalty) {
  working_.clear();
  for (const auto j : all_) {
    const double limit = mix_ * (2 * penalty.lambda - lambda_) * scales_[j];
    is_working_[j] = point_.beta[j] != 0 || std::abs(likelihood_.gradient()[j]) >= limit;
    if (is_working_[j]) working_.push_back(j);
  }
  if (!is_by_residuals_) hessian_.add(working_);
}

double Solver::descended(const Penalty& penalty) {
  const double inner = kInnerTolerance * tolerance_;
  return is_by_residuals_
             ? descend_by_residuals(likelihood_, working_, penalty, inner, point_)
             : descend(likelihood_, hessian_, working_, penalty, inner, point_);
}

/// Takes in what the rule left out wrongly; whether there was any.
bool Solver::mend(const Penalty& penalty) {
  const std::size_t before = working_.size();
  for (const auto j : all_) {
    if (is_working_[j] || std::abs(likelihood_.gradient()[j]) <= penalty.absolute(j)) continue;
    is_working_[j] = true;
    working_.push_back(j);
  }
  if (!is_by_residuals_) hessian_.add(working_);
  return working_.size() > before;
}

/// The model led astray: renews it if it is old, else goes a shorter way.
void Solver::back_to(const Point& before, double objective_before, const Penalty& penalty) {
  const Point beyond = point_;
  point_ = before;
  if (!is_fresh_ && !is_by_residuals_) {
    evaluate(working_);
    return renew();
  }
  for (double part = 0.5; part > 1e-9; part /= 2) {
    point_.intercept = before.intercept + part * (beyond.intercept - before.intercept);
    for (const auto j : working_) {
      point_.beta[j] = before.beta[j] + part * (beyond.beta[j] - before.beta[j]);
    }
    evaluate(working_);
    if (objective(penalty) <= objective_before) break;
  }
  renew();
}

void Solver::solve(double lambda) {
  const Penalty penalty{lambda, mix_, scales_};
  choose_working(penalty);
  double change_before = kInfinity;
  for (int step = 0; step < kStepsMax; ++step) {
    const Point before = point_;
    const double objective_before = objective(penalty);
    const double change = descended(penalty);
    const bool is_last = change <= tolerance_;
    evaluate(is_last ? all_ : working_);
    if (is_last) {
      is_fresh_ = false;
      if (!mend(penalty)) break;
      change_before = kInfinity;
      continue;
    }
    const double slack = 1e-12 * std::abs(objective_before);
    if (!(objective(penalty) <= objective_before + slack)) {
      back_to(before, objective_before, penalty);
      change_before = kInfinity;
      continue;
    }
    is_fresh_ = false;
    if (change > kServes * change_before) renew();
    change_before = change;
  }
  lambda_ = lambda;
}

}  // namespace holdfast::elastic_net
