#include "models/c45/grower.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "models/c45/compare.hpp"

namespace holdfast::c45 {
namespace {

constexpr double kManyValues = 0.3;        // A category with more values than this share of rows.
constexpr double kValueStep = 1e-5;        // Values nearer than this are one.
constexpr double kAverageSlack = 1e-3;     // As J48, nearer to Quinlan's program.
constexpr int kDepthLimit = 2000;          // Keeps recursion within the stack.
constexpr std::size_t kParallelFrom = 1 << 15;  // Cells at a node from which threads pay.

/// The present cells of one numeric column at a node, in order of value.
struct Entry {
  double value;
  std::uint32_t at;  // Position in the node's rows.
};
using Order = std::vector<Entry>;

/// Radix sort by the bits of the values, the sign turned so that bits order as numbers do.
Order sorted(Order entries) {
  std::vector<std::uint64_t> keys(entries.size());
  const auto key_of = [](double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
    return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
  };
  if (entries.size() < 2048) {
    std::ranges::stable_sort(entries, {}, &Entry::value);
    return entries;
  }
  struct Keyed {
    std::uint64_t key;
    std::uint32_t at;
  };
  std::vector<Keyed> from(entries.size()), to(entries.size());
  for (std::uint32_t i = 0; i < entries.size(); ++i) from[i] = {key_of(entries[i].value), i};
  for (unsigned shift = 0; shift < 64; shift += 11) {
    std::uint32_t counts[2049] = {};
    for (const auto& k : from) ++counts[((k.key >> shift) & 2047) + 1];
    if (std::ranges::any_of(counts, [&](auto c) { return c == from.size(); })) continue;
    for (std::size_t i = 1; i < 2049; ++i) counts[i] += counts[i - 1];
    for (const auto& k : from) to[counts[(k.key >> shift) & 2047]++] = k;
    std::swap(from, to);
  }
  Order result(entries.size());
  for (std::size_t i = 0; i < from.size(); ++i) result[i] = entries[from[i].at];
  return result;
}

/// A node on its way: its rows and each numeric column's order of them.
struct Pending {
  Rows rows;
  std::vector<Order> orders;  // [columns]; empty for categories.
};

class Grower {
 public:
  explicit Grower(const Sample& sample, const Rows& rows)
      : sample_(sample),
        rows_count_(rows.row.size()),
        x_log_x_(rows.row.size() + 1),
        all_values_(sample.columns.columns.size()) {}

  std::unique_ptr<Branch> run(Rows rows) {
    Pending root{.rows = std::move(rows)};
    root.orders.resize(columns_count());
    parallel_for(columns_count(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t c = begin; c < end; ++c) sort_column(root, c);
    });
    return grow(std::move(root), 0);
  }

 private:
  std::size_t columns_count() const { return sample_.columns.columns.size(); }

  void sort_column(Pending& root, std::size_t c) {
    const auto& column = sample_.columns.columns[c];
    if (column.values.empty()) return;
    Order entries;
    for (std::uint32_t i = 0; i < root.rows.row.size(); ++i) {
      const auto row = root.rows.row[i];
      if (!sample_.is_missing(static_cast<std::int32_t>(c), row)) {
        entries.push_back({column.values[row], i});
      }
    }
    root.orders[c] = sorted(std::move(entries));
    for (const auto& entry : root.orders[c]) all_values_[c].push_back(entry.value);
  }

  std::unique_ptr<Branch> grow(Pending pending, int depth) {
    auto branch = std::make_unique<Branch>();
    branch->split = chosen(pending, depth);
    if (branch->split.column >= 0) {
      auto children = divide(branch->split, pending);
      pending.orders.clear();
      pending.orders.shrink_to_fit();
      branch->rows = std::move(pending.rows);
      for (auto& child : children) branch->children.push_back(grow(std::move(child), depth + 1));
    } else {
      branch->rows = std::move(pending.rows);
    }
    return branch;
  }

  Distribution leaf_distribution(const Rows& rows) const {
    Distribution d(1, sample_.classes_count);
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      d.add(0, sample_.y[rows.row[i]], rows.weight[i]);
    }
    return d;
  }

  Split chosen(const Pending& pending, int depth) const {
    Split none{.distribution = leaf_distribution(pending.rows)};
    const auto& d = none.distribution;
    const int depth_max = sample_.options.depth_max > 0 ? sample_.options.depth_max : kDepthLimit;
    if (less(d.total(), 2 * sample_.options.leaf_weight_min) ||
        equal(d.total(), d.cls(d.majority())) || depth >= depth_max) {
      return none;
    }
    std::vector<Split> splits(columns_count());
    const auto one = [&](std::size_t begin, std::size_t end) {
      for (std::size_t c = begin; c < end; ++c) splits[c] = split_of(pending, c, d);
    };
    if (pending.rows.row.size() * columns_count() > kParallelFrom) {
      parallel_for(columns_count(), 1, one);
    } else {
      one(0, columns_count());
    }
    Split* best = best_of(splits);
    if (best == nullptr) return none;
    finish(*best, pending.rows);
    return std::move(*best);
  }

