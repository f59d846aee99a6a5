#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <Eigen/Dense>

#include "models/errors.hpp"
#include "core/log_gamma.hpp"
#include "models/logistic/independent.hpp"
#include "models/logistic/logistic.hpp"
#include "models/logistic/newton.hpp"
#include "models/logistic/totals.hpp"

namespace holdfast::logistic {
namespace {

constexpr std::size_t kPartFrom = 100'000;  // Rows from which a part of them gives the start.
constexpr std::size_t kPartOneIn = 16;

/// The columns that are estimated: 0 is the intercept, j + 1 is column j.
using Active = std::vector<std::size_t>;

/// The Hessian of the active columns, factored.
class Curvature {
 public:
  Curvature(const std::vector<double>& hessian, std::size_t k, const Active& active, double ridge) {
    const auto size = static_cast<Eigen::Index>(active.size());
    Eigen::MatrixXd h(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
      for (Eigen::Index j = 0; j < size; ++j) h(i, j) = hessian[active[at(i)] * k + active[at(j)]];
      if (active[at(i)] > 0) h(i, i) += ridge;
    }
    factor_.compute(h);
  }

  Eigen::VectorXd solve(const Eigen::VectorXd& right) const { return factor_.solve(right); }
  Eigen::MatrixXd inverse() const {
    const auto size = factor_.rows();
    return factor_.solve(Eigen::MatrixXd::Identity(size, size));
  }
  bool ok() const { return factor_.info() == Eigen::Success && factor_.isPositive(); }

 private:
  static std::size_t at(Eigen::Index i) { return static_cast<std::size_t>(i); }
  Eigen::LDLT<Eigen::MatrixXd> factor_;
};

/// Newton's method on the standardised columns.
class Newton {
 public:
  Newton(const Sample& sample, const Options& options, double ridge)
      : sample_(&sample), options_(&options), ridge_(ridge), k_(sample.x.cols + 1) {}

  std::vector<double> beta;      // [k] standardised.
  Active active;
  Pass pass;                     // At beta; its Hessian may belong to an earlier beta.
  std::vector<std::size_t> separated;
  int iterations = 0;
  bool has_converged = false;
  bool is_lost = false;          // No step lowers the deviance.

  /// `near`: a Hessian close to that at `start`, of a part of the rows; empty: none. It is used as
  /// long as it serves, which costs passes without Hessians only.
  void run(std::vector<double> start, std::vector<double> near = {}) {
    beta = std::move(start);
    bool is_fresh = near.empty();
    pass = evaluate(*sample_, beta, is_fresh);
    hessian_ = is_fresh ? pass.hessian : std::move(near);
    if (active.empty()) choose_active();
    double decrement_before = std::numeric_limits<double>::infinity();
    for (iterations = 1; iterations <= options_->iterations_max; ++iterations) {
      const Curvature curvature(hessian_, k_, active, ridge_);
      const Eigen::VectorXd gradient = active_gradient();
      const Eigen::VectorXd step = curvature.solve(gradient);
      const double decrement = std::sqrt(std::max(0.0, gradient.dot(step)));
      if (!std::isfinite(decrement)) break;
      if (!is_fresh && decrement > 0.1 * decrement_before) {  // The old Hessian no longer serves.
        refresh();
        is_fresh = true;
        continue;
      }
      // A Hessian for every step while far from the end, then the last one as long as it serves.
      // A step of d standard errors changes the Hessian by about d / √rows of itself.
      const bool wants_hessian = decrement > 0.1 * root_rows();
      const double shrinks = iterations > 1 ? std::min(1.0, decrement / decrement_before) : 1.0;
      if (is_near(decrement, shrinks)) {
        take(step);
        polish();
        has_converged = true;
        break;
      }
      if (!move(step, wants_hessian)) break;
      is_fresh = wants_hessian;
      decrement_before = decrement;
      if (wants_hessian && ridge_ == 0 && find_separated()) return;
    }
    is_lost = !has_converged && !separated_by_fit() && separated.empty();
    if (ridge_ == 0) find_separated();
  }

  /// One more step with a Hessian of its own, so that the answer does not depend on the way to it.
  void polish() {
    refresh();
    take(Curvature(hessian_, k_, active, ridge_).solve(active_gradient()));
  }

  void refresh() {
    pass = evaluate(*sample_, beta, true);
    hessian_ = pass.hessian;
  }

  const std::vector<double>& hessian() const { return hessian_; }

 private:
  double root_rows() const { return std::sqrt(static_cast<double>(sample_->rows())); }

