#include "survival/aft.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "core/parallel.hpp"
#include "core/distributions.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kBlockRows = 8192;
constexpr double kCollinearShare = 1e-11;
constexpr double kRunawayShare = 1e-9;
constexpr double kConverged = 1e-16;

// A logarithm with its first two derivatives.
struct LogValue {
  double value = 0, first = 0, second = 0;
};

double log1p_exp(double z) {
  return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

LogValue log_density(AftFamily family, double z) {
  if (family == AftFamily::LogNormal) {
    return {-0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi), -z, -1};
  }
  if (family == AftFamily::LogLogistic) {
    const double p = 1 / (1 + std::exp(-z));
    return {z - 2 * log1p_exp(z), 1 - 2 * p, -2 * p * (1 - p)};
  }
  const double e = std::exp(z);
  return {z - e, 1 - e, -e};
}

LogValue log_survival(AftFamily family, double z) {
  if (family == AftFamily::LogNormal) {
    if (z > 30) {  // The tail's expansion (A&S 26.2.12); erfc would vanish.
      const double h = z + 1 / z;
      return {-0.5 * z * z - std::log(z * std::sqrt(2 * std::numbers::pi)), -h, -1};
    }
    const double left = normal_cdf(-z);
    const double h = normal_density(z) / left;
    return {std::log(left), -h, h * (z - h)};
  }
  if (family == AftFamily::LogLogistic) {
    const double p = 1 / (1 + std::exp(-z));
    return {-log1p_exp(z), -p, -p * (1 - p)};
  }
  const double e = std::exp(z);
  return {-e, -e, -e};
}

struct Slope {
  double loglik = 0;
  VectorXd gradient;
  MatrixXd information;
};

struct Problem {
  AftFamily family;
  Eigen::Index p = 0;  // Intercept and columns.
  bool has_scale = true;
  std::vector<double> x;  // rows × p, the first 1, the others centred and scaled.
  std::vector<double> log_exit;
  std::vector<double> log_entry;  // Empty: none; −∞ where from the beginning.
  std::vector<std::uint8_t> event;
  std::vector<double> weight;
  VectorXd mean, scale;

  std::size_t rows() const { return log_exit.size(); }
  Eigen::Index size() const { return p + (has_scale ? 1 : 0); }

  // One term's part: `sign` +1 for what happened, −1 for what was known before.
  void add(Slope& slope, std::size_t i, double log_time, bool is_event, double sign, double eta,
           double sigma) const {
    const double z = (log_time - eta) / sigma;
    const auto term = is_event ? log_density(family, z) : log_survival(family, z);
    const double w = sign * weight[i];
    slope.loglik += w * (term.value - (is_event ? std::log(sigma) + log_time : 0));
    const Eigen::Map<const VectorXd> row(x.data() + i * static_cast<std::size_t>(p), p);
    slope.gradient.head(p) -= w * term.first / sigma * row;
    slope.information.topLeftCorner(p, p).selfadjointView<Eigen::Lower>().rankUpdate(
        row, -w * term.second / (sigma * sigma));
    if (!has_scale) return;
    slope.gradient(p) += w * (-z * term.first - (is_event ? 1 : 0));
    slope.information.row(p).head(p) -=
        w * (z * term.second + term.first) / sigma * row.transpose();
    slope.information(p, p) -= w * z * (z * term.second + term.first);
  }

  Slope at(const VectorXd& theta) const {
    const double sigma = has_scale ? std::exp(theta(p)) : 1;
    const auto n = size();
    std::vector<Slope> parts((rows() + kBlockRows - 1) / kBlockRows);
    parallel_for(rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
      Slope slope{0, VectorXd::Zero(n), MatrixXd::Zero(n, n)};
      for (std::size_t i = begin; i < end; ++i) {
        const Eigen::Map<const VectorXd> row(x.data() + i * static_cast<std::size_t>(p), p);
        const double eta = row.dot(theta.head(p));
        add(slope, i, log_exit[i], event[i] != 0, 1, eta, sigma);
        if (!log_entry.empty() && std::isfinite(log_entry[i])) {
          add(slope, i, log_entry[i], false, -1, eta, sigma);
        }
      }
      parts[begin / kBlockRows] = std::move(slope);
    });
    Slope sum{0, VectorXd::Zero(n), MatrixXd::Zero(n, n)};
    for (const auto& part : parts) {
      sum.loglik += part.loglik;
      sum.gradient += part.gradient;
      sum.information += part.information;
    }
    sum.information.triangularView<Eigen::StrictlyUpper>() = sum.information.transpose();
    return sum;
  }
};

