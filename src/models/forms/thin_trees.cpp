#include "models/forms/thin_trees.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/check.hpp"
#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forms {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::unique_ptr<const ThinTrees> ThinTrees::of(const TreeEnsemble& ensemble) {
  if (!goes_two_ways(ensemble)) return nullptr;
  auto result = std::make_unique<ThinTrees>();
  result->outputs_ = ensemble.outputs;
  result->base_ = ensemble.outputs == 1 ? ensemble.base : 0;
  result->is_float_ = ensemble.is_float;
  auto& nodes = result->nodes_;
  for (const auto& tree : ensemble.trees) {
    result->roots_.push_back(static_cast<std::uint32_t>(nodes.size()));
    // Places in the new order: children together, behind their parent.
    struct Entry {
      std::size_t from, to;
    };
    std::vector<Entry> open = {{0, nodes.size()}};
    nodes.emplace_back();
    while (!open.empty()) {
      const auto [from, to] = open.back();
      open.pop_back();
      const auto& node = tree.nodes[from];
      nodes[to] = {.split = std::numeric_limits<double>::infinity(),
                   .first = static_cast<std::uint32_t>(to),
                   .column = 0,
                   .is_category = 0,
                   .is_missing_first = 1};
      result->values_.resize(nodes.size() * ensemble.outputs);
      if (node.children.empty()) {
        for (std::size_t k = 0; k < ensemble.outputs; ++k) {
          result->values_[to * ensemble.outputs + k] = leaf_value(ensemble, node, k);
        }
        continue;
      }
      const std::size_t first = nodes.size();
      nodes[to].first = static_cast<std::uint32_t>(first);
      nodes[to].column = static_cast<std::uint32_t>(node.column) & 0x3fffffffU;
      nodes[to].is_missing_first = node.default_child == 0 ? 1U : 0U;
      if (node.is_category) {
        nodes[to].is_category = 1;
        nodes[to].split = static_cast<double>(result->second_.size());
        auto& second = result->second_.emplace_back();
        for (const auto child : node.child_of_category) {
          second.push_back(static_cast<std::uint8_t>(child < 0 ? node.default_child : child));
        }
      } else {
        nodes[to].split = largest_of_first(ensemble, node);
      }
      nodes.resize(first + 2);
      open.push_back({static_cast<std::size_t>(node.children[1]), first + 1});
      open.push_back({static_cast<std::size_t>(node.children[0]), first});
    }
    result->values_.resize(nodes.size() * ensemble.outputs);
  }
  return result;
}

/// Row-major; categories as their numbers.
void ThinTrees::fill(std::span<const Slice> columns, std::size_t begin, std::size_t count,
                     double* cells) const {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto cell = columns[c].cell(begin + i);
      double& value = cells[i * columns.size() + c];
      if (cell.is_missing) value = kMissing;
      else if (cell.code >= 0) value = static_cast<double>(cell.code);
      else value = is_float_ ? static_cast<double>(narrowed(cell.value)) : cell.value;
    }
  }
}

std::uint32_t ThinTrees::next_of(const Node& node, const double* row) const {
  const double value = row[node.column];
  const bool is_missing = value != value;
  bool is_first = value <= node.split || (is_missing && node.is_missing_first != 0);
  if (node.is_category != 0) {
    const auto& second = second_[static_cast<std::size_t>(node.split)];
    is_first = is_missing || !(value >= 0 && value < static_cast<double>(second.size()))
                   ? node.is_missing_first != 0
                   : second[static_cast<std::size_t>(value)] == 0;
  }
  return node.first + (is_first ? 0 : 1);
}

template <typename Value>
void ThinTrees::score_as(std::span<const Slice> columns, std::size_t begin, std::size_t end,
                         std::span<double> out) const {
  const std::size_t width = columns.size();
  std::vector<double> cells(kRows * width + 1);  // Leaves look at a first column in any case.
  std::vector<Value> sums(kRows * outputs_);
  for (std::size_t from = begin; from < end; from += kRows) {
    const std::size_t count = std::min(kRows, end - from);
    fill(columns, from, count, cells.data());
    std::ranges::fill(sums, static_cast<Value>(base_));
    for (const auto root : roots_) {
      for (std::size_t r = 0; r < count; r += kAtOnce) {
        std::array<std::uint32_t, kAtOnce> at;
        at.fill(root);
        for (bool has_moved = true; has_moved;) {
          has_moved = false;
          for (std::size_t i = 0; i < kAtOnce; ++i) {  // Rows behind the last are of no matter.
            const Node& node = nodes_[at[i]];
            const auto next = next_of(node, cells.data() + (r + i) * width);
            has_moved = has_moved || next != at[i];
            at[i] = next;
          }
        }
        for (std::size_t i = 0; i < kAtOnce; ++i) {
          for (std::size_t k = 0; k < outputs_; ++k) {
            sums[(r + i) * outputs_ + k] +=
                static_cast<Value>(values_[at[i] * outputs_ + k]);
          }
        }
      }
    }
    for (std::size_t i = 0; i < count * outputs_; ++i) {
      out[(from - begin) * outputs_ + i] = static_cast<double>(sums[i]);
    }
  }
}

void ThinTrees::score(std::span<const Slice> columns, std::size_t begin, std::size_t end,
                      std::span<double> out) const {
  HOLDFAST_CHECK(out.size() == (end - begin) * outputs_);
  if (roots_.empty()) {
    std::ranges::fill(out, base_);
    return;
  }
  if (is_float_) score_as<float>(columns, begin, end, out);
  else score_as<double>(columns, begin, end, out);
}

}  // namespace holdfast::forms
