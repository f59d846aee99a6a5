// Reference: R survival 3.5.3 (tests/reference/survival/SOURCE.md).
#include "survival/concordance.hpp"

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

void expect_concordance(const Spells& spells, const std::vector<double>& score,
                        const ConcordanceOptions& options, const std::string& name) {
  const auto found = concordance(spells, score, options);
  ASSERT_TRUE(found.ok()) << name;
  expect_near({found->value}, name + ".value", 1e-12);
  expect_near(
      {found->concordant, found->discordant, found->tied_score, found->tied_time, found->tied_both},
      name + ".count", 1e-11);
}

TEST(ConcordanceReference, EqualsR) {
  const ReferenceTable lung("lung");
  const ReferenceTable heart("heart");
  const auto event = lung.events("event");
  const auto died = heart.events("event");
  const auto& score = reference("score.lung.score");
  const Spells all{{}, lung["time"], event, {}, {}};
  expect_concordance(all, score, {}, "concordance.plain");
  expect_concordance(all, score, {PairWeight::Uno}, "concordance.uno");
  expect_concordance({{}, lung["time"], event, lung["weight"], {}}, score, {},
                     "concordance.weighted");
  expect_concordance({lung["entry"], lung["time"], event, {}, {}}, score, {},
                     "concordance.truncated");
  expect_concordance({heart["start"], heart["stop"], died, {}, {}}, heart["age"], {},
                     "concordance.heart");
}

TEST(Concordance, EqualsCountingAllPairsWithinStrata) {
  Random random(5);
  std::vector<double> entry, exit, score;
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> stratum;
  for (int i = 0; i < 300; ++i) {
    entry.push_back(static_cast<double>(random.below(5)));
    exit.push_back(entry.back() + 1 + static_cast<double>(random.below(20)));
    score.push_back(static_cast<double>(random.below(15)));
    event.push_back(random.chance(0.6) ? 1 : 0);
    stratum.push_back(static_cast<std::int32_t>(random.below(3)));
  }
  double concordant = 0;
  double discordant = 0;
  double tied = 0;
  for (std::size_t i = 0; i < exit.size(); ++i) {
    for (std::size_t j = 0; j < exit.size(); ++j) {
      if (event[i] == 0 || exit[i] > 12 || stratum[i] != stratum[j] || entry[j] >= exit[i])
        continue;
      if (!(exit[j] > exit[i] || (exit[j] == exit[i] && event[j] == 0))) continue;
      (score[i] > score[j] ? concordant : score[i] < score[j] ? discordant : tied) += 1;
    }
  }
  const auto found =
      concordance({entry, exit, event, {}, stratum}, score, {PairWeight::Harrell, 12});
  EXPECT_NEAR(found->concordant, concordant, 1e-9);
  EXPECT_NEAR(found->discordant, discordant, 1e-9);
  EXPECT_NEAR(found->tied_score, tied, 1e-9);
}

TEST(Concordance, NeedsPairs) {
  const std::vector<double> exit = {1, 2};
  const std::vector<std::uint8_t> event = {0, 0};
  EXPECT_EQ(concordance({{}, exit, event, {}, {}}, exit).error().kind, &errors::kNoPairs);
}

}  // namespace
}  // namespace holdfast::survival
