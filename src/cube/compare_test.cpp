// Reference: Newcombe 1998, table II (method 10). Kitagawa's identity, and an example by hand.

#include "cube/compare.hpp"

#include <gtest/gtest.h>

#include "cube/errors.hpp"
#include "cube/made_portfolio.hpp"
#include "testing/printed.hpp"

namespace holdfast::cube {
namespace {

// A cube over one dimension from (left, could leave) by code; a negative count: no row.
Cube rates(const std::vector<Sums>& by_code) {
  std::vector<Code> code;
  std::vector<double> above, below;
  for (std::size_t c = 0; c < by_code.size(); ++c) {
    if (by_code[c].below < 0) continue;
    code.push_back(static_cast<Code>(c));
    above.push_back(by_code[c].above);
    below.push_back(by_code[c].below);
  }
  const std::vector<DimensionColumn> dimensions{{"tier", code, by_code.size()}};
  const std::vector<MeasureColumn> measures{{"churn", above, below}, {"left", above, {}}};
  return *build_cube(dimensions, measures);
}

TEST(Attribution, TakesASimpleChangeApart) {
  // Half good (10 %) and half bad (30 %); then the good shrink to a quarter and the bad fall to 28 %.
  const auto found = attribute(rates({{50, 500}, {150, 500}}), rates({{25, 250}, {210, 750}}), "churn");
  ASSERT_TRUE(found.ok());
  EXPECT_NEAR(found->rate_before, 0.2, 1e-15);
  EXPECT_NEAR(found->rate_after, 0.235, 1e-15);
  // Mix: −0.25 × 0.10 + 0.25 × 0.29; rate: −0.02 × 0.625.
  EXPECT_NEAR(found->mix, 0.0475, 1e-15);
  EXPECT_NEAR(found->rate, -0.0125, 1e-15);
  // The good shrank: −0.25 × (0.1 − 0.2175) raises the whole.
  EXPECT_NEAR(found->contributions[0].mix, 0.029375, 1e-15);
  EXPECT_EQ(found->contributions[0].codes[0], 0);
}

TEST(Attribution, AddsUpWhateverTheSegments) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Portfolio before(seed, 700, {4, 9}), after(seed + 100, 900, {4, 9});
    const auto there = attribute(*before.cube(), *after.cube(), "renewal_by_premium");
    const auto back = attribute(*after.cube(), *before.cube(), "renewal_by_premium");
    ASSERT_TRUE(there.ok());
    double sum = 0;
    for (const auto& own : there->contributions) sum += own.all();
    EXPECT_NEAR(sum, there->rate_after - there->rate_before, 1e-14);
    EXPECT_NEAR(there->mix + there->rate, there->rate_after - there->rate_before, 1e-14);
    EXPECT_NEAR(there->mix, -back->mix, 1e-14);
    for (std::size_t i = 1; i < there->contributions.size(); ++i)
      EXPECT_GE(std::abs(there->contributions[i - 1].all()), std::abs(there->contributions[i].all()));
  }
}

TEST(Attribution, OfANewSegmentIsMixAlone) {
  const auto found =
      attribute(rates({{10, 100}, {0, -1}, {0, 0}}), rates({{10, 100}, {30, 100}, {0, 0}}), "churn");
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->contributions.size(), 2);  // Nobody could leave from the third in either period.
  EXPECT_NEAR(found->mix, 0.1, 1e-15);
  EXPECT_NEAR(found->rate, 0, 1e-15);
  EXPECT_FALSE(found->contributions[0].rate_before.has_value());
}

TEST(Attribution, HasNewcombesIntervals) {
  const AttributionOptions options{.is_proportion = true};
  const auto first = attribute(rates({{48, 80}}), rates({{56, 70}}), "churn", options);
  EXPECT_PRINTED(first->contributions[0].rate_change->lower, "0.0524");
  EXPECT_PRINTED(first->contributions[0].rate_change->upper, "0.3339");
  const auto second = attribute(rates({{3, 10}}), rates({{9, 10}}), "churn", options);
  EXPECT_PRINTED(second->contributions[0].rate_change->lower, "0.1705");
  EXPECT_PRINTED(second->contributions[0].rate_change->upper, "0.8090");
}

TEST(Attribution, SaysWhatIsWrong) {
  const auto cube = rates({{1, 2}});
  EXPECT_EQ(attribute(cube, rates({{0, 0}}), "churn").error().kind, &errors::kNoRate);
  EXPECT_EQ(attribute(cube, cube, "left").error().kind, &errors::kNoRate);
  EXPECT_EQ(attribute(cube, cube, "value").error().kind, &errors::kUnknownName);
  EXPECT_EQ(attribute(cube, rates({{1, 2}, {1, 2}}), "churn").error().kind, &errors::kNotAlike);
  EXPECT_EQ(attribute(rates({{3, 2}}), cube, "churn", {.is_proportion = true}).error().kind,
            &errors::kBadOption);
}

TEST(Compare, PutsCellsOfBothPeriodsTogether) {
  const auto changes = compare(rates({{1, 4}, {2, 4}, {0, -1}}), rates({{0, -1}, {3, 4}, {1, 2}}), "churn");
  ASSERT_TRUE(changes.ok());
  ASSERT_EQ(changes->size(), 3);
  EXPECT_FALSE((*changes)[0].change(true).has_value());
  EXPECT_EQ(*(*changes)[1].change(true), 0.25);
  EXPECT_EQ(*(*changes)[2].change(false), 1);
}

}  // namespace
}  // namespace holdfast::cube
