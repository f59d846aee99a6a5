#include "models/binary_tree/surrogates.hpp"

#include <algorithm>

#include "models/binary_tree/thresholds.hpp"

namespace holdfast::binary_tree {
namespace {

/// Weight and number of rows the split sends left and right.
struct Sides {
  double left = 0, right = 0;
  std::size_t rows = 0, left_rows = 0;

  void add(Side side, double weight) {
    if (side == kUnknown) return;
    (side == kLeft ? left : right) += weight;
    ++rows;
    if (side == kLeft) ++left_rows;
  }
  double larger() const { return left > right ? left : right; }
};

struct Finder {
  const Sample& sample;
  std::span<const Side> sides;
  bool is_rpart;
  Sides all;

  Sides counted(std::span<const Entry> order) const {
    Sides result;
    for (const auto& entry : order) result.add(sides[entry.row], sample.weight[entry.row]);
    return result;
  }

  void rate(Split& split, double agreeing) const {
    const double total = all.left + all.right;
    const double majority = all.larger() / total;
    split.agreement = agreeing / total;
    split.adjusted = majority < 1 ? (split.agreement - majority) / (1 - majority) : 0;
  }

  /// Between which ranks the side changes, and how many agree.
  struct Threshold {
    double agreeing;
    bool is_found = false;
    bool is_low_left = true;
    std::uint32_t below = 0, above = 0;

    void rate(double low_left, double low_right, const Entry* at) {
      if (!(low_left > agreeing || low_right > agreeing)) return;
      is_found = true;
      is_low_left = low_left > agreeing;
      agreeing = is_low_left ? low_left : low_right;
      below = at[0].rank;
      above = at[1].rank;
    }
  };

  Split numeric(std::size_t c, std::span<const Entry> order) const {
    const auto best = sample.has_unit_weights ? counted_threshold(order) : threshold(order);
    if (!best.is_found) return {};
    Split split{.column = static_cast<std::int32_t>(c), .is_low_left = best.is_low_left};
    split.split = between(sample.values[c], best.below, best.above);
    rate(split, best.agreeing);
    return split;
  }

  /// A surrogate is better than sending all its rows one way.
  Threshold threshold(std::span<const Entry> order) const {
    const Sides known = counted(order);
    Sides low;
    Threshold best{known.larger()};
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
      low.add(sides[order[i].row], sample.weight[order[i].row]);
      if (order[i + 1].rank == order[i].rank || low.rows < 2) continue;
      if (known.rows - low.rows < 2) break;
      best.rate(low.left + (known.right - low.right), low.right + (known.left - low.left),
                order.data() + i);
    }
    return best;
  }

  struct Counts {
    std::int64_t left = 0, right = 0;

    void add(Side side) {
      left += side == kLeft ? 1 : 0;
      right += side == kRight ? 1 : 0;
    }
    std::int64_t rows() const { return left + right; }
  };

  /// Where every row weighs 1. Stretches of rows that agree too little even if all of them turn out
  /// well are counted only.
  Threshold counted_threshold(std::span<const Entry> order) const {
    constexpr std::size_t kStretch = 16;
    Counts known, low;
    for (const auto& entry : order) known.add(sides[entry.row]);
    auto most = std::max(known.left, known.right);
    Threshold best{static_cast<double>(most)};
    for (std::size_t begin = 0; begin + 1 < order.size(); begin += kStretch) {
      const auto end = std::min(begin + kStretch, order.size() - 1);
      Counts ahead = low;
      for (std::size_t i = begin; i < end; ++i) ahead.add(sides[order[i].row]);
      if (ahead.left + known.right - low.right <= most &&
          ahead.right + known.left - low.left <= most) {
        low = ahead;
        continue;
      }
      for (std::size_t i = begin; i < end; ++i) {
        low.add(sides[order[i].row]);
        if (order[i + 1].rank == order[i].rank || low.rows() < 2) continue;
        if (known.rows() - low.rows() < 2) return best;
        best.rate(static_cast<double>(low.left + known.right - low.right),
                  static_cast<double>(low.right + known.left - low.left), order.data() + i);
      }
      most = static_cast<std::int64_t>(best.agreeing);
    }
    return best;
  }

  Split category(std::size_t c, std::span<const Entry> order) const {
    Split split{.column = static_cast<std::int32_t>(c), .is_category = true};
    const Sides known = counted(order);
    const Side fallback = known.left > known.right ? kLeft : kRight;
    split.side_of_code.assign(sample.categories_count(c), kUnknown);
    double agreeing = 0;
    std::size_t left = 0, right = 0, erring = 0;
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
      Sides here;
      for (; end < order.size() && order[end].rank == order[begin].rank; ++end) {
        here.add(sides[order[end].row], sample.weight[order[end].row]);
      }
      if (here.rows == 0) continue;
      const Side side = here.left > here.right   ? kLeft
                        : here.left < here.right ? kRight
                                                 : fallback;
      split.side_of_code[order[begin].rank] = side;
      agreeing += side == kLeft ? here.left : here.right;
      (side == kLeft ? left : right) += here.rows;
      erring += side == kLeft ? here.rows - here.left_rows : here.left_rows;
    }
    const std::size_t bound = is_rpart ? erring : std::min(left, right);
    if (bound < 2) return {};
    rate(split, agreeing);
    return split;
  }
};

}  // namespace

std::vector<Split> surrogates_of(const Sample& sample, const NodeRows& node, std::int32_t column,
                                 std::span<const Side> sides, const Growth& growth) {
  if (growth.surrogates_max == 0) return {};
  Finder finder{sample, sides, growth.is_rpart, {}};
  finder.all = finder.counted(node.orders[static_cast<std::size_t>(column)]);
  std::vector<Split> found(sample.columns_count());
  for_columns(sample.columns_count(), node.rows.size(), [&](std::size_t c) {
    if (static_cast<std::int32_t>(c) == column) return;
    const auto order = node.orders[c];
    found[c] = sample.is_category(c) ? finder.category(c, order) : finder.numeric(c, order);
  });
  std::erase_if(found, [](const Split& s) { return s.column < 0 || !(s.adjusted > 1e-10); });
  std::ranges::stable_sort(found, std::greater<>(), &Split::agreement);
  if (found.size() > growth.surrogates_max) found.resize(growth.surrogates_max);
  return found;
}

}  // namespace holdfast::binary_tree
