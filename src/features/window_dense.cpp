#include "features/window_dense.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/lanes.hpp"
#include "features/window_dense_measure.hpp"

namespace holdfast::features {
namespace {

constexpr std::size_t kWordLanes = 4;             // Counts of 16 bits in a word.
constexpr std::size_t kWordsMax = 8;              // So at most 32 categories.
constexpr std::size_t kRowsOfOneMax = 0xFFFF;     // Events of one customer, by those 16 bits.
constexpr auto kNever = std::numeric_limits<std::int32_t>::min();

/// Counts by category of one text column, four to a word.
class DenseCategories {
 public:
  DenseCategories(int column_index, const history::ColumnData& column)
      : column_index_(column_index),
        column_(&column),
        words_((column.categories.size() + kWordLanes - 1) / kWordLanes) {
    const auto codes = column.categories.size();
    added_.assign(words_ * codes, 0);
    for (std::size_t code = 0; code < codes; ++code) {
      added_[code / kWordLanes * codes + code] = std::uint64_t{1} << 16 * (code % kWordLanes);
    }
  }

  int column_index() const { return column_index_; }
  void begin(std::size_t windows, std::size_t rows) { figures_.resize(windows * words_, rows); }

  void gather(const Borders& at, std::size_t windows) {
    const auto events = at.events;
    const auto* __restrict codes = column_->codes.data() + at.first_event;
    before_.resize(events + 1);
    auto* __restrict before = before_.data();
    for (std::size_t word = 0; word < words_; ++word) {
      const auto* __restrict added = added_.data() + word * column_->categories.size();
      std::uint64_t counts = 0;
      for (std::size_t i = 0; i < events; ++i) {
        before[i] = counts;
        counts += added[codes[i]];
      }
      before[events] = counts;
      for (std::size_t w = 0; w < windows; ++w) {
        at_ends(at, w, figures_, w * words_ + word,
                [before](std::uint32_t low, std::uint32_t high) { return before[high] - before[low]; });
      }
    }
  }

  void write_count(std::size_t w, std::size_t code, std::size_t rows, double* __restrict to) const {
    const auto* __restrict counts = figures_.part(w * words_ + code / kWordLanes);
    const auto shift = 16 * (code % kWordLanes);
    for (std::size_t r = 0; r < rows; ++r) {
      to[r] = static_cast<std::int32_t>(counts[r] >> shift & 0xFFFF);
    }
  }

  /// How many categories were counted at least once.
  void write_distinct(std::size_t w, std::size_t rows, double* __restrict to) const {
    for (std::size_t word = 0; word < words_; ++word) {
      const auto* __restrict counts = figures_.part(w * words_ + word);
      for (std::size_t r = 0; r < rows; ++r) {
        constexpr std::uint64_t kLow = 0x7FFF7FFF7FFF7FFF, kOne = 0x0001000100010001;
        auto some = (((counts[r] & kLow) + kLow) | counts[r]) >> 15 & kOne;  // 1 in each lane above 0.
        some += some >> 32;
        some += some >> 16;
        const double number = static_cast<std::int32_t>(some & 0xFFFF);
        to[r] = word == 0 ? number : to[r] + number;
      }
    }
    if (words_ == 0) std::fill_n(to, rows, 0.0);
  }

 private:
  int column_index_;
  const history::ColumnData* column_;
  std::size_t words_;
  std::vector<std::uint64_t> added_;   // [words x codes] what an event of a code adds.
  std::vector<std::uint64_t> before_;  // [events + 1] of the current word.
  Figures<std::uint64_t> figures_;     // [windows x words][rows]
};

/// Counts, and sums of a measure, of the categories a split asks for.
struct DenseSplit {
  const CategorySplit* split = nullptr;
  std::size_t categories = 0;            // Place of the column's DenseCategories.
  const history::ColumnData* column = nullptr, *amounts = nullptr;
  double scale = 1;
  std::vector<std::size_t> code_of;      // [values] in this bucket; the number of codes: none has it.
  std::vector<RunningSum> sums;          // [values] those asked for.

