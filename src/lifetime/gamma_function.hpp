#pragma once

namespace holdfast::lifetime {

/// The first and second derivative of log Γ(x), x > 0. 15 digits. Source: Abramowitz & Stegun
/// 6.3.5, 6.3.18, 6.4.6, 6.4.12.
double digamma(double x);
double trigamma(double x);

}  // namespace holdfast::lifetime
