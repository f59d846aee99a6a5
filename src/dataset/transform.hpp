#pragma once

#include <span>

/// Power transforms that bring a skewed number near the normal shape.
namespace holdfast::dataset {

enum class Transform : unsigned char { None, YeoJohnson, BoxCox };

/// Box–Cox: (x^λ − 1)/λ, ln x at λ = 0, for x > 0. Yeo–Johnson: the same of x + 1 where x >= 0, and
/// its mirror of 1 − x at 2 − λ where x < 0.
///
/// Source     Box & Cox (1964), JRSS B 26, 211–252; Yeo & Johnson (2000), Biometrika 87, 954–959.
double transformed(Transform transform, double lambda, double x);

/// The λ in [−5, 5] of the largest profile likelihood under normality; 1 where nothing varies, or
/// where a value is one that Box–Cox cannot take (x <= 0).
///
/// Shapes     values, weight: [n].
/// Cost       About 60 passes over the values.
double fit_lambda(Transform transform, std::span<const double> values,
                  std::span<const double> weight);

}  // namespace holdfast::dataset
