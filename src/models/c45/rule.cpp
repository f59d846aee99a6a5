#include "models/c45/rule.hpp"

#include <algorithm>
#include <cmath>

#include "models/errors.hpp"
#include "models/growing/compare.hpp"
#include "models/growing/grower.hpp"

namespace holdfast::c45 {
namespace {

using growing::at_least;
using growing::at_most;
using growing::Distribution;
using growing::equal;
using growing::greater;
using growing::less;
using growing::NodeView;
using growing::Place;
using growing::Sample;
using growing::Split;
using growing::XLogX;

constexpr double kManyValues = 0.3;     // A category with more values than this share of rows.
constexpr double kValueStep = 1e-5;     // Values nearer than this are one.
constexpr double kAverageSlack = 1e-3;  // As J48, nearer to Quinlan's program.

/// The least weight a child of a numeric split must have.
double child_weight_min(double known, std::size_t classes_count, double leaf_weight_min) {
  const double least = 0.1 * known / static_cast<double>(classes_count);
  if (at_most(least, leaf_weight_min)) return leaf_weight_min;
  return greater(least, 25) ? 25 : least;
}

/// Where a numeric column is cut best.
struct Cut {
  double gain = 0;
  std::size_t at = 0;      // First place of the upper side.
  int candidates = 0;
  double below = 0;        // Weight of the lower side.
};

/// A threshold that moves up the values of one column: the two sides and their gain.
class Scan {
 public:
  Scan(const XLogX& x_log_x, std::vector<double> all, double rows, double known, double least)
      : x_log_x_(x_log_x), above_(std::move(all)), below_(above_.size(), 0.0), rows_(rows),
        known_(known), least_(least), above_total_(known) {
    double sum = 0;
    for (const double weight : above_) sum += x_log_x_(weight);
    before_ = x_log_x_(known_) - sum;
  }

  void move(std::size_t cls, double weight) {
    below_[cls] += weight;
    above_[cls] -= weight;
    below_total_ += weight;
    above_total_ -= weight;
  }

  void consider(std::size_t at) {
    if (!at_least(below_total_, least_) || !at_least(above_total_, least_)) return;
    ++cut_.candidates;
    double after = 0;
    for (const double weight : below_) after += x_log_x_(weight);
    after -= x_log_x_(below_total_);
    for (const double weight : above_) after += x_log_x_(weight);
    after -= x_log_x_(above_total_);
    const double unknown_share = (rows_ - known_) / rows_;
    const double sum = (1 - unknown_share) * (before_ + after);
    const double gain = equal(sum, 0) ? 0 : sum / known_;
    if (!greater(gain, cut_.gain)) return;
    cut_.gain = gain;
    cut_.at = at;
    cut_.below = below_total_;
  }

  const Cut& best() const { return cut_; }

 private:
  const XLogX& x_log_x_;
  std::vector<double> above_, below_;
  double rows_, known_, least_;
  double before_ = 0, below_total_ = 0, above_total_ = 0;
  Cut cut_;
};

/// Calls scan.consider between values that differ by more than a step, scan.move for what is below.
void walk(const NodeView& node, std::span<const Place> order, const std::vector<double>& distinct,
          Scan& scan) {
  std::size_t last = 0;
  for (std::size_t next = 1; next < order.size(); ++next) {
    if (order[next - 1].rank == order[next].rank) continue;
    if (!(distinct[order[next - 1].rank] + kValueStep < distinct[order[next].rank])) continue;
    for (; last < next; ++last) scan.move(node.cls(order[last].at), node.weight(order[last].at));
    scan.consider(next);
  }
}

}  // namespace

bool Rule::has_many_values(const Sample& sample, std::size_t c) const {
  return !sample.is_numeric(c) &&
         !less(static_cast<double>(sample.column(c).categories.size()),
               kManyValues * static_cast<double>(rows_count_));
}

Split Rule::of_column(const NodeView& node, std::size_t c) const {
  return node.sample().is_numeric(c) ? numeric_split(node, c) : category_split(node, c);
}

std::optional<std::size_t> Rule::best_of(const NodeView& node,
                                         std::span<const Split> splits) const {
  const auto& sample = node.sample();
  bool all_many = true;
  for (std::size_t c = 0; c < splits.size(); ++c) all_many = all_many && has_many_values(sample, c);
  double sum = 0;
  int valid = 0;
  for (std::size_t c = 0; c < splits.size(); ++c) {
    if (splits[c].is_none() || (has_many_values(sample, c) && !all_many)) continue;
    sum += splits[c].gain;
    ++valid;
  }
  if (valid == 0) return {};
  const double average = sum / valid;
  std::optional<std::size_t> best;
  double ratio = 0;
  for (std::size_t c = 0; c < splits.size(); ++c) {
    if (splits[c].is_none() || !(splits[c].gain >= average - kAverageSlack)) continue;
    if (!greater(splits[c].measure, ratio)) continue;
    ratio = splits[c].measure;
    best = c;
  }
  if (equal(ratio, 0)) return {};
  return best;
}

Split Rule::category_split(const NodeView& node, std::size_t c) const {
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
    if (at_least(d.bag(b), options_.leaf_weight_min)) ++filled;
  }
  if (filled < 2) return split;
  split.column = static_cast<std::int32_t>(c);
  split.gain = information_gain(x_log_x_, d, node.total(), entropy_before(x_log_x_, d));
  split.measure = gain_ratio(x_log_x_, d, node.total(), split.gain);
  split.distribution = std::move(d);
  return split;
}