  bool has_many_values(std::size_t c) const {
    const auto& column = sample_.columns.columns[c];
    return column.values.empty() && !less(static_cast<double>(column.categories.size()),
                                          kManyValues * static_cast<double>(rows_count_));
  }

  /// The best gain ratio among splits of at least average gain.
  Split* best_of(std::vector<Split>& splits) const {
    bool all_many = true;
    for (std::size_t c = 0; c < splits.size(); ++c) all_many = all_many && has_many_values(c);
    double sum = 0;
    int valid = 0;
    for (std::size_t c = 0; c < splits.size(); ++c) {
      if (splits[c].column < 0 || (has_many_values(c) && !all_many)) continue;
      sum += splits[c].gain;
      ++valid;
    }
    if (valid == 0) return nullptr;
    const double average = sum / valid;
    Split* best = nullptr;
    double ratio = 0;
    for (auto& split : splits) {
      if (split.column < 0 || !(split.gain >= average - kAverageSlack)) continue;
      if (!greater(split.ratio, ratio)) continue;
      ratio = split.ratio;
      best = &split;
    }
    return equal(ratio, 0) ? nullptr : best;
  }

  /// Rows of unknown value join the distribution; a threshold becomes a value that occurs.
  void finish(Split& split, const Rows& rows) const {
    const auto shares = split.distribution.shares();
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      if (sample_.is_missing(split.column, rows.row[i])) {
        split.distribution.add_to_all(shares, sample_.y[rows.row[i]], rows.weight[i]);
      }
    }
    if (split.is_category) return;
    const auto& values = all_values_[static_cast<std::size_t>(split.column)];
    const auto above = std::ranges::upper_bound(values, split.threshold);
    if (above != values.begin()) split.threshold = *(above - 1);
  }

  Split split_of(const Pending& pending, std::size_t c, const Distribution& all) const {
    const auto& column = sample_.columns.columns[c];
    if (column.values.empty()) return category_split(pending.rows, c, all.total());
    return numeric_split(pending, c, all.total());
  }

  Split category_split(const Rows& rows, std::size_t c, double total) const {
    const auto& column = sample_.columns.columns[c];
    Split split{.is_category = true};
    Distribution d(column.categories.size(), sample_.classes_count);
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      const auto row = rows.row[i];
      if (sample_.is_missing(static_cast<std::int32_t>(c), row)) continue;
      d.add(column.codes[row], sample_.y[row], rows.weight[i]);
    }
    int filled = 0;
    for (std::size_t b = 0; b < d.bags(); ++b) {
      if (at_least(d.bag(b), sample_.options.leaf_weight_min)) ++filled;
    }
    if (filled < 2) return split;
    split.column = static_cast<std::int32_t>(c);
    split.gain = information_gain(x_log_x_, d, total, entropy_before(x_log_x_, d));
    split.ratio = gain_ratio(x_log_x_, d, total, split.gain);
    split.distribution = std::move(d);
    return split;
  }

  /// The least weight a child of a numeric split must have.
  double child_weight_min(double known) const {
    const double least = 0.1 * known / static_cast<double>(sample_.classes_count);
    if (at_most(least, sample_.options.leaf_weight_min)) return sample_.options.leaf_weight_min;
    return greater(least, 25) ? 25 : least;
  }

  Split numeric_split(const Pending& pending, std::size_t c, double total) const {
    const Order& order = pending.orders[c];
    Split split;
    if (order.size() < 2 || !(order.front().value + kValueStep < order.back().value)) return split;
    std::vector<double> below(sample_.classes_count, 0.0), above(sample_.classes_count, 0.0);
    double known = 0;
    for (const auto& entry : order) {
      const double weight = pending.rows.weight[entry.at];
      above[sample_.y[pending.rows.row[entry.at]]] += weight;
      known += weight;
    }
    const double least = child_weight_min(known);
    if (less(static_cast<double>(order.size()), 2 * least)) return split;
    Scan scan{x_log_x_, below, above, total, known};
    scan.start();
    double best_gain = 0;
    std::size_t best = 0;
    int candidates = 0;
    std::size_t last = 0;
    for (std::size_t next = 1; next < order.size(); ++next) {
      if (!(order[next - 1].value + kValueStep < order[next].value)) continue;
      for (; last < next; ++last) {
        const auto at = order[last].at;
        scan.move(sample_.y[pending.rows.row[at]], pending.rows.weight[at]);
      }
      if (!at_least(scan.below_total, least) || !at_least(scan.above_total, least)) continue;
      const double gain = scan.gain();
      if (greater(gain, best_gain)) {
        best_gain = gain;
        best = next;
      }
      ++candidates;
    }
    if (candidates == 0) return split;
    split.gain = best_gain;
    if (sample_.options.has_mdl_correction) split.gain -= std::log2(candidates) / total;
    if (at_most(split.gain, 0)) return split;
    split.column = static_cast<std::int32_t>(c);
    split.threshold = (order[best].value + order[best - 1].value) / 2;
    if (split.threshold == order[best].value) split.threshold = order[best - 1].value;
    split.distribution = Distribution(2, sample_.classes_count);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto at = order[i].at;
      split.distribution.add(i < best ? 0 : 1, sample_.y[pending.rows.row[at]],
                             pending.rows.weight[at]);
    }
    split.ratio = gain_ratio(x_log_x_, split.distribution, total, split.gain);
    return split;
  }

  /// The two sides of a threshold that moves up.
  struct Scan {
    const XLogX& x_log_x;
    std::vector<double>& below;
    std::vector<double>& above;
    double rows, known;
    double before = 0, below_total = 0, above_total = 0;

    void start() {
      double sum = 0;
      for (const double weight : above) sum += x_log_x(weight);
      before = x_log_x(known) - sum;
      above_total = known;
    }
    void move(std::size_t cls, double weight) {
      below[cls] += weight;
      above[cls] -= weight;
      below_total += weight;
      above_total -= weight;
    }
    double gain() const {
      double after = 0;
      for (const double weight : below) after += x_log_x(weight);
      after -= x_log_x(below_total);
      for (const double weight : above) after += x_log_x(weight);
      after -= x_log_x(above_total);
      const double unknown_share = (rows - known) / rows;
      const double gain = (1 - unknown_share) * (before + after);
      return equal(gain, 0) ? 0 : gain / known;
    }
  };

  std::vector<Pending> divide(const Split& split, const Pending& pending) const {
    const std::size_t n = pending.rows.row.size();
    const std::size_t bags = split.distribution.bags();
    std::vector<Pending> children(bags);
    const auto shares = split.distribution.shares();
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::int32_t> child(n);
    std::vector<std::uint32_t> at(n);                        // Position in the child, if it is one.
    std::vector<std::vector<std::uint32_t>> unknown_at(bags);  // [bag][position here], lazily.
    for (std::uint32_t i = 0; i < n; ++i) {
      const auto row = pending.rows.row[i];
      const double weight = pending.rows.weight[i];
      child[i] = sample_.child_of(split, row);
      if (child[i] >= 0) {
        auto& rows = children[static_cast<std::size_t>(child[i])].rows;
        at[i] = static_cast<std::uint32_t>(rows.row.size());
        rows.add(row, weight);
        continue;
      }
      for (std::size_t b = 0; b < bags; ++b) {
        if (!greater(shares[b], 0)) continue;
        if (unknown_at[b].empty()) unknown_at[b].assign(n, kNone);
        unknown_at[b][i] = static_cast<std::uint32_t>(children[b].rows.row.size());
        children[b].rows.add(row, shares[b] * weight);
      }
    }
    for (auto& part : children) part.orders.resize(columns_count());
    const auto one = [&](std::size_t begin, std::size_t end) {
      for (std::size_t c = begin; c < end; ++c) {
        for (const auto& entry : pending.orders[c]) {
          const auto i = entry.at;
          if (child[i] >= 0) {
            children[static_cast<std::size_t>(child[i])].orders[c].push_back({entry.value, at[i]});
            continue;
          }
          for (std::size_t b = 0; b < bags; ++b) {
            if (!unknown_at[b].empty() && unknown_at[b][i] != kNone) {
              children[b].orders[c].push_back({entry.value, unknown_at[b][i]});
            }
          }
        }
      }
    };
    if (n * columns_count() > kParallelFrom) parallel_for(columns_count(), 1, one);
    else one(0, columns_count());
    return children;
  }

  const Sample& sample_;
  std::size_t rows_count_;
  XLogX x_log_x_;
  std::vector<std::vector<double>> all_values_;  // [columns] ascending, of all training rows.
};

}  // namespace

