// Reference: by hand; coverage of the intervals by drawing.

#include "migration/destinations.hpp"

#include "core/random.hpp"
#include "migration/errors.hpp"
#include "migration/reference_values.hpp"

namespace holdfast::migration {
namespace {

TEST(Destinations, AreSharesOfCountAndAmount) {
  const std::vector<double> amount{100, 300, 0, 600};
  const std::vector<std::uint16_t> to{0, 2, 2, 0};
  const auto found =
      destinations_of({.amount = amount, .destination = to, .segment = {}, .destinations = 4});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 2);
  EXPECT_EQ((*found)[0].destination, 0);
  EXPECT_EQ((*found)[0].count, 2);
  EXPECT_EQ((*found)[0].count_share, 0.5);
  EXPECT_EQ(*(*found)[0].amount_share, 0.7);
  EXPECT_EQ(*(*found)[1].amount_share, 0.3);
  EXPECT_LT((*found)[0].amount_interval.lower, 0.7);
  EXPECT_GT((*found)[0].amount_interval.upper, 0.7);
}

TEST(Destinations, OfEqualAmountsHaveWilsonsInterval) {
  const std::vector<double> amount(100, 5);
  std::vector<std::uint16_t> to(100, 1);
  std::fill(to.begin(), to.begin() + 30, std::uint16_t{0});
  const auto found =
      destinations_of({.amount = amount, .destination = to, .segment = {}, .destinations = 2});
  // Effective rows are 99: the variance of a sample divides by n − 1.
  const auto wanted = wilson_interval(0.3 * 99, 99, 0.95);
  EXPECT_NEAR((*found)[1].amount_interval.lower, wanted.lower, 1e-12);
  EXPECT_NEAR((*found)[1].amount_interval.upper, wanted.upper, 1e-12);
}

TEST(Destinations, OfNothingLostHaveNoShareOfTheAmount) {
  const std::vector<double> amount{0, 0, 4};
  const std::vector<std::uint16_t> to{0, 1, 1}, segment{0, 0, 2};
  const auto found = destinations_of({.amount = amount,
                                      .destination = to,
                                      .segment = segment,
                                      .destinations = 2,
                                      .segments = 3});
  ASSERT_EQ(found->size(), 3);  // The empty segment has no rows.
  EXPECT_FALSE((*found)[0].amount_share.has_value());
  EXPECT_EQ((*found)[2].segment, 2);
  EXPECT_EQ(*(*found)[2].amount_share, 1);
  EXPECT_EQ((*found)[2].amount_interval.upper, 1);
}

TEST(Destinations, CoverTheTruthAboutAsOftenAsTheySay) {
  std::size_t covered = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    std::vector<double> amount;
    std::vector<std::uint16_t> to;
    for (int row = 0; row < 300; ++row) {
      const bool is_first = random.chance(0.3);
      // Those who go to 0 take twice as much: 0.6 of 1.3.
      amount.push_back((is_first ? 2 : 1) * std::exp(random.normal()));
      to.push_back(is_first ? 0 : 1);
    }
    const auto found =
        destinations_of({.amount = amount, .destination = to, .segment = {}, .destinations = 2});
    for (const auto& row : *found) {
      if (row.destination != 0) continue;
      covered += row.amount_interval.lower <= 0.6 / 1.3 && 0.6 / 1.3 <= row.amount_interval.upper;
    }
  }
  EXPECT_GT(covered, 455);  // 475 expected, standard deviation 5.
}

TEST(Destinations, SayWhatIsWrong) {
  const std::vector<double> amount{1, -1};
  const std::vector<std::uint16_t> to{0, 1};
  EXPECT_EQ(destinations_of({}).error().kind, &errors::kNoRows);
  EXPECT_EQ(destinations_of({.amount = amount, .destination = to, .segment = {}, .destinations = 2})
                .error()
                .kind,
            &errors::kBadAmount);
  EXPECT_EQ(destinations_of({.amount = std::span(amount).first(1),
                             .destination = to,
                             .segment = {},
                             .destinations = 2})
                .error()
                .kind,
            &errors::kShape);
}

}  // namespace
}  // namespace holdfast::migration
