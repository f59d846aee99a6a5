#pragma once

/// Comparisons with a tolerance, J48's. Sums of fractional weights differ in their last bits with the
/// order of the rows; the tolerance keeps the tree from hanging on that.
namespace holdfast::growing {

constexpr double kSmall = 1e-6;

inline bool equal(double a, double b) { return a == b || (a - b < kSmall && b - a < kSmall); }
inline bool greater(double a, double b) { return a - b > kSmall; }
inline bool less(double a, double b) { return b - a > kSmall; }
inline bool at_least(double a, double b) { return b - a < kSmall || a >= b; }
inline bool at_most(double a, double b) { return a - b < kSmall || a <= b; }

}  // namespace holdfast::growing
