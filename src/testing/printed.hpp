#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace holdfast::testing {

/// Compares with a value exactly as its source prints it: the tolerance is half a unit in the last
/// printed digit, so nobody chooses one.
inline ::testing::AssertionResult printed_as(double actual, std::string_view printed) {
  const auto point = printed.find('.');
  const auto decimals = point == std::string_view::npos ? 0 : printed.size() - point - 1;
  const double expected = std::stod(std::string(printed));
  const double tolerance = 0.5000001 * std::pow(10.0, -static_cast<double>(decimals));
  if (std::abs(actual - expected) <= tolerance) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "computed " << actual << ", the source prints " << printed;
}

}  // namespace holdfast::testing

#define EXPECT_PRINTED(actual, printed) \
  EXPECT_TRUE(::holdfast::testing::printed_as((actual), (printed)))
