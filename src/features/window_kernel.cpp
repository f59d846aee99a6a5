#include "features/window_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "features/window_dense.hpp"

namespace holdfast::features {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFFU;

/// A measure's present values of one list of rows, packed, with running figures.
struct Packed {
  std::vector<std::uint32_t> before;  // [n + 1] present values before position i.
  std::vector<double> value;          // [present]
  std::vector<std::uint64_t> sum;     // [present + 1] wrapping, whole numbers only.
  std::vector<std::int64_t> whole;    // [n] by position, 0 where missing.
  std::vector<double> low, high, mean, m2;  // [present + 1] of the first i values.
};

struct WindowScratch final : Prepared {
  std::unique_ptr<DenseWindows> dense;                  // Where the bucket's cells allow it.
  std::vector<std::vector<std::uint32_t>> category_of;  // [splits] code → place in values, or count.
  std::vector<std::vector<std::uint32_t>> last_place;   // [distincts] by code; kNone between lists.
  std::vector<std::uint32_t> low;                       // [windows x rows]
  std::vector<std::uint32_t> high;                      // [rows]
  std::vector<Packed> packed;                           // [measures]
  std::vector<std::uint32_t> counts;                    // [n + 1] running, of one category.
  std::vector<std::uint64_t> sums;                      // [n + 1] running, of one category.
  std::vector<double> n_in, sum_in, low_in, high_in, m2_in;  // [windows x rows] of one measure.
  std::vector<std::uint32_t> places, next;
  std::vector<double> real_sums;
};

/// A list of visible rows, and the planned rows [first, last) that read a beginning of it.
struct Range {
  std::span<const std::uint32_t> rows;
  std::size_t first = 0;
  std::size_t last = 0;
};

class WindowFamily final : public Family {
 public:
  explicit WindowFamily(WindowPlan plan) : plan_(std::move(plan)), is_plain_(plan_.is_plain()) {}

  std::unique_ptr<Prepared> prepare(const history::Bucket& bucket) const override {
    auto scratch = std::make_unique<WindowScratch>();
    if (is_plain_) scratch->dense = DenseWindows::make(plan_, bucket);
    const auto& data = bucket.tables[static_cast<std::size_t>(plan_.table)];
    for (const auto& split : plan_.splits) {
      const auto& column = data.columns[static_cast<std::size_t>(split.cell.column)];
      std::vector<std::uint32_t> place(column.categories.size(),
                                       static_cast<std::uint32_t>(split.values.size()));
      for (std::size_t code = 0; code < place.size(); ++code) {
        const auto found = std::ranges::find(split.values, column.categories[code]);
        place[code] = static_cast<std::uint32_t>(found - split.values.begin());
      }
      scratch->category_of.push_back(std::move(place));
    }
    for (const auto& distinct : plan_.distincts) {
      const auto& column = data.columns[static_cast<std::size_t>(distinct.cell.column)];
      scratch->last_place.emplace_back(column.categories.size(), kNone);
    }
    scratch->packed.resize(plan_.measures.size());
    return scratch;
  }

  void run_block(std::span<const Batch> block, Prepared* prepared, Out& out) const override {
    auto& dense = static_cast<WindowScratch&>(*prepared).dense;
    if (dense != nullptr && dense->can_run(block)) return dense->run(block, out);
    Family::run_block(block, prepared, out);
  }

  void run(const Batch& batch, Prepared* prepared, Out& out) const override {
    auto& scratch = static_cast<WindowScratch&>(*prepared);
    const auto& view = batch.view(plan_.table);
    if (view.is_shared && is_plain_) {
      return run_range(batch, {view.index, 0, batch.size()}, scratch, out);
    }
    for (std::size_t row = 0; row < batch.size(); ++row) {
      run_range(batch, {view.of(row), row, row + 1}, scratch, out);
    }
  }

 private:
  std::size_t windows() const { return plan_.windows.size(); }

