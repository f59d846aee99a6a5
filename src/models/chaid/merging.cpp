#include "models/chaid/merging.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "models/chaid/partitions.hpp"

namespace holdfast::chaid {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

constexpr std::size_t kSubsetsMax = 10;  // Categories of a group up to which all halves are tried.

class Merger {
 public:
  Merger(const Predictor& predictor, const Options& options)
      : predictor_(predictor), options_(options), classes_(predictor.classes_count) {
    for (std::size_t i = 0; i < predictor.categories_count(); ++i) {
      groups_.push_back({i});
      counts_.push_back(row_of(i));
    }
    visited_.insert(canonical());
    fill_pairs();
  }

  Merged run() {
    if (options_.is_exhaustive) merge_exhaustively();
    else merge();
    join_small();
    Merged result{.test = tested()};
    result.groups = canonical();
    result.log_adjusted_p = result.test.log_p;
    if (options_.is_adjusted) {
      result.log_adjusted_p += log_multiplier(predictor_, groups_.size(), options_);
    }
    result.log_adjusted_p = groups_.size() < 2 ? 0 : std::min(result.log_adjusted_p, 0.0);
    return result;
  }

 private:
  struct Pair {
    std::size_t a = 0, b = 0;
    double log_p = 0;
  };

  std::vector<double> row_of(std::size_t category) const {
    const auto begin = predictor_.counts.begin() + static_cast<std::ptrdiff_t>(category * classes_);
    return {begin, begin + static_cast<std::ptrdiff_t>(classes_)};
  }

  bool is_missing(std::size_t category) const {
    return predictor_.has_missing && category + 1 == predictor_.categories_count();
  }
  /// A group of the missing category alone: it may join any.
  bool is_missing(const std::vector<std::size_t>& group) const {
    return group.size() == 1 && is_missing(group[0]);
  }

  Groups canonical() const {
    Groups sorted = groups_;
    for (auto& group : sorted) std::ranges::sort(group);
    std::ranges::sort(sorted);
    return sorted;
  }

  Test tested() const {
    std::vector<double> table;
    for (const auto& row : counts_) table.insert(table.end(), row.begin(), row.end());
    return independence(table, classes_, options_.statistic);
  }

  double log_p_of(const std::vector<double>& a, const std::vector<double>& b) const {
    std::vector<double> table(a);
    table.insert(table.end(), b.begin(), b.end());
    return independence(table, classes_, options_.statistic).log_p;
  }

  /// Monotonic groups are intervals of values: they are neighbours where one ends before the other
  /// begins, the missing category aside.
  bool may_join(std::size_t a, std::size_t b) const {
    if (predictor_.order == Order::Free || is_missing(groups_[a]) || is_missing(groups_[b])) {
      return true;
    }
    const auto [a_low, a_high] = interval(groups_[a]);
    const auto [b_low, b_high] = interval(groups_[b]);
    return a_high + 1 == b_low || b_high + 1 == a_low;
  }

  std::pair<std::size_t, std::size_t> interval(const std::vector<std::size_t>& group) const {
    std::size_t low = predictor_.categories_count(), high = 0;
    for (const auto category : group) {
      if (is_missing(category)) continue;
      low = std::min(low, category);
      high = std::max(high, category);
    }
    return {low, high};
  }

  /// p-values of all pairs that may join; a pair that may not has −∞ and is never the most alike.
  void fill_pairs() {
    pairs_.assign(groups_.size(), std::vector<double>(groups_.size()));
    for (std::size_t a = 0; a < groups_.size(); ++a) fill_pairs_of(a);
  }
  void fill_pairs_of(std::size_t a) {
    for (std::size_t b = 0; b < groups_.size(); ++b) {
      if (a == b) continue;
      pairs_[a][b] = pairs_[b][a] =
          may_join(a, b) ? log_p_of(counts_[a], counts_[b]) : -HUGE_VAL;
    }
  }

  Pair most_alike() const {
    Pair best{.log_p = -HUGE_VAL};
    for (std::size_t a = 0; a < groups_.size(); ++a) {
      for (std::size_t b = a + 1; b < groups_.size(); ++b) {
        if (pairs_[a][b] > best.log_p) best = {a, b, pairs_[a][b]};
      }
    }
    return best;
  }

  void join(std::size_t a, std::size_t b) {
    groups_[a].insert(groups_[a].end(), groups_[b].begin(), groups_[b].end());
    std::ranges::sort(groups_[a]);
    for (std::size_t k = 0; k < classes_; ++k) counts_[a][k] += counts_[b][k];
    erase(b);
    // Neighbourhoods change with the group, so all its pairs are new.
    fill_pairs_of(b < a ? a - 1 : a);
  }

  void erase(std::size_t at) {
    const auto place = static_cast<std::ptrdiff_t>(at);
    groups_.erase(groups_.begin() + place);
    counts_.erase(counts_.begin() + place);
    pairs_.erase(pairs_.begin() + place);
    for (auto& row : pairs_) row.erase(row.begin() + place);
  }

  void merge() {
    while (groups_.size() > 2) {
      const Pair pair = most_alike();
      if (!(pair.log_p > std::log(options_.alpha_merge))) return;
      join(pair.a, pair.b);
      if (options_.is_resplitting) part_again(pair.a);
      visited_.insert(canonical());
    }
  }

