#pragma once

#include <span>
#include <vector>

#include "core/random.hpp"
#include "models/forest/bins.hpp"
#include "models/forest/tally.hpp"

/// One tree.
namespace holdfast::forest {

struct Growth {
  std::size_t classes = 2;
  std::vector<double> class_weights;   // [classes]
  std::size_t columns_tried = 1;       // Goes on behind these until one of them splits.
  std::uint32_t leaf_rows_min = 1;
  std::uint32_t depth_max = 0;
};

struct Grown {
  Tree tree;
  std::vector<double> impurity;        // [columns of the sample] removed.
  std::vector<double> splits;
};

/// Grows a tree on the draws; `draws` is used up.
Grown grow(const Sample& sample, std::vector<Draw> draws, const Growth& growth, Random random);

}  // namespace holdfast::forest
