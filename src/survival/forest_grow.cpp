#include "survival/forest_grow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast::survival {
namespace {

std::vector<ForestMember> draw(const ForestSample& sample, const ForestOptions& options,
                               Random& random) {
  const auto rows = sample.rows();
  const auto count = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::llround(options.sample_share * static_cast<double>(rows))));
  std::vector<std::uint32_t> draws(rows);
  if (options.with_replacement) {
    for (std::size_t i = 0; i < count; ++i) {
      if (sample.cumulated.empty()) {
        ++draws[random.below(rows)];
        continue;
      }
      const double at = random.uniform() * sample.cumulated.back();
      const auto found = std::upper_bound(sample.cumulated.begin(), sample.cumulated.end(), at);
      ++draws[std::min<std::size_t>(static_cast<std::size_t>(found - sample.cumulated.begin()),
                                    rows - 1)];
    }
  } else {
    // The first `count` of exponential races (Efraimidis & Spirakis 2006).
    std::vector<std::pair<double, std::uint32_t>> arrivals;
    for (std::uint32_t i = 0; i < rows; ++i) {
      const double weight = sample.cumulated.empty() ? 1
                            : i == 0                 ? sample.cumulated[0]
                                     : sample.cumulated[i] - sample.cumulated[i - 1];
      arrivals.emplace_back(-std::log1p(-random.uniform()) / weight, i);
    }
    const auto border = arrivals.begin() + static_cast<std::ptrdiff_t>(count);
    if (count < rows) std::nth_element(arrivals.begin(), border, arrivals.end());
    for (auto arrival = arrivals.begin(); arrival != border; ++arrival) draws[arrival->second] = 1;
  }
  std::vector<ForestMember> members;
  for (std::uint32_t i = 0; i < rows; ++i) {
    if (draws[i] > 0) members.push_back({i, draws[i]});
  }
  return members;
}

class Grower {
 public:
  Grower(const ForestSample& sample, const ForestOptions& options, std::uint64_t number)
      : sample_(sample),
        options_(options),
        random_(Random(options.seed).split(number)),
        splitter_(sample, options),
        members_(draw(sample, options, random_)),
        other_(members_.size()) {}

  GrownTree grow() {
    grown_.gain.resize(sample_.columns.size());
    grown_.is_in_bag.resize(sample_.rows());
    for (const auto& member : members_) grown_.is_in_bag[member.place] = 1;
    grown_.tree.leaf_steps.push_back(0);
    add_node();
    std::vector<Part> open = {{0, 0, members_.size(), 0}};
    while (!open.empty()) {
      const Part part = open.back();
      open.pop_back();
      const auto split = is_deepest(part) ? ForestSplit{} : splitter_.best(rows_of(part), random_);
      if (!(split.chi_squared > 0)) {
        add_leaf(part);
        continue;
      }
      const auto middle = divide(part, split);
      const auto child = static_cast<std::uint32_t>(grown_.tree.nodes.size());
      grown_.tree.nodes[part.node].child = child;
      add_node();
      add_node();
      open.push_back({child + 1, middle, part.end, part.depth + 1});
      open.push_back({child, part.begin, middle, part.depth + 1});
    }
    return std::move(grown_);
  }

 private:
  struct Part {
    std::uint32_t node;
    std::size_t begin, end;
    int depth;
  };

  bool is_deepest(const Part& part) const {
    return options_.depth_max > 0 && part.depth >= options_.depth_max;
  }
  std::span<const ForestMember> rows_of(const Part& part) const {
    return {members_.data() + part.begin, part.end - part.begin};
  }
  void add_node() {
    grown_.tree.nodes.push_back({});
    grown_.last.push_back(0);
  }

  // Keeps the order of exit on both sides.
  std::size_t divide(const Part& part, const ForestSplit& split) {
    const auto cut = forest_cut(sample_.columns[split.column], split.below, split.above);
    auto& node = grown_.tree.nodes[part.node];
    node.column = split.column;
    node.threshold = cut.threshold;
    grown_.last[part.node] = cut.last;
    grown_.gain[split.column] += split.chi_squared;
    auto first = part.begin;
    std::size_t second = 0;
    for (auto i = part.begin; i < part.end; ++i) {
      const auto member = members_[i];
      if (sample_.bins_of(member.place)[split.column] <= cut.last)
        members_[first++] = member;
      else
        other_[second++] = member;
    }
    std::copy_n(other_.begin(), second, members_.begin() + static_cast<std::ptrdiff_t>(first));
    return first;
  }

  // Nelson–Aalen by exit, read where hazards are kept.
  void add_leaf(const Part& part) {
    const auto exits = sample_.exits.size();
    auto& tree = grown_.tree;
    tree.nodes[part.node].child = static_cast<std::uint32_t>(tree.leaf_steps.size() - 1);
    double at_risk = 0;
    for (const auto& member : rows_of(part)) at_risk += member.draws;
    std::vector<double> hazard(exits);
    std::vector<double> risk(exits);
    std::size_t last_time = sample_.times.size();
    const auto rows = rows_of(part);
    for (std::size_t i = 0; i < rows.size();) {
      const auto moment = sample_.moment[rows[i].place];
      double gone = 0;
      bool has_left = false;
      std::size_t time = sample_.times.size();
      std::vector<double> left(exits);
      for (; i < rows.size() && sample_.moment[rows[i].place] == moment; ++i) {
        gone += rows[i].draws;
        const auto exit = sample_.exit[rows[i].place];
        if (exit == 0) continue;
        left[exit - 1u] += rows[i].draws;
        time = sample_.grid[rows[i].place];
        has_left = true;
      }
      if (has_left && time < sample_.times.size()) {
        for (std::size_t e = 0; e < exits; ++e) {
          const double step = left[e] / at_risk;
          hazard[e] += step;
          risk[e] += step * static_cast<double>(sample_.times.size() - time);
        }
        if (time != last_time) {
          tree.step_time.push_back(static_cast<std::uint16_t>(time));
          tree.step_hazard.resize(tree.step_hazard.size() + exits);
        }
        std::transform(hazard.begin(), hazard.end(),
                       tree.step_hazard.end() - static_cast<std::ptrdiff_t>(exits),
                       [](double value) { return static_cast<float>(value); });
        last_time = time;
      }
      at_risk -= gone;
    }
    grown_.leaf_risk.insert(grown_.leaf_risk.end(), risk.begin(), risk.end());
    tree.leaf_steps.push_back(static_cast<std::uint32_t>(tree.step_time.size()));
  }

  const ForestSample& sample_;
  const ForestOptions& options_;
  Random random_;
  ForestSplitter splitter_;
  std::vector<ForestMember> members_;
  std::vector<ForestMember> other_;
  GrownTree grown_;
};

}  // namespace

std::uint32_t GrownTree::leaf_of(const std::uint8_t* bins) const {
  std::uint32_t at = 0;
  while (tree.nodes[at].column != ForestNode::kLeaf) {
    at = tree.nodes[at].child + (bins[tree.nodes[at].column] <= last[at] ? 0u : 1u);
  }
  return tree.nodes[at].child;
}

GrownTree grow_tree(const ForestSample& sample, const ForestOptions& options,
                    std::uint64_t number) {
  return Grower(sample, options, number).grow();
}

}  // namespace holdfast::survival
