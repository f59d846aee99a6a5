#include "models/c45/rule.hpp"

#include "models/errors.hpp"
#include "models/growing/compare.hpp"
#include "models/growing/error_pruning.hpp"
#include "models/growing/grower.hpp"

namespace holdfast::c45 {
namespace {

using growing::equal;
using growing::greater;
using growing::less;
using growing::NodeView;
using growing::Sample;
using growing::Split;

constexpr double kManyValues = 0.3;     // A category with more values than this share of rows.
constexpr double kAverageSlack = 1e-3;  // As J48, nearer to Quinlan's program.

}  // namespace

bool Rule::has_many_values(const Sample& sample, std::size_t c) const {
  return !sample.is_numeric(c) &&
         !less(static_cast<double>(sample.column(c).categories.size()),
               kManyValues * static_cast<double>(rows_count_));
}

Split Rule::of_column(const NodeView& node, std::size_t c) const {
  const growing::GainOptions options{.leaf_weight_min = options_.leaf_weight_min,
                                     .has_threshold_charge = options_.has_mdl_correction};
  return node.sample().is_numeric(c) ? best_threshold(node, c, x_log_x_, options)
                                     : multiway(node, c, x_log_x_, options);
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

void Rule::finish(const NodeView& node, Split& split) const {
  if (split.is_category) growing::place_multiway(split);
  else growing::place_threshold(node, split);
}

void Rule::prune(const Sample& sample, growing::Branch& branch, const growing::Rows& rows) const {
  if (options_.is_collapsing) growing::collapse(branch);
  growing::prune_by_errors(sample, branch, rows,
                           {.confidence = options_.confidence, .is_raising = options_.is_raising});
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
