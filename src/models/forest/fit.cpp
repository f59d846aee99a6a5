#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "models/errors.hpp"
#include "models/forest/bag.hpp"
#include "models/forest/grower.hpp"
#include "models/forest/out_of_bag.hpp"

namespace holdfast::forest {
namespace {

Growth growth_of(const Options& options, std::size_t classes, std::size_t columns) {
  Growth growth{.classes = classes,
                .class_weights = options.class_weights,
                .leaf_rows_min = static_cast<std::uint32_t>(std::max(1, options.leaf_rows_min)),
                .depth_max = static_cast<std::uint32_t>(std::max(0, options.depth_max))};
  if (growth.class_weights.empty()) growth.class_weights.assign(classes, 1.0);
  const auto root = static_cast<std::size_t>(std::sqrt(static_cast<double>(columns)));
  growth.columns_tried =
      options.columns_tried > 0
          ? std::min(columns, static_cast<std::size_t>(options.columns_tried))
          : std::max<std::size_t>(1, root);
  return growth;
}

std::size_t draws_of(const Options& options, std::size_t rows) {
  const auto draws = static_cast<std::size_t>(
      std::llround(options.sample_share * static_cast<double>(rows)));
  return std::clamp<std::size_t>(draws, 1, rows);
}

/// What the trees gave, by tree; added up in order afterwards.
struct ByTree {
  std::vector<std::vector<double>> impurity, splits, permutation;

  explicit ByTree(std::size_t trees) : impurity(trees), splits(trees), permutation(trees) {}
};

std::vector<double> total(const std::vector<std::vector<double>>& parts, const Sample& sample,
                          std::size_t columns) {
  std::vector<double> sums(columns, 0.0);
  for (const auto& part : parts) {
    for (std::size_t c = 0; c < part.size(); ++c) sums[sample.columns[c].source] += part[c];
  }
  return sums;
}

void scale(std::vector<double>& values, double divisor) {
  if (!(divisor > 0)) return;
  for (double& value : values) value /= divisor;
}

}  // namespace

Result<Forest> fit(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                   std::span<const double> weight, std::size_t classes, const Options& options,
                   Progress& progress) {
  HOLDFAST_CHECK(y.size() == columns.rows && weight.size() == columns.rows);
  HOLDFAST_CHECK(classes >= 2 && classes <= kClassesMax && columns.rows < kDrawsMax);
  const Sample sample = sample_of(columns, y, weight, classes, options);
  if (sample.columns.empty()) {
    return Error{models::errors::kNoUsableColumn, {{"model", "forest"}}};
  }
  const auto trees = static_cast<std::size_t>(options.trees);
  const Growth growth = growth_of(options, classes, sample.columns.size());
  const Bag bag(sample.weight, sample.y, draws_of(options, sample.rows.size()),
                options.with_replacement);
  const Random seeds(options.seed);
  OutOfBagSums out_of_bag(sample.rows.size(), classes);
  ByTree by_tree(trees);
  Forest forest{.classes = classes};
  forest.trees.resize(trees);
  parallel_for(trees, 1, [&](std::size_t t, std::size_t) {
    if (cancel_requested()) return;
    Random random = seeds.split(t);
    auto draws = bag.draw(random);
    const auto rest = left_out(draws, sample.rows.size());
    auto grown = grow(sample, std::move(draws), growth, random.split(0));
    out_of_bag.add(sample, grown.tree, rest);
    if (options.has_permutation) {
      Random shuffling = random.split(1);
      by_tree.permutation[t] = permutation_rises(sample, grown.tree, classes, rest, shuffling);
    }
    by_tree.impurity[t] = std::move(grown.impurity);
    by_tree.splits[t] = std::move(grown.splits);
    forest.trees[t] = std::move(grown.tree);
    progress.advance(1);
  });
  if (cancel_requested()) return Error{holdfast::errors::kCancelled};
  forest.impurity = total(by_tree.impurity, sample, columns.columns.size());
  scale(forest.impurity, std::accumulate(forest.impurity.begin(), forest.impurity.end(), 0.0));
  forest.splits = total(by_tree.splits, sample, columns.columns.size());
  forest.permutation = total(by_tree.permutation, sample, columns.columns.size());
  scale(forest.permutation, static_cast<double>(trees));
  forest.out_of_bag = out_of_bag.result(sample, columns.rows);
  forest.columns = sample.columns;
  return forest;
}

}  // namespace holdfast::forest
