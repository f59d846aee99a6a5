#include "models/forms/byte_trees.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <tuple>

#include "core/check.hpp"
#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forms {
namespace {

constexpr std::size_t kLeavesMax = 256;
constexpr std::size_t kPlanesMax = 1024;
#ifdef __AVX2__
constexpr std::size_t kVectorBytes = 32;
#else
constexpr std::size_t kVectorBytes = 16;
#endif
using Bytes = std::int8_t __attribute__((vector_size(kVectorBytes)));

Bytes all(std::int8_t byte) { return Bytes{} + byte; }

std::int8_t biased(std::size_t byte) {
  return static_cast<std::int8_t>(static_cast<int>(byte) - 128);
}

}  // namespace

struct ByteTrees::Filled {
  static constexpr std::size_t kVectors = kRows / kVectorBytes;
  Bytes vectors[kVectors];
};

/// Lays an ensemble out.
class ByteTrees::Builder {
 public:
  explicit Builder(const TreeEnsemble& ensemble) : ensemble_(ensemble) {
    trees_.outputs_ = ensemble.outputs;
    trees_.is_float_ = ensemble.is_float;
    trees_.base_ = ensemble.outputs == 1 ? ensemble.base : 0;
  }

  std::unique_ptr<const ByteTrees> build() {
    collect_cuts();
    collect_codes();
    for (const auto& tree : ensemble_.trees) {
      leaves_ = 0;
      const auto first = static_cast<std::uint32_t>(trees_.values_.size());
      add(tree, 0);
      trees_.trees_.push_back({static_cast<std::uint32_t>(trees_.steps_.size()), first});
    }
    if (trees_.planes_.size() > kPlanesMax) return nullptr;
    if (trees_.is_float_) {
      for (const double value : trees_.values_) {
        trees_.floats_.push_back(static_cast<float>(value));
      }
      trees_.values_.clear();
    }
    return std::make_unique<const ByteTrees>(std::move(trees_));
  }

 private:
  /// Every split as "first child when value <= split".
  double split_of(const TreeNode& node) const { return largest_of_first(ensemble_, node); }

  void collect_cuts() {
    for (const auto& tree : ensemble_.trees) {
      for (const auto& node : tree.nodes) {
        if (!node.children.empty() && !node.is_category) cuts_[node.column].push_back(split_of(node));
      }
    }
    for (auto& [column, cuts] : cuts_) {
      std::ranges::sort(cuts);
      cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    }
  }

  void collect_codes() {
    for (const auto& tree : ensemble_.trees) {
      for (const auto& node : tree.nodes) {
        if (node.children.empty() || !node.is_category) continue;
        const auto [found, is_new] = codes_.try_emplace(node.column, trees_.codes_.size());
        if (is_new) trees_.codes_.push_back({.column = static_cast<std::uint32_t>(node.column)});
        auto& count = trees_.codes_[found->second].count;
        count = std::max(count, static_cast<std::uint32_t>(node.child_of_category.size()));
      }
    }
  }

  /// Leaves are numbered from the first child to the last.
  void add(const Tree& tree, std::size_t index) {
    const auto& node = tree.nodes[index];
    if (node.children.empty()) {
      ++leaves_;
      for (std::size_t k = 0; k < ensemble_.outputs; ++k) {
        trees_.values_.push_back(leaf_value(ensemble_, node, k));
      }
      return;
    }
    const std::size_t at = trees_.steps_.size();
    trees_.steps_.push_back(step_of(node));
    trees_.steps_[at].leaf = biased(leaves_);
    add(tree, static_cast<std::size_t>(node.children[0]));
    trees_.steps_[at].next = biased(leaves_);
    add(tree, static_cast<std::size_t>(node.children[1]));
  }

