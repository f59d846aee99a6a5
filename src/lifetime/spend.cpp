#include "lifetime/spend.hpp"

#include <array>
#include <cmath>

#include "core/log_gamma.hpp"
#include "core/text.hpp"
#include "lifetime/errors.hpp"
#include "lifetime/gamma_function.hpp"
#include "lifetime/maximum.hpp"

namespace holdfast::lifetime {
namespace {

// One customer's log-likelihood, spend scaled.
Slope slope_of(double x, double spend, double p, double q, double gamma) {
  const double shape = p * x, all = shape + q, sum = gamma + x * spend;
  const double log_sum = std::log(sum), log_total = std::log(x * spend);
  const double psi = digamma(all), psi_slope = trigamma(all);
  Slope slope;
  slope.loglik = log_gamma(all) - log_gamma(shape) - log_gamma(q) + q * std::log(gamma) +
                 shape * log_total - std::log(spend) - all * log_sum;
  slope.gradient = {x * (psi - digamma(shape) + log_total - log_sum),
                    psi - digamma(q) + std::log(gamma) - log_sum, q / gamma - all / sum, 0};
  auto& h = slope.hessian;
  h[0][0] = x * x * (psi_slope - trigamma(shape));
  h[1][0] = x * psi_slope;
  h[1][1] = psi_slope - trigamma(q);
  h[2][0] = -x / sum;
  h[2][1] = 1 / gamma - 1 / sum;
  h[2][2] = all / (sum * sum) - q / (gamma * gamma);
  return slope;
}

}  // namespace

Result<double> GammaGamma::expected(double purchases, double mean_spend) const {
  const double below = p * purchases + q;
  if (!(below > 1)) return Error(errors::kNoMean, {{"parameter", "p·x + q"}, {"value", below}});
  return p * (gamma + purchases * mean_spend) / (below - 1);
}

Result<GammaGamma> fit_spend(std::span<const double> purchases, std::span<const double> mean_spend,
                             int iterations_max) {
  if (mean_spend.size() != purchases.size()) {
    return Error(
        errors::kShape,
        {{"what", "mean_spend"}, {"found", mean_spend.size()}, {"expected", purchases.size()}});
  }
  std::vector<std::size_t> rows;
  double scale = 0;
  for (std::size_t row = 0; row < purchases.size(); ++row) {
    if (!(purchases[row] >= 0) || !std::isfinite(purchases[row])) {
      return Error(errors::kBadValue,
                   {{"what", "purchases"}, {"row", row + 1}, {"value", purchases[row]}});
    }
    if (purchases[row] == 0) continue;
    if (!(mean_spend[row] > 0) || !std::isfinite(mean_spend[row])) {
      return Error(errors::kBadSpend, {{"row", row + 1}, {"value", mean_spend[row]}});
    }
    rows.push_back(row);
    scale += mean_spend[row];
  }
  if (rows.empty()) return Error(errors::kNoRepeat, {{"customers", purchases.size()}});
  if (rows.size() < 3) return Error(errors::kTooFew, {{"found", rows.size()}, {"expected", 3}});
  scale /= static_cast<double>(rows.size());
  const auto slope_at = [&](std::span<const double> at) {
    Slope sum;
    for (const auto row : rows) {
      sum += slope_of(purchases[row], mean_spend[row] / scale, at[0], at[1], at[2]);
    }
    return sum;
  };
  const auto maximum = maximise(slope_at, std::array{1.0, 2.0, 1.0}, iterations_max);
  const auto& at = maximum.parameters;
  if (maximum.end == Maximum::End::RanAway) {
    constexpr std::array<std::string_view, 3> kNames = {"p", "q", "gamma"};
    return Error(errors::kRunsAway,
                 {{"parameter", kNames[maximum.runaway]}, {"value", brief(at[maximum.runaway], 3)}});
  }
  if (maximum.end == Maximum::End::Stalled) {
    return Error(errors::kNotConverged, {{"iterations", maximum.iterations}});
  }
  GammaGamma fit{at[0], at[1], at[2] * scale, maximum.variance, 0, maximum.iterations};
  for (std::size_t i = 0; i < 3; ++i) {
    fit.variance[3 * i + 2] *= scale;
    fit.variance[6 + i] *= scale;
  }
  fit.loglik = maximum.loglik - static_cast<double>(rows.size()) * std::log(scale);
  return fit;
}

}  // namespace holdfast::lifetime
