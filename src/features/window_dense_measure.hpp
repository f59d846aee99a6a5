#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "features/lanes.hpp"
#include "features/window_kernel.hpp"

/// Running figures of one numeric column in a block of customers, and what windows take from their
/// ends. Inside features/ only; see window_dense.hpp.
namespace holdfast::features {

/// Where the current customer's windows begin and end among its rows, padded with empty ones to whole
/// groups of lanes.
struct Borders {
  std::size_t rows = 0, padded = 0;
  std::size_t events = 0;
  std::size_t first_event = 0;      // In the table.
  std::size_t place = 0;            // Of its first row in the block.
  std::vector<std::uint32_t> high;  // [padded]
  std::vector<std::uint32_t> low;   // [windows x padded]
};

/// Figures of a block by window and row, stride apart; a customer may write a few beyond its own
/// rows, as the next one's come after.
template <typename T>
class Figures {
 public:
  void resize(std::size_t parts, std::size_t rows) {
    stride_ = rows + kLanes;
    if (values_.size() < parts * stride_) values_.resize(parts * stride_);
  }
  T* part(std::size_t p) { return values_.data() + p * stride_; }
  const T* part(std::size_t p) const { return values_.data() + p * stride_; }

 private:
  std::size_t stride_ = 0;
  std::vector<T> values_;
};

inline bool is_any(const std::vector<int>& slots) {
  return std::ranges::any_of(slots, [](int slot) { return slot != kNoSlot; });
}

/// Takes figures at the windows' ends: to[r] = value(low, high) of each row.
template <typename T, typename Value>
void at_ends(const Borders& at, std::size_t w, Figures<T>& figures, std::size_t part, Value value) {
  const auto rows = at.rows;  // Copies: what is written might be any of the members.
  const auto* __restrict low = at.low.data() + w * at.padded;
  const auto* __restrict high = at.high.data();
  auto* __restrict to = figures.part(part) + at.place;
  for (std::size_t r = 0; r < rows; ++r) to[r] = value(low[r], high[r]);
}

/// Running sums of whole numbers, wrapping, and their differences over windows.
struct RunningSum {
  bool is_asked = true;
  std::vector<std::uint64_t> before;  // [events + 1]
  Figures<double> figures;            // [windows][rows]

  /// `addend(i)`: what event i adds.
  template <typename Addend>
  void gather(const Borders& at, std::size_t windows, Addend addend) {
    const auto events = at.events;
    before.resize(events + 1);
    auto* __restrict sums = before.data();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < events; ++i) {
      sums[i] = sum;
      sum += addend(i);
    }
    sums[events] = sum;
    for (std::size_t w = 0; w < windows; ++w) {
      at_ends(at, w, figures, w, [sums](std::uint32_t low, std::uint32_t high) {
        return static_cast<double>(static_cast<std::int64_t>(sums[high] - sums[low]));
      });
    }
  }
};

/// One numeric column.
class DenseMeasure {
 public:
  DenseMeasure(const Measure& measure, const history::ColumnData& column)
      : measure_(&measure),
        column_(&column),
        has_sums_(measure.is_whole && (is_any(measure.sum) || is_any(measure.mean))),
        has_first_(is_any(measure.first)),
        has_last_(is_any(measure.last)),
        has_values_(measure.needs_scan() || measure.has_running || has_first_ || has_last_) {}

  const history::ColumnData& column() const { return *column_; }

  void begin(std::size_t windows, std::size_t rows) {
    if (has_sums_ || !measure_->is_whole) sums_.figures.resize(windows, rows);
    if (measure_->needs_scan()) {
      for (auto* figures : {&shifted_, &squares_, &lowest_, &highest_}) figures->resize(windows, rows);
    }
    if (has_first_) first_.resize(windows, rows);
    if (has_last_) last_.resize(windows, rows);
  }