  /// Whether a step with this Hessian and the polishing one end near enough. From e standard errors
  /// away the polish ends about e² / √rows away; standard errors come from where it begins.
  bool is_near(double decrement, double shrinks) const {
    if (options_->has_errors) {
      return decrement <= options_->tolerance * static_cast<double>(sample_->rows());
    }
    const double error = decrement * shrinks;
    return error * error <= 100 * options_->tolerance * root_rows();
  }

  void choose_active() {
    if (ridge_ > 0) {
      active.clear();
      for (std::size_t j = 0; j < k_; ++j) {
        if (j == 0 || sample_->scale[j - 1] > 0) active.push_back(j);
      }
    } else {
      active = independent(hessian_, k_);
    }
  }

  Eigen::VectorXd active_gradient() const {
    Eigen::VectorXd gradient(static_cast<Eigen::Index>(active.size()));
    for (std::size_t a = 0; a < active.size(); ++a) {
      gradient[static_cast<Eigen::Index>(a)] =
          pass.gradient[active[a]] - (active[a] > 0 ? ridge_ * beta[active[a]] : 0);
    }
    return gradient;
  }

  double penalised(const Pass& at, const std::vector<double>& b) const {
    double squares = 0;
    for (std::size_t j = 1; j < k_; ++j) squares += b[j] * b[j];
    return at.deviance + ridge_ * squares;
  }

  void take(const Eigen::VectorXd& step) {
    for (std::size_t a = 0; a < active.size(); ++a) {
      beta[active[a]] += step[static_cast<Eigen::Index>(a)];
    }
  }

  bool move(const Eigen::VectorXd& step, bool wants_hessian) {
    const auto from = beta;
    const double before = penalised(pass, from);
    for (double size = 1; size > 1e-9; size /= 2) {
      beta = from;
      take(size * step);
      Pass next = evaluate(*sample_, beta, wants_hessian);
      const double after = penalised(next, beta);
      // Rounding of a large sum is no reason to halve.
      if (std::isfinite(after) && after <= before + 1e-11 * std::abs(before) + 1e-10) {
        pass = std::move(next);
        if (wants_hessian) hessian_ = pass.hessian;
        return true;
      }
    }
    beta = from;
    return false;
  }

  bool separated_by_fit() const {
    return pass.deviance < 1e-5 * static_cast<double>(sample_->rows());
  }

  /// Columns whose estimate runs to infinity: far out, and with an error that says nothing holds
  /// it. Both measured over the column's whole range.
  bool find_separated() {
    const Curvature curvature(hessian_, k_, active, 0);
    const Eigen::MatrixXd inverse = curvature.inverse();
    separated.clear();
    for (std::size_t a = 0; a < active.size(); ++a) {
      const std::size_t j = active[a];
      if (j == 0) continue;
      const double range = sample_->range[j - 1] / sample_->scale[j - 1];
      const auto i = static_cast<Eigen::Index>(a);
      const double error = std::sqrt(std::max(0.0, inverse(i, i))) * range;
      if (std::abs(beta[j]) * range > 8 && error > 50) separated.push_back(j - 1);
    }
    return !separated.empty();
  }

