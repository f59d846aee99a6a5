#include "models/effect_parts/chosen_rows.hpp"

#include "core/parallel.hpp"

namespace holdfast::models {
namespace {

template <typename T>
std::vector<T> chosen(std::span<const T> all, std::span<const std::uint32_t> rows) {
  std::vector<T> some;
  if (all.empty()) return some;
  some.reserve(rows.size());
  for (const auto row : rows) some.push_back(all[row]);
  return some;
}

}  // namespace

ChosenRows::ChosenRows(const dataset::Columns& from, std::span<const std::uint32_t> rows)
    : columns_(from.columns.size()), rows_(rows.size()) {
  for (const auto& column : from.columns) {
    names_.push_back(column.name);
    categories_.push_back(column.categories);
  }
  parallel_for(columns_.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (auto c = begin; c < end; ++c) {
      const auto& column = from.columns[c];
      columns_[c] = {chosen(column.values, rows), chosen(column.codes, rows),
                     chosen(column.valid, rows)};
    }
  });
}

dataset::Columns ChosenRows::view() const {
  dataset::Columns view{.rows = rows_, .columns = {}};
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const auto& column = columns_[c];
    view.columns.push_back(
        {names_[c], column.values, column.codes, categories_[c], column.valid});
  }
  return view;
}

}  // namespace holdfast::models
