#include "models/binary_tree/sample.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "core/parallel.hpp"

namespace holdfast::binary_tree {
namespace {

struct Keyed {
  std::uint64_t key;
  std::uint32_t row;
};

/// Bits of a value, the sign turned so that bits order as numbers do.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

/// Stable by key: least significant digits first, digits that all rows share left out.
void radix_sort(std::vector<Keyed>& items) {
  if (items.size() < 2048) {
    std::ranges::stable_sort(items, {}, &Keyed::key);
    return;
  }
  constexpr unsigned kBits = 11;
  constexpr std::size_t kBuckets = std::size_t{1} << kBits;
  std::vector<Keyed> other(items.size());
  std::vector<std::uint32_t> starts(kBuckets + 1);
  for (unsigned shift = 0; shift < 64; shift += kBits) {
    std::ranges::fill(starts, 0);
    for (const auto& item : items) ++starts[((item.key >> shift) & (kBuckets - 1)) + 1];
    if (std::ranges::find(starts, items.size()) != starts.end()) continue;
    for (std::size_t b = 1; b <= kBuckets; ++b) starts[b] += starts[b - 1];
    for (const auto& item : items) other[starts[(item.key >> shift) & (kBuckets - 1)]++] = item;
    items.swap(other);
  }
}

void order_numbers(Sample& sample, std::size_t c) {
  const auto& column = sample.columns.columns[c];
  std::vector<Keyed> items;
  items.reserve(sample.rows.size());
  for (const auto row : sample.rows) {
    if (!is_missing(column, row)) items.push_back({key_of(column.values[row]), row});
  }
  radix_sort(items);
  auto& order = sample.orders[c];
  auto& values = sample.values[c];
  order.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i == 0 || items[i].key != items[i - 1].key) values.push_back(column.values[items[i].row]);
    order.push_back({items[i].row, static_cast<std::uint32_t>(values.size() - 1)});
  }
}

void order_categories(Sample& sample, std::size_t c) {
  const auto& column = sample.columns.columns[c];
  std::vector<std::uint32_t> starts(column.categories.size() + 1);
  for (const auto row : sample.rows) {
    if (!is_missing(column, row)) ++starts[column.codes[row] + 1];
  }
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  auto& order = sample.orders[c];
  order.resize(starts.back());
  for (const auto row : sample.rows) {
    if (!is_missing(column, row)) order[starts[column.codes[row]]++] = {row, column.codes[row]};
  }
}

}  // namespace

void for_columns(std::size_t columns, std::size_t rows,
                 const std::function<void(std::size_t)>& body) {
  const bool is_parallel = columns * rows > kParallelFrom;
  parallel_for(columns, is_parallel ? 1 : columns, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) body(c);
  });
}

Sample sample_of(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                 std::span<const double> weight, std::size_t classes_count) {
  Sample sample{.columns = columns, .y = y, .weight = weight, .classes_count = classes_count};
  for (std::uint32_t r = 0; r < columns.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    sample.rows.push_back(r);
    if (weight[r] != 1) sample.has_unit_weights = false;
  }
  sample.orders.resize(columns.columns.size());
  sample.values.resize(columns.columns.size());
  for_columns(columns.columns.size(), sample.rows.size(), [&](std::size_t c) {
    if (columns.columns[c].is_category()) order_categories(sample, c);
    else order_numbers(sample, c);
  });
  return sample;
}

}  // namespace holdfast::binary_tree
