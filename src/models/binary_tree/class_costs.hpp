#pragma once

#include <span>
#include <vector>

/// Prior probabilities of the classes and the costs of mistaking one for another.
///
/// Source: Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, chapters
/// 2.6 and 4.4: costs enter splitting by altered priors.
namespace holdfast::binary_tree {

struct ClassCosts {
  std::vector<double> prior;  // [classes] adds up to 1.
  std::vector<double> loss;   // [classes x classes] of saying the column's class where the row's is
                              // true.
};

/// Costs of 1 where none are given; the diagonal is free.
std::vector<double> losses(std::span<const double> given, std::size_t classes);

/// What one unit of weight of each class counts, given how much of each the training rows hold.
struct Scales {
  std::vector<double> prior;    // Prior by share: for risks.
  std::vector<double> altered;  // Altered prior by share: for impurities.
  std::vector<double> loss;     // [classes x classes]

  std::size_t classes_count() const { return prior.size(); }
  /// Cost of a unit of weight of class `truth` answered by `answer`.
  double cost(std::size_t truth, std::size_t answer) const {
    return prior[truth] * loss[truth * prior.size() + answer];
  }
};
Scales scales_of(const ClassCosts& costs, std::span<const double> class_weight);

struct Answer {
  std::size_t of_class = 0;
  double risk = 0;
};
/// The class that costs least, the first of equals.
Answer cheapest(const Scales& scales, std::span<const double> class_weight);

}  // namespace holdfast::binary_tree
