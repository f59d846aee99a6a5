#include "models/chaid/rule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"

namespace holdfast::chaid {
namespace {

using growing::Distribution;
using growing::NodeView;
using growing::Split;

/// Weight by category and class at a node: the bins of a column or its codes, missing cells last.
Distribution counted(const NodeView& node, std::size_t c, const Bins& bins) {
  const auto& sample = node.sample();
  const bool is_numeric = sample.is_numeric(c);
  const std::size_t values = is_numeric ? bins.tops.size() : sample.column(c).categories.size();
  Distribution d(values + 1, sample.classes_count());
  for (const auto at : node.members()) {
    const auto row = node.row(at);
    std::size_t category = values;
    if (!sample.is_missing(c, row)) {
      category = is_numeric ? bins.of_rank[sample.numeric(c).rank[row]] : sample.column(c).codes[row];
    }
    d.add(category, node.cls(at), node.weight(at));
  }
  return d;
}

/// The categories that the node has, and which of the predictor's each is.
struct Present {
  Predictor predictor;
  std::vector<std::vector<std::size_t>> members;  // [predictor's categories] bins or codes.
};

void add_category(const Distribution& d, const std::vector<std::size_t>& members, Present& to) {
  for (std::size_t k = 0; k < d.classes(); ++k) {
    double sum = 0;
    for (const auto member : members) sum += d.cell(member, k);
    to.predictor.counts.push_back(sum);
  }
  to.members.push_back(members);
}

/// Too many categories for pairs: neighbours in the share of the largest class come together into
/// groups of nearly equal weight. The multiplier still counts every one of them.
std::vector<std::vector<std::size_t>> put_together(const Distribution& d,
                                                   std::vector<std::size_t> filled,
                                                   std::size_t most) {
  const std::size_t cls = d.majority();
  std::ranges::stable_sort(filled, std::greater<>(),
                           [&](std::size_t b) { return d.cell(b, cls) / d.bag(b); });
  double total = 0, below = 0;
  for (const auto b : filled) total += d.bag(b);
  std::vector<std::vector<std::size_t>> groups(1);
  for (std::size_t i = 0; i < filled.size(); ++i) {
    groups.back().push_back(filled[i]);
    below += d.bag(filled[i]);
    const bool is_full = below * static_cast<double>(most) >=
                         total * static_cast<double>(groups.size());
    if (is_full && i + 1 < filled.size()) groups.emplace_back();
  }
  return groups;
}

Present present_of(const Distribution& d, bool is_numeric, std::size_t categories_max) {
  Present present{.predictor = {.order = is_numeric ? Order::Monotonic : Order::Free,
                                .classes_count = d.classes()}};
  const std::size_t values = d.bags() - 1;
  std::vector<std::size_t> filled;
  for (std::size_t b = 0; b < values; ++b) {
    if (d.bag(b) > 0) filled.push_back(b);
  }
  present.predictor.has_missing = d.bag(values) > 0;
  present.predictor.values_count = filled.size() + (present.predictor.has_missing ? 1 : 0);
  if (!is_numeric && filled.size() > categories_max) {
    for (const auto& group : put_together(d, filled, categories_max)) {
      add_category(d, group, present);
    }
  } else {
    for (const auto b : filled) add_category(d, {b}, present);
  }
  if (present.predictor.has_missing) add_category(d, {values}, present);
  return present;
}

/// Turns groups of the predictor's categories into children.
class Children {
 public:
  Children(const Distribution& d, const Present& present, const Merged& merged)
      : d_(d), present_(present), merged_(merged), values_(d.bags() - 1) {}

  void describe(const NodeView& node, const Bins& bins, Split& split) const {
    split.distribution = Distribution(merged_.groups.size(), d_.classes());
    split.missing = forms::MissingRule::Default;
    split.default_child = -1;
    if (split.is_category) {
      split.child_of_category.assign(node.sample().column(static_cast<std::size_t>(split.column))
                                         .categories.size(), -1);
    }
    const auto order = ordered();
    for (std::size_t child = 0; child < order.size(); ++child) {
      double top = std::numeric_limits<double>::infinity();
      for (const auto category : merged_.groups[order[child]]) {
        for (const auto value : present_.members[category]) {
          if (value == values_) {
            split.default_child = static_cast<std::int32_t>(child);
            continue;
          }
          for (std::size_t k = 0; k < d_.classes(); ++k) {
            if (d_.cell(value, k) > 0) split.distribution.add(child, k, d_.cell(value, k));
          }
          if (split.is_category) {
            split.child_of_category[value] = static_cast<std::int32_t>(child);
          } else {
            top = bins.tops[value];
          }
        }
      }
      if (!split.is_category && child + 1 < order.size()) split.cuts.push_back(top);
    }
    if (split.is_category) return;
    // A last child of missing cells alone stands behind infinity, which no value exceeds.
    if (is_missing_alone(order.back())) split.cuts.back() = std::numeric_limits<double>::infinity();
    split.threshold = split.cuts[0];
    if (split.cuts.size() == 1) split.cuts.clear();
  }

 private:
  bool is_missing_alone(std::size_t group) const {
    const auto& categories = merged_.groups[group];
    return categories.size() == 1 && present_.members[categories[0]][0] == values_;
  }

  /// Groups of bins are ordered by their first one; the missing category alone is the last.
  std::vector<std::size_t> ordered() const {
    std::vector<std::size_t> order(merged_.groups.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](std::size_t g) { return is_missing_alone(g); });
    return order;
  }

  const Distribution& d_;
  const Present& present_;
  const Merged& merged_;
  std::size_t values_;  // The place of missing cells in the distribution.
};

}  // namespace

Rule::Rule(const growing::Sample& sample, const Options& options)
    : options_(options), bins_(sample.columns_count()) {
  parallel_for(bins_.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      if (sample.is_numeric(c)) bins_[c] = bins_of(sample, c, options_.bins_max);
    }
  });
}

Split Rule::of_column(const NodeView& node, std::size_t c) const {
  Split split{.is_category = !node.sample().is_numeric(c)};
  const Distribution d = counted(node, c, bins_[c]);
  const Present present = present_of(d, !split.is_category, options_.categories_max);
  if (present.members.size() < 2) return split;
  const Merged groups = merged(present.predictor, options_);
  if (groups.groups.size() < 2) return split;
  split.column = static_cast<std::int32_t>(c);
  split.statistic = groups.test.statistic;
  split.p_value = std::exp(groups.log_adjusted_p);
  split.measure = -groups.log_adjusted_p / std::log(10.0);
  Children(d, present, groups).describe(node, bins_[c], split);
  return split;
}

std::optional<std::size_t> Rule::best_of(const NodeView&, std::span<const Split> splits) const {
  std::optional<std::size_t> best;
  for (std::size_t c = 0; c < splits.size(); ++c) {
    if (splits[c].is_none() || splits[c].measure < -std::log10(options_.alpha_split)) continue;
    const bool is_better =
        !best || splits[c].measure > splits[*best].measure ||
        (splits[c].measure == splits[*best].measure &&
         splits[c].statistic > splits[*best].statistic);
    if (is_better) best = c;
  }
  return best;
}

void Rule::settle_missing(const NodeView&, Split& split) const {
  if (split.missing == forms::MissingRule::Default && split.default_child >= 0) return;
  split.missing = forms::MissingRule::Default;
  split.default_child = static_cast<std::int32_t>(split.distribution.largest_bag());
}

}  // namespace holdfast::chaid
