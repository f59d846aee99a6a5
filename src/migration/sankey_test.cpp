// Reference: by hand, and what must hold of any drawing.

#include "migration/sankey.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "migration/errors.hpp"

namespace holdfast::migration {
namespace {

// a b | a a c | c
const std::vector<Step> kSteps{0, 1, 0, 0, 2, 2};
const std::vector<std::int32_t> kDays{1, 2, 1, 2, 3, 1};
const std::vector<std::size_t> kStarts{0, 2, 5, 6};
const std::vector<double> kAmount{10, 20, 40};

TEST(Sankey, CountsCustomersAndAmounts) {
  const auto sankey = sankey_of({kSteps, kDays, kStarts, 3}, kAmount);
  ASSERT_TRUE(sankey.ok());
  // Position 0: a (2), c (1). Position 1: b, c, End.
  ASSERT_EQ(sankey->nodes.size(), 5);
  EXPECT_EQ(sankey->nodes[0].step, 0);
  EXPECT_EQ(sankey->nodes[0].customers, 2);
  EXPECT_EQ(sankey->nodes[0].amount, 30);
  EXPECT_EQ(sankey->nodes[4].kind, NodeKind::End);
  EXPECT_EQ(sankey->nodes[4].amount, 40);
  ASSERT_EQ(sankey->links.size(), 3);
  EXPECT_EQ(sankey->links[2].from, 1);
  EXPECT_EQ(sankey->links[2].to, 4);
}

TEST(Sankey, FromTheEndPutsLastStepsBelowEachOther) {
  const auto sankey = sankey_of({kSteps, kDays, kStarts, 3}, {}, {.is_from_end = true});
  ASSERT_EQ(sankey->nodes.size(), 3);  // a; c, b.
  EXPECT_EQ(sankey->nodes[1].position, 1);
  EXPECT_EQ(sankey->nodes[1].step, 2);
  EXPECT_EQ(sankey->nodes[1].customers, 2);
  EXPECT_EQ(sankey->links.size(), 2);
}

TEST(Sankey, LosesNobody) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    std::vector<Step> steps;
    std::vector<std::int32_t> days;
    std::vector<std::size_t> starts{0};
    std::vector<double> amount;
    for (int customer = 0; customer < 100; ++customer) {
      const auto length = random.below(9);
      for (std::uint64_t i = 0; i < length; ++i) {
        steps.push_back(static_cast<Step>(random.below(12)));
        days.push_back(static_cast<std::int32_t>(i));
      }
      starts.push_back(steps.size());
      amount.push_back(std::floor(random.uniform() * 100));
    }
    const auto sankey = sankey_of({steps, days, starts, 12}, amount, {.kept_per_position = 3});
    ASSERT_TRUE(sankey.ok());
    std::vector<double> in(sankey->nodes.size()), out(sankey->nodes.size());
    std::vector<std::size_t> in_count(in.size());
    for (const auto& link : sankey->links) {
      in[link.to] += link.amount;
      in_count[link.to] += link.customers;
      out[link.from] += link.amount;
      EXPECT_EQ(sankey->nodes[link.from].position + 1, sankey->nodes[link.to].position);
    }
    std::size_t last = 0;
    for (const auto& node : sankey->nodes) last = std::max(last, node.position);
    for (std::size_t n = 0; n < in.size(); ++n) {
      const auto& node = sankey->nodes[n];
      if (node.position > 0) {
        EXPECT_EQ(in[n], node.amount) << seed;
        EXPECT_EQ(in_count[n], node.customers) << seed;
      }
      if (node.kind != NodeKind::End && node.position < last) {
        EXPECT_EQ(out[n], node.amount) << seed;
      }
    }
  }
}

TEST(Sankey, SaysWhatIsWrong) {
  const Journeys journeys{kSteps, kDays, kStarts, 3};
  EXPECT_EQ(sankey_of({}, {}).error().kind, &errors::kNoRows);
  EXPECT_EQ(sankey_of(journeys, std::span(kAmount).first(1)).error().kind, &errors::kShape);
  EXPECT_EQ(sankey_of(journeys, {}, {.positions_max = 0}).error().kind, &errors::kBadOption);
  const std::vector<double> bad{1, std::nan(""), 2};
  EXPECT_EQ(sankey_of(journeys, bad).error().kind, &errors::kBadAmount);
}

}  // namespace
}  // namespace holdfast::migration
