#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/dataset.hpp"

namespace holdfast::automodel {

struct Fold {
  std::vector<std::uint32_t> train, held_out;  // Rows of the dataset, ascending.
};

/// Splits rows into folds by customer, by hash of the key: all rows of a customer are in one fold, and
/// a customer stays in its fold when others come or go.
std::vector<Fold> folds_of(const dataset::Dataset& data, std::span<const std::uint32_t> rows,
                           int folds_count, std::uint64_t seed);

}  // namespace holdfast::automodel
