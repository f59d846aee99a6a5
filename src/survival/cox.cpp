#include "survival/cox.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "survival/cox_design.hpp"
#include "core/distributions.hpp"
#include "survival/errors.hpp"
#include "survival/newton.hpp"

namespace holdfast::survival {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kStartRowsMin = 100'000;  // From here on some rows find where to begin.
constexpr std::size_t kStartEvery = 16;

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

// The coefficients of every 16th row, on the columns' own scale; none where there are few rows or
// those say nothing.
std::vector<double> start_of(const Spells& spells, MatrixView x, const CoxOptions& options) {
  if (spells.rows() < kStartRowsMin || options.ties == Ties::Exact || x.cols == 0) return {};
  std::vector<double> entry, exit, weight, offset, cells;
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> stratum;
  cells.reserve((spells.rows() / kStartEvery + 1) * x.cols);
  for (std::size_t row = 0; row < spells.rows(); row += kStartEvery) {
    if (!spells.entry.empty()) entry.push_back(spells.entry[row]);
    exit.push_back(spells.exit[row]);
    event.push_back(spells.event[row]);
    weight.push_back(spells.weight_of(row));
    if (!spells.stratum.empty()) stratum.push_back(spells.stratum[row]);
    if (!options.offset.empty()) offset.push_back(options.offset[row]);
    const auto own = x.row(row);
    cells.insert(cells.end(), own.begin(), own.end());
  }
  CoxOptions some;
  some.ties = options.ties;
  some.ridge = options.ridge / kStartEvery;
  some.offset = offset;
  const auto fit = fit_cox({entry, exit, event, weight, stratum},
                           {cells.data(), exit.size(), x.cols}, some);
  return fit.ok() ? fit->coefficients : std::vector<double>();
}

}  // namespace

Result<CoxFit> fit_cox(const Spells& spells, MatrixView x, const CoxOptions& options) {
  HOLDFAST_TRY(const auto design, design_of(spells, x, options));
  const bool is_robust = options.robust || !options.cluster.empty();
  if (options.ties == Ties::Exact) {
    HOLDFAST_TRY_VOID(check_exact(design, is_robust));
  }
  const auto p = design.cols;
  NewtonProblem problem{.columns = p,
                        .scale = design.scale,
                        .penalty = {},
                        .start = start_of(spells, x, options),
                        .events = static_cast<double>(design.events),
                        .iterations_max = options.iterations_max,
                        .slope_at = {}};
  for (const double scale : design.scale) problem.penalty.push_back(options.ridge / (scale * scale));
  for (std::size_t c = 0; c < problem.start.size(); ++c) problem.start[c] *= design.scale[c];
  problem.slope_at = [&](const std::vector<double>& coefficients) -> Result<Slope> {
    if (options.ties == Ties::Exact) return exact_slope_of(design, coefficients);
    return slope_of(design, coefficients, options.ties);
  };
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
