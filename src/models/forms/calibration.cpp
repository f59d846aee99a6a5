#include <algorithm>
#include <cmath>

#include "models/forms/calibration.hpp"

namespace holdfast::forms {
namespace {

double logistic(double score) {
  if (score >= 0) return 1 / (1 + std::exp(-score));
  const double e = std::exp(score);
  return e / (1 + e);
}

// XGBoost 1.7, src/common/math.h, Sigmoid.
double float_logistic(double score) {
  constexpr float kEps = 1e-16F;
  const float x = std::min(-static_cast<float>(score), 88.7F);
  const float denominator = std::exp(x) + 1.0F + kEps;
  return static_cast<double>(1.0F / denominator);
}

double interpolated(const std::vector<double>& x, const std::vector<double>& y, double at) {
  if (x.empty()) return at;
  const auto upper = std::upper_bound(x.begin(), x.end(), at);
  if (upper == x.begin()) return y.front();
  if (upper == x.end()) return y.back();
  const auto i = static_cast<std::size_t>(upper - x.begin());
  return y[i - 1] + (y[i] - y[i - 1]) * ((at - x[i - 1]) / (x[i] - x[i - 1]));
}

double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

}  // namespace

LogPair log_pair(const Calibration& calibration, double raw_score) {
  if (calibration.is_logit) {
    const double logit = calibration.own_slope * raw_score + calibration.own_intercept;
    return {.high = -softplus(-logit), .low = -softplus(logit)};
  }
  // A share of 0 or 1 would lie at infinity.
  constexpr double kLeast = 1e-6;
  const double s = std::clamp(raw_score, kLeast, 1 - kLeast);
  return {.high = std::log(s), .low = std::log1p(-s)};
}

double calibrated(const Calibration& calibration, double raw_score) {
  switch (calibration.kind) {
    case Calibration::Kind::Identity: return std::clamp(raw_score, 0.0, 1.0);
    case Calibration::Kind::Beta: {
      const auto logs = log_pair(calibration, raw_score);
      return logistic(calibration.slope * logs.high - calibration.low_slope * logs.low +
                      calibration.intercept);
    }
    case Calibration::Kind::Softmax:  // Over one logit against 0: the logistic function.
    case Calibration::Kind::Logistic:
      return calibration.is_float ? float_logistic(raw_score) : logistic(raw_score);
    case Calibration::Kind::Platt:
      return logistic(calibration.slope * raw_score + calibration.intercept);
    case Calibration::Kind::Isotonic:
      return interpolated(calibration.x, calibration.y, raw_score);
  }
  return raw_score;
}

}  // namespace holdfast::forms
