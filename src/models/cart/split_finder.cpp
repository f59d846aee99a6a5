#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <mutex>

#include "models/binary_tree/thresholds.hpp"
#include "models/cart/cart.hpp"
#include "models/cart/subsets.hpp"

namespace holdfast::cart {
namespace {

using binary_tree::Entry;
using binary_tree::kLeft;
using binary_tree::kRight;
using binary_tree::NodeRows;
using binary_tree::Sample;
using binary_tree::Scales;
using binary_tree::Side;
using binary_tree::Split;

/// Two classes, every row of weight 1: the rows of class 1 are counted.
struct CountedRows {
  const std::uint8_t* y;
  std::uint32_t ones = 0;

  void add(std::uint32_t row) { ones += y[row]; }
  /// Those of a whole node are counted already.
  void add_all(const NodeRows& node, std::span<const Entry> order) {
    if (order.size() == node.rows.size()) ones = static_cast<std::uint32_t>(node.class_weight[1]);
    else for (const auto& entry : order) add(entry.row);
  }
  std::array<double, 2> weights(std::size_t rows) const {
    return {static_cast<double>(rows - ones), static_cast<double>(ones)};
  }
};

struct WeighedRows {
  const std::array<double, 2>* by_class;  // [rows] the row's weight at its class, else 0.
  std::array<double, 2> sum{};

  void add(std::uint32_t row) {
    sum[0] += by_class[row][0];
    sum[1] += by_class[row][1];
  }
  void add_all(const NodeRows&, std::span<const Entry> order) {
    for (const auto& entry : order) add(entry.row);
  }
  std::array<double, 2> weights(std::size_t) const { return sum; }
};

/// The gain a column must reach to be among the best of a node, from what columns met so far gain.
class Bar {
 public:
  explicit Bar(std::size_t places) : places_(places) {}

  void take(double gain) {
    const std::scoped_lock lock(mutex_);
    best_.push_back(gain);
    std::ranges::push_heap(best_, std::greater<>());
    if (best_.size() <= places_) return;
    std::ranges::pop_heap(best_, std::greater<>());
    best_.pop_back();
    height_ = best_.front();
  }
  double height() const { return height_; }

 private:
  std::size_t places_;
  std::mutex mutex_;
  std::vector<double> best_;  // A heap, the least first.
  std::atomic<double> height_ = 0;
};

/// Rows of which it is asked first whether any cut among them can be good enough.
std::size_t stretch_of(std::size_t rows) { return rows < 8192 ? 8 : rows < 65536 ? 16 : 32; }

/// Mean class, by which low values or a subset of categories is said to go left.
double mean_class(std::span<const double> altered) {
  double sum = 0, weighted = 0;
  for (std::size_t j = 0; j < altered.size(); ++j) {
    sum += altered[j];
    weighted += altered[j] * static_cast<double>(j);
  }
  return weighted / sum;
}

template <typename Purity>
class Finder : public binary_tree::SplitFinder {
 public:
  Finder(const Sample& sample, const Scales& scales, const Options& options, Purity purity)
      : sample_(sample), scales_(scales), options_(options), purity_(std::move(purity)) {
    if (classes() != 2 || sample.has_unit_weights) return;
    by_class_.resize(sample.columns.rows);
    for (const auto row : sample.rows) by_class_[row][sample.y[row]] = sample.weight[row];
  }

  std::vector<Split> find(const NodeRows& node) override {
    std::vector<Split> splits(sample_.columns_count());
    Bar bar(options_.competitors_max + 1);
    binary_tree::for_columns(splits.size(), node.rows.size(), [&](std::size_t c) {
      splits[c] = best_of(c, node, bar);
      bar.take(splits[c].improvement);
      splits[c].column = static_cast<std::int32_t>(c);
      splits[c].rows_count = node.orders[c].size();
    });
    std::vector<Split> best;
    for (auto& split : splits) {
      // What rounding leaves of a gain of nothing is small beside the largest gain met so far.
      largest_ = std::max(largest_, split.improvement);
      if (split.improvement > 1e-10 * largest_) best.push_back(std::move(split));
    }
    std::ranges::stable_sort(best, std::greater<>(), &Split::improvement);
    if (best.size() > options_.competitors_max + 1) best.resize(options_.competitors_max + 1);
    return best;
  }