  void gather(const Borders& at, const std::vector<int>& windows) {
    if (has_values_) load(at);
    if (has_sums_) {
      const auto* whole = column_->integers.data() + at.first_event;
      sums_.gather(at, windows.size(), [whole](std::size_t i) { return static_cast<std::uint64_t>(whole[i]); });
    }
    if (measure_->has_running) run_figures(at.events);
    if (measure_->needs_scan()) {
      for (std::size_t r = 0; r < at.rows; r += kLanes) scan(at, windows, r);
    }
    if (has_first_ || has_last_) take_ends(at, windows.size());
  }

  void write(const std::vector<int>& windows, const Figures<std::int32_t>& counts, std::size_t first_row,
             std::size_t rows, Out& out) const {
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const Target to{first_row, rows, w, counts.part(w)};
      const auto* __restrict n = counts.part(w);
      const auto* __restrict sum = sums_.figures.part(w);
      const auto* __restrict shifted = shifted_.part(w);
      const auto* __restrict squares = squares_.part(w);
      const auto* __restrict lowest = lowest_.part(w);
      const auto* __restrict highest = highest_.part(w);
      const auto* __restrict first = first_.part(w);
      const auto* __restrict last = last_.part(w);
      const double scale = measure_->is_whole ? measure_->scale : 1;
      const bool is_running = windows[w] == 0;
      put(out, measure_->sum, to, 0, [=](std::size_t r) { return sum[r] / scale; });
      put(out, measure_->mean, to, 1, [=](std::size_t r) { return sum[r] / scale / n[r]; });
      put(out, measure_->min, to, 1, [=](std::size_t r) { return lowest[r]; });
      put(out, measure_->max, to, 1, [=](std::size_t r) { return highest[r]; });
      if (is_running) {
        put(out, measure_->sd, to, 2, [=](std::size_t r) { return std::sqrt(squares[r] / (n[r] - 1.0)); });
      } else {
        put(out, measure_->sd, to, 2, [=](std::size_t r) {
          const double m2 = squares[r] - shifted[r] * shifted[r] / n[r];
          return std::sqrt((m2 > 0.0 ? m2 : 0.0) / (n[r] - 1.0));
        });
      }
      put(out, measure_->first, to, 1, [=](std::size_t r) { return first[r]; });
      put(out, measure_->last, to, 1, [=](std::size_t r) { return last[r]; });
    }
  }

 private:
  struct Target {
    std::size_t first_row, rows, window;
    const std::int32_t* count;
  };

  /// Writes `value(r)` where at least `least` values are there, else 0 and missing.
  template <typename Value>
  static void put(Out& out, const std::vector<int>& slots, const Target& target, std::int32_t least, Value value) {
    if (slots.empty() || slots[target.window] == kNoSlot) return;
    out.move_to(target.first_row);
    auto* __restrict to = out.values(slots[target.window]);
    auto* __restrict valid = out.valid(slots[target.window]);
    const auto* __restrict count = target.count;
    for (std::size_t r = 0; r < target.rows; ++r) {
      const double v = value(r);
      to[r] = count[r] >= least ? v : 0.0;
    }
    for (std::size_t r = 0; r < target.rows; ++r) valid[r] = count[r] >= least ? 1 : 0;
  }

  void load(const Borders& at) {
    const auto events = at.events;
    values_.resize(events + 1);
    auto* __restrict value = values_.data();
    if (measure_->is_whole) {
      const auto* __restrict whole = column_->integers.data() + at.first_event;
      const double scale = measure_->scale;
      for (std::size_t i = 0; i < events; ++i) value[i] = static_cast<double>(whole[i]);
      // On its own, this loop divides several at once.
      for (std::size_t i = 0; i < events; ++i) value[i] /= scale;
    } else {
      for (std::size_t i = 0; i < events; ++i) value[i] = number_at(*column_, at.first_event + i);
    }
    value[events] = 0;
  }

  /// Lowest, highest, mean and squared deviations of every beginning (Welford 1962).
  void run_figures(std::size_t events) {
    for (auto* figure : {&low_, &high_, &mean_, &m2_}) figure->resize(events + 1);
    low_[0] = high_[0] = mean_[0] = m2_[0] = 0;
    for (std::size_t i = 0; i < events; ++i) {
      const double x = values_[i];
      low_[i + 1] = i == 0 ? x : std::min(low_[i], x);
      high_[i + 1] = i == 0 ? x : std::max(high_[i], x);
      const double step = x - mean_[i];
      mean_[i + 1] = mean_[i] + step / static_cast<double>(i + 1);
      m2_[i + 1] = m2_[i] + step * (x - mean_[i + 1]);
    }
  }

  /// Widening windows of four rows, scanned once from each row's newest value back. A lane that has
  /// reached its window's beginning repeats the newest value, which changes no figure.
  void scan(const Borders& borders, const std::vector<int>& windows, std::size_t r) {
    const double* __restrict value = values_.data();
    std::uint32_t at[kLanes], newest[kLanes];
    std::memcpy(at, borders.high.data() + r, sizeof at);
    Real4 shift;
    for (std::size_t l = 0; l < kLanes; ++l) {
      newest[l] = at[l] > 0 ? at[l] - 1 : static_cast<std::uint32_t>(borders.events);  // There stands 0.
      shift[l] = value[newest[l]];
    }
    Real4 sum = {}, squares = {}, lowest = shift, highest = shift;
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const auto to = borders.place + r;
      const auto* low = borders.low.data() + w * borders.padded + r;
      if (windows[w] == 0) {
        if (measure_->has_running) take_running(borders, w, r);
        continue;
      }
      std::uint32_t steps = 0;
      for (std::size_t l = 0; l < kLanes; ++l) steps = std::max(steps, at[l] - low[l]);
      for (; steps > 0; --steps) {
        std::uint32_t place[kLanes];
        for (std::size_t l = 0; l < kLanes; ++l) {
          const bool goes_on = at[l] > low[l];
          at[l] -= goes_on ? 1 : 0;
          place[l] = goes_on ? at[l] : newest[l];
        }
        const Real4 x = {value[place[0]], value[place[1]], value[place[2]], value[place[3]]};
        const Real4 d = x - shift;
        sum += d;
        squares += d * d;
        lowest = x < lowest ? x : lowest;
        highest = x > highest ? x : highest;
      }
      std::memcpy(shifted_.part(w) + to, &sum, sizeof sum);
      std::memcpy(squares_.part(w) + to, &squares, sizeof squares);
      std::memcpy(lowest_.part(w) + to, &lowest, sizeof lowest);
      std::memcpy(highest_.part(w) + to, &highest, sizeof highest);
      if (measure_->is_whole) continue;
      Real4 total = sum;
      for (std::size_t l = 0; l < kLanes; ++l) {
        total[l] += shift[l] * static_cast<double>(borders.high[r + l] - low[l]);
      }
      std::memcpy(sums_.figures.part(w) + to, &total, sizeof total);
    }
  }

  /// The window of all history.
  void take_running(const Borders& borders, std::size_t w, std::size_t r) {
    for (auto row = r; row < std::min(r + kLanes, borders.rows); ++row) {
      const auto high = borders.high[row];
      const auto to = borders.place + row;
      lowest_.part(w)[to] = low_[high];
      highest_.part(w)[to] = high_[high];
      squares_.part(w)[to] = m2_[high];
      if (!measure_->is_whole) sums_.figures.part(w)[to] = mean_[high] * high;
    }
  }

  void take_ends(const Borders& at, std::size_t windows) {
    const auto* values = values_.data();
    for (std::size_t w = 0; w < windows; ++w) {
      if (has_first_) at_ends(at, w, first_, w, [values](std::uint32_t low, std::uint32_t) { return values[low]; });
      if (!has_last_) continue;
      at_ends(at, w, last_, w, [values](std::uint32_t, std::uint32_t high) { return high > 0 ? values[high - 1] : 0; });
    }
  }

  const Measure* measure_;
  const history::ColumnData* column_;
  bool has_sums_, has_first_, has_last_, has_values_;
  std::vector<double> values_;  // [events + 1] of the current customer, and 0.
  RunningSum sums_;
  std::vector<double> low_, high_, mean_, m2_;  // [events + 1] of the first i values.
  Figures<double> shifted_, squares_, lowest_, highest_, first_, last_;  // [windows][rows]
};

}  // namespace holdfast::features
