#include "survival/curves.hpp"

#include <algorithm>
#include <cmath>

#include "core/distributions.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {

Bounds interval_of(double survival, double hazard_error, double z, Interval interval) {
  const double half = z * hazard_error;
  const auto cut = [](double value) { return std::clamp(value, 0.0, 1.0); };
  switch (interval) {
    case Interval::Plain:
      return {cut(survival - half * survival), cut(survival + half * survival)};
    case Interval::Log:
      return {cut(survival * std::exp(-half)), cut(survival * std::exp(half))};
    case Interval::LogLog:
      break;
  }
  if (!(survival > 0 && survival < 1)) return {survival, survival};
  const double hazard = -std::log(survival);
  return {std::exp(-hazard * std::exp(half / hazard)),
          std::exp(-hazard * std::exp(-half / hazard))};
}

double Curve::survival_at(double when) const {
  const auto after = std::upper_bound(time.begin(), time.end(), when) - time.begin();
  return after == 0 ? 1.0 : survival[static_cast<std::size_t>(after - 1)];
}

Result<Curve> survival_curve(const Spells& spells, const CurveOptions& options) {
  HOLDFAST_TRY_VOID(check(spells));
  if (!(options.level > 0 && options.level < 1)) {
    return Error(errors::kBadOption, {{"what", "level must lie between 0 and 1"}});
  }
  const double z = normal_quantile(0.5 + options.level / 2);
  Spells pooled = spells;
  pooled.stratum = {};
  Curve curve;
  double survival = 1;
  double greenwood = 0;
  double hazard = 0;
  double variance = 0;
  Bounds bounds{1, 1};
  for (const auto& moment : moments_of(pooled)) {
    const double d = moment.events;
    const double n = moment.at_risk;
    if (d > 0) {
      const double left = moment.censored == 0 && n - d < 1e-12 * n ? 0 : n - d;
      survival *= left / n;
      if (left > 0) greenwood += d / (n * left);
      hazard += d / n;
      variance += d / (n * n);
      if (survival > 0) {
        bounds = interval_of(survival, std::sqrt(greenwood), z, options.interval);
      } else {
        bounds.lower = 0;
      }
    }
    curve.time.push_back(moment.time);
    curve.at_risk.push_back(n);
    curve.events.push_back(d);
    curve.censored.push_back(moment.censored);
    curve.survival.push_back(survival);
    curve.standard_error.push_back(survival * std::sqrt(greenwood));
    curve.lower.push_back(bounds.lower);
    curve.upper.push_back(bounds.upper);
    curve.cumulative_hazard.push_back(hazard);
    curve.hazard_error.push_back(std::sqrt(variance));
  }
  return curve;
}

}  // namespace holdfast::survival
