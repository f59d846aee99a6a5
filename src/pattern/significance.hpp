#pragma once

#include <cstddef>

namespace holdfast::pattern {

/// How two sets meet in `total` baskets: `both` hold a and b, `a` the first, `b` the second.
struct Meeting {
  std::size_t both = 0, a = 0, b = 0, total = 0;
};

/// Fisher's exact test against meeting by chance: P(at least `both`) under the hypergeometric law.
/// Requires: both ≤ min(a, b), a + b − both ≤ total. Cost: terms until they no longer count.
/// Source: Fisher 1935; point probabilities by Loader 2000, "Fast and accurate computation of
/// binomial probabilities".
double fisher_upper_p(const Meeting& meeting);

/// Pearson's chi-squared of the 2 × 2 table, without correction; 0 where a side is in no or every
/// basket, as nothing can be told there.
double chi_squared(const Meeting& meeting);

/// P(X ≥ x) for one degree of freedom: erfc(sqrt(x / 2)).
double chi_squared_upper_p(double x);

}  // namespace holdfast::pattern