  Step step_of(const TreeNode& node) {
    if (node.is_category) return {.plane = category_plane(node), .threshold = biased(0)};
    const auto& cuts = cuts_[node.column];
    const auto rank =
        static_cast<std::size_t>(std::ranges::lower_bound(cuts, split_of(node)) - cuts.begin());
    return {.plane = number_plane(node, rank / kCutsMax), .threshold = biased(rank % kCutsMax)};
  }

  /// Columns of more cuts than a byte can count have several planes.
  std::uint16_t number_plane(const TreeNode& node, std::size_t part) {
    const auto [found, is_new] = numbers_.try_emplace(
        {node.column, part, node.default_child}, static_cast<std::uint16_t>(trees_.planes_.size()));
    if (!is_new) return found->second;
    const auto& cuts = cuts_[node.column];
    const std::size_t begin = part * kCutsMax;
    const std::size_t end = std::min(cuts.size(), begin + kCutsMax);
    Plane plane{.column = static_cast<std::uint32_t>(node.column),
                .is_missing_first = node.default_child == 0,
                .cuts = {cuts.begin() + static_cast<std::ptrdiff_t>(begin),
                         cuts.begin() + static_cast<std::ptrdiff_t>(end)}};
    std::size_t size = 1;
    while (size < plane.cuts.size()) size = 2 * size + 1;
    plane.cuts.resize(size, std::numeric_limits<double>::infinity());
    trees_.planes_.push_back(std::move(plane));
    return found->second;
  }

  std::uint16_t category_plane(const TreeNode& node) {
    const auto [found, is_new] =
        categories_.try_emplace({node.column, node.default_child, node.child_of_category},
                                static_cast<std::uint16_t>(trees_.planes_.size()));
    if (!is_new) return found->second;
    Plane plane{.column = static_cast<std::uint32_t>(node.column),
                .is_category = true,
                .is_missing_first = node.default_child == 0,
                .codes = codes_.at(node.column)};
    const auto byte_of = [](std::int32_t child) { return biased(child == 0 ? 0 : 1); };
    for (const auto child : node.child_of_category) {
      plane.byte_of.push_back(byte_of(child < 0 ? node.default_child : child));
    }
    plane.byte_of.resize(trees_.codes_[plane.codes].count + 1, byte_of(node.default_child));
    trees_.planes_.push_back(std::move(plane));
    return found->second;
  }

  const TreeEnsemble& ensemble_;
  ByteTrees trees_;
  std::map<std::int32_t, std::vector<double>> cuts_;
  std::map<std::int32_t, std::size_t> codes_;
  std::map<std::tuple<std::int32_t, std::size_t, std::int32_t>, std::uint16_t> numbers_;
  std::map<std::tuple<std::int32_t, std::int32_t, std::vector<std::int32_t>>, std::uint16_t>
      categories_;
  std::size_t leaves_ = 0;
};

std::unique_ptr<const ByteTrees> ByteTrees::of(const TreeEnsemble& ensemble) {
  if (!goes_two_ways(ensemble)) return nullptr;
  for (const auto& tree : ensemble.trees) {
    if (tree.nodes.size() >= 2 * kLeavesMax) return nullptr;
  }
  return Builder(ensemble).build();
}

void ByteTrees::fill_codes(const Codes& codes, const Slice& column, std::size_t begin,
                           std::size_t count, std::uint32_t* out) const {
  if (column.valid == nullptr || column.values != nullptr) {
    std::fill_n(out, count, codes.count);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto cell = column.cell(begin + i);
    const auto code = static_cast<std::uint32_t>(cell.code);
    out[i] = cell.is_missing ? codes.count : std::min(code, codes.count);
  }
}

