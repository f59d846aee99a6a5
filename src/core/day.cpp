#include "core/day.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace holdfast {
namespace chrono = std::chrono;

std::optional<Day> day_from_civil(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const chrono::year_month_day date{chrono::year{year}, chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return Day{static_cast<std::int32_t>(chrono::sys_days{date}.time_since_epoch().count())};
}

CivilDate civil_of(Day day) {
  const chrono::year_month_day date{chrono::sys_days{chrono::days{day.number}}};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::string to_string(Day day) {
  const auto date = civil_of(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::optional<Day> parse_iso_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = -1;
    const char* end = text.data() + from + count;
    const auto [stop, failure] = std::from_chars(text.data() + from, end, value);
    return failure == std::errc{} && stop == end ? value : -1;
  };
  return day_from_civil(number(0, 4), number(5, 2), number(8, 2));
}

Day add_months(Day day, int months) {
  const auto date = civil_of(day);
  const int from_zero = date.year * 12 + date.month - 1 + months;
  const int year = from_zero >= 0 ? from_zero / 12 : (from_zero - 11) / 12;
  const int month = from_zero - year * 12 + 1;
  for (int d = date.day;; --d) {
    if (const auto found = day_from_civil(std::clamp(year, 1, 9999), month, d)) return *found;
  }
}

int weekday_of(Day day) {
  // 1970-01-01 was a Thursday.
  const int shifted = (day.number + 3) % 7;
  return shifted < 0 ? shifted + 7 : shifted;
}

Day utc_day_of(Instant instant) {
  auto days = instant.micros / kMicrosPerDay;
  if (instant.micros % kMicrosPerDay < 0) --days;
  return {static_cast<std::int32_t>(days)};
}

Instant start_of_utc_day(Day day) { return {static_cast<std::int64_t>(day.number) * kMicrosPerDay}; }

std::string to_string(Instant instant) {
  const Day day = utc_day_of(instant);
  const auto rest = instant.micros - start_of_utc_day(day).micros;
  const auto seconds = rest / 1'000'000;
  const auto fraction = rest % 1'000'000;
  auto text = fmt::format("{}T{:02}:{:02}:{:02}", to_string(day), seconds / 3600,
                          seconds / 60 % 60, seconds % 60);
  if (fraction != 0) text += fmt::format(".{:06}", fraction);
  return text + "Z";
}

}  // namespace holdfast
