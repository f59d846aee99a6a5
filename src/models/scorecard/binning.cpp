#include <algorithm>

#include "core/parallel.hpp"
#include "models/scorecard/scorecard.hpp"

namespace holdfast::scorecard {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

dataset::PreparationOptions options_for(std::string_view name, const BinningOptions& options) {
  auto own = options.how;
  if (contains(options.rising, name)) own.monotone = dataset::Monotone::Rising;
  if (contains(options.falling, name)) own.monotone = dataset::Monotone::Falling;
  return own;
}

std::vector<dataset::Bin> bins_of(const dataset::ColumnView& column,
                                  std::span<const std::uint8_t> y, std::span<const double> weight,
                                  const BinningOptions& options) {
  const auto own = options_for(column.name, options);
  if (column.is_category()) return dataset::category_bins(column, y, weight, own);
  if (column.values.empty()) return {};
  const auto cuts = options.cuts.find(std::string(column.name));
  if (cuts == options.cuts.end()) return dataset::numeric_bins(column, y, weight, own);
  return dataset::numeric_bins_at(column, y, weight, cuts->second);
}

/// Missing cells too few for an opinion say nothing.
void drop_rare_missing(BinnedColumn& column, double weight_min) {
  if (column.bins.empty() || !column.bins.back().is_missing) return;
  const double size = column.bins.back().events + column.bins.back().non_events;
  if (size >= weight_min) return;
  column.missing_weight = size;
  column.bins.pop_back();
}

}  // namespace

Binning bin_columns(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                    std::span<const double> weight, const BinningOptions& options) {
  double total = 0;
  for (const double w : weight) total += std::max(w, 0.0);
  std::vector<BinnedColumn> all(columns.columns.size());
  parallel_for(all.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      all[c] = {.column = c,
                .name = std::string(columns.columns[c].name),
                .bins = bins_of(columns.columns[c], y, weight, options)};
      drop_rare_missing(all[c], options.how.bin_share_min * total);
      all[c].information = dataset::information_value(all[c].bins);
    }
  });
  Binning result;
  for (auto& column : all) {
    if (column.bins.size() < 2) result.constant.push_back(column.name);
  }
  std::erase_if(all, [](const auto& column) { return column.bins.size() < 2; });
  if (all.empty()) return result;
  const double strongest =
      std::ranges::max_element(all, {}, &BinnedColumn::information)->information;
  const double least = std::min(options.information_min, strongest);
  for (auto& column : all) {
    if (column.information < least) result.weak.push_back(column.name);
    else result.columns.push_back(std::move(column));
  }
  return result;
}

}  // namespace holdfast::scorecard
