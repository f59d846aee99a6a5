#include <algorithm>
#include <cmath>

#include "models/quest/quest.hpp"
#include "models/significance/chi_squared.hpp"

namespace holdfast::quest {
namespace {

using binary_tree::Entry;
using binary_tree::kLeft;
using binary_tree::kRight;
using binary_tree::NodeRows;
using binary_tree::Sample;
using binary_tree::Scales;
using binary_tree::Split;
using significance::Moments;

constexpr double kLargest = 1e300;  // Infinity stands here.

/// Values of a node's rows in units of the largest, so that squares neither vanish nor overflow.
class Scaled {
 public:
  Scaled(const std::vector<double>& values, std::span<const Entry> order)
      : values_(values),
        unit_(std::max(std::abs(held(values[order.front().rank])),
                       std::abs(held(values[order.back().rank])))) {
    if (!(unit_ > 0)) unit_ = 1;
  }
  double operator()(std::uint32_t rank) const { return held(values_[rank]) / unit_; }
  double unit() const { return unit_; }

 private:
  static double held(double value) { return std::clamp(value, -kLargest, kLargest); }

  const std::vector<double>& values_;
  double unit_;
};

/// Categories of a node with their weight by class.
struct Categories {
  std::vector<std::uint32_t> codes;
  std::vector<double> counts;  // [categories x classes]
  std::vector<std::size_t> rows;
};

class Finder : public binary_tree::SplitFinder {
 public:
  Finder(const Sample& sample, const Scales& scales, const Options& options)
      : sample_(sample), scales_(scales), options_(options) {}

  std::vector<Split> find(const NodeRows& node) override {
    const auto present = std::ranges::count_if(node.class_weight, [](double w) { return w > 0; });
    if (present < 2) return {};
    std::vector<ColumnTest> tests(sample_.columns_count());
    binary_tree::for_columns(tests.size(), node.rows.size(),
                             [&](std::size_t c) { tests[c] = tested(c, node.orders[c]); });
    const auto column = chosen_column(tests, options_.alpha);
    if (column < 0) return {};
    const auto c = static_cast<std::size_t>(column);
    Split split = sample_.is_category(c) ? category_split(c, node.orders[c])
                                         : numeric_split(c, node.orders[c]);
    if (split.column < 0) return {};
    split.rows_count = node.orders[c].size();
    split.improvement = improvement(split, node.orders[c]);
    return {std::move(split)};
  }

 private:
  std::size_t classes() const { return sample_.classes_count; }
  double altered_weight(std::uint32_t row) const {
    return scales_.altered[sample_.y[row]] * sample_.weight[row];
  }

  ColumnTest tested(std::size_t c, std::span<const Entry> order) const {
    ColumnTest test{.is_category = sample_.is_category(c)};
    if (order.empty() || order.front().rank == order.back().rank) return test;
    test.is_usable = true;
    if (test.is_category) {
      const auto categories = categories_of(order, false);
      test.log_p = significance::independence(categories.counts, classes(),
                                              significance::Statistic::Pearson).log_p;
      return test;
    }
    const Scaled value(sample_.values[c], order);
    std::vector<Moments> values(classes()), distances(classes());
    for (const auto& entry : order) {
      values[sample_.y[entry.row]].add(value(entry.rank), sample_.weight[entry.row]);
    }
    test.log_p = significance::log_p_of_means(values);
    for (const auto& entry : order) {
      const auto y = sample_.y[entry.row];
      distances[y].add(std::abs(value(entry.rank) - values[y].mean), sample_.weight[entry.row]);
    }
    test.log_p_spread = significance::log_p_of_means(distances);
    return test;
  }

  /// Entries of a category column stand by code.
  Categories categories_of(std::span<const Entry> order, bool is_altered) const {
    Categories result;
    for (const auto& entry : order) {
      if (result.codes.empty() || result.codes.back() != entry.rank) {
        result.codes.push_back(entry.rank);
        result.counts.resize(result.counts.size() + classes());
        result.rows.push_back(0);
      }
      ++result.rows.back();
      result.counts[(result.codes.size() - 1) * classes() + sample_.y[entry.row]] +=
          is_altered ? altered_weight(entry.row) : sample_.weight[entry.row];
    }
    return result;
  }

  /// Joins the classes to two and cuts between them.
  static double cut_of(const std::vector<Moments>& of_classes) {
    const auto is_in_a = superclass_of(of_classes);
    std::vector<Moments> a, b;
    for (std::size_t j = 0; j < of_classes.size(); ++j) {
      (is_in_a[j] ? a : b).push_back(of_classes[j]);
    }
    return discriminant_cut(significance::joined(a), significance::joined(b));
  }

