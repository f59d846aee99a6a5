#include "explanation/sample.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace holdfast::explanation {

Sample::Sample(const FittedModel& model, const dataset::Columns& columns, std::size_t rows_max)
    : width_(model.column_names.size()), rows_(std::min(columns.rows, rows_max)) {
  const auto all = cells_of(model, columns);
  cells_.reserve(rows_ * width_);
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto from = r * columns.rows / rows_ * width_;
    cells_.insert(cells_.end(), all.begin() + static_cast<std::ptrdiff_t>(from),
                  all.begin() + static_cast<std::ptrdiff_t>(from + width_));
  }
}

std::size_t column_index(const FittedModel& model, const std::string& name) {
  const auto found = std::ranges::find(model.column_names, name);
  HOLDFAST_CHECK(found != model.column_names.end());
  return static_cast<std::size_t>(found - model.column_names.begin());
}

}  // namespace holdfast::explanation
