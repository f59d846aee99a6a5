#include "models/growing/gain_search.hpp"

#include <algorithm>
#include <cmath>

#include "models/growing/compare.hpp"

namespace holdfast::growing {
namespace {

constexpr double kValueStep = 1e-5;  // Values nearer than this are one.

/// The least weight a child of a numeric split must have.
double child_weight_min(double known, std::size_t classes_count, double leaf_weight_min) {
  const double least = 0.1 * known / static_cast<double>(classes_count);
  if (at_most(least, leaf_weight_min)) return leaf_weight_min;
  return greater(least, 25) ? 25 : least;
}

/// Where a numeric column is cut best.
struct Cut {
  double gain = 0;
  std::size_t at = 0;  // First place of the upper side.
  int candidates = 0;
  double below = 0;    // Weight of the lower side.
};

/// What the search for a cut knows before it starts.
struct Search {
  const XLogX& x_log_x;
  std::vector<double> all;  // By class, rows of known value.
  double rows = 0, known = 0, least = 0;
  double before = 0;
  double known_share = 1;
};

/// `after` is minus the entropy left, times the rows: x log x of the cells less that of the sides.
void consider(const Search& search, double after, double below, std::size_t at, Cut& cut) {
  ++cut.candidates;
  const double sum = search.known_share * (search.before + after);
  const double gain = equal(sum, 0) ? 0 : sum / search.known;
  if (!greater(gain, cut.gain)) return;
  cut.gain = gain;
  cut.at = at;
  cut.below = below;
}

/// Several classes, any weights.
struct Sides {
  explicit Sides(const Search& search)
      : below(search.all.size(), 0.0), above(search.all), above_total(search.known) {}

  void move(std::size_t cls, double weight) {
    below[cls] += weight;
    above[cls] -= weight;
    below_total += weight;
    above_total -= weight;
  }
  double after(const XLogX& x_log_x) const {
    double sum = 0;
    for (const double weight : below) sum += x_log_x(weight);
    sum -= x_log_x(below_total);
    for (const double weight : above) sum += x_log_x(weight);
    return sum - x_log_x(above_total);
  }

  std::vector<double> below, above;
  double below_total = 0, above_total;
};

/// Two classes, every weight 1: whole numbers, logarithms from the table.
struct UnitSides {
  explicit UnitSides(const Search& search)
      : above_ones(static_cast<std::uint32_t>(search.all[1])),
        above_total(static_cast<std::uint32_t>(search.known)) {}

  void move(std::size_t cls, double) {
    below_ones += static_cast<std::uint32_t>(cls);
    ++below_total;
  }
  double after(const XLogX& x_log_x) const {
    const std::uint32_t ones = above_ones - below_ones;
    const std::uint32_t upper = above_total - below_total;
    double sum = x_log_x.whole(below_total - below_ones) + x_log_x.whole(below_ones);
    sum -= x_log_x.whole(below_total);
    sum += x_log_x.whole(upper - ones);
    sum += x_log_x.whole(ones);
    return sum - x_log_x.whole(upper);
  }

