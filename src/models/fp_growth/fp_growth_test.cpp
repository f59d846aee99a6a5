// Reference: Lantz, Machine Learning with R: 463 rules of groceries at support 0.006, confidence 0.25
// (tests/reference/pattern/SOURCE.md).

#include <gtest/gtest.h>

#include "models/pattern_task.hpp"
#include "pattern/baskets_for_tests.hpp"

namespace holdfast::fp_growth {
extern const ModelDescriptor descriptor;
namespace {

TEST(FpGrowth, FindsThePublishedRulesOfGroceries) {
  const auto baskets = pattern::groceries();
  if (!baskets) GTEST_SKIP() << "no shared data";
  const auto model = descriptor.fit_pattern(
      {.items = baskets->names, .item = baskets->items, .starts = baskets->starts, .day = {}},
      {{"support_min", 0.006}, {"confidence_min", 0.25}, {"lift_min", 0.0}, {"p_max", 1.0}}, silent());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(std::get<forms::AssociationRules>(model->form).rules.size(), 463);
}

}  // namespace
}  // namespace holdfast::fp_growth