  const Sample* sample_;
  const Options* options_;
  double ridge_;
  std::size_t k_;
  std::vector<double> hessian_;
};

/// Coefficients and covariance of the columns as given.
void to_original_scale(const Newton& newton, const Sample& sample, const Options& options,
                       Fit& fit) {
  const std::size_t k = sample.x.cols + 1;
  fit.beta.assign(k, 0.0);
  fit.beta[0] = newton.beta[0];
  for (const auto j : newton.active) {
    if (j == 0) continue;
    fit.beta[j] = newton.beta[j] / sample.scale[j - 1];
    fit.beta[0] -= fit.beta[j] * sample.mean[j - 1];
  }
  fit.errors.assign(k, 0.0);
  if (!options.has_errors) return;
  const Curvature curvature(newton.hessian(), k, newton.active, fit.ridge);
  const Eigen::MatrixXd inverse = curvature.inverse();
  const auto size = static_cast<Eigen::Index>(newton.active.size());
  // Original = transform × standardised: rows scaled, the intercept takes the means.
  Eigen::MatrixXd transform = Eigen::MatrixXd::Zero(size, size);
  for (Eigen::Index a = 0; a < size; ++a) {
    const std::size_t j = newton.active[static_cast<std::size_t>(a)];
    if (j == 0) {
      transform(a, a) = 1;
      continue;
    }
    transform(a, a) = 1 / sample.scale[j - 1];
    transform(0, a) = -sample.mean[j - 1] / sample.scale[j - 1];
  }
  const Eigen::MatrixXd covariance = transform * inverse * transform.transpose();
  fit.covariance.assign(k * k, 0.0);
  for (Eigen::Index a = 0; a < size; ++a) {
    const std::size_t i = newton.active[static_cast<std::size_t>(a)];
    for (Eigen::Index b = 0; b < size; ++b) {
      fit.covariance[i * k + newton.active[static_cast<std::size_t>(b)]] = covariance(a, b);
    }
    fit.errors[i] = std::sqrt(std::max(0.0, covariance(a, a)));
  }
}

/// Where a large fit starts: the fit of a part of its rows, and its Hessian, from where the whole
/// needs a few cheap passes.
struct Start {
  std::vector<double> beta;
  std::vector<double> hessian;  // Empty: none that serves.
};

Start start_from(const Part& part, const Sample& sample, const Options& options,
                 std::vector<double> beta, double total_weight) {
  const Sample rows = part.sample(sample);
  const double share = part.total_weight() / total_weight;
  if (!(share > 0)) return {std::move(beta), {}};
  Options rough = options;
  rough.tolerance = 1e-2 / static_cast<double>(rows.rows());
  rough.iterations_max = 12;
  Newton newton(rows, rough, std::max(options.ridge * share, 1e-3));
  newton.run(beta);
  if (!newton.has_converged) return {std::move(beta), {}};
  Start start{newton.beta, newton.hessian()};
  // Columns that add up in the part need not in the whole: then the whole's own Hessian says.
  const std::size_t k = sample.x.cols + 1;
  if (independent(start.hessian, k).size() < k) return {std::move(start.beta), {}};
  for (double& value : start.hessian) value /= share;
  return start;
}

}  // namespace

Result<Fit> fit(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
                const Options& options) {
  HOLDFAST_TRY(const Totals totals, totals_of(x, y, weight));
  Fit result{{.null_deviance = totals.null_deviance(), .rows_count = totals.rows_count}};
  std::optional<Part> part;
  if (x.rows >= kPartFrom) part.emplace(x, y, weight, kPartOneIn);
  const Sample sample = part ? standardised(x, y, weight, part->means())
                             : standardised(x, y, weight);
  const std::size_t k = x.cols + 1;
  Start start{totals.null_beta(k), {}};
  if (part) start = start_from(*part, sample, options, start.beta, totals.weight);
  Newton newton(sample, options, options.ridge);
  newton.run(std::move(start.beta), std::move(start.hessian));
  result.ridge = options.ridge;
  result.separated = newton.separated;
  if (options.ridge == 0 && (!newton.separated.empty() || !newton.has_converged)) {
    const auto active = newton.active;
    result.ridge = options.separated_ridge;
    newton = Newton(sample, options, result.ridge);
    // Aliased columns stay out, unless there are more columns than rows: then all share.
    if (active.size() < static_cast<std::size_t>(result.rows_count)) newton.active = active;
    newton.run(totals.null_beta(k));
  }
  if (newton.is_lost) {
    return Error{models::errors::kNoEstimate,
                 {{"model", "logistic"}, {"why", "Newton's method does not converge (牛顿法不收敛)"}}};
  }
  if (!newton.has_converged) newton.refresh();
  result.iterations = newton.iterations;
  result.has_converged = newton.has_converged;
  result.rank = static_cast<int>(newton.active.size());
  for (std::size_t j = 1; j < k; ++j) {
    if (!std::ranges::binary_search(newton.active, j)) result.aliased.push_back(j - 1);
  }
  result.deviance = newton.pass.deviance;
  result.aic = result.deviance + 2 * result.rank;
  to_original_scale(newton, sample, options, result);
  return result;
}

double p_value(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

// Abramowitz & Stegun (1964), 26.4.4 and 26.4.5: a finite sum for whole degrees of freedom.
double chi_squared_p(double statistic, int df) {
  const double half = std::max(statistic, 0.0) / 2;
  const bool is_odd = df % 2 == 1;
  double p = is_odd ? std::erfc(std::sqrt(half)) : 0;
  // e^(−half) half^a / Γ(a + 1), in logarithms so that no factor is out of range.
  for (double a = is_odd ? 0.5 : 0; a < df / 2.0 - 0.25; a += 1) {
    const double log_half = half > 0 ? std::log(half) : -std::numeric_limits<double>::infinity();
    p += a == 0 ? std::exp(-half) : std::exp(-half + a * log_half - log_gamma(a + 1));
  }
  return std::min(p, 1.0);
}

}  // namespace holdfast::logistic