  void gather(const Borders& at, std::size_t windows) {
    for (std::size_t v = 0; v < sums.size(); ++v) {
      if (!sums[v].is_asked) continue;
      const auto* codes = column->codes.data() + at.first_event;
      const auto* whole = amounts->integers.data() + at.first_event;
      const auto code = static_cast<std::uint32_t>(code_of[v]);
      // A mask and no jump: nobody can guess the next category.
      sums[v].gather(at, windows, [=](std::size_t i) {
        return static_cast<std::uint64_t>(whole[i]) & (codes[i] == code ? ~std::uint64_t{0} : 0);
      });
    }
  }

  void write(const DenseCategories& counts, std::size_t windows, std::size_t rows, Out& out) const {
    const auto values = code_of.size();
    for (std::size_t w = 0; w < windows; ++w) {
      for (std::size_t v = 0; v < values; ++v) {
        const int slot = split->count[w * values + v];
        if (slot == kNoSlot) continue;
        if (code_of[v] == column->categories.size()) {
          std::fill_n(out.values(slot), rows, 0.0);
        } else {
          counts.write_count(w, code_of[v], rows, out.values(slot));
        }
      }
      for (std::size_t v = 0; v < values && !split->sum.empty(); ++v) {
        const int slot = split->sum[w * values + v];
        if (slot == kNoSlot) continue;
        const auto* __restrict sum = sums[v].figures.part(w);
        auto* __restrict to = out.values(slot);
        for (std::size_t r = 0; r < rows; ++r) to[r] = sum[r] / scale;
      }
    }
  }
};

/// True where every cell is there and may be read as soon as its row is seen.
bool is_complete(const Cell& cell, const history::TableData& data) {
  return cell.is_plain() && data.columns[static_cast<std::size_t>(cell.column)].valid.empty();
}

}  // namespace

struct DenseWindows::State {
  const WindowPlan* plan;
  const history::TableData* data;
  Borders borders;
  std::vector<std::int32_t> limits;  // [bounded windows x padded rows] first day of each.
  Figures<std::int32_t> counts;      // [windows][rows]
  std::vector<DenseMeasure> measures;
  std::vector<DenseCategories> categories;
  std::vector<DenseSplit> splits;
  std::vector<std::size_t> distincts;  // [distincts] place in `categories`.

  std::size_t windows() const { return plan->windows.size(); }

  const history::ColumnData& column(const Cell& cell) const {
    return data->columns[static_cast<std::size_t>(cell.column)];
  }

  std::size_t categories_of(const Cell& cell) {
    const auto found = std::ranges::find(categories, cell.column, &DenseCategories::column_index);
    if (found != categories.end()) return static_cast<std::size_t>(found - categories.begin());
    categories.emplace_back(cell.column, column(cell));
    return categories.size() - 1;
  }

  void add_split(const CategorySplit& split) {
    DenseSplit dense{.split = &split, .categories = categories_of(split.cell), .column = &column(split.cell)};
    for (const auto& value : split.values) {
      const auto found = std::ranges::find(dense.column->categories, value);
      dense.code_of.push_back(static_cast<std::size_t>(found - dense.column->categories.begin()));
    }
    if (split.measure >= 0) {
      const auto& measure = plan->measures[static_cast<std::size_t>(split.measure)];
      dense.amounts = &column(measure.cell);
      dense.scale = measure.scale;
      dense.sums.resize(split.values.size());
      for (std::size_t v = 0; v < dense.sums.size(); ++v) {
        dense.sums[v].is_asked = false;
        for (std::size_t w = 0; w < windows(); ++w) {
          dense.sums[v].is_asked |= split.sum[w * dense.sums.size() + v] != kNoSlot;
        }
      }
    }
    splits.push_back(std::move(dense));
  }

  void begin(std::size_t rows) {
    counts.resize(windows(), rows);
    for (auto& measure : measures) measure.begin(windows(), rows);
    for (auto& column : categories) column.begin(windows(), rows);
    for (auto& split : splits) {
      for (auto& sum : split.sums) {
        if (sum.is_asked) sum.figures.resize(windows(), rows);
      }
    }
  }

