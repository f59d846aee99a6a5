// Reference: Hillstrom 2008, the MineThatData e-mail experiment: visit rates Mens 18.28 %, Womens
// 15.14 %, no e-mail 10.62 %; conversion 1.25 / 0.88 / 0.57 %; spend 1.42 / 1.08 / 0.65.
#include "effect/trial.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/file.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "effect/errors.hpp"
#include "effect/overlap.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::effect {
namespace {

const std::vector<std::string> kNames = {"a", "b"};

TEST(AverageEffectsReference, EqualHillstroms) {
  const auto path = testing::shared_data("hillstrom/hillstrom.csv");
  if (!path) GTEST_SKIP() << "no shared data";
  const auto text = read_file(*path);
  const std::vector<std::string> names = {"No E-Mail", "Mens E-Mail", "Womens E-Mail"};
  std::vector<double> outcomes[3];  // visit, conversion, spend.
  std::vector<std::int32_t> arm;
  bool is_header = true;
  for (const auto line : split(*text, '\n')) {
    const auto cells = split(line, ',');
    if (!is_header && cells.size() >= 12) {
      // From the end: a segment's name may hold a comma.
      const auto last = cells.size() - 4;
      const auto at = std::find(names.begin(), names.end(), std::string(cells[last]));
      arm.push_back(static_cast<std::int32_t>(at - names.begin()));
      for (std::size_t i = 0; i < 3; ++i) {
        outcomes[i].push_back(std::strtod(std::string(cells[last + 1 + i]).c_str(), nullptr));
      }
    }
    is_header = false;
  }
  ASSERT_EQ(arm.size(), 64000);
  const auto visits = average_effects(outcomes[0], arm, names, 0);
  EXPECT_NEAR((*visits)[0].treated_mean, 0.1828, 0.00005);
  EXPECT_NEAR((*visits)[1].treated_mean, 0.1514, 0.00005);
  EXPECT_NEAR((*visits)[0].control_mean, 0.1062, 0.00005);
  EXPECT_NEAR((*visits)[0].effect, 0.0766, 0.00005);
  EXPECT_NEAR((*visits)[1].effect, 0.0452, 0.00005);
  EXPECT_GT((*visits)[1].lower, 0);
  const auto conversions = average_effects(outcomes[1], arm, names, 0);
  EXPECT_NEAR((*conversions)[0].treated_mean, 0.0125, 0.00005);
  EXPECT_NEAR((*conversions)[0].control_mean, 0.0057, 0.00005);
  const auto spend = average_effects(outcomes[2], arm, names, 0);
  EXPECT_NEAR((*spend)[0].treated_mean, 1.42, 0.005);
  EXPECT_NEAR((*spend)[1].treated_mean, 1.08, 0.005);
  EXPECT_NEAR((*spend)[1].control_mean, 0.65, 0.005);
}

TEST(AverageEffects, HaveTheStandardErrorOfTwoMeans) {
  const std::vector<double> outcome = {1, 2, 3, 5, 9};
  const std::vector<std::int32_t> arm = {0, 0, 0, 1, 1};
  const auto found = average_effects(outcome, arm, kNames, 0)->front();
  EXPECT_EQ(found.effect, 5);
  EXPECT_NEAR(found.standard_error, std::sqrt(1.0 / 3 + 8.0 / 2), 1e-15);
}

TEST(Trial, RefusesWhatCannotTellAnEffect) {
  const std::vector<double> outcome = {1, 0, 1};
  const std::vector<std::uint8_t> all = {1, 1, 1};
  const std::vector<std::uint8_t> none = {0, 0, 0};
  const std::vector<std::uint8_t> two = {0, 2, 1};
  EXPECT_EQ(check({outcome, all}).error().kind, &errors::kNoControl);
  EXPECT_EQ(check({outcome, none}).error().kind, &errors::kNobodyTreated);
  EXPECT_EQ(check({outcome, two}).error().kind, &errors::kBadValue);
  EXPECT_EQ(check({{}, {}}).error().kind, &errors::kNoRows);
  EXPECT_EQ(check({outcome, std::span(all).first(2)}).error().kind, &errors::kShape);
  const std::vector<double> hole = {1, std::nan(""), 0};
  EXPECT_EQ(check({hole, two}).error().kind, &errors::kBadValue);
  const std::vector<double> amount = {1, 2.5, 0};
  const std::vector<std::uint8_t> mixed = {0, 1, 1};
  EXPECT_EQ(check_binary({amount, mixed}).error().kind, &errors::kNotBinary);
}

TEST(AverageEffects, NameTheTreatmentThatNobodyGot) {
  const std::vector<double> outcome = {1, 0, 1, 0};
  const std::vector<std::string> names = {"none", "letter", "call"};
  const std::vector<std::int32_t> arm = {0, 0, 1, 1};
  const auto missing = average_effects(outcome, arm, names, 0).error();
  EXPECT_EQ(missing.kind, &errors::kNobodyTreated);
  EXPECT_EQ(message_of(missing, Language::En), "nobody of 4 rows got the treatment call");
  EXPECT_EQ(average_effects(outcome, arm, names, 2).error().kind, &errors::kNoControl);
}

struct Observed {
  std::vector<double> outcome, x;
  std::vector<std::uint8_t> treated;

