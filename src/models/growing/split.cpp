#include "models/growing/split.hpp"

#include <algorithm>

#include "models/growing/compare.hpp"

namespace holdfast::growing {
namespace {

std::int32_t child_of_code(const std::vector<std::int32_t>& child_of_category, std::uint32_t code) {
  return code < child_of_category.size() ? child_of_category[code] : -1;
}

std::int32_t child_of_surrogate(const Sample& sample, const forms::Surrogate& surrogate,
                                std::uint32_t row) {
  const auto c = static_cast<std::size_t>(surrogate.column);
  if (sample.is_missing(c, row)) return -1;
  const auto& view = sample.column(c);
  if (surrogate.is_category) return child_of_code(surrogate.child_of_category, view.codes[row]);
  return view.values[row] <= surrogate.split ? surrogate.low_child : 1 - surrogate.low_child;
}

}  // namespace

std::int32_t child_of_value(const Sample& sample, const Split& split, std::uint32_t row) {
  const auto c = static_cast<std::size_t>(split.column);
  if (sample.is_missing(c, row)) return -1;
  const auto& view = sample.column(c);
  if (split.is_category) return child_of_code(split.child_of_category, view.codes[row]);
  if (split.cuts.empty()) return view.values[row] <= split.threshold ? 0 : 1;
  const auto at = std::ranges::lower_bound(split.cuts, view.values[row]);
  return static_cast<std::int32_t>(at - split.cuts.begin());
}

std::int32_t child_of(const Sample& sample, const Split& split, std::uint32_t row) {
  const auto child = child_of_value(sample, split, row);
  if (child >= 0 || split.missing == forms::MissingRule::Fractional) return child;
  if (split.missing == forms::MissingRule::Surrogate) {
    for (const auto& surrogate : split.surrogates) {
      const auto other = child_of_surrogate(sample, surrogate, row);
      if (other >= 0) return other;
    }
  }
  return split.default_child;
}

std::vector<Rows> divided(const Sample& sample, const Split& split, const Rows& rows) {
  std::vector<Rows> children(split.children_count());
  const auto shares = split.distribution.shares();
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const auto child = child_of(sample, split, rows.row[i]);
    if (child >= 0) {
      children[static_cast<std::size_t>(child)].add(rows.row[i], rows.weight[i]);
      continue;
    }
    for (std::size_t b = 0; b < children.size(); ++b) {
      if (greater(shares[b], 0)) children[b].add(rows.row[i], shares[b] * rows.weight[i]);
    }
  }
  return children;
}

Distribution distribution_of(const Sample& sample, const Split& split, std::size_t children_count,
                             const Rows& rows) {
  Distribution d(children_count, sample.classes_count());
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const auto child = child_of(sample, split, rows.row[i]);
    if (child < 0) unknown.push_back(i);
    else d.add(static_cast<std::size_t>(child), sample.y()[rows.row[i]], rows.weight[i]);
  }
  const auto shares = d.shares();
  for (const auto i : unknown) d.add_to_all(shares, sample.y()[rows.row[i]], rows.weight[i]);
  return d;
}

Distribution distribution_of(const Sample& sample, const Rows& rows) {
  Distribution d(1, sample.classes_count());
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    d.add(0, sample.y()[rows.row[i]], rows.weight[i]);
  }
  return d;
}

}  // namespace holdfast::growing
