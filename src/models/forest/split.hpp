#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "models/forest/grower.hpp"

/// The best split of a node: histograms of a few columns at a time, each read in the order of its
/// occupied bins and cleared on the way.
namespace holdfast::forest {

struct Split {
  double impurity = std::numeric_limits<double>::infinity();  // Of the two children.
  std::size_t column = 0;
  bool is_category = false;
  bool is_missing_first = false;
  Cut cut;                             // Numeric.
  std::vector<std::uint64_t> set;      // Category: bins that go first.

  bool exists() const { return impurity < std::numeric_limits<double>::infinity(); }
};

template <typename Bin, typename Tally>
class Splitter {
 public:
  Splitter(const Sample& sample, const Growth& growth)
      : sample_(&sample), growth_(&growth), histograms_(kColumnsAtOnce * kSlots),
        occupied_(kColumnsAtOnce * kWords), slots_(kSlots) {
    for (std::uint32_t c = 0; c < sample.columns.size(); ++c) order_.push_back(c);
  }

  /// The best of the splits by columns drawn from all, or none.
  Split best(std::span<const Draw> draws, const Bin* cells, const Tally& all, Random& random) {
    Split split;
    const std::size_t columns = order_.size();
    for (std::size_t done = 0; done < columns;) {
      const bool is_enough = done >= growth_->columns_tried;
      if (is_enough && split.exists()) break;
      const std::size_t wanted = is_enough ? 1 : growth_->columns_tried - done;
      const std::size_t count = std::min({wanted, kColumnsAtOnce, columns - done});
      for (std::size_t j = done; j < done + count; ++j) {
        std::swap(order_[j], order_[j + draw_below(random, columns - j)]);
      }
      const std::span chosen(order_.data() + done, count);
      count_up(draws, cells, chosen);
      for (std::size_t j = 0; j < count; ++j) look_at(chosen[j], j, draws.size(), all, split);
      done += count;
    }
    return split;
  }

 private:
  static constexpr std::uint32_t kMissing = Coding<Bin>::kMissing;
  static constexpr std::size_t kSlots = std::size_t{kMissing} + 1;
  static constexpr std::size_t kWords = kSlots / 64;
  static constexpr std::size_t kColumnsAtOnce = 8;
  static constexpr std::size_t kFew = 2 * kSlots;  // Draws up to which occupied bins are marked.

  struct Slot {
    Tally tally;
    std::uint32_t bin;
  };

  /// As Random::below without its division; the bias is below bound / 2⁶⁴.
  static std::size_t draw_below(Random& random, std::size_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>(static_cast<Wide>(random.next()) * bound >> 64);
  }

  void count_up(std::span<const Draw> draws, const Bin* cells,
                std::span<const std::uint32_t> chosen) {
    if (draws.size() > kFew) tally<false>(draws, cells, chosen);
    else tally<true>(draws, cells, chosen);
  }

  template <bool is_marking>
  void tally(std::span<const Draw> draws, const Bin* cells,
             std::span<const std::uint32_t> chosen) {
    const std::size_t width = sample_->columns.size();
    Tally* const histograms = histograms_.data();
    std::uint64_t* const occupied = occupied_.data();
    for (const Draw& draw : draws) {
      const Bin* row = cells + draw.row * width;
      const auto add = Tally::of(draw);
      for (std::size_t j = 0; j < chosen.size(); ++j) {
        const std::size_t bin = row[chosen[j]];
        histograms[j * kSlots + bin] += add;
        if constexpr (is_marking) occupied[j * kWords + bin / 64] |= std::uint64_t{1} << (bin % 64);
      }
    }
  }

  /// Moves the occupied bins of histogram j to slots_, in order; the missing cells to `missing`.
  std::size_t collect(std::size_t j, std::size_t draws_count, std::uint32_t bins, Tally& missing) {
    Tally* histogram = histograms_.data() + j * kSlots;
    std::size_t count = 0;
    if (draws_count > kFew) {
      for (std::uint32_t bin = 0; bin < bins; ++bin) {
        slots_[count] = {histogram[bin], bin};
        count += histogram[bin].total() > 0 ? 1 : 0;
      }
      missing = histogram[kMissing];
      std::fill_n(histogram, bins, Tally{});
      histogram[kMissing] = Tally{};
      return count;
    }
    std::uint64_t* words = occupied_.data() + j * kWords;
    for (std::size_t w = 0; w < kWords; ++w) {
      for (auto word = words[w]; word != 0; word &= word - 1) {
        const std::size_t bin = w * 64 + static_cast<std::size_t>(std::countr_zero(word));
        slots_[count++] = {histogram[bin], static_cast<std::uint32_t>(bin)};
        histogram[bin] = Tally{};
      }
      words[w] = 0;
    }
    if (count > 0 && slots_[count - 1].bin == kMissing) missing = slots_[--count].tally;
    return count;
  }