  void merge_exhaustively() {
    Groups best_groups = groups_;
    std::vector<std::vector<double>> best_counts = counts_;
    double least = tested().log_p;
    while (groups_.size() > 2) {
      const Pair pair = most_alike();
      join(pair.a, pair.b);
      if (options_.is_resplitting) part_again(pair.a);
      visited_.insert(canonical());
      if (const double log_p = tested().log_p; log_p < least) {
        least = log_p;
        best_groups = groups_;
        best_counts = counts_;
      }
    }
    groups_ = std::move(best_groups);
    counts_ = std::move(best_counts);
    fill_pairs();
  }

  /// Parts a merged group of three or more categories where its best halves differ, unless that
  /// leads back to where merging has been.
  void part_again(std::size_t at) {
    if (groups_[at].size() < 3) return;
    const auto whole = groups_[at];
    std::vector<std::size_t> best;
    double least = std::log(options_.alpha_resplit);
    for (const auto& half : halves_of(whole)) {
      std::vector<double> one(classes_), other(counts_[at]);
      for (const auto category : half) {
        const auto row = row_of(category);
        for (std::size_t k = 0; k < classes_; ++k) {
          one[k] += row[k];
          other[k] -= row[k];
        }
      }
      const double log_p = log_p_of(one, other);
      if (log_p > least || (!best.empty() && log_p == least)) continue;
      least = log_p;
      best = half;
    }
    if (best.empty()) return;
    const auto saved_groups = groups_;
    const auto saved_counts = counts_;
    std::vector<std::size_t> rest;
    std::ranges::set_difference(whole, best, std::back_inserter(rest));
    groups_[at] = best;
    groups_.push_back(rest);
    if (visited_.contains(canonical())) {
      groups_ = saved_groups;
      counts_ = saved_counts;
      return;
    }
    counts_.emplace_back(classes_);
    for (const auto category : rest) {
      const auto row = row_of(category);
      for (std::size_t k = 0; k < classes_; ++k) {
        counts_.back()[k] += row[k];
        counts_[at][k] -= row[k];
      }
    }
    fill_pairs();
  }

  /// The sides that a group may be parted into, one of each two.
  Groups halves_of(const std::vector<std::size_t>& group) const {
    Groups halves;
    if (predictor_.order == Order::Monotonic) {
      std::vector<std::size_t> values;
      std::ranges::copy_if(group, std::back_inserter(values),
                           [&](std::size_t category) { return !is_missing(category); });
      const bool has_missing = values.size() < group.size();
      for (std::size_t cut = 1; cut < values.size(); ++cut) {
        halves.emplace_back(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(cut));
        if (!has_missing) continue;
        halves.push_back(halves.back());
        halves.back().push_back(group.back());
      }
      if (has_missing) halves.push_back(values);
      return halves;
    }
    if (group.size() <= kSubsetsMax) {
      for (std::size_t subset = 1; subset < (std::size_t{1} << (group.size() - 1)); ++subset) {
        auto& half = halves.emplace_back();
        for (std::size_t i = 0; i < group.size(); ++i) {
          if (((subset >> i) & 1) != 0) half.push_back(group[i]);
        }
      }
      return halves;
    }
    // Of two classes the best halves lie in the order of the first class's share.
    auto sorted = group;
    const auto share = [&](std::size_t category) {
      const auto row = row_of(category);
      double total = 0;
      for (const double count : row) total += count;
      return row[0] / total;
    };
    std::ranges::stable_sort(sorted, {}, share);
    for (std::size_t cut = 1; cut < sorted.size(); ++cut) {
      halves.emplace_back(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(cut));
      std::ranges::sort(halves.back());
    }
    return halves;
  }

  double weight_of(std::size_t at) const {
    double sum = 0;
    for (const double count : counts_[at]) sum += count;
    return sum;
  }

  void join_small() {
    while (groups_.size() > 1) {
      std::size_t small = 0;
      for (std::size_t at = 1; at < groups_.size(); ++at) {
        if (weight_of(at) < weight_of(small)) small = at;
      }
      if (!(weight_of(small) < options_.leaf_weight_min)) return;
      std::size_t other = small == 0 ? 1 : 0;
      for (std::size_t at = 0; at < groups_.size(); ++at) {
        if (at != small && pairs_[small][at] > pairs_[small][other]) other = at;
      }
      join(std::min(small, other), std::max(small, other));
    }
  }

  const Predictor& predictor_;
  const Options& options_;
  std::size_t classes_;
  Groups groups_;
  std::vector<std::vector<double>> counts_;  // [groups][classes]
  std::vector<std::vector<double>> pairs_;   // [groups][groups] log p.
  std::set<Groups> visited_;
};

}  // namespace

double log_multiplier(const Predictor& predictor, std::size_t to, const Options& options) {
  const auto from = predictor.values_count > 0 ? predictor.values_count
                                               : predictor.categories_count();
  const auto c = static_cast<double>(from), r = static_cast<double>(to);
  const bool is_floating = predictor.order == Order::Monotonic && predictor.has_missing;
  if (options.is_exhaustive) {
    // All pairs that were looked at on the way from c down to two.
    if (predictor.order == Order::Free) return std::log(c * (c * c - 1) / 6);
    return is_floating ? 2 * std::log(c - 1) : std::log(c * (c - 1) / 2);
  }
  if (predictor.order == Order::Free) return log_partitions(from, to);
  if (!is_floating) return log_choose(c - 1, r - 1);
  const double together = log_choose(c - 2, r - 2);
  const double apart = std::log(r) + log_choose(c - 2, r - 1);
  return std::max(together, apart) +
         std::log1p(std::exp(std::min(together, apart) - std::max(together, apart)));
}

Merged merged(const Predictor& predictor, const Options& options) {
  return Merger(predictor, options).run();
}

}  // namespace holdfast::chaid
