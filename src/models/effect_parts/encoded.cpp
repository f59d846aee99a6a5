#include "models/effect_parts/encoded.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "effect/overlap.hpp"
#include "models/errors.hpp"

namespace holdfast::models {
namespace {

constexpr double kLargest = 1e15;  // Numbers are cut there, so that half ways between them exist.
constexpr double kRareShare = 0.005;
constexpr std::size_t kRowsBlock = 2048;

bool is_known(const dataset::ColumnView& column, std::size_t row) {
  return column.valid[row] != 0 && std::isfinite(column.values[row]);
}

double cut_off(double value) { return std::clamp(value, -kLargest, kLargest); }

void add_number(const dataset::Columns& columns, std::size_t c, Encoded& to) {
  const auto& column = columns.columns[c];
  double least = INFINITY, most = -INFINITY;
  bool has_missing = false;
  for (std::size_t row = 0; row < columns.rows; ++row) {
    if (!is_known(column, row)) {
      has_missing = true;
      continue;
    }
    least = std::min(least, cut_off(column.values[row]));
    most = std::max(most, cut_off(column.values[row]));
  }
  if (least > most || (least == most && !has_missing)) return;
  to.sources.push_back({.column = c, .lowest = least});
  to.names.emplace_back(column.name);
}

void add_categories(const dataset::Columns& columns, std::size_t c, Encoded& to) {
  const auto& column = columns.columns[c];
  std::vector<std::size_t> counts(column.categories.size());
  for (std::size_t row = 0; row < columns.rows; ++row) {
    if (column.valid[row] != 0) ++counts[column.codes[row]];
  }
  const auto least = std::max(1.0, kRareShare * static_cast<double>(columns.rows));
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (static_cast<double>(counts[k]) < least || counts[k] == columns.rows) continue;
    to.sources.push_back({.column = c, .category = static_cast<std::int32_t>(k)});
    to.names.push_back(std::string(column.name) + "=" + column.categories[k]);
  }
}

double number_of(const dataset::ColumnView& column, const Encoded::Source& source,
                 std::size_t row) {
  if (source.category >= 0) {
    return column.valid[row] != 0 && column.codes[row] == static_cast<std::uint32_t>(source.category)
               ? 1
               : 0;
  }
  if (is_known(column, row)) return cut_off(column.values[row]);
  return source.lowest - std::max(1.0, std::abs(source.lowest));
}

}  // namespace

Encoded encode(const dataset::Columns& columns) {
  Encoded encoded{.rows = columns.rows};
  for (std::size_t c = 0; c < columns.columns.size(); ++c) {
    if (columns.columns[c].is_category()) add_categories(columns, c, encoded);
    else if (!columns.columns[c].values.empty()) add_number(columns, c, encoded);
  }
  const std::size_t width = encoded.sources.size();
  encoded.x.resize(columns.rows * width);
  parallel_for(columns.rows, kRowsBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t s = 0; s < width; ++s) {
      const auto& source = encoded.sources[s];
      const auto& column = columns.columns[source.column];
      for (auto row = begin; row < end; ++row) {
        encoded.x[row * width + s] = number_of(column, source, row);
      }
    }
  });
  return encoded;
}

Result<Encoded> encode_checked(std::string_view model_id, const EffectTask& task) {
  HOLDFAST_TRY_VOID(check_task(model_id, task));
  auto encoded = encode(task.train);
  if (encoded.sources.empty()) return Error{errors::kNoUsableColumn, {{"model", model_id}}};
  HOLDFAST_TRY_VOID(
      effect::check_overlap({task.outcome, task.treated}, encoded.view(), encoded.names));
  return encoded;
}

}  // namespace holdfast::models