  std::uint32_t above_ones, above_total;  // Of all rows.
  std::uint32_t below_ones = 0, below_total = 0;
};

/// Walks the values upwards and weighs every cut between two that differ.
template <typename TwoSides>
Cut scanned(const Cases& cases, std::span<const Place> order, const std::vector<double>& distinct,
            const Search& search) {
  TwoSides sides(search);
  Cut cut;
  for (std::size_t next = 1; next < order.size(); ++next) {
    const auto at = order[next - 1].at;
    sides.move(cases.cls[at], cases.weight[at]);
    if (order[next - 1].rank == order[next].rank) continue;
    if (!(distinct[order[next - 1].rank] + kValueStep < distinct[order[next].rank])) continue;
    const auto below = static_cast<double>(sides.below_total);
    if (!at_least(below, search.least)) continue;
    if (!at_least(search.known - below, search.least)) break;
    consider(search, sides.after(search.x_log_x), below, next, cut);
  }
  return cut;
}

Search started(const NodeView& node, std::span<const Place> order, const XLogX& x_log_x,
               double leaf_weight_min) {
  const auto& cases = node.cases();
  Search search{.x_log_x = x_log_x,
                .all = std::vector<double>(node.sample().classes_count(), 0.0),
                .rows = node.total()};
  if (cases.is_unit && order.size() == node.members().size()) {
    for (std::size_t c = 0; c < search.all.size(); ++c) search.all[c] = node.distribution().cls(c);
    search.known = node.total();
  } else {
    for (const auto& place : order) {
      search.all[cases.cls[place.at]] += cases.weight[place.at];
      search.known += cases.weight[place.at];
    }
  }
  search.least = child_weight_min(search.known, search.all.size(), leaf_weight_min);
  double sum = 0;
  for (const double weight : search.all) sum += x_log_x(weight);
  search.before = x_log_x(search.known) - sum;
  search.known_share = 1 - (search.rows - search.known) / search.rows;
  return search;
}

}  // namespace

Split best_threshold(const NodeView& node, std::size_t c, const XLogX& x_log_x,
                     const GainOptions& options) {
  const auto order = node.order(c);
  const auto& distinct = node.sample().numeric(c).distinct;
  Split split;
  if (order.size() < 2 ||
      !(distinct[order.front().rank] + kValueStep < distinct[order.back().rank])) {
    return split;
  }
  const Search search = started(node, order, x_log_x, options.leaf_weight_min);
  if (less(static_cast<double>(order.size()), 2 * search.least)) return split;
  const auto& cases = node.cases();
  const Cut cut = cases.is_unit && search.all.size() == 2
                      ? scanned<UnitSides>(cases, order, distinct, search)
                      : scanned<Sides>(cases, order, distinct, search);
  if (cut.candidates == 0) return split;
  split.gain = cut.gain;
  if (options.has_threshold_charge) split.gain -= std::log2(cut.candidates) / node.total();
  if (at_most(split.gain, 0)) return split;
  split.column = static_cast<std::int32_t>(c);
  const double low = distinct[order[cut.at - 1].rank], high = distinct[order[cut.at].rank];
  split.threshold = (low + high) / 2;
  if (!(split.threshold < high)) split.threshold = low;  // Also where the sum is infinite.
  double above = search.known - cut.below;
  if (!cases.is_unit) {
    above = 0;
    for (std::size_t i = cut.at; i < order.size(); ++i) above += cases.weight[order[i].at];
  }
  const double sides[] = {cut.below, above};
  split.measure = gain_ratio(x_log_x, sides, search.known, node.total(), split.gain);
  return split;
}

Split multiway(const NodeView& node, std::size_t c, const XLogX& x_log_x,
               const GainOptions& options) {
  const auto& column = node.sample().column(c);
  Split split{.is_category = true};
  Distribution d(column.categories.size(), node.sample().classes_count());
  for (const auto at : node.members()) {
    const auto row = node.row(at);
    if (node.sample().is_missing(c, row)) continue;
    d.add(column.codes[row], node.cls(at), node.weight(at));
  }
  int filled = 0;
  for (std::size_t b = 0; b < d.bags(); ++b) {
    if (at_least(d.bag(b), options.leaf_weight_min)) ++filled;
  }
  if (filled < 2) return split;
  split.column = static_cast<std::int32_t>(c);
  split.gain = information_gain(x_log_x, d, node.total(), entropy_before(x_log_x, d));
  split.measure = gain_ratio(x_log_x, d, node.total(), split.gain);
  split.distribution = std::move(d);
  return split;
}

void place_threshold(const NodeView& node, Split& split) {
  const auto c = static_cast<std::size_t>(split.column);
  const auto& distinct = node.sample().numeric(c).distinct;
  const auto above = std::ranges::upper_bound(distinct, split.threshold);
  if (above != distinct.begin()) split.threshold = *(above - 1);
  const auto limit = static_cast<std::uint32_t>(above - distinct.begin());
  split.distribution = Distribution(2, node.sample().classes_count());
  for (const auto& place : node.order(c)) {
    split.distribution.add(place.rank < limit ? 0 : 1, node.cls(place.at), node.weight(place.at));
  }
}

void place_multiway(Split& split) {
  split.child_of_category.resize(split.distribution.bags());
  for (std::size_t b = 0; b < split.child_of_category.size(); ++b) {
    split.child_of_category[b] = static_cast<std::int32_t>(b);
  }
}

}  // namespace holdfast::growing
