#include "tables/decimal.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace holdfast::tables {
namespace {

constexpr NumberStyle kPoint{'.', '\0', false};
constexpr NumberStyle kEnglish{'.', ',', false};
constexpr NumberStyle kGerman{',', '.', false};

TEST(Decimal, IsTheNearestDoubleAsStrtodFindsIt) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random.chance(0.5) ? "-" : "";
    const auto digits = 1 + random.below(24);
    for (std::uint64_t d = 0; d < digits; ++d) text += static_cast<char>('0' + random.below(10));
    if (random.chance(0.7)) text.insert(text.size() - random.below(digits), 1, '.');
    if (random.chance(0.3)) text += "e" + std::to_string(static_cast<int>(random.below(60)) - 30);
    const auto value = parse_real(text, kPoint);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(*value, std::strtod(text.c_str(), nullptr)) << text;
  }
}

TEST(Decimal, ThousandsStandInGroupsOfThreeOnly) {
  EXPECT_EQ(parse_integer("1,234,567", kEnglish), 1'234'567);
  EXPECT_EQ(parse_real("1.234,5", kGerman), 1234.5);
  EXPECT_EQ(parse_integer("999", kEnglish), 999);
  for (const auto* wrong : {"1,23", "1234,567", ",123", "1,,234", "1,2345", "1,234,"}) {
    EXPECT_FALSE(parse_real(wrong, kEnglish).has_value()) << wrong;
  }
}

TEST(Decimal, PercentIsAHundredth) {
  EXPECT_EQ(parse_real("12.5%", {'.', '\0', true}), 0.125);
  EXPECT_EQ(parse_real("0,1 %", {',', '\0', true}), 0.001);
  EXPECT_EQ(parse_real("7%", {'.', '\0', true}), 0.07);
  EXPECT_FALSE(parse_real("7", {'.', '\0', true}).has_value());
}

TEST(Decimal, CentsAreExactAndRoundHalfAway) {
  EXPECT_EQ(parse_cents("0.1", kPoint), 10);
  EXPECT_EQ(parse_cents("1.005", kPoint), 101);  // As a double it would be 1.00499….
  EXPECT_EQ(parse_cents("-1.005", kPoint), -101);
  EXPECT_EQ(parse_cents("1.00499999999999999999999", kPoint), 100);
  EXPECT_EQ(parse_cents("9007199254740993.01", kPoint), 900'719'925'474'099'301);
  EXPECT_EQ(parse_cents("1.2E3", kPoint), 120'000);
  EXPECT_EQ(parse_cents("0.0004", kPoint), 0);
  EXPECT_EQ(parse_cents("0.00999", kPoint), 1);
  EXPECT_EQ(parse_cents("¥1,200.50", kEnglish), 120'050);
  EXPECT_EQ(parse_cents("1200元", kPoint), 120'000);
  EXPECT_EQ(parse_cents("(3.50)", kPoint), -350);
  EXPECT_FALSE(parse_cents("99999999999999999999", kPoint).has_value());
}

TEST(Decimal, WholeNumbersKeepAll64Bits) {
  EXPECT_EQ(parse_integer("9223372036854775807", kPoint), INT64_MAX);
  EXPECT_FALSE(parse_integer("9223372036854775808", kPoint).has_value());
  EXPECT_EQ(parse_integer("3.0", kPoint), 3);
  EXPECT_EQ(parse_integer("-0", kPoint), 0);
  EXPECT_FALSE(parse_integer("3.5", kPoint).has_value());
}

TEST(Decimal, WhatIsNoNumberIsRefused) {
  for (const auto* wrong : {"", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "1 2", "inf", "nan",
                            "1e999", "12a", "--1", "$", "()"}) {
    EXPECT_FALSE(parse_real(wrong, kPoint).has_value()) << wrong;
  }
  EXPECT_EQ(parse_real("1e-999", kPoint), std::nullopt) << "exponents beyond 400 are no numbers";
  EXPECT_EQ(parse_real("1e-390", kPoint), 0.0);
}

}  // namespace
}  // namespace holdfast::tables
