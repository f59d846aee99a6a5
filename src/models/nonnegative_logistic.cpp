#include "models/nonnegative_logistic.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"

namespace holdfast::models {
namespace {

constexpr int kStepsMax = 100;
constexpr int kSweepsMax = 1000;

/// ln(1 + exp(x)) without overflow.
double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

struct Problem {
  MatrixView x;
  std::span<const std::uint8_t> y;
  std::span<const double> weight;
  double ridge, centre;

  std::size_t size() const { return x.cols + 1; }

  double eta(std::size_t row, const std::vector<double>& beta) const {
    double sum = beta[0];
    for (std::size_t j = 0; j < x.cols; ++j) sum += beta[j + 1] * x(row, j);
    return sum;
  }

  double loss(const std::vector<double>& beta) const {
    double sum = 0;
    for (std::size_t r = 0; r < x.rows; ++r) {
      if (!(weight[r] > 0)) continue;
      const double f = eta(r, beta);
      sum += weight[r] * (softplus(f) - (y[r] == 1 ? f : 0));
    }
    for (std::size_t j = 1; j < beta.size(); ++j) {
      sum += ridge / 2 * (beta[j] - centre) * (beta[j] - centre);
    }
    return sum;
  }

  void derivatives(const std::vector<double>& beta, std::vector<double>& gradient,
                   std::vector<double>& hessian) const {
    const std::size_t p = size();
    gradient.assign(p, 0);
    hessian.assign(p * p, 0);
    std::vector<double> z(p, 1.0);
    for (std::size_t r = 0; r < x.rows; ++r) {
      if (!(weight[r] > 0)) continue;
      for (std::size_t j = 0; j < x.cols; ++j) z[j + 1] = x(r, j);
      const double mu = 1 / (1 + std::exp(-eta(r, beta)));
      const double d = weight[r] * (mu - (y[r] == 1 ? 1 : 0));
      const double h = weight[r] * mu * (1 - mu);
      for (std::size_t i = 0; i < p; ++i) {
        gradient[i] += d * z[i];
        for (std::size_t j = 0; j <= i; ++j) hessian[i * p + j] += h * z[i] * z[j];
      }
    }
    for (std::size_t i = 0; i < p; ++i) {
      if (i > 0) gradient[i] += ridge * (beta[i] - centre), hessian[i * p + i] += ridge;
      hessian[i * p + i] += 1e-10;
      for (std::size_t j = 0; j < i; ++j) hessian[j * p + i] = hessian[i * p + j];
    }
  }
};

/// Minimises g·s + s·H·s/2 over steps s that keep every coefficient but the first at least 0.
std::vector<double> bounded_step(const std::vector<double>& beta, const std::vector<double>& gradient,
                                 const std::vector<double>& hessian) {
  const std::size_t p = beta.size();
  std::vector<double> step(p, 0.0);
  std::vector<double> slope = gradient;  // g + H s
  for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
    double moved = 0;
    for (std::size_t j = 0; j < p; ++j) {
      double next = step[j] - slope[j] / hessian[j * p + j];
      if (j > 0) next = std::max(next, -beta[j]);
      const double change = next - step[j];
      if (change == 0) continue;
      step[j] = next;
      for (std::size_t i = 0; i < p; ++i) slope[i] += change * hessian[i * p + j];
      moved = std::max(moved, std::abs(change) * std::sqrt(hessian[j * p + j]));
    }
    if (moved < 1e-10) break;
  }
  return step;
}

}  // namespace

NonnegativeFit fit_nonnegative_logistic(MatrixView x, std::span<const std::uint8_t> y,
                                        std::span<const double> weight, double ridge,
                                        double centre) {
  HOLDFAST_CHECK(y.size() == x.rows && weight.size() == x.rows);
  const Problem problem{x, y, weight, ridge, centre};
  std::vector<double> beta(problem.size(), centre > 0 ? centre : 0.0);
  beta[0] = 0;
  double loss = problem.loss(beta);
  std::vector<double> gradient, hessian;
  for (int iteration = 0; iteration < kStepsMax; ++iteration) {
    problem.derivatives(beta, gradient, hessian);
    const auto step = bounded_step(beta, gradient, hessian);
    double size = 1, next_loss = 0;
    std::vector<double> next;
    for (; size > 1e-10; size /= 2) {
      next = beta;
      for (std::size_t j = 0; j < beta.size(); ++j) next[j] += size * step[j];
      for (std::size_t j = 1; j < beta.size(); ++j) next[j] = std::max(next[j], 0.0);
      next_loss = problem.loss(next);
      if (next_loss <= loss) break;
    }
    if (!(next_loss <= loss)) break;
    const bool is_done = loss - next_loss <= 1e-12 * (1 + std::abs(loss));
    beta = std::move(next);
    loss = next_loss;
    if (is_done) break;
  }
  return {.intercept = beta[0], .coefficients = {beta.begin() + 1, beta.end()}};
}

}  // namespace holdfast::models
