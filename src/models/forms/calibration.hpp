#pragma once

#include <cstdint>
#include <vector>

namespace holdfast::forms {

/// Raw score → probability.
struct Calibration {
  enum class Kind : std::uint8_t { Identity, Logistic, Platt, Isotonic, Beta, Softmax };
  Kind kind = Kind::Identity;              // Logistic: 1/(1+exp(−score)).
  double slope = 1, intercept = 0;         // Platt: 1/(1+exp(−(slope × score + intercept))).
  std::vector<double> x, y;                // Isotonic: knots, linear between them.
  bool is_float = false;                   // Logistic: computed in float, as XGBoost does.
  // Beta: logit = slope × ln s − low_slope × ln(1 − s) + intercept, where s is the score itself, or
  // with a logit's score 1/(1+exp(−(own_slope × score + own_intercept))).
  double low_slope = 1;
  bool is_logit = false;
  double own_slope = 1, own_intercept = 0;
};

/// ln s and ln(1 − s) of a score as Beta reads it.
struct LogPair {
  double high = 0, low = 0;
};
LogPair log_pair(const Calibration& calibration, double raw_score);

/// Probability of class 1 of a form with one output. Softmax is for several.
double calibrated(const Calibration& calibration, double raw_score);

}  // namespace holdfast::forms
