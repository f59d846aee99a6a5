#include "models/c50/answers.hpp"

#include <algorithm>

namespace holdfast::c50 {
namespace {

using growing::Branch;
using growing::Distribution;
using growing::Sample;

struct Walk {
  const Sample& sample;
  std::uint32_t row;
  std::int32_t hidden;
  std::vector<double> shares;

  void add(const Branch& branch, const Distribution& above, double part) {
    const auto& own = branch.split.distribution;
    const auto& d = own.total() > 0 ? own : above;  // Nobody came here: as its parent.
    if (branch.is_leaf()) {
      for (std::size_t c = 0; c < shares.size(); ++c) {
        if (d.total() > 0) shares[c] += part * d.cls(c) / d.total();
      }
      return;
    }
    const auto child =
        branch.split.column == hidden ? -1 : growing::child_of(sample, branch.split, row);
    if (child >= 0) return add(*branch.children[static_cast<std::size_t>(child)], d, part);
    const auto parts = own.shares();
    for (std::size_t b = 0; b < parts.size(); ++b) {
      if (parts[b] > 0) add(*branch.children[b], d, part * parts[b]);
    }
  }
};

}  // namespace

std::vector<double> shares_of(const Sample& sample, const Branch& root, std::uint32_t row,
                              std::int32_t hidden) {
  Walk walk{sample, row, hidden, std::vector<double>(sample.classes_count(), 0.0)};
  walk.add(root, root.split.distribution, 1);
  return std::move(walk.shares);
}

std::size_t answer_of(std::span<const double> shares) {
  return static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
}

}  // namespace holdfast::c50