Result<Problem> problem_of(const Spells& spells, MatrixView x, AftFamily family) {
  HOLDFAST_TRY_VOID(check(spells));
  if (x.rows != spells.rows()) {
    return Error(errors::kShape, {{"what", "x"}, {"found", x.rows}, {"expected", spells.rows()}});
  }
  Problem problem;
  problem.family = family;
  problem.has_scale = family != AftFamily::Exponential;
  problem.p = static_cast<Eigen::Index>(x.cols) + 1;
  bool has_events = false;
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (!(spells.weight_of(row) > 0)) continue;
    if (!(spells.exit[row] > 0)) {
      return Error(errors::kBadValue,
                   {{"what", "exit"}, {"row", row + 1}, {"value", spells.exit[row]}});
    }
    problem.x.push_back(1);
    for (std::size_t c = 0; c < x.cols; ++c) {
      if (!std::isfinite(x(row, c))) {
        return Error(
            errors::kBadValue,
            {{"what", "column " + std::to_string(c + 1)}, {"row", row + 1}, {"value", x(row, c)}});
      }
      problem.x.push_back(x(row, c));
    }
    problem.log_exit.push_back(std::log(spells.exit[row]));
    if (!spells.entry.empty())
      problem.log_entry.push_back(std::log(std::max(0.0, spells.entry[row])));
    problem.event.push_back(spells.event[row] != 0 ? 1 : 0);
    problem.weight.push_back(spells.weight_of(row));
    has_events |= spells.event[row] != 0;
  }
  if (!has_events) return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  Eigen::Map<Eigen::Matrix<double, -1, -1, Eigen::RowMajor>> matrix(
      problem.x.data(), static_cast<Eigen::Index>(problem.rows()), problem.p);
  problem.mean = matrix.colwise().mean().transpose();
  problem.mean(0) = 0;
  problem.scale = VectorXd::Ones(problem.p);
  for (Eigen::Index c = 1; c < problem.p; ++c) {
    matrix.col(c).array() -= problem.mean(c);
    const double size = matrix.col(c).cwiseAbs().mean();
    if (size > 0) problem.scale(c) = size;
    matrix.col(c) /= problem.scale(c);
  }
  return problem;
}

// Pivots in column order; the first column that tells less than `least` of its own, or −1.
Eigen::Index weak_column(MatrixXd rest, const VectorXd& least, VectorXd& pivot) {
  pivot = VectorXd::Zero(rest.rows());
  for (Eigen::Index c = 0; c < rest.rows(); ++c) {
    pivot(c) = rest(c, c);
    if (!(pivot(c) > least(c))) return c;
    const VectorXd column = rest.col(c) / pivot(c);
    rest.noalias() -= pivot(c) * column * column.transpose();
  }
  return -1;
}

struct Search {
  const Problem& problem;
  VectorXd theta;
  Slope slope;
  VectorXd pivot_start;
  int iterations = 0;

  // Steps uphill; where the surface is not a hill yet, damped until it is.
  Result<bool> advance() {
    double damping = 0;
    for (int tries = 0; tries < 60; ++tries) {
      MatrixXd damped = slope.information;
      damped.diagonal().array() += damping * (1 + slope.information.diagonal().array().abs());
      const Eigen::LLT<MatrixXd> llt(damped);
      if (llt.info() == Eigen::Success) {
        const VectorXd step = llt.solve(slope.gradient);
        const VectorXd next = theta + step;
        if (damping == 0 && slope.gradient.dot(step) < kConverged) {
          theta = next;
          return true;
        }
        auto tried = problem.at(next);
        if (tried.loglik >= slope.loglik - 1e-11 * (1 + std::abs(slope.loglik))) {
          theta = next;
          slope = std::move(tried);
          return false;
        }
      }
      damping = damping == 0 ? 1e-3 : damping * 4;
    }
    return Error(errors::kNotConverged, {{"iterations", iterations}});
  }

