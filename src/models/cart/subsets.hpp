#pragma once

#include <cstdint>
#include <functional>
#include <vector>

/// In which order the categories of a node change sides while its best subset is searched.
namespace holdfast::cart {

/// Weight of each class in one category at a node, by altered prior.
struct CategoryWeights {
  std::uint32_t code = 0;
  std::size_t rows_count = 0;
  std::vector<double> altered;  // [classes]
};

/// Calls move(i) for the category that changes sides next; all begin on the right. One by one in
/// order for two classes, where the best subset is a cut in the order of the class's share; for
/// several classes all subsets (Gray code) while there are at most `exact_max` categories, else the
/// cuts in the order of the first principal component of the categories' class shares.
///
/// Source: Breiman et al. (1984), theorem 4.5; Coppersmith, Hong & Hosking (1999), Partitioning
/// nominal attributes in decision trees, Data Mining and Knowledge Discovery 3, 197–217, section 3.
void walk_subsets(const std::vector<CategoryWeights>& categories, std::size_t exact_max,
                  const std::function<void(std::size_t)>& move);

}  // namespace holdfast::cart
