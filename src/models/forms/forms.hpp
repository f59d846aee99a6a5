#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

/// The neutral forms fitted models present themselves as.
namespace holdfast::forms {

/// intercept + Σ coefficient × term, over the terms of the model's preparation. Score: logit.
struct LinearPredictor {
  double intercept = 0;
  std::vector<double> coefficients;  // [terms]
  std::vector<double> term_means;    // [terms] in training, the reference of contributions.
};

/// What a missing value does at a split.
enum class MissingRule : std::uint8_t { Left, Right, Fractional };

/// One node of a tree over input columns. Leaf: children empty.
struct TreeNode {
  std::int32_t column = -1;                // Input column; -1: leaf.
  bool is_category = false;
  float threshold = 0;                     // With is_float: float compare, as XGBoost does.
  double split = 0;                        // Numeric: child 0 when value <= split (or < for is_less).
  std::vector<std::int32_t> children;      // Indices of nodes. Numeric: 2. Category: several.
  std::vector<std::int32_t> child_of_category;  // Category: [categories] child ordinal, -1 unknown.
  MissingRule missing = MissingRule::Fractional;
  std::int32_t default_child = 0;          // Where unknown categories and Left/Right missing go.
  double cover = 0;                        // Weight of training rows that came here (T).
  std::vector<double> class_cover;         // By class; C4.5's T/A/L. May be empty.
  double value = 0;                        // Leaf: probability or margin.
};

struct Tree {
  std::vector<TreeNode> nodes;             // [0] is the root.
};

/// base + Σ trees. Score: a probability (is_probability) or a margin (logit).
struct TreeEnsemble {
  std::vector<Tree> trees;
  double base = 0;
  bool is_probability = false;
  bool is_less = false;                    // Splits ask value < split (XGBoost) instead of <=.
  bool is_float = false;                   // Values, splits and sums in float, as XGBoost does.
};

using Form = std::variant<std::monostate, LinearPredictor, TreeEnsemble>;

/// Raw score → probability.
struct Calibration {
  enum class Kind : std::uint8_t { Identity, Logistic, Platt, Isotonic };
  Kind kind = Kind::Identity;              // Logistic: 1/(1+exp(−score)).
  double slope = 1, intercept = 0;         // Platt: 1/(1+exp(−(slope × score + intercept))).
  std::vector<double> x, y;                // Isotonic: knots, linear between them.
  bool is_float = false;                   // Logistic: computed in float, as XGBoost does.
};

double calibrated(const Calibration& calibration, double raw_score);

}  // namespace holdfast::forms
