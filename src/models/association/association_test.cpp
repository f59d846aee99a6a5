// Reference: counted by hand; groceries as arules prints them (tests/reference/pattern/SOURCE.md).

#include "models/association/fit.hpp"

#include <gtest/gtest.h>

#include "pattern/errors.hpp"

namespace holdfast {
namespace fp_growth {
extern const ModelDescriptor descriptor;
}
namespace apriori {
extern const ModelDescriptor descriptor;
}
namespace association {
namespace {

// 40 baskets: bread with butter 16 times, bread alone 4, milk alone 20.
struct Shop {
  std::vector<std::uint32_t> item;
  std::vector<std::size_t> starts{0};

  Shop() {
    for (int b = 0; b < 40; ++b) {
      if (b < 20) item.push_back(0);
      if (b < 16) item.push_back(1);
      if (b >= 20) item.push_back(2);
      starts.push_back(item.size());
    }
  }
  PatternTask task() const {
    return {.items = {"bread", "butter", "milk"}, .item = item, .starts = starts, .day = {}, .seed = 1};
  }
};

const forms::AssociationRules& form_of(const FittedModel& model) {
  return std::get<forms::AssociationRules>(model.form);
}

TEST(Association, FindsRulesThatChanceDoesNotExplain) {
  const Shop shop;
  for (const auto* descriptor : {&fp_growth::descriptor, &apriori::descriptor}) {
    const auto model = descriptor->fit_pattern(shop.task(), {}, silent());
    ASSERT_TRUE(model.ok());
    const auto& form = form_of(*model);
    ASSERT_EQ(form.rules.size(), 2);  // Bread ⇒ butter and butter ⇒ bread.
    EXPECT_EQ(form.baskets, 40);
    EXPECT_EQ(form.sets.size(), 4);
    for (const auto& rule : form.rules) {
      EXPECT_EQ(rule.count, 16);
      EXPECT_NEAR(rule.lift, 2, 1e-15);
      EXPECT_LT(rule.p_adjusted, 1e-4);
      EXPECT_GE(rule.p_adjusted, rule.p);
    }
    EXPECT_EQ(model->tables[0].rows.size(), 2);
  }
}

TEST(Association, ComesBackFromItsEnvelope) {
  const Shop shop;
  const auto model = fp_growth::descriptor.fit_pattern(shop.task(), {}, silent());
  const auto again = from_json(to_json(*model, {}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(to_json(*again, {}), to_json(*model, {}));
  const auto& rules = form_of(*again).rules;
  ASSERT_EQ(rules.size(), 2);
  EXPECT_FALSE(rules_of(form_of(*again))[0].antecedent.empty());
  // Butter never comes without bread: the rule has no conviction.
  const bool never_fails = !rules[0].conviction || !rules[1].conviction;
  EXPECT_TRUE(never_fails);
}

TEST(Association, OfBasketsOfOneItemIsAnEmptyAnswer) {
  const std::vector<std::uint32_t> item{0, 1, 2};
  const std::vector<std::size_t> starts{0, 1, 2, 3};
  const auto model = fp_growth::descriptor.fit_pattern(
      {.items = {"a", "b", "c"}, .item = item, .starts = starts, .day = {}}, {}, silent());
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(form_of(*model).rules.empty());
}

TEST(Association, SaysWhatIsWrong) {
  EXPECT_EQ(fp_growth::descriptor.fit_pattern({}, {}, silent()).error().kind,
            &pattern::errors::kNoBaskets);
  const Shop shop;
  EXPECT_EQ(fp_growth::descriptor.fit_pattern(shop.task(), {{"sets_max", std::int64_t{2}}}, silent())
                .error()
                .kind,
            &pattern::errors::kTooMany);
  EXPECT_FALSE(fp_growth::descriptor.fit_pattern(shop.task(), {{"support_min", 0.0}}, silent()).ok());
}

}  // namespace
}  // namespace association
}  // namespace holdfast
