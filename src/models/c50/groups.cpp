#include <algorithm>
#include <numeric>

#include "models/c50/rule.hpp"
#include "models/growing/compare.hpp"

namespace holdfast::c50 {
namespace {

using growing::Distribution;
using growing::NodeView;
using growing::Split;
using growing::XLogX;

constexpr std::size_t kGroupsMax = 32;  // That are tried pair by pair; more are joined by likeness.

struct Group {
  std::vector<std::uint32_t> codes;
  std::vector<double> counts;  // By class.
  double total = 0;
};

void join(Group& into, const Group& from) {
  into.codes.insert(into.codes.end(), from.codes.begin(), from.codes.end());
  for (std::size_t c = 0; c < into.counts.size(); ++c) into.counts[c] += from.counts[c];
  into.total += from.total;
}

/// Groups of one category each, those that occur at the node; of very many, neighbours by the share
/// of the last class are joined first.
std::vector<Group> started(const NodeView& node, std::size_t column) {
  const auto& view = node.sample().column(column);
  std::vector<Group> groups(view.categories.size());
  for (std::uint32_t code = 0; code < groups.size(); ++code) {
    groups[code] = {{code}, std::vector<double>(node.sample().classes_count(), 0.0), 0};
  }
  for (const auto at : node.members()) {
    const auto row = node.row(at);
    if (node.sample().is_missing(column, row)) continue;
    auto& group = groups[view.codes[row]];
    group.counts[node.cls(at)] += node.weight(at);
    group.total += node.weight(at);
  }
  std::erase_if(groups, [](const Group& group) { return !(group.total > 0); });
  if (groups.size() <= kGroupsMax) return groups;
  std::ranges::stable_sort(groups, {},
                           [](const Group& group) { return group.counts.back() / group.total; });
  double total = 0;
  for (const auto& group : groups) total += group.total;
  std::vector<Group> fewer;
  double passed = 0;
  for (auto& group : groups) {
    const bool is_new = fewer.empty() || passed * static_cast<double>(kGroupsMax) >=
                                             total * static_cast<double>(fewer.size());
    passed += group.total;
    if (is_new) fewer.push_back(std::move(group));
    else join(fewer.back(), group);
  }
  return fewer;
}

/// The sums that gain and split information are made of; a merge changes two terms of each.
struct Sums {
  double cells = 0;  // Σ x log x of cells − Σ x log x of groups.
  double sides = 0;  // Σ x log x of groups.
};

struct Terms {
  const XLogX& x_log_x;
  double rows, known, before;

  Sums of(const Group& group) const {
    Sums sums;
    for (const double count : group.counts) sums.cells += x_log_x(count);
    sums.sides = x_log_x(group.total);
    sums.cells -= sums.sides;
    return sums;
  }
  double gain(const Sums& sums) const {
    return known / rows * (before + sums.cells) / known;
  }
  double ratio(const Sums& sums) const {
    const double split = (x_log_x(rows) - sums.sides - x_log_x(rows - known)) / rows;
    return split > 1e-9 ? gain(sums) / split : 0;
  }
};

Sums plus(Sums a, const Sums& b, double sign) {
  a.cells += sign * b.cells;
  a.sides += sign * b.sides;
  return a;
}

/// Joins the best pair while the ratio rises.
void join_pairs(std::vector<Group>& groups, const Terms& terms, Sums& sums) {
  std::vector<Sums> own;
  for (const auto& group : groups) own.push_back(terms.of(group));
  double ratio = terms.ratio(sums);
  while (groups.size() > 2) {
    std::size_t first = 0, second = 0;
    double best = ratio;
    Sums best_sums;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      for (std::size_t j = i + 1; j < groups.size(); ++j) {
        Group both = groups[i];
        both.codes.clear();
        for (std::size_t c = 0; c < both.counts.size(); ++c) both.counts[c] += groups[j].counts[c];
        both.total += groups[j].total;
        const Sums joined = plus(plus(plus(sums, own[i], -1), own[j], -1), terms.of(both), 1);
        if (!(terms.ratio(joined) > best)) continue;
        best = terms.ratio(joined);
        best_sums = joined;
        first = i, second = j;
      }
    }
    if (second == 0) return;
    join(groups[first], groups[second]);
    own[first] = terms.of(groups[first]);
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(second));
    own.erase(own.begin() + static_cast<std::ptrdiff_t>(second));
    ratio = best;
    sums = best_sums;
  }
}

}  // namespace

Split best_groups(const NodeView& node, std::size_t column, const XLogX& x_log_x,
                  double leaf_weight_min) {
  Split split{.is_category = true};
  auto groups = started(node, column);
  if (groups.size() < 2) return split;
  Terms terms{x_log_x, node.total(), 0, 0};
  Sums sums;
  std::vector<double> all(node.sample().classes_count(), 0.0);
  for (const auto& group : groups) {
    sums = plus(sums, terms.of(group), 1);
    terms.known += group.total;
    for (std::size_t c = 0; c < all.size(); ++c) all[c] += group.counts[c];
  }
  terms.before = x_log_x(terms.known);
  for (const double count : all) terms.before -= x_log_x(count);
  join_pairs(groups, terms, sums);
  const auto filled = std::ranges::count_if(groups, [&](const Group& group) {
    return growing::at_least(group.total, leaf_weight_min);
  });
  if (filled < 2 || growing::at_most(terms.gain(sums), 0)) return split;
  split.column = static_cast<std::int32_t>(column);
  split.gain = terms.gain(sums);
  split.measure = terms.ratio(sums);
  split.child_of_category.assign(node.sample().column(column).categories.size(), -1);
  split.distribution = Distribution(groups.size(), all.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const auto code : groups[g].codes) {
      split.child_of_category[code] = static_cast<std::int32_t>(g);
    }
    for (std::size_t c = 0; c < all.size(); ++c) split.distribution.add(g, c, groups[g].counts[c]);
  }
  return split;
}

}  // namespace holdfast::c50