double Rows::total() const { return std::accumulate(weight.begin(), weight.end(), 0.0); }

bool Sample::is_missing(std::int32_t column, std::uint32_t row) const {
  const auto& view = columns.columns[static_cast<std::size_t>(column)];
  if (view.valid[row] == 0) return true;
  return view.values.empty() ? view.codes[row] >= view.categories.size()
                             : std::isnan(view.values[row]);
}

int Sample::child_of(const Split& split, std::uint32_t row) const {
  if (is_missing(split.column, row)) return -1;
  const auto& view = columns.columns[static_cast<std::size_t>(split.column)];
  if (split.is_category) return static_cast<int>(view.codes[row]);
  return view.values[row] <= split.threshold ? 0 : 1;
}

std::vector<Rows> divided(const Sample& sample, const Split& split, const Rows& rows) {
  std::vector<Rows> children(split.distribution.bags());
  const auto shares = split.distribution.shares();
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const int child = sample.child_of(split, rows.row[i]);
    if (child >= 0) {
      children[static_cast<std::size_t>(child)].add(rows.row[i], rows.weight[i]);
      continue;
    }
    for (std::size_t b = 0; b < children.size(); ++b) {
      if (greater(shares[b], 0)) children[b].add(rows.row[i], shares[b] * rows.weight[i]);
    }
  }
  return children;
}

std::unique_ptr<Branch> grown(const Sample& sample, Rows rows) {
  Grower grower(sample, rows);
  return grower.run(std::move(rows));
}

}  // namespace holdfast::c45
