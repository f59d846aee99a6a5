#pragma once

#include <cstdint>
#include <vector>

namespace holdfast::forms {

/// Raw score → probability.
struct Calibration {
  enum class Kind : std::uint8_t { Identity, Logistic, Platt, Isotonic, Softmax };
  Kind kind = Kind::Identity;              // Logistic: 1/(1+exp(−score)).
  double slope = 1, intercept = 0;         // Platt: 1/(1+exp(−(slope × score + intercept))).
  std::vector<double> x, y;                // Isotonic: knots, linear between them.
  bool is_float = false;                   // Logistic: computed in float, as XGBoost does.
};

/// Probability of class 1 of a form with one output. Softmax is for several.
double calibrated(const Calibration& calibration, double raw_score);

}  // namespace holdfast::forms
