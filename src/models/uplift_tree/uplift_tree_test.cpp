// Source of the method: Rzepakowski & Jaroszewicz (2012). The trial is made, its effects are known.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/effect_parts/made_columns.hpp"

namespace holdfast::uplift_tree {

extern const ModelDescriptor descriptor;

namespace {

TEST(UpliftTree, SaysItsLeavesInWords) {
  const models::MadeColumns made(8000, 3);
  const auto model = descriptor.fit_effect(made.task(), {{"depth_max", std::int64_t{1}}}, silent());
  ASSERT_TRUE(model.ok());
  const auto& leaves = model->tables.front();
  ASSERT_EQ(leaves.rows.size(), 2U);
  EXPECT_THAT(std::get<std::string>(leaves.rows[0][0]), testing::StartsWith("x0 > "));
  EXPECT_NEAR(std::get<double>(leaves.rows[0][4]), 0.25, 0.06);
  EXPECT_NEAR(std::get<double>(leaves.rows[1][4]), -0.1, 0.06);
  EXPECT_LT(std::get<double>(leaves.rows[0][5]), std::get<double>(leaves.rows[0][4]));
  EXPECT_GT(std::get<double>(leaves.rows[1][6]), std::get<double>(leaves.rows[1][4]));
}

}  // namespace
}  // namespace holdfast::uplift_tree