  void look_at(std::uint32_t column, std::size_t j, std::size_t draws_count, const Tally& all,
               Split& split) {
    Tally missing{};
    const auto& binned = sample_->columns[column];
    const std::size_t count = collect(j, draws_count, binned.bins, missing);
    if (count == 0 || (count == 1 && missing.total() == 0)) return;
    if (!binned.is_category) {
      if (scan(count, all, missing, split)) take_number(column, count, split);
      return;
    }
    // Two classes need one order; of more, each class gives one.
    const bool is_pair = growth_->classes == 2;
    for (std::size_t k = is_pair ? 1 : 0; k < growth_->classes; ++k) {
      if (all.of_class(k) == 0) continue;
      sort_by_share(count, k);
      if (scan(count, all, missing, split)) take_category(column, count, all, split);
    }
  }

  /// By the share of class k; exact in whole numbers, equal shares by bin.
  void sort_by_share(std::size_t count, std::size_t k) {
    std::sort(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(count),
              [&](const Slot& a, const Slot& b) {
                const auto left = std::uint64_t{a.tally.of_class(k)} * b.tally.total();
                const auto right = std::uint64_t{b.tally.of_class(k)} * a.tally.total();
                return left != right ? left < right : a.bin < b.bin;
              });
  }

  /// Tries every border between slots, missing cells on either side; is there a better one?
  bool scan(std::size_t count, const Tally& all, const Tally& missing, Split& split) {
    const auto least = growth_->leaf_rows_min;
    const std::span<const double> weights = growth_->class_weights;
    const bool has_missing = missing.total() > 0;
    bool is_better = false;
    Tally first{};
    const auto consider = [&](const Tally& left, std::size_t last, bool is_missing_first) {
      const std::uint32_t size = left.total();
      if (size < least || all.total() - size < least) return;
      Tally right = all;
      right -= left;
      const double cost = impurity(left, right, weights);
      if (!(cost < split.impurity)) return;
      split.impurity = cost;
      split.is_missing_first = is_missing_first;
      last_ = last;
      is_better = true;
    };
    for (std::size_t i = 0; i + 1 < count; ++i) {
      first += slots_[i].tally;
      consider(first, i, false);
      if (has_missing) {
        Tally with = first;
        with += missing;
        consider(with, i, true);
      }
    }
    if (has_missing) {  // Known or not.
      first += slots_[count - 1].tally;
      consider(first, count - 1, false);
    }
    if (is_better && !has_missing) {  // Nobody asked: to the larger child.
      std::uint64_t size = 0;
      for (std::size_t i = 0; i <= last_; ++i) size += slots_[i].tally.total();
      split.is_missing_first = 2 * size >= all.total();
    }
    return is_better;
  }

  void take_number(std::size_t column, std::size_t count, Split& split) {
    split.column = column;
    split.is_category = false;
    const auto& binned = sample_->columns[column];
    split.cut = cut_between(binned, slots_[last_].bin,
                            last_ + 1 < count ? slots_[last_ + 1].bin : binned.bins);
  }

  /// Categories that nobody here has go with the larger child.
  void take_category(std::size_t column, std::size_t count, const Tally& all, Split& split) {
    std::uint64_t size = 0;
    for (std::size_t i = 0; i <= last_; ++i) size += slots_[i].tally.total();
    split.column = column;
    split.is_category = true;
    const bool is_first_larger = 2 * size >= all.total();
    split.set.assign(kWords, is_first_larger ? ~std::uint64_t{0} : 0);
    const auto put = [&](std::uint32_t bin, bool is_first) {
      const auto bit = std::uint64_t{1} << (bin % 64);
      split.set[bin / 64] = is_first ? split.set[bin / 64] | bit : split.set[bin / 64] & ~bit;
    };
    for (std::size_t i = 0; i < count; ++i) put(slots_[i].bin, i <= last_);
    put(kMissing, split.is_missing_first);
  }

  const Sample* sample_;
  const Growth* growth_;
  std::vector<Tally> histograms_;       // [kColumnsAtOnce x kSlots] all zero between nodes.
  std::vector<std::uint64_t> occupied_; // [kColumnsAtOnce x kWords]
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> order_;    // Columns; the drawn ones come first.
  std::size_t last_ = 0;                // Slot before the best border.
};

}  // namespace holdfast::forest
