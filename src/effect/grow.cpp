#include "effect/grow.hpp"

#include <algorithm>
#include <array>

#include "core/parallel.hpp"

namespace holdfast::effect {
namespace {

using Cells = std::array<std::uint32_t, 4>;  // Rows by 2 × treated + outcome.

ArmCounts counts_of(const Cells& cells) {
  return {static_cast<double>(cells[2] + cells[3]), static_cast<double>(cells[3]),
          static_cast<double>(cells[0] + cells[1]), static_cast<double>(cells[1])};
}

struct Split {
  double gain = 0;
  std::size_t column = 0;
  std::size_t code = 0;  // Codes up to it go left.
  bool exists = false;
};

// A node still to be split: rows_[begin, end).
struct Task {
  std::size_t node, begin, end;
  int depth;
};

class Grower {
 public:
  Grower(const GrowingData& data, const TreeOptions& options, bool are_columns_parallel,
         Random random)
      : data_(data),
        options_(options),
        are_columns_parallel_(are_columns_parallel),
        random_(random) {}

  UpliftTree grow(std::vector<std::uint32_t> rows) {
    rows_ = std::move(rows);
    tree_.columns = data_.columns.codes.size();
    tree_.nodes.emplace_back();
    cuts_.push_back(0);
    std::vector<Task> tasks = {{0, 0, rows_.size(), 0}};
    while (!tasks.empty()) {
      const auto task = tasks.back();
      tasks.pop_back();
      split(task, tasks);
    }
    return std::move(tree_);
  }

  /// Where a row's codes lead. For rows the tree has not seen.
  std::vector<std::uint32_t> path(std::uint32_t row, const UpliftTree& tree) const {
    std::vector<std::uint32_t> nodes = {0};
    while (tree.nodes[nodes.back()].column >= 0) {
      const auto& node = tree.nodes[nodes.back()];
      const auto code = data_.columns.codes[static_cast<std::size_t>(node.column)][row];
      nodes.push_back(
          static_cast<std::uint32_t>(code <= cuts_[nodes.back()] ? node.left : node.right));
    }
    return nodes;
  }

 private:
  void split(const Task& task, std::vector<Task>& tasks) {
    Cells cells{};
    cells_.resize(task.end - task.begin);
    for (auto i = task.begin; i < task.end; ++i) {
      cells_[i - task.begin] = data_.cell[rows_[i]];
      ++cells[cells_[i - task.begin]];
    }
    tree_.nodes[task.node].counts = counts_of(cells);
    if (task.depth >= options_.depth_max ||
        task.end - task.begin < 2 * static_cast<std::size_t>(options_.leaf_rows_min)) {
      return;
    }
    const auto best = best_split(task, cells);
    if (!best.exists) return;
    const auto& codes = data_.columns.codes[best.column];
    const auto middle = std::partition(rows_.begin() + static_cast<std::ptrdiff_t>(task.begin),
                                       rows_.begin() + static_cast<std::ptrdiff_t>(task.end),
                                       [&](std::uint32_t row) { return codes[row] <= best.code; });
    const auto border = static_cast<std::size_t>(middle - rows_.begin());
    const auto left = tree_.nodes.size();
    auto& node = tree_.nodes[task.node];
    node.column = static_cast<std::int32_t>(best.column);
    node.cut = data_.columns.cuts[best.column][best.code];
    node.gain = best.gain;
    node.left = static_cast<std::int32_t>(left);
    node.right = static_cast<std::int32_t>(left + 1);
    cuts_[task.node] = best.code;
    tree_.nodes.resize(left + 2);
    cuts_.resize(left + 2);
    tasks.push_back({left + 1, border, task.end, task.depth + 1});
    tasks.push_back({left, task.begin, border, task.depth + 1});
  }

  Split best_split(const Task& task, const Cells& cells) {
    const auto tried = draw_columns();
    std::vector<Split> found(tried.size());
    const auto search = [&](std::size_t begin, std::size_t end) {
      std::vector<Cells> histogram(256);
      for (auto i = begin; i < end; ++i) found[i] = split_of(tried[i], task, cells, histogram);
    };
    if (are_columns_parallel_) {
      parallel_for(tried.size(), 4, search);
    } else {
      search(0, tried.size());
    }
    Split best;
    for (const auto& split : found) {
      if (split.exists && (!best.exists || split.gain > best.gain)) best = split;
    }
    return best;
  }

