#include "models/cell_table.hpp"

#include "core/check.hpp"

namespace holdfast::models {

void CellTable::add(std::span<const forms::Cell> row) {
  HOLDFAST_CHECK(row.size() == columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    auto& column = columns_[c];
    const bool is_known = !row[c].is_missing;
    column.valid.push_back(is_known ? 1 : 0);
    if (like_->columns[c].categories.empty()) column.values.push_back(is_known ? row[c].value : 0);
    else column.codes.push_back(is_known ? static_cast<std::uint32_t>(row[c].code) : 0);
  }
  ++rows_;
}

dataset::Columns CellTable::view() const {
  dataset::Columns view{.rows = rows_};
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    view.columns.push_back({like_->columns[c].name, columns_[c].values, columns_[c].codes,
                            like_->columns[c].categories, columns_[c].valid});
  }
  return view;
}

}  // namespace holdfast::models
