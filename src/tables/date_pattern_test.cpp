#include "tables/date_pattern.hpp"

#include <gtest/gtest.h>

#include "core/day.hpp"
#include "tables/time_zone.hpp"

namespace holdfast::tables {
namespace {

/// "2024-03-05", "2024-03-05T10:15:00Z", "no such day" or "misfit".
std::string read(const char* format, const char* text) {
  const auto pattern = DatePattern::compile(format);
  if (!pattern) return "bad format";
  WrittenTime time;
  switch (pattern->parse(text, time)) {
    case Fit::Value: break;
    case Fit::NoSuchDay: return "no such day";
    default: return "misfit";
  }
  if (!pattern->has_time()) return to_string(Day{time.day});
  return to_string(Instant{time.day * kMicrosPerDay + time.micros - time.offset_seconds * 1'000'000LL});
}

TEST(DatePattern, ReadsTheFormsPeopleWrite) {
  EXPECT_EQ(read("yyyy-MM-dd", "2024-03-05"), "2024-03-05");
  EXPECT_EQ(read("yyyy/M/d", "2024/3/5"), "2024-03-05");
  EXPECT_EQ(read("dd/MM/yyyy", "05/11/2015"), "2015-11-05");
  EXPECT_EQ(read("MM/dd/yyyy", "05/11/2015"), "2015-05-11");
  EXPECT_EQ(read("d.M.yyyy", "5.11.2015"), "2015-11-05");
  EXPECT_EQ(read("yyyy年M月d日", "2024年3月5日"), "2024-03-05");
  EXPECT_EQ(read("yyyyMMdd", "20240305"), "2024-03-05");
  EXPECT_EQ(read("yyMMdd", "930101"), "1993-01-01");
  EXPECT_EQ(read("dd-MMM-yyyy", "05-Nov-2015"), "2015-11-05");
  EXPECT_EQ(read("MMM d, yyyy", "November 5, 2015"), "2015-11-05");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss", "2024-03-05 10:15:00"), "2024-03-05T10:15:00Z");
  EXPECT_EQ(read("MM/dd/yyyy hh:mm a", "3/5/2024 12:05 AM"), "2024-03-05T00:05:00Z");
  EXPECT_EQ(read("iso", "2024-03-05T10:15:00.25+08:00"), "2024-03-05T02:15:00.250000Z");
  EXPECT_EQ(read("iso", "2024-03-05"), "2024-03-05T00:00:00Z");
  EXPECT_EQ(read("excel", "45356"), "2024-03-05T00:00:00Z");
  EXPECT_EQ(read("excel", "45356.5"), "2024-03-05T12:00:00Z");
}

TEST(DatePattern, ExcelSerialsAroundTheDayThatNeverWas) {
  // Serial 60 is Excel's 29 February 1900; 61 is 1 March 1900.
  EXPECT_EQ(read("excel", "1"), "1900-01-01T00:00:00Z");
  EXPECT_EQ(read("excel", "59"), "1900-02-28T00:00:00Z");
  EXPECT_EQ(read("excel", "61"), "1900-03-01T00:00:00Z");
  EXPECT_EQ(read("excel", "0"), "no such day");
}

TEST(DatePattern, TellsAnImpossibleDayFromAnotherForm) {
  EXPECT_EQ(read("dd.MM.yyyy", "31.02.2024"), "no such day");
  EXPECT_EQ(read("dd.MM.yyyy", "29.02.2024"), "2024-02-29");
  EXPECT_EQ(read("dd.MM.yyyy", "29.02.2023"), "no such day");
  EXPECT_EQ(read("dd.MM.yyyy", "29.02.1900"), "no such day");
  EXPECT_EQ(read("yyyy-MM-dd", "2024-13-01"), "no such day");
  EXPECT_EQ(read("yyyy-MM-dd", "0000-00-00"), "no such day");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm", "2024-03-05 24:00"), "no such day");
  EXPECT_EQ(read("dd/MM/yyyy", "2024-03-05"), "misfit");
  EXPECT_EQ(read("yyyy-MM-dd", "2024-03-05 10:15"), "misfit");
  EXPECT_EQ(read("yyyyMMdd", "2024305"), "misfit");
}

TEST(DatePattern, EveryDayOfFourCenturiesAgreesWithTheCalendar) {
  const auto pattern = *DatePattern::compile("yyyy-MM-dd");
  for (int number = -100'000; number < 50'000; number += 7) {
    WrittenTime time;
    ASSERT_EQ(pattern.parse(to_string(Day{number}), time), Fit::Value);
    ASSERT_EQ(time.day, number);
  }
}

TEST(DatePattern, RefusesFormatsItCannotRead) {
  for (const auto* wrong : {"", "dd", "yyyy", "jj-mm-aa", "HH:mm"}) {
    EXPECT_FALSE(DatePattern::compile(wrong).has_value()) << wrong;
  }
  for (const auto& format : usual_date_formats()) {
    EXPECT_TRUE(DatePattern::compile(format).has_value()) << format;
  }
}

TEST(TimeZone, FollowsSummerTime) {
  const auto madrid = TimeZone::named("Europe/Madrid");
  ASSERT_NE(madrid, nullptr);
  const auto utc = [&](const char* text) {
    WrittenTime time;
    EXPECT_EQ(DatePattern::compile("iso")->parse(text, time), Fit::Value);
    return to_string(Instant{madrid->to_utc(time.day * kMicrosPerDay + time.micros)});
  };
  EXPECT_EQ(utc("2024-01-15 12:00:00"), "2024-01-15T11:00:00Z");
  EXPECT_EQ(utc("2024-07-15 12:00:00"), "2024-07-15T10:00:00Z");
  EXPECT_EQ(utc("2024-03-31 01:30:00"), "2024-03-31T00:30:00Z");
  EXPECT_EQ(utc("2024-03-31 03:30:00"), "2024-03-31T01:30:00Z");
  EXPECT_EQ(utc("2024-10-27 02:30:00"), "2024-10-27T00:30:00Z");  // Twice that night: the first.
  EXPECT_EQ(TimeZone::named("Europe/Nowhere"), nullptr);
}

}  // namespace
}  // namespace holdfast::tables
