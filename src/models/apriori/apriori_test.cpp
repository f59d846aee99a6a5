// Reference: the same published rules as fp_growth (tests/reference/pattern/SOURCE.md).

#include <gtest/gtest.h>

#include "models/pattern_task.hpp"
#include "pattern/baskets_for_tests.hpp"

namespace holdfast {
namespace fp_growth {
extern const ModelDescriptor descriptor;
}
namespace apriori {
extern const ModelDescriptor descriptor;
namespace {

TEST(Apriori, GivesTheSameModelAsFpGrowth) {
  Random random(5);
  const auto baskets = pattern::made_baskets(random, 400, 30, 4);
  std::vector<std::string> names;
  for (int item = 0; item < 30; ++item) names.push_back(std::to_string(item));
  const PatternTask task{.items = names, .item = baskets.items, .starts = baskets.starts, .day = {}};
  const Parameters parameters{{"support_min", 0.02}};
  auto one = *descriptor.fit_pattern(task, parameters, silent());
  auto other = *fp_growth::descriptor.fit_pattern(task, parameters, silent());
  ASSERT_FALSE(std::get<forms::AssociationRules>(one.form).rules.empty());
  other.model_id = one.model_id;
  EXPECT_EQ(to_json(one, {}), to_json(other, {}));
}

}  // namespace
}  // namespace apriori
}  // namespace holdfast