  void run_range(const Batch& batch, const Range& range, WindowScratch& scratch, Out& out) const {
    const auto& data = batch.table(plan_.table);
    find_borders(batch, data, range, scratch);
    count_rows(range, scratch, out);
    const auto cutoff = batch.cutoffs[range.first];
    for (std::size_t m = 0; m < plan_.measures.size(); ++m) {
      pack(data, range, plan_.measures[m], cutoff, scratch.packed[m]);
      write_measure(range, plan_.measures[m], scratch.packed[m], scratch, out);
    }
    for (std::size_t s = 0; s < plan_.splits.size(); ++s) {
      split_by_category(data, range, s, cutoff, scratch, out);
    }
    for (std::size_t d = 0; d < plan_.distincts.size(); ++d) {
      count_distinct(data, range, d, cutoff, scratch, out);
    }
  }

  void find_borders(const Batch& batch, const history::TableData& data, const Range& range,
                    WindowScratch& scratch) const {
    const auto rows = range.last - range.first;
    const auto& view = batch.view(plan_.table);
    scratch.high.resize(rows);
    for (std::size_t r = 0; r < rows; ++r) scratch.high[r] = view.count[range.first + r];
    scratch.low.resize(windows() * rows);
    const auto* days = data.event_day.data();
    for (std::size_t w = 0; w < windows(); ++w) {
      auto* low = scratch.low.data() + w * rows;
      std::uint32_t place = 0;
      for (std::size_t r = 0; r < rows; ++r) {
        if (plan_.windows[w] > 0) {
          const auto from = batch.cutoffs[range.first + r] - plan_.windows[w];
          while (place < scratch.high[r] && days[range.rows[place]] < from) ++place;
        }
        low[r] = place;
      }
    }
  }

  void count_rows(const Range& range, const WindowScratch& scratch, Out& out) const {
    const auto rows = range.last - range.first;
    for (std::size_t w = 0; w < plan_.count.size(); ++w) {
      if (plan_.count[w] == kNoSlot) continue;
      auto* to = out.values(plan_.count[w]) + range.first;
      const auto* low = scratch.low.data() + w * rows;
      for (std::size_t r = 0; r < rows; ++r) to[r] = scratch.high[r] - low[r];
    }
  }

  static void pack(const history::TableData& data, const Range& range, const Measure& measure,
                   std::int32_t cutoff, Packed& packed) {
    const auto n = range.rows.size();
    const auto& column = data.columns[static_cast<std::size_t>(measure.cell.column)];
    packed.before.resize(n + 1);
    packed.value.resize(n);
    packed.whole.resize(measure.is_whole ? n : 0);
    packed.sum.resize(n + 1);
    packed.sum[0] = 0;
    std::uint32_t present = 0;
    const bool is_simple = measure.cell.is_plain() && column.valid.empty();
    if (is_simple && measure.is_whole) {
      pack_whole(column, range, measure.scale, packed);
      if (measure.has_running) run_figures(packed);
      return;
    }
    for (std::size_t i = 0; i < n; ++i) {
      packed.before[i] = present;
      const auto row = range.rows[i];
      const bool is_there = is_simple || measure.cell.is_readable(data, row, cutoff);
      if (measure.is_whole) packed.whole[i] = is_there ? column.integers[row] : 0;
      if (!is_there) continue;
      if (measure.is_whole) {
        packed.value[present] = static_cast<double>(column.integers[row]) / measure.scale;
        packed.sum[present + 1] = packed.sum[present] + static_cast<std::uint64_t>(column.integers[row]);
      } else {
        packed.value[present] = number_at(column, row);
      }
      ++present;
    }
    packed.before[n] = present;
    packed.value.resize(present);
    if (measure.has_running) run_figures(packed);
  }

  /// Whole numbers, none missing.
  static void pack_whole(const history::ColumnData& column, const Range& range, double scale,
                         Packed& packed) {
    const auto n = range.rows.size();
    const auto* __restrict cells = column.integers.data();
    const auto* __restrict rows = range.rows.data();
    auto* __restrict whole = packed.whole.data();
    auto* __restrict value = packed.value.data();
    auto* __restrict before = packed.before.data();
    auto* __restrict sums = packed.sum.data();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      before[i] = static_cast<std::uint32_t>(i);
      whole[i] = cells[rows[i]];
      sums[i] = sum;
      sum += static_cast<std::uint64_t>(whole[i]);
    }
    before[n] = static_cast<std::uint32_t>(n);
    sums[n] = sum;
    for (std::size_t i = 0; i < n; ++i) value[i] = static_cast<double>(whole[i]) / scale;
  }