  std::vector<std::size_t> draw_columns() {
    std::vector<std::size_t> columns(tree_.columns);
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = i;
    const auto wanted = options_.columns_tried;
    if (wanted == 0 || wanted >= columns.size()) return columns;
    for (std::size_t i = 0; i < wanted; ++i) {
      std::swap(columns[i], columns[i + random_.below(columns.size() - i)]);
    }
    columns.resize(wanted);
    std::sort(columns.begin(), columns.end());
    return columns;
  }

  Split split_of(std::size_t column, const Task& task, const Cells& cells,
                 std::vector<Cells>& histogram) const {
    const auto cuts = data_.columns.cuts[column].size();
    Split best;
    best.column = column;
    if (cuts == 0) return best;
    std::fill(histogram.begin(), histogram.begin() + static_cast<std::ptrdiff_t>(cuts) + 1,
              Cells{});
    const auto* codes = data_.columns.codes[column].data();
    for (auto i = task.begin; i < task.end; ++i) {
      ++histogram[codes[rows_[i]]][cells_[i - task.begin]];
    }
    const auto all = counts_of(cells);
    const double arm_min = options_.leaf_arm_rows_min;
    Cells left{};
    for (std::size_t code = 0; code < cuts; ++code) {
      const auto& here = histogram[code];
      if (here[0] + here[1] + here[2] + here[3] == 0) continue;
      for (std::size_t k = 0; k < 4; ++k) left[k] += here[k];
      const auto below = counts_of(left);
      if (std::min(below.treated, below.control) < arm_min ||
          below.rows() < options_.leaf_rows_min) {
        continue;
      }
      if (std::min(all.treated - below.treated, all.control - below.control) < arm_min ||
          all.rows() - below.rows() < options_.leaf_rows_min) {
        break;
      }
      const double gain = split_gain(options_.divergence, all, below, options_.is_normalised);
      if (gain > options_.gain_min && (!best.exists || gain > best.gain)) {
        best.gain = gain;
        best.code = code;
        best.exists = true;
      }
    }
    return best;
  }

  const GrowingData& data_;
  const TreeOptions& options_;
  bool are_columns_parallel_;
  Random random_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint8_t> cells_;  // Of the node at hand.
  std::vector<std::size_t> cuts_;    // [nodes], as codes.
  UpliftTree tree_;
};

// Each half of every group of rows of one cell, so that both halves hold both groups.
void halve(const GrowingData& data, std::vector<std::uint32_t>& rows,
           std::vector<std::uint32_t>& others, Random& random) {
  random.shuffle(rows);
  std::array<bool, 4> is_other{};
  std::vector<std::uint32_t> kept;
  for (const auto row : rows) {
    auto& turn = is_other[data.cell[row]];
    (turn ? others : kept).push_back(row);
    turn = !turn;
  }
  rows = std::move(kept);
}

void tell_effects(UpliftTree& tree) {
  for (auto& node : tree.nodes) {
    if (node.counts.treated > 0 && node.counts.control > 0) {
      node.effect = node.counts.treated_won / node.counts.treated -
                    node.counts.control_won / node.counts.control;
    }
    if (node.column < 0) continue;
    // Children stand after their parent, so theirs is overwritten if they have rows of their own.
    tree.nodes[static_cast<std::size_t>(node.left)].effect = node.effect;
    tree.nodes[static_cast<std::size_t>(node.right)].effect = node.effect;
  }
}

}  // namespace

UpliftTree grow(const GrowingData& data, std::vector<std::uint32_t> rows,
                const TreeOptions& options, bool are_columns_parallel, Random random) {
  std::vector<std::uint32_t> others;
  if (options.is_honest) halve(data, rows, others, random);
  std::sort(rows.begin(), rows.end());
  Grower grower(data, options, are_columns_parallel, random);
  auto tree = grower.grow(std::move(rows));
  if (options.is_honest) {
    std::vector<Cells> cells(tree.nodes.size());
    for (const auto row : others) {
      for (const auto node : grower.path(row, tree)) ++cells[node][data.cell[row]];
    }
    for (std::size_t n = 0; n < cells.size(); ++n) tree.nodes[n].counts = counts_of(cells[n]);
  }
  tell_effects(tree);
  return tree;
}

}  // namespace holdfast::effect
