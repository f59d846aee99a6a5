#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grouping/two_step.hpp"

namespace holdfast::grouping {

/// Summaries of rows that can be added (cluster features), as spans of doubles, and the distances
/// between them. Not for callers of the folder.
///
///   rows | cost of numbers | cost of levels | gain of rows | sums | squares | counts | gains
///
/// Costs are −ξ of the log-likelihood distance. The gain of a count c is f(c + 1) − f(c) with
/// f(c) = c ln c: kept, so that a row's distance needs one logarithm.
class Summaries {
 public:
  Summaries(TwoStepDistance distance, std::size_t numbers,
            std::span<const std::uint32_t> levels_count);

  std::size_t width() const { return width_; }
  std::size_t numbers() const { return numbers_; }
  std::size_t categorical() const { return first_level_.size() - 1; }
  std::size_t levels() const { return levels_; }

  /// A row made ready: standardised numbers, and where its levels stand among all levels.
  struct Row {
    std::vector<double> z;
    std::vector<std::uint32_t> level;
  };
  std::uint32_t level_at(std::size_t column, std::uint32_t level) const {
    return first_level_[column] + level;
  }

  double distance(const double* to, const double* other) const;
  double distance(const double* to, const Row& row) const;
  double log_likelihood_distance(const double* a, const double* b) const;
  void add(double* to, const double* other) const;
  void add(double* to, const Row& row) const;

  static double rows(const double* summary) { return summary[0]; }
  /// −ξ.
  static double cost(const double* summary) { return summary[1] + summary[2]; }

  TwoStepProfile profile(const double* summary) const;
  std::vector<double> summary(const TwoStepProfile& profile) const;

 private:
  const double* sums(const double* s) const { return s + 4; }
  const double* squares(const double* s) const { return s + 4 + numbers_; }
  const double* counts(const double* s) const { return s + 4 + 2 * numbers_; }
  const double* gains(const double* s) const { return s + 4 + 2 * numbers_ + levels_; }
  void refresh(double* summary) const;

  TwoStepDistance distance_;
  std::size_t numbers_;
  std::vector<std::uint32_t> first_level_;  // Per categorical column, and the end.
  std::size_t levels_;
  std::size_t width_;
};

}  // namespace holdfast::grouping