  Result<void> run(int iterations_max) {
    const auto p = problem.p;
    const Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>> x(
        problem.x.data(), static_cast<Eigen::Index>(problem.rows()), p);
    const MatrixXd gram = x.transpose() * x;
    const auto weak = weak_column(gram, kCollinearShare * gram.diagonal(), pivot_start);
    if (weak >= 0) return Error(errors::kCollinear, {{"column", weak}});
    slope = problem.at(theta);
    for (iterations = 1; iterations <= iterations_max; ++iterations) {
      HOLDFAST_TRY(const bool is_done, advance());
      if (is_done) return {};
      VectorXd pivot;
      const auto gone =
          weak_column(slope.information.topLeftCorner(p, p), kRunawayShare * pivot_start, pivot);
      if (gone > 0 && iterations > 10) {
        return Error(errors::kRunsAway,
                     {{"column", gone}, {"coefficient", theta(gone) / problem.scale(gone)}});
      }
    }
    return Error(errors::kNotConverged, {{"iterations", iterations_max}});
  }
};

}  // namespace

double AftFit::survival(std::span<const double> x, double time) const {
  if (!(time > 0)) return 1;
  double eta = intercept;
  for (std::size_t c = 0; c < coefficients.size(); ++c) eta += coefficients[c] * x[c];
  return std::exp(log_survival(family, (std::log(time) - eta) / scale).value);
}

double AftFit::quantile(std::span<const double> x, double probability) const {
  double eta = intercept;
  for (std::size_t c = 0; c < coefficients.size(); ++c) eta += coefficients[c] * x[c];
  double z = std::log(-std::log1p(-probability));
  if (family == AftFamily::LogNormal) z = normal_quantile(probability);
  if (family == AftFamily::LogLogistic) z = std::log(probability / (1 - probability));
  return std::exp(eta + scale * z);
}

Result<AftFit> fit_aft(const Spells& spells, MatrixView x, AftFamily family, int iterations_max) {
  HOLDFAST_TRY(const auto problem, problem_of(spells, x, family));
  const auto p = problem.p;
  Search search{problem, VectorXd::Zero(problem.size()), {}, {}};
  const Eigen::Map<const VectorXd> times(problem.log_exit.data(),
                                         static_cast<Eigen::Index>(problem.rows()));
  search.theta(0) = times.mean();
  if (problem.has_scale) {
    const double spread = std::sqrt((times.array() - times.mean()).square().mean());
    search.theta(p) = std::log(std::max(spread, 1e-3));
  }
  HOLDFAST_TRY_VOID(search.run(iterations_max));
  AftFit fit;
  fit.family = family;
  fit.loglik = search.slope.loglik;
  fit.iterations = search.iterations;
  // Back to the columns' own scale: a linear map, which the variance follows.
  MatrixXd back = MatrixXd::Identity(problem.size(), problem.size());
  for (Eigen::Index c = 1; c < p; ++c) {
    back(c, c) = 1 / problem.scale(c);
    back(0, c) = -problem.mean(c) / problem.scale(c);
  }
  const VectorXd theta = back * search.theta;
  const MatrixXd identity = MatrixXd::Identity(problem.size(), problem.size());
  const MatrixXd variance =
      back * search.slope.information.ldlt().solve(identity) * back.transpose();
  fit.intercept = theta(0);
  fit.coefficients.assign(theta.begin() + 1, theta.begin() + p);
  if (problem.has_scale) fit.scale = std::exp(theta(p));
  fit.variance.assign(variance.reshaped().begin(), variance.reshaped().end());
  return fit;
}

}  // namespace holdfast::survival
