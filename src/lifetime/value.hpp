#pragma once

#include <functional>
#include <span>

#include "core/error.hpp"

namespace holdfast::lifetime {

/// Purchases expected from now on (a customer's `expected`), or from the first purchase on
/// (`expected_new`), by horizon.
using ExpectedPurchases = std::function<double(double horizon)>;

struct ValueOptions {
  int periods = 12;
  double period = 1;    // Length of one, in the unit of the horizon.
  double discount = 0;  // A period's rate, from 0 on; purchases count at the end of their period.
};

/// What a customer will bring: purchases of each period × `spend`, discounted. Errors: kBadOption,
/// kBadSpend. Cost: one forecast a period.
Result<double> discounted_value(const ExpectedPurchases& expected, double spend,
                                const ValueOptions& options);

/// Repeat purchases expected until `until` of customers who first bought at `first`, which is what
/// actual cumulative purchases are held against. Times in the model's unit. Cost: a forecast a
/// customer.
double expected_cumulative(const ExpectedPurchases& expected_new, std::span<const double> first,
                           double until);

}  // namespace holdfast::lifetime
