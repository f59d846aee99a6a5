#pragma once

#include <cstddef>
#include <optional>

namespace holdfast::value {

/// A share with its interval.
struct Proportion {
  double share = 0;
  double low = 0, high = 1;
};

/// The share `count` of `total` with Wilson's score interval; nothing of nobody. Source: Wilson
/// 1927.
std::optional<Proportion> proportion(std::size_t count, std::size_t total, double level);

/// The share of the first group minus that of the second. Source: Newcombe 1998, method 10 (the
/// score intervals combined); the p-value is Pearson's chi-squared without correction.
struct Difference {
  double difference = 0;
  double low = -1, high = 1;
  double p_value = 1;
};
std::optional<Difference> difference(std::size_t count, std::size_t total, std::size_t other_count,
                                     std::size_t other_total, double level);

}  // namespace holdfast::value