 private:
  std::size_t classes() const { return sample_.classes_count; }
  std::size_t least() const { return std::max<std::size_t>(options_.leaf_rows_min, 1); }

  /// A column that does not reach the bar may say less than it gains.
  Split best_of(std::size_t c, const NodeRows& node, const Bar& bar) const {
    const auto order = node.orders[c];
    if (order.size() < 2 || order.front().rank == order.back().rank) return {};
    if (sample_.is_category(c)) return category_split(c, order);
    if (classes() != 2) return numeric_split(c, order);
    if (sample_.has_unit_weights) return numeric_split(c, node, CountedRows{sample_.y.data()}, bar);
    return numeric_split(c, node, WeighedRows{by_class_.data()}, bar);
  }

  /// Where the best cut lies: after entry `at`; none where nothing is gained.
  struct Cut {
    double gain = 0;
    std::size_t at = 0;
    bool is_low_left = true;
  };

  Split split_at(std::size_t c, std::span<const Entry> order, const Cut& cut) const {
    if (!(cut.gain > 0)) return {};
    Split split{.is_low_left = cut.is_low_left, .improvement = cut.gain};
    split.split = binary_tree::between(sample_.values[c], order[cut.at].rank,
                                       order[cut.at + 1].rank);
    return split;
  }

  /// Two classes.
  template <typename Rows>
  Split numeric_split(std::size_t c, const NodeRows& node, Rows rows, const Bar& bar) const {
    const auto order = node.orders[c];
    Rows all = rows;
    all.add_all(node, order);
    const Cuts cuts{purity_, scales_.altered[0], scales_.altered[1], all.weights(order.size())};
    const std::size_t last = order.size() - std::min(order.size(), least());
    const auto stretch = stretch_of(order.size());
    Cut best;
    for (std::size_t begin = 0; begin < last; begin += stretch) {
      const auto end = std::min(begin + stretch, last);
      if constexpr (Purity::kIsBounded) {
        Rows ahead = rows;
        for (std::size_t i = begin; i < end; ++i) ahead.add(order[i].row);
        const double bound = cuts.before + std::max(best.gain, bar.height());
        if (cuts.are_surely_below(rows.weights(begin), ahead.weights(end), bound)) {
          rows = ahead;
          continue;
        }
      }
      for (std::size_t i = begin; i < end; ++i) {
        rows.add(order[i].row);
        if (order[i + 1].rank == order[i].rank || i + 1 < least()) continue;
        cuts.rate(rows.weights(i + 1), i, best);
      }
    }
    return split_at(c, order, best);
  }

  /// The cuts of one column.
  struct Cuts {
    const Purity& purity;
    double a0, a1;
    std::array<double, 2> total;
    double before = purity(a0 * total[0], a1 * total[1]);

    /// A gain is a convex function of the low side's weights: over all cuts from one to another it
    /// is no more than at the corners between them.
    bool are_surely_below(const std::array<double, 2>& from, const std::array<double, 2>& to,
                          double bound) const {
      return is_surely_below(from[0], from[1], bound) && is_surely_below(to[0], to[1], bound) &&
             is_surely_below(from[0], to[1], bound) && is_surely_below(to[0], from[1], bound);
    }
    bool is_surely_below(double low0, double low1, double bound) const {
      return purity.is_surely_below(a0 * low0, a1 * low1, a0 * (total[0] - low0),
                                    a1 * (total[1] - low1), bound);
    }
    void rate(const std::array<double, 2>& low, std::size_t at, Cut& best) const {
      const double low0 = a0 * low[0], low1 = a1 * low[1];
      const double high0 = a0 * (total[0] - low[0]), high1 = a1 * (total[1] - low[1]);
      if (purity.is_surely_below(low0, low1, high0, high1, before + best.gain)) return;
      const double gain = purity(low0, low1) + purity(high0, high1) - before;
      if (gain > best.gain) {
        best = {gain, at, low1 / (low0 + low1) < high1 / (high0 + high1)};
      }
    }
  };

