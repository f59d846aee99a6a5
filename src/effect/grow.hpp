#pragma once

#include "core/random.hpp"
#include "effect/binned.hpp"
#include "effect/tree.hpp"

namespace holdfast::effect {

/// What all trees of a forest share.
struct GrowingData {
  BinnedColumns columns;
  std::vector<std::uint8_t> cell;  // [rows]: 2 × treated + outcome.
};

/// Grows one tree on the rows named. `are_columns_parallel` changes the time only.
UpliftTree grow(const GrowingData& data, std::vector<std::uint32_t> rows,
                const TreeOptions& options, bool are_columns_parallel, Random random);

}  // namespace holdfast::effect
