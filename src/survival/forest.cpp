#include "survival/forest.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "survival/errors.hpp"
#include "survival/forest_grow.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBlockRows = 4096;
constexpr std::size_t kTreesAtOnce = 16;  // Grown before their out-of-bag rows are counted.

void count_out_of_bag(const ForestSample& sample, std::span<const GrownTree> grown,
                      ForestFit& fit) {
  const auto exits = sample.exits.size();
  parallel_for(sample.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (const auto& one : grown) {
      for (auto i = begin; i < end; ++i) {
        if (one.is_in_bag[i] != 0) continue;
        const auto leaf = one.leaf_of(sample.bins_of(i));
        const auto row = sample.row[i];
        ++fit.out_of_bag_trees[row];
        for (std::size_t e = 0; e < exits; ++e) {
          fit.out_of_bag_risk[row * exits + e] += one.leaf_risk[leaf * exits + e];
        }
      }
    }
  });
}

// Sums to means, and how well they order who leaves first by each exit.
void close_out_of_bag(const Spells& spells, ForestFit& fit) {
  const auto& exits = fit.forest.exits;
  std::vector<std::size_t> seen;
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (fit.out_of_bag_trees[row] == 0) continue;
    seen.push_back(row);
    for (std::size_t e = 0; e < exits.size(); ++e) {
      fit.out_of_bag_risk[row * exits.size() + e] /= fit.out_of_bag_trees[row];
    }
  }
  std::vector<double> exit, weight, risk(seen.size());
  std::vector<std::uint8_t> event(seen.size());
  for (const auto row : seen) {
    exit.push_back(spells.exit[row]);
    weight.push_back(spells.weight_of(row));
  }
  for (std::size_t e = 0; e < exits.size(); ++e) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      risk[i] = fit.out_of_bag_risk[seen[i] * exits.size() + e];
      event[i] = spells.event[seen[i]] == exits[e] ? 1 : 0;
    }
    auto found = concordance({{}, exit, event, weight, {}}, risk);
    if (!found.ok()) {  // Too few rows stayed out.
      fit.out_of_bag.clear();
      return;
    }
    fit.out_of_bag.push_back(*found);
  }
}

void close_importance(ForestFit& fit) {
  double total = 0;
  for (const double gain : fit.importance) total += gain;
  if (!(total > 0)) return;
  for (auto& gain : fit.importance) gain /= total;
}

}  // namespace

std::uint32_t ForestTree::leaf_of(std::span<const double> x) const {
  std::uint32_t at = 0;
  while (nodes[at].column != ForestNode::kLeaf) {
    at = nodes[at].child + (x[nodes[at].column] <= nodes[at].threshold ? 0u : 1u);
  }
  return nodes[at].child;
}

void SurvivalForest::hazards(std::span<const double> x, std::span<double> out) const {
  const auto kinds = exits.size();
  const auto count = times.size();
  // Steps first, cumulated over times at the end.
  std::fill(out.begin(), out.end(), 0.0);
  for (const auto& tree : trees) {
    const auto leaf = tree.leaf_of(x);
    const auto begin = tree.leaf_steps[leaf];
    for (auto s = begin; s < tree.leaf_steps[leaf + 1]; ++s) {
      for (std::size_t e = 0; e < kinds; ++e) {
        const double before = s == begin ? 0.0 : double{tree.step_hazard[(s - 1) * kinds + e]};
        out[e * count + tree.step_time[s]] += double{tree.step_hazard[s * kinds + e]} - before;
      }
    }
  }
  const auto tree_count = static_cast<double>(trees.size());
  for (std::size_t e = 0; e < kinds; ++e) {
    double sum = 0;
    for (std::size_t t = 0; t < count; ++t) {
      sum += out[e * count + t];
      out[e * count + t] = sum / tree_count;
    }
  }
}

std::vector<double> forest_hazards(const SurvivalForest& forest, MatrixView x) {
  const auto width = forest.exits.size() * forest.times.size();
  std::vector<double> hazards(x.rows * width);
  parallel_for(x.rows, 256, [&](std::size_t begin, std::size_t end) {
    for (auto row = begin; row < end; ++row) {
      forest.hazards(x.row(row), {hazards.data() + row * width, width});
    }
  });
  return hazards;
}

void probabilities_of(std::span<const double> hazards, std::size_t exits, std::span<double> out) {
  const auto times = exits == 0 ? 0 : hazards.size() / exits;
  double staying = 1;
  double hazard_before = 0;
  for (std::size_t t = 0; t < times; ++t) {
    double hazard = 0;
    for (std::size_t e = 0; e < exits; ++e) hazard += hazards[e * times + t];
    const double step = hazard - hazard_before;
    const double leaving = staying * -std::expm1(-step);
    for (std::size_t e = 0; e < exits; ++e) {
      const double before = t == 0 ? 0 : hazards[e * times + t - 1];
      const double share = step > 0 ? (hazards[e * times + t] - before) / step : 0;
      out[e * times + t] = (t == 0 ? 0 : out[e * times + t - 1]) + leaving * share;
    }
    staying -= leaving;
    hazard_before = hazard;
  }
}

Result<ForestFit> fit_forest(const Spells& spells, MatrixView x, const ForestOptions& options) {
  HOLDFAST_TRY(const auto sample, forest_sample(spells, x, options));
  ForestFit fit;
  fit.forest.times = sample.times;
  fit.forest.exits = sample.exits;
  fit.forest.columns = x.cols;
  fit.importance.resize(x.cols);
  fit.out_of_bag_risk.resize(spells.rows() * sample.exits.size());
  fit.out_of_bag_trees.resize(spells.rows());
  const auto trees = static_cast<std::size_t>(options.trees);
  for (std::size_t first = 0; first < trees; first += kTreesAtOnce) {
    std::vector<GrownTree> grown(std::min(kTreesAtOnce, trees - first));
    parallel_for(grown.size(), 1, [&](std::size_t t, std::size_t) {
      grown[t] = grow_tree(sample, options, first + t);
    });
    count_out_of_bag(sample, grown, fit);
    for (auto& one : grown) {
      for (std::size_t c = 0; c < x.cols; ++c) fit.importance[c] += one.gain[c];
      fit.forest.trees.push_back(std::move(one.tree));
    }
  }
  close_out_of_bag(spells, fit);
  close_importance(fit);
  return fit;
}

}  // namespace holdfast::survival