  std::vector<double> altered(std::span<const double> weights) const {
    std::vector<double> result(classes());
    for (std::size_t j = 0; j < classes(); ++j) result[j] = scales_.altered[j] * weights[j];
    return result;
  }

  /// Several classes.
  Split numeric_split(std::size_t c, std::span<const Entry> order) const {
    std::vector<double> low(classes()), high(classes());
    for (const auto& entry : order) add(high, entry.row, 1);
    const double before = purity_(high);
    Cut best;
    const std::size_t last = order.size() - std::min(order.size(), least());
    for (std::size_t i = 0; i < last; ++i) {
      add(high, order[i].row, -1);
      add(low, order[i].row, 1);
      if (order[i + 1].rank == order[i].rank || i + 1 < least()) continue;
      const double gain = purity_(low) + purity_(high) - before;
      if (gain > best.gain) best = {gain, i, mean_class(low) < mean_class(high)};
    }
    return split_at(c, order, best);
  }

  void add(std::vector<double>& altered, std::uint32_t row, double sign) const {
    const auto cls = sample_.y[row];
    altered[cls] += sign * scales_.altered[cls] * sample_.weight[row];
  }

  std::vector<CategoryWeights> categories_of(std::span<const Entry> order) const {
    std::vector<CategoryWeights> result;
    for (const auto& entry : order) {
      if (result.empty() || result.back().code != entry.rank) {
        result.push_back({entry.rank, 0, std::vector<double>(classes())});
      }
      ++result.back().rows_count;
      result.back().altered[sample_.y[entry.row]] += sample_.weight[entry.row];
    }
    for (auto& category : result) category.altered = altered(category.altered);
    return result;
  }

  Split category_split(std::size_t c, std::span<const Entry> order) const {
    const auto categories = categories_of(order);
    std::vector<Side> side(categories.size(), kRight);
    std::vector<double> left(classes()), right(classes());
    std::size_t left_rows = 0;
    for (const auto& category : categories) {
      for (std::size_t j = 0; j < classes(); ++j) right[j] += category.altered[j];
    }
    const double before = purity_(right);
    double best = 0;
    std::vector<std::size_t> moved;      // Since the best: replayed once at the end.
    std::size_t best_moves = 0;
    bool is_turned = false;
    walk_subsets(categories, options_.subset_categories_max, [&](std::size_t i) {
      const double sign = side[i] == kRight ? 1 : -1;
      side[i] = static_cast<Side>(-side[i]);
      moved.push_back(i);
      for (std::size_t j = 0; j < classes(); ++j) {
        left[j] += sign * categories[i].altered[j];
        right[j] -= sign * categories[i].altered[j];
      }
      left_rows = sign > 0 ? left_rows + categories[i].rows_count
                           : left_rows - categories[i].rows_count;
      if (left_rows < least() || order.size() - left_rows < least()) return;
      const double gain = purity_(left) + purity_(right) - before;
      if (!(gain > best)) return;
      best = gain;
      best_moves = moved.size();
      is_turned = !(mean_class(left) < mean_class(right));
    });
    if (!(best > 0)) return {};
    std::ranges::fill(side, is_turned ? kLeft : kRight);
    for (std::size_t i = 0; i < best_moves; ++i) {
      side[moved[i]] = static_cast<Side>(-side[moved[i]]);
    }
    Split split{.is_category = true, .improvement = best};
    split.side_of_code.assign(sample_.categories_count(c), binary_tree::kUnknown);
    for (std::size_t i = 0; i < categories.size(); ++i) {
      split.side_of_code[categories[i].code] = side[i];
    }
    return split;
  }

  const Sample& sample_;
  const Scales& scales_;
  Options options_;
  Purity purity_;
  double largest_ = 0;
  std::vector<std::array<double, 2>> by_class_;
};

}  // namespace

std::unique_ptr<binary_tree::SplitFinder> finder(const Sample& sample, const Scales& scales,
                                                 const Options& options) {
  if (options.impurity == Impurity::Gini) {
    return std::make_unique<Finder<Gini>>(sample, scales, options, Gini{});
  }
  return std::make_unique<Finder<Information>>(sample, scales, options,
                                               Information(sample.rows.size()));
}

}  // namespace holdfast::cart