  void find_borders(const Batch& batch, std::size_t place) {
    auto& at = borders;
    const auto& view = batch.view(plan->table);
    at.rows = batch.size();
    at.padded = lanes_up(at.rows);
    at.events = view.index.size();
    at.first_event = data->begin[batch.customer];
    at.place = place;
    at.high.assign(at.padded, 0);
    std::ranges::copy(view.count, at.high.begin());
    const auto bounded = windows() - (plan->windows.back() == 0 ? 1 : 0);
    limits.assign(bounded * at.padded, kNever);
    for (std::size_t w = 0; w < bounded; ++w) {
      auto* limit = limits.data() + w * at.padded;
      for (std::size_t r = 0; r < at.rows; ++r) limit[r] = batch.cutoffs[r] - plan->windows[w];
    }
    at.low.assign(windows() * at.padded, 0);
    count_before(std::span(data->event_day).subspan(at.first_event, at.events), limits, at.low.data());
    for (std::size_t w = 0; w < windows(); ++w) {
      auto* low = at.low.data() + w * at.padded;
      auto* count = counts.part(w) + place;
      for (std::size_t r = 0; r < at.padded; ++r) {
        // A window wider than what is seen yet is empty, not negative.
        low[r] = std::min(low[r], at.high[r]);
        count[r] = static_cast<std::int32_t>(at.high[r] - low[r]);
      }
    }
  }

  void write(std::size_t first_row, std::size_t rows, Out& out) {
    out.move_to(first_row);
    for (std::size_t w = 0; w < plan->count.size(); ++w) {
      if (plan->count[w] == kNoSlot) continue;
      const auto* __restrict count = counts.part(w);
      auto* __restrict to = out.values(plan->count[w]);
      for (std::size_t r = 0; r < rows; ++r) to[r] = count[r];
    }
    for (const auto& measure : measures) measure.write(plan->windows, counts, first_row, rows, out);
    for (const auto& split : splits) split.write(categories[split.categories], windows(), rows, out);
    for (std::size_t d = 0; d < distincts.size(); ++d) {
      for (std::size_t w = 0; w < windows(); ++w) {
        const int slot = plan->distincts[d].slots[w];
        if (slot != kNoSlot) categories[distincts[d]].write_distinct(w, rows, out.values(slot));
      }
    }
  }
};

std::unique_ptr<DenseWindows> DenseWindows::make(const WindowPlan& plan, const history::Bucket& bucket) {
  const auto& data = bucket.tables[static_cast<std::size_t>(plan.table)];
  if (data.rows == 0) return nullptr;
  const auto fits = [&](const Cell& cell) {
    const auto& column = data.columns[static_cast<std::size_t>(cell.column)];
    return is_complete(cell, data) && column.categories.size() <= kWordsMax * kWordLanes;
  };
  const bool can_count = std::ranges::all_of(plan.splits, fits, &CategorySplit::cell) &&
                         std::ranges::all_of(plan.distincts, fits, &DistinctValues::cell);
  const bool can_measure = std::ranges::all_of(
      plan.measures, [&](const auto& measure) { return is_complete(measure.cell, data); });
  const bool can_split = std::ranges::all_of(plan.splits, [&](const auto& split) {
    return split.measure < 0 || plan.measures[static_cast<std::size_t>(split.measure)].is_whole;
  });
  if (!can_count || !can_measure || !can_split) return nullptr;
  return std::make_unique<DenseWindows>(plan, data);
}

DenseWindows::DenseWindows(const WindowPlan& plan, const history::TableData& data)
    : state_(std::make_unique<State>()) {
  state_->plan = &plan;
  state_->data = &data;
  for (const auto& measure : plan.measures) state_->measures.emplace_back(measure, state_->column(measure.cell));
  for (const auto& split : plan.splits) state_->add_split(split);
  for (const auto& distinct : plan.distincts) state_->distincts.push_back(state_->categories_of(distinct.cell));
}

DenseWindows::~DenseWindows() = default;

bool DenseWindows::can_run(std::span<const Batch> block) const {
  return std::ranges::all_of(block, [&](const Batch& batch) {
    const auto& view = batch.view(state_->plan->table);
    return view.is_shared && view.index.size() <= kRowsOfOneMax;
  });
}

void DenseWindows::run(std::span<const Batch> block, Out& out) {
  auto& state = *state_;
  const auto first_row = block.front().first_row;
  const auto rows = block.back().first_row + block.back().size() - first_row;
  state.begin(rows);
  for (const auto& batch : block) {
    state.find_borders(batch, batch.first_row - first_row);
    for (auto& measure : state.measures) measure.gather(state.borders, state.plan->windows);
    for (auto& column : state.categories) column.gather(state.borders, state.windows());
    for (auto& split : state.splits) split.gather(state.borders, state.windows());
  }
  state.write(first_row, rows, out);
}

}  // namespace holdfast::features
