#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/model.hpp"

namespace holdfast {

/// What models of patterns learn from: items, one basket or customer behind the other.
struct PatternTask {
  std::vector<std::string> items;               // Names; `item` indexes them.
  std::span<const std::uint32_t> item;          // [rows]
  std::span<const std::size_t> starts;          // [baskets + 1] from 0 to rows, ascending.
  // Models of sequences: the day of each item, ascending within a customer. Empty: baskets.
  std::span<const std::int64_t> day;
  std::uint64_t seed = 0;
};

}  // namespace holdfast
