#include "effect/tree.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "effect/errors.hpp"
#include "effect/grow.hpp"
#include "effect/overlap.hpp"

namespace holdfast::effect {
namespace {

constexpr std::size_t kRowsBlock = 1024;

Result<void> check_options(const TreeOptions& options) {
  if (options.depth_max < 0 || options.leaf_rows_min < 1 || options.leaf_arm_rows_min < 1 ||
      options.bins < 2 || options.bins > 256 || !(options.gain_min >= 0)) {
    return Error(errors::kBadOption,
                 {{"what",
                   "an uplift tree needs a depth from 0, leaves of at least 1 row of each group, "
                   "2 to 256 bins and a least gain from 0"}});
  }
  return {};
}

Result<GrowingData> prepare(const Trial& trial, MatrixView x, std::span<const std::string> names,
                            const TreeOptions& options) {
  HOLDFAST_TRY_VOID(check_options(options));
  HOLDFAST_TRY_VOID(check_binary(trial));
  HOLDFAST_TRY_VOID(options.check_overlap ? check_overlap(trial, x, names)
                                          : check_columns(trial, x, names));
  GrowingData data{bin(x, options.bins), std::vector<std::uint8_t>(x.rows)};
  for (std::size_t row = 0; row < x.rows; ++row) {
    data.cell[row] =
        static_cast<std::uint8_t>(2 * trial.treated[row] + (trial.outcome[row] != 0 ? 1 : 0));
  }
  return data;
}

// A share of each group, at least one row of each.
std::vector<std::uint32_t> draw(const Trial& trial, double share, Random& random) {
  std::vector<std::uint32_t> rows;
  for (const int group : {0, 1}) {
    std::vector<std::uint32_t> members;
    for (std::size_t row = 0; row < trial.rows(); ++row) {
      if (trial.treated[row] == group) members.push_back(static_cast<std::uint32_t>(row));
    }
    const auto wanted = static_cast<std::size_t>(
        std::max(1.0, std::round(share * static_cast<double>(members.size()))));
    if (wanted < members.size()) random.shuffle(members);
    members.resize(wanted);
    rows.insert(rows.end(), members.begin(), members.end());
  }
  return rows;
}

double effect_of(const UpliftTree& tree, std::span<const double> row) {
  std::size_t at = 0;
  while (tree.nodes[at].column >= 0) {
    const auto& node = tree.nodes[at];
    const bool goes_left = row[static_cast<std::size_t>(node.column)] <= node.cut;
    at = static_cast<std::size_t>(goes_left ? node.left : node.right);
  }
  return tree.nodes[at].effect;
}

std::vector<double> importance_of(const UpliftForest& forest) {
  std::vector<double> importance(forest.columns);
  double total = 0;
  for (const auto& tree : forest.trees) {
    for (const auto& node : tree.nodes) {
      if (node.column < 0) continue;
      const double gained = node.gain * node.counts.rows();
      importance[static_cast<std::size_t>(node.column)] += gained;
      total += gained;
    }
  }
  for (auto& share : importance) share = total > 0 ? share / total : 0;
  return importance;
}

}  // namespace

Result<UpliftTree> fit_uplift_tree(const Trial& trial, MatrixView x,
                                   std::span<const std::string> names, const TreeOptions& options) {
  HOLDFAST_TRY(const auto data, prepare(trial, x, names, options));
  std::vector<std::uint32_t> rows(x.rows);
  for (std::size_t row = 0; row < x.rows; ++row) rows[row] = static_cast<std::uint32_t>(row);
  return grow(data, std::move(rows), options, true, Random(options.seed));
}

std::vector<double> predict(const UpliftTree& tree, MatrixView x) {
  HOLDFAST_CHECK(x.cols == tree.columns);
  std::vector<double> effects(x.rows);
  parallel_for(x.rows, kRowsBlock, [&](std::size_t begin, std::size_t end) {
    for (auto row = begin; row < end; ++row) effects[row] = effect_of(tree, x.row(row));
  });
  return effects;
}

Result<UpliftForest> fit_uplift_forest(const Trial& trial, MatrixView x,
                                       std::span<const std::string> names,
                                       const ForestOptions& options) {
  if (options.trees < 1 || !(options.sample_share > 0 && options.sample_share <= 1)) {
    return Error(errors::kBadOption,
                 {{"what", "a forest needs a tree and a share of rows above 0 and up to 1"}});
  }
  HOLDFAST_TRY(const auto data, prepare(trial, x, names, options.tree));
  auto each = options.tree;
  if (each.columns_tried == 0) {
    each.columns_tried =
        static_cast<std::size_t>(std::max(1.0, std::round(std::sqrt(static_cast<double>(x.cols)))));
  }
  UpliftForest forest;
  forest.columns = x.cols;
  forest.trees.resize(static_cast<std::size_t>(options.trees));
  const Random random(options.tree.seed);
  parallel_for(forest.trees.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (auto t = begin; t < end; ++t) {
      auto own = random.split(t);
      auto rows = draw(trial, options.sample_share, own);
      forest.trees[t] = grow(data, std::move(rows), each, false, own);
    }
  });
  forest.importance = importance_of(forest);
  return forest;
}

std::vector<double> predict(const UpliftForest& forest, MatrixView x) {
  HOLDFAST_CHECK(x.cols == forest.columns);
  std::vector<double> effects(x.rows);
  parallel_for(x.rows, kRowsBlock, [&](std::size_t begin, std::size_t end) {
    for (const auto& tree : forest.trees) {
      for (auto row = begin; row < end; ++row) effects[row] += effect_of(tree, x.row(row));
    }
    for (auto row = begin; row < end; ++row) {
      effects[row] /= static_cast<double>(forest.trees.size());
    }
  });
  return effects;
}

}  // namespace holdfast::effect
