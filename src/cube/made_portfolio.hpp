#pragma once

#include <vector>

#include "core/random.hpp"
#include "cube/cube.hpp"

namespace holdfast::cube {

/// A made-up portfolio: whole numbers, so that sums are exact. For tests and benchmarks only.
struct Portfolio {
  std::vector<std::vector<Code>> codes;
  std::vector<std::size_t> sizes;
  std::vector<double> left, could_leave, renewed_cents, due_cents, value;

  Portfolio(std::uint64_t seed, std::size_t rows, std::vector<std::size_t> categories)
      : codes(categories.size()), sizes(std::move(categories)) {
    Random random(seed);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t d = 0; d < sizes.size(); ++d)
        codes[d].push_back(static_cast<Code>(random.below(sizes[d])));
      could_leave.push_back(random.chance(0.9) ? 1 : 0);
      left.push_back(could_leave.back() > 0 && random.chance(0.1 + 0.05 * codes[0].back()) ? 1 : 0);
      due_cents.push_back(static_cast<double>(random.below(1'000'000)));
      renewed_cents.push_back(left.back() > 0 ? 0 : due_cents.back());
      value.push_back(static_cast<double>(random.below(100'000)));
    }
  }
  std::vector<DimensionColumn> dimensions() const {
    std::vector<DimensionColumn> columns;
    for (std::size_t d = 0; d < sizes.size(); ++d)
      columns.push_back({std::string(1, static_cast<char>('a' + d)), codes[d], sizes[d]});
    return columns;
  }
  std::vector<MeasureColumn> measures() const {
    return {{"customers", {}, {}},
            {"churn_rate", left, could_leave},
            {"renewal_by_premium", renewed_cents, due_cents},
            {"value", value, {}}};
  }
  Result<Cube> cube() const { return build_cube(dimensions(), measures()); }
};

}  // namespace holdfast::cube
