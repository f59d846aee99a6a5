#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "selection/univariate.hpp"

namespace holdfast::selection {

/// One step of the choice: what the column says of the outcome, less what those chosen say of it.
struct Chosen {
  std::string name;
  double relevance = 0;    // Mutual information with the outcome, nats.
  double redundancy = 0;   // Mean mutual information with those chosen before.
};

/// Columns one by one by the largest relevance − redundancy, at most `count`.
///
/// Cost       count × columns × rows.
/// Source     Peng, Long & Ding (2005), IEEE TPAMI 27, 1226–1238 (the difference form, MID).
std::vector<Chosen> mrmr(const Discrete& discrete, std::span<const std::uint8_t> y,
                         std::span<const double> weight, std::size_t count);

}  // namespace holdfast::selection