  /// Lowest, highest, mean and squared deviations of every beginning (Welford 1962).
  static void run_figures(Packed& packed) {
    const auto n = packed.value.size();
    packed.low.resize(n + 1);
    packed.high.resize(n + 1);
    packed.mean.resize(n + 1);
    packed.m2.resize(n + 1);
    packed.mean[0] = packed.m2[0] = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = packed.value[i];
      packed.low[i + 1] = i == 0 ? x : std::min(packed.low[i], x);
      packed.high[i + 1] = i == 0 ? x : std::max(packed.high[i], x);
      const double step = x - packed.mean[i];
      packed.mean[i + 1] = packed.mean[i] + step / static_cast<double>(i + 1);
      packed.m2[i + 1] = packed.m2[i] + step * (x - packed.mean[i + 1]);
    }
  }

  void write_measure(const Range& range, const Measure& measure, const Packed& packed,
                     WindowScratch& scratch, Out& out) const {
    const auto rows = range.last - range.first;
    const auto cells = windows() * rows;
    for (auto* figures : {&scratch.n_in, &scratch.sum_in, &scratch.low_in, &scratch.high_in, &scratch.m2_in}) {
      figures->resize(cells);
    }
    if (measure.is_whole) sum_windows(rows, measure, packed, scratch);
    if (measure.needs_scan()) scan_windows(rows, measure, packed, scratch);
    for (std::size_t w = 0; w < windows(); ++w) write_window(range, measure, packed, w, scratch, out);
  }

  void sum_windows(std::size_t rows, const Measure& measure, const Packed& packed,
                   WindowScratch& scratch) const {
    for (std::size_t w = 0; w < windows(); ++w) {
      for (std::size_t r = 0; r < rows; ++r) {
        const auto cell = w * rows + r;
        const auto low = packed.before[scratch.low[cell]], high = packed.before[scratch.high[r]];
        const auto sum = static_cast<std::int64_t>(packed.sum[high] - packed.sum[low]);
        scratch.n_in[cell] = static_cast<double>(high - low);
        scratch.sum_in[cell] = static_cast<double>(sum) / measure.scale;
      }
    }
  }

  /// Widening windows are scanned once, from the newest value back.
  void scan_windows(std::size_t rows, const Measure& measure, const Packed& packed,
                    WindowScratch& scratch) const {
    for (std::size_t r = 0; r < rows; ++r) {
      const auto high = packed.before[scratch.high[r]];
      std::uint32_t at = high;
      const double shift = high > 0 ? packed.value[high - 1] : 0;
      double sum = 0, squares = 0, lowest = shift, highest = shift;
      for (std::size_t w = 0; w < windows(); ++w) {
        const auto cell = w * rows + r;
        const auto low = packed.before[scratch.low[cell]];
        const double count = high - low;
        scratch.n_in[cell] = count;
        if (plan_.windows[w] == 0) {
          if (!measure.has_running) continue;
          scratch.low_in[cell] = packed.low[high];
          scratch.high_in[cell] = packed.high[high];
          scratch.m2_in[cell] = packed.m2[high];
          if (!measure.is_whole) scratch.sum_in[cell] = packed.mean[high] * count;
          continue;
        }
        while (at > low) {
          const double x = packed.value[--at];
          const double d = x - shift;
          sum += d;
          squares += d * d;
          lowest = std::min(lowest, x);
          highest = std::max(highest, x);
        }
        scratch.low_in[cell] = lowest;
        scratch.high_in[cell] = highest;
        scratch.m2_in[cell] = count > 0 ? std::max(0.0, squares - sum * sum / count) : 0;
        if (!measure.is_whole) scratch.sum_in[cell] = sum + shift * count;
      }
    }
  }

  /// Writes `value(r)` where at least `least` values are there, else 0 and missing.
  template <typename Value>
  static void put(Out& out, const std::vector<int>& slots, std::size_t w, const Range& range,
                  const double* count, double least, Value value) {
    if (slots.empty() || slots[w] == kNoSlot) return;
    auto* __restrict to = out.values(slots[w]) + range.first;
    auto* __restrict valid = out.valid(slots[w]) + range.first;
    const auto rows = range.last - range.first;
    for (std::size_t r = 0; r < rows; ++r) {
      const double v = value(r);
      to[r] = count[r] >= least ? v : 0.0;
    }
    for (std::size_t r = 0; r < rows; ++r) valid[r] = count[r] >= least ? 1 : 0;
  }

  void write_window(const Range& range, const Measure& measure, const Packed& packed, std::size_t w,
                    const WindowScratch& scratch, Out& out) const {
    const auto rows = range.last - range.first;
    const auto at = w * rows;
    const double* __restrict n = scratch.n_in.data() + at;
    const double* __restrict sum = scratch.sum_in.data() + at;
    const double* __restrict lowest = scratch.low_in.data() + at;
    const double* __restrict highest = scratch.high_in.data() + at;
    const double* __restrict m2 = scratch.m2_in.data() + at;
    put(out, measure.sum, w, range, n, 0, [=](std::size_t r) { return sum[r]; });
    put(out, measure.mean, w, range, n, 1, [=](std::size_t r) { return sum[r] / n[r]; });
    put(out, measure.min, w, range, n, 1, [=](std::size_t r) { return lowest[r]; });
    put(out, measure.max, w, range, n, 1, [=](std::size_t r) { return highest[r]; });
    put(out, measure.sd, w, range, n, 2, [=](std::size_t r) { return std::sqrt(m2[r] / (n[r] - 1)); });
    put(out, measure.first, w, range, n, 1, [&](std::size_t r) {
      return n[r] > 0 ? packed.value[packed.before[scratch.low[at + r]]] : 0;
    });
    put(out, measure.last, w, range, n, 1, [&](std::size_t r) {
      return n[r] > 0 ? packed.value[packed.before[scratch.high[r]] - 1] : 0;
    });
  }

  void split_by_category(const history::TableData& data, const Range& range, std::size_t s,
                         std::int32_t cutoff, WindowScratch& scratch, Out& out) const {
    const auto& split = plan_.splits[s];
    const auto& column = data.columns[static_cast<std::size_t>(split.cell.column)];
    const auto n = range.rows.size();
    const auto values = split.values.size();
    const auto& category_of = scratch.category_of[s];
    const bool is_simple = split.cell.is_plain() && column.valid.empty();
    scratch.places.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto row = range.rows[i];
      scratch.places[i] = is_simple || split.cell.is_readable(data, row, cutoff)
                              ? category_of[column.codes[row]]
                              : static_cast<std::uint32_t>(values);
    }
    for (std::size_t v = 0; v < values; ++v) count_category(range, split, v, scratch, out);
    if (split.measure < 0) return;
    const auto m = static_cast<std::size_t>(split.measure);
    if (!plan_.measures[m].is_whole) return sum_reals(range, split, scratch.packed[m], scratch, out);
    for (std::size_t v = 0; v < values; ++v) {
      sum_category(range, split, v, plan_.measures[m].scale, scratch.packed[m], scratch, out);
    }
  }

  bool is_asked(const std::vector<int>& slots, std::size_t v, std::size_t values) const {
    for (std::size_t w = 0; w < windows(); ++w) {
      if (slots[w * values + v] != kNoSlot) return true;
    }
    return false;
  }

  void count_category(const Range& range, const CategorySplit& split, std::size_t v,
                      WindowScratch& scratch, Out& out) const {
    const auto n = range.rows.size();
    const auto values = split.values.size();
    if (!is_asked(split.count, v, values)) return;
    scratch.counts.resize(n + 1);
    auto* __restrict counts = scratch.counts.data();
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < n; ++i) {
      counts[i] = count;
      count += scratch.places[i] == v ? 1U : 0U;
    }
    counts[n] = count;
    const auto rows = range.last - range.first;
    for (std::size_t w = 0; w < windows(); ++w) {
      const int slot = split.count[w * values + v];
      if (slot == kNoSlot) continue;
      const auto* low = scratch.low.data() + w * rows;
      auto* __restrict to = out.values(slot) + range.first;
      for (std::size_t r = 0; r < rows; ++r) to[r] = counts[scratch.high[r]] - counts[low[r]];
    }
  }

  void sum_category(const Range& range, const CategorySplit& split, std::size_t v, double scale,
                    const Packed& packed, WindowScratch& scratch, Out& out) const {
    const auto n = range.rows.size();
    const auto values = split.values.size();
    if (!is_asked(split.sum, v, values)) return;
    scratch.sums.resize(n + 1);
    auto* __restrict sums = scratch.sums.data();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      sums[i] = sum;
      sum += scratch.places[i] == v ? static_cast<std::uint64_t>(packed.whole[i]) : 0U;
    }
    sums[n] = sum;
    const auto rows = range.last - range.first;
    for (std::size_t w = 0; w < windows(); ++w) {
      const int slot = split.sum[w * values + v];
      if (slot == kNoSlot) continue;
      const auto* low = scratch.low.data() + w * rows;
      auto* __restrict to = out.values(slot) + range.first;
      for (std::size_t r = 0; r < rows; ++r) {
        to[r] = static_cast<double>(static_cast<std::int64_t>(sums[scratch.high[r]] - sums[low[r]])) / scale;
      }
    }
  }

  void sum_reals(const Range& range, const CategorySplit& split, const Packed& packed,
                 WindowScratch& scratch, Out& out) const {
    const auto values = split.values.size();
    const auto rows = range.last - range.first;
    for (std::size_t r = 0; r < rows; ++r) {
      scratch.real_sums.assign(values + 1, 0.0);
      std::uint32_t at = scratch.high[r];
      for (std::size_t w = 0; w < windows(); ++w) {
        while (at > scratch.low[w * rows + r]) {
          --at;
          const auto present = packed.before[at];
          if (packed.before[at + 1] > present) {
            scratch.real_sums[scratch.places[at]] += packed.value[present];
          }
        }
        for (std::size_t v = 0; v < values; ++v) {
          const int slot = split.sum[w * values + v];
          if (slot != kNoSlot) out.values(slot)[range.first + r] = scratch.real_sums[v];
        }
      }
    }
  }

  /// A value counts at its last place in the window: the next same one lies beyond its end.
  void count_distinct(const history::TableData& data, const Range& range, std::size_t d,
                      std::int32_t cutoff, WindowScratch& scratch, Out& out) const {
    const auto& distinct = plan_.distincts[d];
    const auto& column = data.columns[static_cast<std::size_t>(distinct.cell.column)];
    auto& last_place = scratch.last_place[d];
    const auto n = static_cast<std::uint32_t>(range.rows.size());
    scratch.next.resize(n);
    scratch.places.resize(n + 1);  // Here: distinct values before position i.
    std::uint32_t seen = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
      scratch.places[i] = seen;
      scratch.next[i] = 0;  // Never counts: no row ends at 0.
      if (!distinct.cell.is_readable(data, range.rows[i], cutoff)) continue;
      auto& last = last_place[column.codes[range.rows[i]]];
      if (last == kNone) {
        ++seen;
      } else {
        scratch.next[last] = i;
      }
      last = i;
      scratch.next[i] = n;
    }
    scratch.places[n] = seen;
    for (const auto row : range.rows) {
      if (column.is_valid(row)) last_place[column.codes[row]] = kNone;
    }
    const auto rows = range.last - range.first;
    for (std::size_t r = 0; r < rows; ++r) {
      const auto high = scratch.high[r];
      std::uint32_t at = high, count = 0;
      for (std::size_t w = 0; w < windows(); ++w) {
        const int slot = distinct.slots[w];
        if (plan_.windows[w] == 0) {
          if (slot != kNoSlot) out.values(slot)[range.first + r] = scratch.places[high];
          continue;
        }
        for (const auto low = scratch.low[w * rows + r]; at > low;) {
          --at;
          count += scratch.next[at] >= high ? 1U : 0U;
        }
        if (slot != kNoSlot) out.values(slot)[range.first + r] = count;
      }
    }
  }

  WindowPlan plan_;
  bool is_plain_;
};

}  // namespace

bool WindowPlan::is_plain() const {
  const auto plain = [](const auto& part) { return part.cell.is_plain(); };
  return std::ranges::all_of(measures, plain) && std::ranges::all_of(splits, plain) &&
         std::ranges::all_of(distincts, plain);
}

std::unique_ptr<Family> make_window_family(WindowPlan plan) {
  for (auto& measure : plan.measures) {
    for (const auto* slots : {&measure.mean, &measure.min, &measure.max, &measure.sd}) {
      measure.has_running = measure.has_running || (!slots->empty() && slots->back() != kNoSlot);
    }
    measure.has_running = measure.has_running || !measure.is_whole;
  }
  return std::make_unique<WindowFamily>(std::move(plan));
}

}  // namespace holdfast::features
