#include "models/forms/points_table.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace holdfast::forms {

double points_of(const PointsTable::Entry& entry, const Cell& cell) {
  const auto state = entry.states.state_of(cell);
  return state < 0 ? entry.neutral : entry.points[static_cast<std::size_t>(state)];
}

double total_points(const PointsTable& form, std::span<const Cell> row) {
  double total = form.base;
  for (const auto& entry : form.entries) {
    total += points_of(entry, row[static_cast<std::size_t>(entry.states.column)]);
  }
  return total;
}

void PointsTableScorer::score(const Rows& rows, std::span<double> out) const {
  HOLDFAST_CHECK(out.size() == rows.count);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto row = rows.cells.subspan(r * rows.width, rows.width);
    out[r] = form_->slope * total_points(*form_, row) + form_->intercept;
  }
}

void PointsTableScorer::contributions(const Rows& rows, std::size_t output,
                                      std::span<double> out) const {
  const std::size_t width = rows.width + 1;
  HOLDFAST_CHECK(output == 0 && out.size() == rows.count * width);
  std::ranges::fill(out, 0.0);
  double mean = form_->base;
  for (const auto& entry : form_->entries) mean += entry.mean;
  for (std::size_t r = 0; r < rows.count; ++r) {
    const Cell* row = rows.cells.data() + r * rows.width;
    double* phi = out.data() + r * width;
    for (const auto& entry : form_->entries) {
      const auto column = static_cast<std::size_t>(entry.states.column);
      phi[column] += form_->slope * (points_of(entry, row[column]) - entry.mean);
    }
    phi[rows.width] = form_->slope * mean + form_->intercept;
  }
}

}  // namespace holdfast::forms