  Trial trial() const { return {outcome, treated}; }
  MatrixView view() const { return {x.data(), outcome.size(), 2}; }
};

template <typename Chance>
Observed observed(std::size_t rows, std::uint64_t seed, Chance chance) {
  Random random(seed);
  Observed data;
  for (std::size_t i = 0; i < rows; ++i) {
    const double a = random.normal();
    const double b = static_cast<double>(random.below(5));
    data.x.insert(data.x.end(), {a, b});
    data.treated.push_back(random.chance(chance(a, b)) ? 1 : 0);
    data.outcome.push_back(random.chance(0.5) ? 1 : 0);
  }
  return data;
}

TEST(Overlap, NamesTheColumnThatDecides) {
  const auto by_threshold = observed(2000, 1, [](double a, double) { return a > 0.3 ? 1.0 : 0.0; });
  auto error = check_overlap(by_threshold.trial(), by_threshold.view(), kNames).error();
  EXPECT_EQ(error.kind, &errors::kDecided);
  EXPECT_NE(message_of(error, Language::En).find("column a decides"), std::string::npos);
  const auto by_code =
      observed(2000, 2, [](double, double b) { return static_cast<int>(b) % 2 == 0 ? 1.0 : 0.0; });
  error = check_overlap(by_code.trial(), by_code.view(), kNames).error();
  EXPECT_EQ(error.kind, &errors::kDecided);
  EXPECT_NE(message_of(error, Language::En).find("column b decides"), std::string::npos);
  // Few rows: 10 against 10, parted by one value.
  Observed few;
  for (int i = 0; i < 20; ++i) {
    few.x.insert(few.x.end(), {static_cast<double>(i), 1.0});
    few.treated.push_back(i >= 10 ? 1 : 0);
    few.outcome.push_back(i % 2);
  }
  EXPECT_EQ(check_overlap(few.trial(), few.view(), kNames).error().kind, &errors::kDecided);
}

TEST(Overlap, NamesTheRangeWhereNobodyIsComparable) {
  const auto data = observed(2000, 3, [](double, double b) { return b >= 3 ? 0.0 : 0.5; });
  const auto error = check_overlap(data.trial(), data.view(), kNames).error();
  EXPECT_EQ(error.kind, &errors::kNoOverlap);
  EXPECT_NE(message_of(error, Language::En).find("column b is from 3 to 4, 0 of"),
            std::string::npos)
      << message_of(error, Language::En);
}

TEST(Overlap, LetsRandomAndLeaningTreatmentPass) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto random = observed(40 + 5 * seed, seed, [](double, double) { return 0.5; });
    EXPECT_TRUE(check_overlap(random.trial(), random.view(), kNames).ok()) << seed;
    const auto rare = observed(40 + 5 * seed, seed, [](double, double) { return 0.1; });
    EXPECT_TRUE(check_overlap(rare.trial(), rare.view(), kNames).ok()) << seed;
  }
  const auto middle =
      observed(300, 8, [](double a, double) { return std::abs(a) < 0.7 ? 1.0 : 0.0; });
  EXPECT_EQ(check_overlap(middle.trial(), middle.view(), kNames).error().kind, &errors::kDecided);
  const auto leaning = observed(5000, 9, [](double a, double) { return 1 / (1 + std::exp(-a)); });
  EXPECT_TRUE(check_overlap(leaning.trial(), leaning.view(), kNames).ok());
}

// Ranges are told in the column's own values, below 0 as above.
TEST(Overlap, TellsARangeInItsValues) {
  auto data = observed(3000, 12, [](double, double b) { return b <= 1 ? 0.0 : 0.5; });
  for (std::size_t row = 0; row < 3000; ++row)
    data.x[2 * row + 1] = 0.3 * data.x[2 * row + 1] - 0.6;
  const auto error = check_overlap(data.trial(), data.view(), kNames).error();
  EXPECT_NE(message_of(error, Language::En).find("column b is from -0.6 to -0.3, 0 of"),
            std::string::npos)
      << message_of(error, Language::En);
}

TEST(Overlap, RefusesPropensitiesAtTheEnds) {
  const std::vector<double> chance = {0.5, 0.001};
  EXPECT_EQ(check_propensities(chance, 2, 0.01).error().kind, &errors::kPropensity);
  EXPECT_TRUE(check_propensities(chance, 2, 0.0005).ok());
  const std::vector<double> hole = {0.5, std::nan("")};
  EXPECT_EQ(check_propensities(hole, 2, 0.01).error().kind, &errors::kPropensity);
}

TEST(Errors, AllHaveTextsInBothLanguages) {
  for (const auto* kind : errors::effect_kinds()) {
    EXPECT_FALSE(kind->en.empty()) << kind->name;
    EXPECT_FALSE(kind->zh.empty()) << kind->name;
    EXPECT_EQ(kind->hint_en.empty(), kind->hint_zh.empty()) << kind->name;
  }
}

}  // namespace
}  // namespace holdfast::effect
