#include "models/forest/bins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"

namespace holdfast::forest {
namespace {

constexpr std::size_t kWideRowsMax = 4096;

bool is_known(const dataset::ColumnView& column, std::uint32_t row) {
  if (column.valid[row] == 0) return false;
  return column.is_category() ? column.codes[row] < column.categories.size()
                              : !std::isnan(column.values[row]);
}

/// Cuts values or categories, in order, into groups of about equal size; a large one stands alone.
class Cutter {
 public:
  Cutter(std::size_t rows, std::size_t items, std::size_t bins_max)
      : rows_left_(rows), items_left_(items), bins_left_(bins_max) {}

  /// Is the bin full now that the next item, of `size` rows, is in it?
  bool is_full_after(std::size_t size) {
    in_bin_ += size;
    --items_left_;
    const bool has_room = items_left_ < bins_left_;  // Every other item can have its own bin.
    if (bins_left_ <= 1 || (!has_room && in_bin_ * bins_left_ < rows_left_)) return false;
    rows_left_ -= in_bin_;
    in_bin_ = 0;
    --bins_left_;
    return true;
  }

 private:
  std::size_t rows_left_, items_left_, bins_left_;
  std::size_t in_bin_ = 0;
};

void bin_numbers(const dataset::ColumnView& column, std::span<const std::uint32_t> rows,
                 std::size_t bins_max, BinnedColumn& result) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const auto r : rows) {
    if (is_known(column, r)) values.push_back(column.values[r] + 0.0);  // No −0.
  }
  std::ranges::sort(values);
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == 0 || values[i] != values[i - 1]) ++distinct;
  }
  Cutter cutter(values.size(), distinct, bins_max);
  bool is_new = true;
  for (std::size_t i = 0; i < values.size();) {
    std::size_t end = i;
    while (end < values.size() && values[end] == values[i]) ++end;
    if (is_new) {
      result.least.push_back(values[i]);
      result.most.push_back(values[i]);
    }
    result.most.back() = values[i];
    is_new = cutter.is_full_after(end - i);
    i = end;
  }
  result.bins = static_cast<std::uint32_t>(result.least.size());
}

void bin_categories(const dataset::ColumnView& column, std::span<const std::uint32_t> rows,
                    std::span<const std::uint8_t> is_rare, std::size_t bins_max,
                    BinnedColumn& result) {
  const std::size_t count = column.categories.size();
  std::vector<std::size_t> size(count), rare(count);
  std::size_t known = 0;
  std::size_t known_rare = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_known(column, rows[i])) continue;
    ++size[column.codes[rows[i]]];
    rare[column.codes[rows[i]]] += is_rare[i];
    ++known;
    known_rare += is_rare[i];
  }
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < count; ++k) {
    if (size[k] > 0) order.push_back(k);
  }
  if (order.size() > bins_max) {
    const double overall = static_cast<double>(known_rare) / static_cast<double>(known);
    std::ranges::stable_sort(order, {}, [&](std::size_t k) {  // A category of few rows says little.
      return (static_cast<double>(rare[k]) + overall) / (static_cast<double>(size[k]) + 1);
    });
  }
  Cutter cutter(known, order.size(), bins_max);
  result.bin_of_code.assign(count, -1);
  bool is_new = true;
  for (const auto k : order) {
    if (is_new) ++result.bins;
    result.bin_of_code[k] = static_cast<std::int32_t>(result.bins) - 1;
    is_new = cutter.is_full_after(size[k]);
  }
}

BinnedColumn binned(const dataset::ColumnView& column, std::span<const std::uint32_t> rows,
                    std::span<const std::uint8_t> is_rare, std::size_t bins_max) {
  BinnedColumn result{.is_category = column.is_category()};
  if (result.is_category) bin_categories(column, rows, is_rare, bins_max, result);
  else if (!column.values.empty()) bin_numbers(column, rows, bins_max, result);
  return result;
}

bool varies(const BinnedColumn& column, const dataset::ColumnView& source,
            std::span<const std::uint32_t> rows) {
  if (column.bins != 1) return column.bins > 1;
  return std::ranges::any_of(rows, [&](std::uint32_t r) { return !is_known(source, r); });
}

