// Values by hand.
#include "grouping/portrait.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "grouping/errors.hpp"

namespace holdfast::grouping {
namespace {

const std::vector<std::int32_t> kLabels = {0, 0, 1, 1, -1};

TEST(PortraitsReference, NumbersByHand) {
  const std::vector<double> values = {1, 3, 5, 7, 1000};
  const std::vector<PortraitInput> inputs = {{.values = values}};
  const auto found = portraits(inputs, kLabels, 2);
  ASSERT_TRUE(found.ok());
  const auto& trait = found->traits[0][0];
  EXPECT_DOUBLE_EQ(trait.mean, 2);
  EXPECT_DOUBLE_EQ(trait.others_mean, 6);
  // Overall variance 5, within 1: correlation √(4/5), 4 pooled deviations apart.
  EXPECT_NEAR(trait.deviation, std::sqrt(5), 1e-14);
  EXPECT_NEAR(trait.strength, std::sqrt(0.8), 1e-14);
  EXPECT_NEAR(trait.difference, -4, 1e-14);
  EXPECT_NEAR(found->importance[0], std::sqrt(0.8), 1e-14);
}

TEST(PortraitsReference, LevelsByHand) {
  const std::vector<std::uint32_t> levels = {0, 0, 0, 1, 7};
  const std::vector<PortraitInput> inputs = {{.levels = levels, .levels_count = 8}};
  const auto found = portraits(inputs, kLabels, 2);
  ASSERT_TRUE(found.ok());
  const auto& trait = found->traits[1][0];
  // Counts 2 0 | 1 1: χ² = 4 · (2·1 − 0·1)²/(2·2·3·1) = 4/3.
  EXPECT_NEAR(trait.strength, std::sqrt(1.0 / 3), 1e-14);
  EXPECT_NEAR(found->importance[0], std::sqrt(1.0 / 3), 1e-14);
  EXPECT_DOUBLE_EQ(trait.share[1], 0.5);
  EXPECT_DOUBLE_EQ(trait.others_share[0], 1);
  EXPECT_EQ(trait.level, 0U);
}

TEST(Portraits, PutsTheStrongestFirstAndLeavesMissingCellsOut) {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> same = {4, 4, 4, 4, 4};
  const std::vector<double> told = {1, nothing, 9, 9.5, 0};
  const std::vector<std::uint32_t> levels = {0, 99, 1, 1, 0};
  const std::vector<std::uint8_t> valid = {1, 0, 1, 1, 1};
  const std::vector<PortraitInput> inputs = {
      {.values = same}, {.values = told}, {.levels = levels, .levels_count = 2, .valid = valid}};
  const auto found = portraits(inputs, kLabels, 3);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->traits[0].front().input, 2U);
  EXPECT_EQ(found->traits[0][1].input, 1U);
  EXPECT_EQ(found->traits[0][1].present, 1);
  EXPECT_EQ(found->traits[0].back().strength, 0);
  EXPECT_EQ(found->importance[0], 0);
  for (const auto& trait : found->traits[2]) EXPECT_EQ(trait.strength, 0);  // Nobody in it.
}

TEST(Portraits, RefusesWhatHasNoAnswer) {
  const std::vector<double> values = {1, 3, 5};
  const std::vector<std::uint32_t> levels = {0, 0, 3, 0, 0};
  const auto kind = [](const PortraitInput& input, std::span<const std::int32_t> labels) {
    const auto found = portraits({&input, 1}, labels, 2);
    return found.ok() ? nullptr : found.error().kind;
  };
  EXPECT_EQ(kind({.values = values}, {}), &errors::kNoRows);
  EXPECT_EQ(kind({.values = values}, kLabels), &errors::kShape);
  EXPECT_EQ(kind({.levels = levels, .levels_count = 3}, kLabels), &errors::kBadLevel);
  EXPECT_EQ(kind({.values = values}, std::vector<std::int32_t>{0, 1, 2}), &errors::kShape);
}

}  // namespace
}  // namespace holdfast::grouping
