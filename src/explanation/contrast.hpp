#pragma once

#include <string>
#include <vector>

#include "explanation/reasons.hpp"
#include "models/model.hpp"

/// What would have to change, and why two customers differ.
namespace holdfast::explanation {

/// One column set to another value.
struct Change {
  std::string feature;
  Text label;               // What a person calls the feature.
  Text from, to;            // As a person reads them.
  double distance = 0;      // Share of customers between the two values; a category: 1 − its share.
};

/// A set of changes that brings the probability down to the target.
struct Contrast {
  std::vector<Change> changes;      // One to three.
  double probability = 0;           // With them.
  double distance = 0;              // Σ of the changes'.
};

struct ContrastOptions {
  double target = 0.5;                    // Probability to reach, at most.
  std::vector<std::string> changeable;    // Columns; empty: all.
  int changes_max = 3;
  int contrasts_max = 3;                  // Of different columns.
};

/// The nearest changes that reach the target, fewest first, then the shortest way: single columns
/// over values that occur, then the most promising of them together. Empty where none reaches it. It
/// says what the model would answer, not what would happen if someone made it so.
///
/// Shapes     customer: one row; population: rows to take values from, same columns.
/// Cost       About 30 predictions a column, and 200 × columns × 10 more for each change beyond the
///            first.
/// Source     Wachter, Mittelstadt & Russell (2018), Harvard JOLT 31, 841–887 (nearest change);
///            values that occur: Poyiadzi et al. (2020), FACE, AIES.
std::vector<Contrast> contrasts_of(const FittedModel& model,
                                   const std::vector<features::FeatureInfo>& features,
                                   const dataset::Columns& customer,
                                   const dataset::Columns& population,
                                   const ContrastOptions& options);

/// One column's part in the difference of two customers' scores.
struct Difference {
  std::string feature;
  Text label;
  Text a, b;                // Values; "–" where missing.
  double contribution = 0;  // Of a minus of b; over all columns they add up to the difference of the
                            // raw scores.
};

/// Strongest first. Shapes: a, b: one row each; a_parts, b_parts: [columns + 1] as models'
/// contributions.
std::vector<Difference> compare_customers(const std::vector<features::FeatureInfo>& features,
                                          const dataset::Columns& a, const dataset::Columns& b,
                                          std::span<const double> a_parts,
                                          std::span<const double> b_parts);

}  // namespace holdfast::explanation
