#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/discrete.hpp"
#include "models/forms/rows.hpp"

namespace holdfast::forms {

class PointsTableScorer;

/// A scorecard: each column's value earns points, which are added up. The output is the logit of
/// class 1, slope × points + intercept; the slope is negative where many points mean staying.
struct PointsTable {
  static constexpr std::string_view kType = "points_table";
  static constexpr Input kInput = Input::Cells;
  using Scorer = PointsTableScorer;

  struct Entry {
    DiscreteColumn states;
    std::vector<double> points;  // [states]
    double neutral = 0;          // Points of a value without a state.
    double mean = 0;             // Points in training, the reference of contributions.
  };
  std::vector<Entry> entries;
  double base = 0;               // Points of everybody.
  double slope = 1, intercept = 0;

  std::size_t outputs_count() const { return 1; }
};

/// Points of one value.
double points_of(const PointsTable::Entry& entry, const Cell& cell);
/// Points of a customer, whose cells are in the order of the model's columns.
double total_points(const PointsTable& form, std::span<const Cell> row);

class PointsTableScorer {
 public:
  explicit PointsTableScorer(const PointsTable& form) : form_(&form) {}
  /// Shapes: out [rows].
  void score(const Rows& rows, std::span<double> out) const;
  /// Exact: slope × (points − their mean in training). Shapes: out [rows x (columns + 1)].
  void contributions(const Rows& rows, std::size_t output, std::span<double> out) const;

 private:
  const PointsTable* form_;
};

}  // namespace holdfast::forms
