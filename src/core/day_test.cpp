#include "core/day.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Day, CountsFromTheEpoch) {
  EXPECT_EQ(day_from_civil(1970, 1, 1)->number, 0);
  EXPECT_EQ(day_from_civil(1970, 1, 2)->number, 1);
  EXPECT_EQ(day_from_civil(2000, 3, 1)->number, 11017);  // date -u -d 2000-03-01 +%s, over 86,400.
}

TEST(Day, RefusesDaysThatAreNot) {
  EXPECT_FALSE(day_from_civil(2023, 2, 29));
  EXPECT_FALSE(day_from_civil(1900, 2, 29));  // Not a leap year: divisible by 100, not by 400.
  EXPECT_TRUE(day_from_civil(2000, 2, 29));
  EXPECT_FALSE(day_from_civil(2024, 13, 1));
  EXPECT_FALSE(day_from_civil(0, 1, 1));
}

TEST(Day, EveryDayOfFourCenturiesReadsBack) {
  for (int number = -80'000; number < 80'000; ++number) {
    const Day day{number};
    const auto civil = civil_of(day);
    ASSERT_EQ(day_from_civil(civil.year, civil.month, civil.day), day);
    ASSERT_EQ(parse_iso_day(to_string(day)), day);
  }
}

TEST(Day, MonthsEndWhereTheMonthEnds) {
  EXPECT_EQ(to_string(add_months(*parse_iso_day("2024-01-31"), 1)), "2024-02-29");
  EXPECT_EQ(to_string(add_months(*parse_iso_day("2024-03-31"), -13)), "2023-02-28");
  EXPECT_EQ(to_string(add_months(*parse_iso_day("2023-12-15"), 1)), "2024-01-15");
}

TEST(Day, ReadsOnlyIsoDays) {
  for (const auto* text : {"2024-3-05", "2024/03/05", "20240305", "2024-02-30", "", "2024-03-0x"}) {
    EXPECT_FALSE(parse_iso_day(text)) << text;
  }
}

TEST(Day, KnowsTheWeekday) {
  EXPECT_EQ(weekday_of(*parse_iso_day("2024-03-04")), 0);  // A Monday.
  EXPECT_EQ(weekday_of(*parse_iso_day("1969-12-28")), 6);  // A Sunday before the epoch.
}

TEST(Instant, BelongsToTheDayItFallsIn) {
  EXPECT_EQ(utc_day_of({-1}).number, -1);
  EXPECT_EQ(utc_day_of({0}).number, 0);
  EXPECT_EQ(to_string(Instant{1'709'634'605'000'250}), "2024-03-05T10:30:05.000250Z");
}

}  // namespace
}  // namespace holdfast
