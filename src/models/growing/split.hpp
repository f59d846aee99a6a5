#pragma once

#include <cstdint>
#include <vector>

#include "models/forms/tree.hpp"
#include "models/growing/sample.hpp"

namespace holdfast::growing {

/// How the rows of a node are told apart. Numeric: child 0 when value <= threshold, or by `cuts`
/// (several children: child i when cuts[i−1] < value <= cuts[i]). Category: child_of_category.
struct Split {
  std::int32_t column = -1;                     // -1: none.
  bool is_category = false;
  double threshold = 0;
  std::vector<double> cuts;
  std::vector<std::int32_t> child_of_category;  // [categories] -1: as if missing.
  forms::MissingRule missing = forms::MissingRule::Fractional;
  std::int32_t default_child = 0;               // Default, Surrogate: where the rest goes.
  std::vector<forms::Surrogate> surrogates;
  Distribution distribution;                    // By child; a leaf's has one bag.
  // What the rule says of the split; which of these it fills is the rule's affair.
  double measure = 0;                           // Higher is better; ranks columns for people.
  double gain = 0;
  double statistic = 0, p_value = 1;

  bool is_none() const { return column < 0; }
  std::size_t children_count() const { return distribution.bags(); }
};

/// Child that a row's own value takes; -1 where it is missing or unknown to the split.
std::int32_t child_of_value(const Sample& sample, const Split& split, std::uint32_t row);

/// Child of a row, surrogates and the default child asked; -1: to all children in proportion.
std::int32_t child_of(const Sample& sample, const Split& split, std::uint32_t row);

/// The rows of each child. Rows of child -1 go to every child that holds something, in part.
std::vector<Rows> divided(const Sample& sample, const Split& split, const Rows& rows);

/// Weight of `rows` by child and class, rows of child -1 in proportion to the others.
Distribution distribution_of(const Sample& sample, const Split& split, std::size_t children_count,
                             const Rows& rows);
/// The same of rows that are not split: one bag.
Distribution distribution_of(const Sample& sample, const Rows& rows);

}  // namespace holdfast::growing
