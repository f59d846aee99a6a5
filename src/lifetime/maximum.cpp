#include "lifetime/maximum.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>

namespace holdfast::lifetime {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kSettled = 1e-10;  // Of log-likelihood still to gain; a last step squares it.
constexpr double kStepMax = 2;      // In logarithms.
constexpr double kFar = 9;  // Beyond, a ridge is flatter than what rounding leaves of its slope.

// The slope by the logarithms of the parameters.
struct LogSlope {
  double loglik = 0;
  VectorXd gradient;
  MatrixXd information;
};

LogSlope in_logs(const Slope& slope, const VectorXd& theta) {
  const auto n = theta.size();
  LogSlope result{slope.loglik, VectorXd(n), MatrixXd(n, n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(i);
    result.gradient(i) = std::exp(theta(i)) * slope.gradient[row];
    for (Eigen::Index j = 0; j <= i; ++j) {
      const double second = slope.hessian[row][static_cast<std::size_t>(j)];
      result.information(i, j) = result.information(j, i) = -std::exp(theta(i) + theta(j)) * second;
    }
    result.information(i, i) -= result.gradient(i);
  }
  return result;
}

struct Climb {
  const std::function<Slope(std::span<const double>)>& slope_at;
  VectorXd theta;
  LogSlope slope;

  LogSlope at(const VectorXd& logs) const {
    const VectorXd parameters = logs.array().exp();
    return in_logs(slope_at({parameters.data(), static_cast<std::size_t>(parameters.size())}),
                   logs);
  }

  // One step uphill; how the search ended, if it did.
  std::optional<Maximum::End> advance() {
    double damping = 0;
    for (int tries = 0; tries < 50; ++tries) {
      MatrixXd damped = slope.information;
      damped.diagonal().array() += damping * (1e-6 + slope.information.diagonal().array().abs());
      const Eigen::LLT<MatrixXd> llt(damped);
      if (llt.info() == Eigen::Success) {
        VectorXd step = llt.solve(slope.gradient);
        if (damping == 0 && slope.gradient.dot(step) < kSettled) {
          theta += step;
          return Maximum::End::Settled;
        }
        const double size = step.cwiseAbs().maxCoeff();
        if (size > kStepMax) step *= kStepMax / size;
        const VectorXd next = theta + step;
        auto tried = at(next);
        if (tried.loglik >= slope.loglik - 1e-13 * std::abs(slope.loglik)) {
          theta = next;
          slope = std::move(tried);
          return std::nullopt;
        }
      }
      damping = damping == 0 ? 1e-3 : damping * 4;
    }
    return Maximum::End::Stalled;
  }
};

}  // namespace

void Slope::operator+=(const Slope& other) {
  loglik += other.loglik;
  for (std::size_t i = 0; i < kParametersMax; ++i) {
    gradient[i] += other.gradient[i];
    for (std::size_t j = 0; j <= i; ++j) hessian[i][j] += other.hessian[i][j];
  }
}

Maximum maximise(const std::function<Slope(std::span<const double>)>& slope_at,
                 std::span<const double> start, int iterations_max) {
  const auto n = static_cast<Eigen::Index>(start.size());
  Climb climb{slope_at, Eigen::Map<const VectorXd>(start.data(), n).array().log(), {}};
  climb.slope = climb.at(climb.theta);
  Maximum result;
  for (result.iterations = 1; result.iterations <= iterations_max; ++result.iterations) {
    const auto end = climb.advance();
    Eigen::Index farthest = 0;
    if (climb.theta.cwiseAbs().maxCoeff(&farthest) > kFar) {
      result.end = Maximum::End::RanAway;
      result.runaway = static_cast<std::size_t>(farthest);
      break;
    }
    if (!end) continue;
    result.end = *end;
    break;
  }
  const VectorXd parameters = climb.theta.array().exp();
  result.parameters.assign(parameters.begin(), parameters.end());
  result.loglik = climb.slope.loglik;
  if (result.end == Maximum::End::Settled) {
    const MatrixXd logs = climb.slope.information.llt().solve(MatrixXd::Identity(n, n));
    const MatrixXd variance = parameters.asDiagonal() * logs * parameters.asDiagonal();
    result.variance.assign(variance.reshaped().begin(), variance.reshaped().end());
  }
  return result;
}

}  // namespace holdfast::lifetime
