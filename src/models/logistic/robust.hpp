#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "models/logistic/logistic.hpp"

/// Errors that hold where the model's variance does not: rows of unequal variance, rows of one
/// customer that go together.
///
/// Source: White (1980), Econometrica 48, 817–838; MacKinnon & White (1985), J. Econometrics 29,
/// 305–325; Liang & Zeger (1986), Biometrika 73, 13–22; conventions of R `sandwich` (Zeileis 2006,
/// J. Statistical Software 16(9)).
namespace holdfast::logistic {

/// How sure a coefficient is said to be. Hc1 to Hc3 and Clustered correct for few rows or groups: Hc1 by
/// n / (n − k), Hc2 and Hc3 by each row's leverage, Clustered by G / (G − 1).
enum class Variance : std::uint8_t { Model, Hc0, Hc1, Hc2, Hc3, Clustered };
Variance variance_of(std::string_view name);

/// Covariance of the coefficients. A weight is an importance here, as in `sandwich`: a row of weight
/// 2 counts as one draw.
///
/// Shapes     x, y, weight as in `fit`; group: [n], or empty: each row its own. Result
///            [(p + 1) x (p + 1)], 0 for aliased columns.
/// Cost       O(n p²).
std::vector<double> robust_covariance(MatrixView x, std::span<const std::uint8_t> y,
                                      std::span<const double> weight,
                                      std::span<const std::uint32_t> group, const Fit& fit,
                                      Variance kind);

/// Puts a covariance and its standard errors into a fit.
void set_covariance(std::vector<double> covariance, Fit& fit);

}  // namespace holdfast::logistic
