// Reference: scikit-survival (tests/reference/survival/SOURCE.md).
#include "survival/horizon.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "survival/curves.hpp"
#include "survival/errors.hpp"
#include "survival/person_period.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

TEST(HorizonReference, BrierAndAucEqualScikitSurvival) {
  const ReferenceTable rows("horizon_rows");
  const ReferenceTable expected("horizon_expected");
  const auto event = rows.events("event");
  const Spells spells{{}, rows["time"], event, {}, {}};
  const auto survival = rows.matrix({"s0", "s1", "s2", "s3"});
  const auto& times = expected["time"];
  const auto brier = brier_scores(spells, {survival.data(), event.size(), 4}, times);
  const auto auc = horizon_aucs(spells, rows["score"], times);
  ASSERT_TRUE(brier.ok() && auc.ok());
  for (std::size_t t = 0; t < times.size(); ++t) {
    EXPECT_NEAR((*brier)[t], expected["brier"][t], 1e-12);
    EXPECT_NEAR((*auc)[t], expected["auc"][t], 1e-12);
  }
  EXPECT_NEAR(*integrated_brier(times, *brier), expected["integrated"][0], 1e-12);
}

TEST(Horizon, CalibrationOfOneBinIsKaplanMeier) {
  const ReferenceTable lung("lung");
  const auto event = lung.events("event");
  const Spells spells{{}, lung["time"], event, {}, {}};
  const std::vector<double> same(event.size(), 0.4);
  const auto bins = calibration_at(spells, same, 365, 10);
  ASSERT_TRUE(bins.ok());
  ASSERT_EQ(bins->size(), 1U);
  EXPECT_NEAR(bins->front().predicted, 0.4, 1e-14);
  EXPECT_NEAR(bins->front().observed, 1 - survival_curve(spells)->survival_at(365), 1e-12);
  EXPECT_EQ(bins->front().rows, event.size());
  const auto ten = calibration_at(spells, lung["time"], 365, 10);
  EXPECT_EQ(ten->size(), 10U);
}

TEST(Horizon, RefusesTimesNobodyWasSeenAt) {
  const std::vector<double> exit = {1, 2};
  const std::vector<std::uint8_t> event = {1, 0};
  const std::vector<double> late = {5};
  const std::vector<double> early = {0.5};
  EXPECT_EQ(horizon_aucs({{}, exit, event, {}, {}}, exit, late).error().kind, &errors::kBadOption);
  EXPECT_EQ(horizon_aucs({{}, exit, event, {}, {}}, exit, early).error().kind, &errors::kNoPairs);
}

TEST(PersonPeriod, CountsOnlyPeriodsWatchedThrough) {
  const std::vector<double> entry = {0, 0, 5, 0};
  const std::vector<double> exit = {15, 15, 30, 20};
  const std::vector<std::uint8_t> event = {2, 0, 1, 0};
  const std::vector<double> borders = {0, 10, 20, 30};
  const auto periods = person_periods({entry, exit, event, {}, {}}, borders);
  ASSERT_TRUE(periods.ok());
  EXPECT_EQ(periods->row, (std::vector<std::uint32_t>{0, 0, 1, 2, 2, 3, 3}));
  EXPECT_EQ(periods->period, (std::vector<std::uint32_t>{0, 1, 0, 1, 2, 0, 1}));
  EXPECT_EQ(periods->event, (std::vector<std::uint8_t>{0, 2, 0, 0, 1, 0, 0}));
  const std::vector<double> back = {0, 10, 10};
  EXPECT_EQ(person_periods({entry, exit, event, {}, {}}, back).error().kind, &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::survival
