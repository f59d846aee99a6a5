#include "lifetime/contracts.hpp"

#include <array>
#include <cmath>

#include "core/log_gamma.hpp"
#include "core/text.hpp"
#include "lifetime/errors.hpp"
#include "lifetime/gamma_function.hpp"
#include "lifetime/maximum.hpp"

namespace holdfast::lifetime {
namespace {

double log_survival(double gamma, double delta, double u) {
  if (u == 0) return 0;
  return log_gamma(delta + u) - log_gamma(gamma + delta + u) - log_gamma(delta) +
         log_gamma(gamma + delta);
}

// log S(t) with its derivatives by gamma, delta, power.
Slope survival_slope(double gamma, double delta, double power, double t) {
  Slope s;
  if (t == 0) return s;
  const double u = std::pow(t, power), all = gamma + delta, log_t = std::log(t);
  s.loglik = log_survival(gamma, delta, u);
  const double by_u = digamma(delta + u) - digamma(all + u);
  const double by_uu = trigamma(delta + u) - trigamma(all + u);
  const double apart = trigamma(all) - trigamma(all + u);
  const double du = u * log_t;
  s.gradient = {digamma(all) - digamma(all + u), by_u - digamma(delta) + digamma(all), by_u * du,
                0};
  auto& h = s.hessian;
  h[0][0] = apart;
  h[1][0] = apart;
  h[1][1] = by_uu - trigamma(delta) + trigamma(all);
  h[2][0] = -trigamma(all + u) * du;
  h[2][1] = by_uu * du;
  h[2][2] = by_uu * du * du + by_u * du * log_t;
  return s;
}

// log{S(t−1) − S(t)}.
Slope ended_slope(const Slope& before, const Slope& after) {
  const double ratio = std::exp(after.loglik - before.loglik);
  const double stays = 1 / (1 - ratio), goes = ratio / (1 - ratio);
  Slope s;
  s.loglik = before.loglik + std::log1p(-ratio);
  for (std::size_t i = 0; i < 3; ++i) {
    s.gradient[i] = stays * before.gradient[i] - goes * after.gradient[i];
  }
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      s.hessian[i][j] = stays * (before.hessian[i][j] + before.gradient[i] * before.gradient[j]) -
                        goes * (after.hessian[i][j] + after.gradient[i] * after.gradient[j]) -
                        s.gradient[i] * s.gradient[j];
    }
  }
  return s;
}

void add(Slope& sum, Slope part, double weight) {
  if (weight == 0) return;
  part.loglik *= weight;
  for (auto& value : part.gradient) value *= weight;
  for (auto& row : part.hessian) {
    for (auto& value : row) value *= weight;
  }
  sum += part;
}

Result<void> check(std::span<const double> ended, std::span<const double> open) {
  if (open.size() != ended.size()) {
    return Error(errors::kShape,
                 {{"what", "open"}, {"found", open.size()}, {"expected", ended.size()}});
  }
  double lost = 0, all = 0;
  for (std::size_t t = 0; t < ended.size(); ++t) {
    for (const double count : {ended[t], open[t]}) {
      if (!(count >= 0) || !std::isfinite(count)) {
        return Error(errors::kBadValue, {{"what", "count"}, {"row", t + 1}, {"value", count}});
      }
    }
    lost += ended[t];
    all += ended[t] + open[t];
  }
  if (all < 2) return Error(errors::kTooFew, {{"found", all}, {"expected", 2}});
  if (lost == 0) return Error(errors::kNobodyLost, {{"customers", all}});
  if (ended[0] == all) return Error(errors::kNobodyStays, {{"customers", all}});
  return {};
}

}  // namespace

double ContractFit::survival(double periods) const {
  return std::exp(log_survival(gamma, delta, std::pow(periods, power)));
}

double ContractFit::remaining(double periods, int horizon, double discount) const {
  const double now = log_survival(gamma, delta, std::pow(periods, power));
  double sum = 0, worth = 1;
  for (int k = 1; k <= horizon; ++k) {
    worth /= 1 + discount;
    sum += worth * std::exp(log_survival(gamma, delta, std::pow(periods + k, power)) - now);
  }
  return sum;
}

Result<ContractFit> fit_contracts(std::span<const double> ended, std::span<const double> open,
                                  bool has_power, int iterations_max) {
  HOLDFAST_TRY_VOID(check(ended, open));
  const auto slope_at = [&](std::span<const double> at) {
    const double power = has_power ? at[2] : 1;
    Slope sum, before;
    for (std::size_t t = 0; t < ended.size(); ++t) {
      const auto after = survival_slope(at[0], at[1], power, static_cast<double>(t + 1));
      add(sum, after, open[t]);
      if (ended[t] > 0) add(sum, ended_slope(before, after), ended[t]);
      before = after;
    }
    return sum;
  };
  const std::vector<double> start(has_power ? 3 : 2, 1.0);
  const auto maximum = maximise(slope_at, start, iterations_max);
  const auto& at = maximum.parameters;
  if (maximum.end == Maximum::End::RanAway) {
    if (at[0] > 100 && at[1] > 100) return Error(errors::kLeavingAlike);
    constexpr std::array<std::string_view, 3> kNames = {"gamma", "delta", "power"};
    return Error(errors::kRunsAway,
                 {{"parameter", kNames[maximum.runaway]}, {"value", brief(at[maximum.runaway], 3)}});
  }
  if (maximum.end == Maximum::End::Stalled) {
    return Error(errors::kNotConverged, {{"iterations", maximum.iterations}});
  }
  return ContractFit{
      at[0], at[1], has_power ? at[2] : 1, maximum.variance, maximum.loglik, maximum.iterations};
}

}  // namespace holdfast::lifetime