  Split numeric_split(std::size_t c, std::span<const Entry> order) const {
    const Scaled value(sample_.values[c], order);
    std::vector<Moments> of_classes(classes());
    for (const auto& entry : order) {
      const double weight = altered_weight(entry.row);
      if (weight > 0) of_classes[sample_.y[entry.row]].add(value(entry.rank), weight);
    }
    double cut = cut_of(of_classes) * value.unit();
    const auto low_rows = [&](double at) {
      return static_cast<std::size_t>(
          std::ranges::partition_point(order, [&](const Entry& entry) {
            return sample_.values[c][entry.rank] <= at;
          }) - order.begin());
    };
    if (!is_divided(low_rows(cut), order.size())) {
      cut = significance::joined(of_classes).mean * value.unit();  // Beyond all values.
      if (!is_divided(low_rows(cut), order.size())) return {};
    }
    return {.column = static_cast<std::int32_t>(c), .split = cut};
  }

  Split category_split(std::size_t c, std::span<const Entry> order) const {
    const auto categories = categories_of(order, true);
    const auto scores = discriminant_scores(categories.counts, classes());
    std::vector<Moments> of_classes(classes());
    for (std::size_t i = 0; i < scores.size(); ++i) {
      for (std::size_t j = 0; j < classes(); ++j) {
        const double weight = categories.counts[i * classes() + j];
        if (weight > 0) of_classes[j].add(scores[i], weight);
      }
    }
    Split split{.column = static_cast<std::int32_t>(c), .is_category = true};
    for (const double cut : {cut_of(of_classes), significance::joined(of_classes).mean}) {
      split.side_of_code.assign(sample_.categories_count(c), binary_tree::kUnknown);
      std::size_t left = 0;
      for (std::size_t i = 0; i < scores.size(); ++i) {
        split.side_of_code[categories.codes[i]] = scores[i] <= cut ? kLeft : kRight;
        if (scores[i] <= cut) left += categories.rows[i];
      }
      if (is_divided(left, order.size())) return split;
    }
    return {};
  }

  bool is_divided(std::size_t left, std::size_t all) const {
    const std::size_t least = std::max<std::size_t>(options_.leaf_rows_min, 1);
    return left >= least && all - left >= least;
  }

  /// What the split lowers the Gini index by, for the importance of columns.
  double improvement(const Split& split, std::span<const Entry> order) const {
    std::vector<double> left(classes()), right(classes()), all(classes());
    const auto& cells = sample_.columns.columns[static_cast<std::size_t>(split.column)];
    for (const auto& entry : order) {
      const double weight = altered_weight(entry.row);
      (split.side_of(cells, entry.row) == kLeft ? left : right)[sample_.y[entry.row]] += weight;
      all[sample_.y[entry.row]] += weight;
    }
    const auto purity = [](const std::vector<double>& weights) {
      double sum = 0, squares = 0;
      for (const double w : weights) {
        sum += w;
        squares += w * w;
      }
      return sum > 0 ? squares / sum : 0;
    };
    return std::max(purity(left) + purity(right) - purity(all), 0.0);
  }

  const Sample& sample_;
  const Scales& scales_;
  Options options_;
};

}  // namespace

std::int32_t chosen_column(std::span<const ColumnTest> tests, double alpha) {
  std::int32_t of_means = -1, of_spread = -1;
  double usable = 0, numeric = 0;
  for (std::size_t c = 0; c < tests.size(); ++c) {
    if (!tests[c].is_usable) continue;
    usable += 1;
    const auto column = static_cast<std::int32_t>(c);
    if (of_means < 0 || tests[c].log_p < tests[static_cast<std::size_t>(of_means)].log_p) {
      of_means = column;
    }
    if (tests[c].is_category) continue;
    numeric += 1;
    if (of_spread < 0 ||
        tests[c].log_p_spread < tests[static_cast<std::size_t>(of_spread)].log_p_spread) {
      of_spread = column;
    }
  }
  if (of_means < 0 || tests[static_cast<std::size_t>(of_means)].log_p < std::log(alpha / usable)) {
    return of_means;
  }
  if (of_spread >= 0 && tests[static_cast<std::size_t>(of_spread)].log_p_spread <
                            std::log(alpha / (usable + numeric))) {
    return of_spread;
  }
  return of_means;
}

std::unique_ptr<binary_tree::SplitFinder> finder(const Sample& sample, const Scales& scales,
                                                 const Options& options) {
  return std::make_unique<Finder>(sample, scales, options);
}

}  // namespace holdfast::quest