void ByteTrees::fill_numbers(const Plane& plane, const Slice& column, std::size_t begin,
                             std::size_t count, std::int8_t* bytes) const {
  const std::int8_t missing = biased(plane.is_missing_first ? 0 : 255);
  if (column.valid == nullptr || column.values == nullptr) {
    std::fill_n(bytes, count, missing);
    return;
  }
  const double* const cuts = plane.cuts.data();
  const std::size_t half = (plane.cuts.size() + 1) / 2;
  for (std::size_t i = 0; i < count; ++i) {
    double value = column.values[begin + i];
    const bool is_missing = column.valid[begin + i] == 0 || value != value;
    if (is_float_) value = static_cast<double>(narrowed(value));
    std::size_t below = 0;
    for (std::size_t step = half; step > 0; step /= 2) {
      below += cuts[below + step - 1] < value ? step : 0;
    }
    bytes[i] = is_missing ? missing : biased(below);
  }
}

template <typename Value>
void ByteTrees::add_up(std::span<const Filled> planes, const std::vector<Value>& values,
                       std::span<Value> sums) const {
  constexpr std::size_t kVectors = Filled::kVectors;
  std::uint32_t at = 0;
  for (const auto& tree : trees_) {
    Filled leaf;
    for (auto& vector : leaf.vectors) vector = all(biased(0));
    for (; at < tree.steps_end; ++at) {
      const Step step = steps_[at];
      const Bytes threshold = all(step.threshold);
      const Bytes own = all(step.leaf);
      const Bytes next = all(step.next);
      const Filled& plane = planes[step.plane];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) {
        const Bytes moves = (plane.vectors[v] > threshold) & (leaf.vectors[v] == own);
        leaf.vectors[v] = moves ? next : leaf.vectors[v];
      }
    }
    std::uint8_t leaves[kRows];
    static_assert(sizeof leaves == sizeof leaf);
    std::memcpy(leaves, &leaf, sizeof leaf);
    for (std::size_t k = 0; k < outputs_; ++k) {
      const Value* own = values.data() + tree.first_value + k;
      Value* sum = sums.data() + k * kRows;
      // The bias of the bytes taken back: 128 is leaf 0.
      for (std::size_t r = 0; r < kRows; ++r) sum[r] += own[(leaves[r] ^ 128U) * outputs_];
    }
  }
}

template <typename Value>
void ByteTrees::score_as(std::span<const Slice> columns, std::size_t begin, std::size_t end,
                         const std::vector<Value>& values, std::span<double> out) const {
  std::vector<Filled> planes(planes_.size());
  std::vector<Value> sums(kRows * outputs_);
  std::vector<std::uint32_t> codes(kRows * codes_.size());
  for (std::size_t from = begin; from < end; from += kRows) {
    const std::size_t count = std::min(kRows, end - from);
    for (std::size_t k = 0; k < codes_.size(); ++k) {
      fill_codes(codes_[k], columns[codes_[k].column], from, count, codes.data() + k * kRows);
    }
    for (std::size_t p = 0; p < planes_.size(); ++p) {
      const Plane& plane = planes_[p];
      std::int8_t bytes[kRows] = {};
      if (plane.is_category) {
        const std::uint32_t* own = codes.data() + plane.codes * kRows;
        for (std::size_t i = 0; i < count; ++i) bytes[i] = plane.byte_of[own[i]];
      } else {
        fill_numbers(plane, columns[plane.column], from, count, bytes);
      }
      std::memcpy(&planes[p], bytes, sizeof bytes);
    }
    std::ranges::fill(sums, static_cast<Value>(base_));
    add_up<Value>(planes, values, sums);
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t k = 0; k < outputs_; ++k) {
        out[(from - begin + r) * outputs_ + k] = static_cast<double>(sums[k * kRows + r]);
      }
    }
  }
}

void ByteTrees::score(std::span<const Slice> columns, std::size_t begin, std::size_t end,
                      std::span<double> out) const {
  HOLDFAST_CHECK(out.size() == (end - begin) * outputs_);
  if (trees_.empty()) std::ranges::fill(out, base_);  // As given, not narrowed.
  else if (is_float_) score_as<float>(columns, begin, end, floats_, out);
  else score_as<double>(columns, begin, end, values_, out);
}

}  // namespace holdfast::forms
