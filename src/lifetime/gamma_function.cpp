#include "lifetime/gamma_function.hpp"

#include <cmath>

namespace holdfast::lifetime {

namespace {

constexpr double kLarge = 12;  // From here on the expansions have 16 digits.

}  // namespace

double digamma(double x) {
  double below = 0;
  for (; x < kLarge; x += 1) below += 1 / x;
  const double y = 1 / (x * x);
  const double tail =
      y * (1.0 / 12 - y * (1.0 / 120 -
                           y * (1.0 / 252 -
                                y * (1.0 / 240 - y * (1.0 / 132 - y * (691.0 / 32760 - y / 12))))));
  return std::log(x) - 0.5 / x - tail - below;
}

double trigamma(double x) {
  double below = 0;
  for (; x < kLarge; x += 1) below += 1 / (x * x);
  const double y = 1 / (x * x);
  const double tail =
      y * (1.0 / 6 -
           y * (1.0 / 30 -
                y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66 - y * (691.0 / 2730 - y * 7 / 6))))));
  return 1 / x + 0.5 * y + tail / x + below;
}

}  // namespace holdfast::lifetime
