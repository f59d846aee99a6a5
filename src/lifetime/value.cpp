#include "lifetime/value.hpp"

#include <cmath>

#include "lifetime/errors.hpp"

namespace holdfast::lifetime {

Result<double> discounted_value(const ExpectedPurchases& expected, double spend,
                                const ValueOptions& options) {
  if (options.periods < 1 || !(options.period > 0) || !(options.discount >= 0) ||
      !std::isfinite(options.period) || !std::isfinite(options.discount)) {
    return Error(
        errors::kBadOption,
        {{"what", "periods must be from 1, their length above 0, the discount from 0 on"}});
  }
  if (!(spend > 0) || !std::isfinite(spend)) {
    return Error(errors::kBadSpend, {{"row", 1}, {"value", spend}});
  }
  double value = 0, before = 0, worth = spend;
  for (int k = 1; k <= options.periods; ++k) {
    const double now = expected(k * options.period);
    worth /= 1 + options.discount;
    value += worth * (now - before);
    before = now;
  }
  return value;
}

double expected_cumulative(const ExpectedPurchases& expected_new, std::span<const double> first,
                           double until) {
  double sum = 0;
  for (const double begin : first) {
    if (begin < until) sum += expected_new(until - begin);
  }
  return sum;
}

}  // namespace holdfast::lifetime