Split Rule::numeric_split(const NodeView& node, std::size_t c) const {
  const auto order = node.order(c);
  const auto& distinct = node.sample().numeric(c).distinct;
  Split split;
  if (order.size() < 2 ||
      !(distinct[order.front().rank] + kValueStep < distinct[order.back().rank])) {
    return split;
  }
  std::vector<double> all(node.sample().classes_count(), 0.0);
  double known = 0;
  for (const auto& place : order) {
    all[node.cls(place.at)] += node.weight(place.at);
    known += node.weight(place.at);
  }
  const double least = child_weight_min(known, all.size(), options_.leaf_weight_min);
  if (less(static_cast<double>(order.size()), 2 * least)) return split;
  Scan scan(x_log_x_, std::move(all), node.total(), known, least);
  walk(node, order, distinct, scan);
  const Cut& cut = scan.best();
  if (cut.candidates == 0) return split;
  split.gain = cut.gain;
  if (options_.has_mdl_correction) split.gain -= std::log2(cut.candidates) / node.total();
  if (at_most(split.gain, 0)) return split;
  split.column = static_cast<std::int32_t>(c);
  const double low = distinct[order[cut.at - 1].rank], high = distinct[order[cut.at].rank];
  split.threshold = (low + high) / 2;
  if (split.threshold == high) split.threshold = low;
  double above = 0;
  for (std::size_t i = cut.at; i < order.size(); ++i) above += node.weight(order[i].at);
  const double sides[] = {cut.below, above};
  split.measure = gain_ratio(x_log_x_, sides, known, node.total(), split.gain);
  return split;
}

/// A threshold becomes a value that occurs; a category has a child of its own.
void Rule::finish(const NodeView& node, Split& split) const {
  const auto c = static_cast<std::size_t>(split.column);
  if (split.is_category) {
    split.child_of_category.resize(split.distribution.bags());
    for (std::size_t b = 0; b < split.child_of_category.size(); ++b) {
      split.child_of_category[b] = static_cast<std::int32_t>(b);
    }
    return;
  }
  const auto& distinct = node.sample().numeric(c).distinct;
  const auto above = std::ranges::upper_bound(distinct, split.threshold);
  if (above != distinct.begin()) split.threshold = *(above - 1);
  const auto limit = static_cast<std::uint32_t>(above - distinct.begin());
  split.distribution = Distribution(2, node.sample().classes_count());
  for (const auto& place : node.order(c)) {
    split.distribution.add(place.rank < limit ? 0 : 1, node.cls(place.at), node.weight(place.at));
  }
}

Result<forms::Tree> fit(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                        std::span<const double> weight, int classes_count, const Options& options) {
  const Sample sample(columns, y, weight, static_cast<std::size_t>(classes_count));
  if (sample.rows().row.empty()) return Error{models::errors::kNoRows, {{"model", "c45"}}};
  const Rule rule(sample.rows().row.size(), options);
  const auto root = growing::grown(sample, sample.rows(), rule, rule.stop());
  rule.prune(sample, *root, sample.rows());
  return growing::tree_of(sample, *root, options.share);
}

}  // namespace holdfast::c45
