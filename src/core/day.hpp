#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// A calendar day, counted from 1970-01-01. A cutoff is the start of such a day in the study's zone.
struct Day {
  std::int32_t number = 0;

  auto operator<=>(const Day&) const = default;
  Day operator+(std::int32_t days) const { return {number + days}; }
  Day operator-(std::int32_t days) const { return {number - days}; }
  std::int32_t operator-(Day other) const { return number - other.number; }
};

/// An instant: microseconds since 1970-01-01T00:00:00 UTC.
struct Instant {
  std::int64_t micros = 0;

  auto operator<=>(const Instant&) const = default;
};

struct CivilDate {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
};

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

/// No such day gives nothing: 2023-02-29. Years 1 to 9999.
std::optional<Day> day_from_civil(int year, int month, int day);
CivilDate civil_of(Day day);
/// "2024-03-05".
std::string to_string(Day day);
/// Reads "2024-03-05" only.
std::optional<Day> parse_iso_day(std::string_view text);
/// The same day of the month `months` later; the last day of the month where there is none.
Day add_months(Day day, int months);
/// Monday 0 … Sunday 6.
int weekday_of(Day day);
/// "2024-03-05T10:15:00Z", with fraction where there is one.
std::string to_string(Instant instant);
/// The day of an instant read as UTC.
Day utc_day_of(Instant instant);
Instant start_of_utc_day(Day day);

}  // namespace holdfast
