#pragma once

#include <cstddef>

/// Numbers of ways in which categories can come together, as logarithms.
namespace holdfast::chaid {

/// log S(n, k): the ways to part n things into k sets that are not empty.
double log_partitions(std::size_t n, std::size_t k);
/// log of n choose k; −∞ where there is none.
double log_choose(double n, double k);

}  // namespace holdfast::chaid
