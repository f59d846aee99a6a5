#pragma once

#include <cstdint>
#include <vector>

#include "models/growing/sample.hpp"

/// Intervals that stand for the values of a numeric column.
namespace holdfast::chaid {

struct Bins {
  std::vector<double> tops;            // Largest value of each bin, ascending.
  std::vector<std::uint32_t> of_rank;  // [distinct values] bin.
};

/// Every value its own bin while there are at most `most`; else bins of nearly equal weight: bin i
/// ends with the value at which i/most of the weight is reached.
Bins bins_of(const growing::Sample& sample, std::size_t column, std::size_t most);

}  // namespace holdfast::chaid