/// The bin of a known value: the first whose largest value is not below it.
std::uint32_t bin_of(const BinnedColumn& column, double value) {
  const double* begin = column.most.data();
  for (std::size_t length = column.most.size(); length > 1;) {
    const std::size_t half = length / 2;
    begin += begin[half - 1] < value ? half : 0;
    length -= half;
  }
  return static_cast<std::uint32_t>(begin - column.most.data());
}

template <typename Bin>
void encode(const dataset::Columns& columns, const Sample& sample, std::vector<Bin>& cells) {
  const std::size_t width = sample.columns.size();
  cells.resize(sample.rows.size() * width);
  parallel_for(sample.rows.size(), 4096, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = 0; c < width; ++c) {
      const auto& column = sample.columns[c];
      const auto& source = columns.columns[column.source];
      for (std::size_t i = begin; i < end; ++i) {
        const auto r = sample.rows[i];
        std::uint32_t bin = Coding<Bin>::kMissing;
        if (is_known(source, r)) {
          bin = column.is_category
                    ? static_cast<std::uint32_t>(column.bin_of_code[source.codes[r]])
                    : bin_of(column, source.values[r]);
        }
        cells[i * width + c] = static_cast<Bin>(bin);
      }
    }
  });
}

/// Rows of the class with the fewest of them.
std::vector<std::uint8_t> rare_rows(std::span<const std::uint8_t> y, std::size_t classes) {
  std::vector<std::size_t> counts(classes);
  for (const auto k : y) ++counts[k];
  std::size_t rarest = 0;
  for (std::size_t k = 1; k < classes; ++k) {
    if (counts[k] > 0 && (counts[rarest] == 0 || counts[k] <= counts[rarest])) rarest = k;
  }
  std::vector<std::uint8_t> result;
  for (const auto k : y) result.push_back(k == rarest ? 1 : 0);
  return result;
}

}  // namespace

Sample sample_of(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                 std::span<const double> weight, std::size_t classes, const Options& options) {
  Sample sample;
  for (std::uint32_t r = 0; r < columns.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    sample.rows.push_back(r);
    sample.y.push_back(y[r]);
    sample.weight.push_back(weight[r]);
  }
  sample.is_wide = options.bins_max > 0 ? options.bins_max > 255
                                        : sample.rows.size() <= kWideRowsMax;
  const std::size_t room = sample.is_wide ? Coding<std::uint16_t>::kMissing
                                          : Coding<std::uint8_t>::kMissing;
  const std::size_t bins_max =
      options.bins_max > 0 ? std::min(room, static_cast<std::size_t>(options.bins_max)) : room;
  const auto is_rare = rare_rows(sample.y, classes);
  std::vector<BinnedColumn> all(columns.columns.size());
  parallel_for(all.size(), 1, [&](std::size_t c, std::size_t) {
    all[c] = binned(columns.columns[c], sample.rows, is_rare, bins_max);
    all[c].source = static_cast<std::uint32_t>(c);
  });
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (varies(all[c], columns.columns[c], sample.rows)) sample.columns.push_back(std::move(all[c]));
  }
  if (sample.is_wide) encode(columns, sample, sample.wide);
  else encode(columns, sample, sample.narrow);
  return sample;
}

Cut cut_between(const BinnedColumn& column, std::uint32_t below, std::uint32_t above) {
  if (above == column.bins) return {column.bins - 1, std::numeric_limits<double>::max()};
  const auto middle = [&](std::uint32_t left, std::uint32_t right) {
    return column.most[left] / 2 + column.least[right] / 2;
  };
  const double midway = middle(below, above);
  std::uint32_t last = below;
  while (last + 1 < above && column.most[last + 1] <= midway) ++last;
  double threshold = midway < column.least[last + 1] ? midway : middle(last, last + 1);
  // Neighbouring numbers, or infinite ones, have nothing between them.
  if (!(column.most[last] <= threshold && threshold < column.least[last + 1])) {
    threshold = column.most[last];
  }
  return {last, threshold};
}

}  // namespace holdfast::forest
