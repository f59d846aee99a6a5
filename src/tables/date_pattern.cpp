#include "tables/date_pattern.hpp"

#include <array>
#include <cmath>

#include "core/day.hpp"
#include "tables/decimal.hpp"

namespace holdfast::tables {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::string_view kLetters = "yMdHhmsSaX";
constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

bool is_digit(char c) { return static_cast<unsigned>(c) - '0' < 10; }
char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms"); nothing
/// where there is no such day.
bool day_number(int year, int month, int day, std::int32_t& number) {
  constexpr std::array<int, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day > kDays[static_cast<std::size_t>(month)] + (leap && month == 2 ? 1 : 0)) return false;
  const int shifted = year - (month <= 2 ? 1 : 0);
  const int era = shifted / 400;
  const int year_of_era = shifted - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  number = era * 146097 + day_of_era - 719468;
  return true;
}

/// The parts of a date as they are read.
struct Parts {
  int year = 0;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  int half = -1;  // 0: am, 1: pm.
};

Fit finish(const Parts& parts, WrittenTime& time) {
  if (!day_number(parts.year, parts.month, parts.day, time.day)) return Fit::NoSuchDay;
  int hour = parts.hour;
  if (parts.half >= 0) {
    if (hour < 1 || hour > 12) return Fit::NoSuchDay;
    hour = hour % 12 + parts.half * 12;
  }
  if (hour > 23 || parts.minute > 59 || parts.second > 60) return Fit::NoSuchDay;
  // 60: a leap second, kept as the last instant of its minute.
  const std::int64_t in_minute = parts.second == 60 ? 60 * kMicrosPerSecond - 1
                                                    : parts.second * kMicrosPerSecond + parts.micros;
  time.micros = (hour * 3600LL + parts.minute * 60LL) * kMicrosPerSecond + in_minute;
  return Fit::Value;
}

/// Up to `most` digits; how many there were.
int read_digits(const char*& p, const char* end, int most, int& value) {
  value = 0;
  int count = 0;
  for (; count < most && p < end && is_digit(*p); ++p, ++count) value = value * 10 + (*p - '0');
  return count;
}

int read_fraction(const char*& p, const char* end) {
  int micros = 0;
  int unit = 100'000;
  for (; p < end && is_digit(*p); ++p) micros += (*p - '0') * unit, unit /= 10;
  return micros;
}

/// "Z", "+08:00", "+0800", "+08"; false where it is none.
bool read_offset(const char*& p, const char* end, WrittenTime& time) {
  if (p == end) return false;
  time.has_offset = true;
  if (*p == 'Z' || *p == 'z') {
    ++p;
    time.offset_seconds = 0;
    return true;
  }
  if (*p != '+' && *p != '-') return false;
  const int sign = *p++ == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (read_digits(p, end, 2, hours) != 2 || hours > 18) return false;
  if (p < end && *p == ':') ++p;
  if (p < end && read_digits(p, end, 2, minutes) != 2) return false;
  if (minutes > 59) return false;
  time.offset_seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

/// An English month by its name or first three letters.
bool read_month(const char*& p, const char* end, int& month) {
  for (std::size_t m = 0; m < kMonths.size(); ++m) {
    std::size_t same = 0;
    while (same < kMonths[m].size() && p + same < end && lowered(p[same]) == kMonths[m][same]) ++same;
    if (same < 3) continue;
    p += same == kMonths[m].size() ? same : 3;
    month = static_cast<int>(m) + 1;
    return true;
  }
  return false;
}

/// "2024-03-05", with a time after T or a blank, with an offset after that.
Fit parse_iso(std::string_view text, WrittenTime& time) {
  const char* p = text.data();
  const char* const end = p + text.size();
  Parts parts;
  const auto two = [&](int& value) { return read_digits(p, end, 2, value) == 2; };
  const auto is = [&](char c) { return p < end && *p == c && (++p, true); };
  if (read_digits(p, end, 4, parts.year) != 4 || !is('-') || !two(parts.month) || !is('-') ||
      !two(parts.day)) {
    return Fit::Misfit;
  }
  if (p < end) {
    if (*p != 'T' && *p != ' ' && *p != 't') return Fit::Misfit;
    ++p;
    if (!two(parts.hour) || !is(':') || !two(parts.minute)) return Fit::Misfit;
    if (is(':')) {
      if (!two(parts.second)) return Fit::Misfit;
      if (is('.')) parts.micros = read_fraction(p, end);
    }
    if (p < end && *p == ' ') ++p;
    if (p < end && !read_offset(p, end, time)) return Fit::Misfit;
  }
  if (p != end) return Fit::Misfit;
  return finish(parts, time);
}

/// Two digits; 100 or more where they are not.
int two_digits(const char* p) {
  const auto tens = static_cast<unsigned>(p[0]) - '0';
  const auto ones = static_cast<unsigned>(p[1]) - '0';
  return tens < 10 && ones < 10 ? static_cast<int>(tens * 10 + ones) : 100;
}

/// "yyyy-MM-dd" and "yyyy-MM-dd HH:mm:ss" with all their digits: what most files hold, at a third
/// of the steps' time. False where the text is written in another way.
bool parse_usual(std::string_view text, bool has_time, Parts& parts) {
  if (text.size() != (has_time ? 19U : 10U)) return false;
  const char* p = text.data();
  const int century = two_digits(p);
  const int year = two_digits(p + 2);
  parts.month = two_digits(p + 5);
  parts.day = two_digits(p + 8);
  const bool fits = century < 100 && year < 100 && parts.month < 100 && parts.day < 100 && p[4] == '-' &&
              p[7] == '-';
  parts.year = century * 100 + year;
  if (!has_time) return fits;
  parts.hour = two_digits(p + 11);
  parts.minute = two_digits(p + 14);
  parts.second = two_digits(p + 17);
  return fits && p[10] == ' ' && p[13] == ':' && p[16] == ':' && parts.hour < 100 &&
         parts.minute < 100 && parts.second < 100;
}

}  // namespace

std::optional<WrittenTime> time_of_serial(double serial) {
  if (!(serial >= 1 && serial < 2'958'466)) return std::nullopt;  // 9999-12-31 is the last.
  // Excel counts a 29 February 1900 that never was; days before it are off by one.
  const double whole = std::floor(serial);
  constexpr std::int32_t kExcelZero = -25569;  // 1899-12-30.
  WrittenTime time;
  time.day = kExcelZero + static_cast<std::int32_t>(whole) + (serial < 60 ? 1 : 0);
  // Serials carry about 1/100 ms; whole milliseconds are what was meant.
  time.micros = std::llround((serial - whole) * 86'400'000.0) * 1000;
  if (time.micros >= kMicrosPerDay) time.micros -= kMicrosPerDay, ++time.day;
  return time;
}

std::optional<DatePattern> DatePattern::compile(std::string_view format) {
  DatePattern pattern;
  if (format == "iso" || format == "excel") {
    pattern.kind_ = format == "iso" ? Kind::Iso : Kind::Excel;
    pattern.has_time_ = true;
    return pattern;
  }
  bool has_year = false;
  bool has_month = false;
  for (std::size_t i = 0; i < format.size();) {
    const char c = format[i];
    Step step;
    if (c == '\'') {  // 'T': quoted letters stand for themselves.
      const auto close = format.find('\'', i + 1);
      if (close == std::string_view::npos) return std::nullopt;
      step.literal = format.substr(i + 1, close - i - 1);
      i = close + 1;
    } else if (kLetters.find(c) != std::string_view::npos) {
      int width = 0;
      for (; i < format.size() && format[i] == c; ++i) ++width;
      step.field = c == 'M' && width >= 3 ? 'B' : c;
      step.digits_min = 1;
      step.digits_max = c == 'y' ? (width == 2 ? 2 : 4) : c == 'S' ? 9 : 2;
      if (c == 'y') step.digits_min = step.digits_max;
      has_year |= c == 'y';
      has_month |= c == 'M';
      pattern.has_time_ |= c == 'H' || c == 'h';
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z' && c != 'T')) {
      return std::nullopt;
    } else {
      step.literal = c;
      ++i;
    }
    // Two numbers without a border: the first takes exactly its digits.
    if (!pattern.steps_.empty() && step.field != 0 && step.field != 'X' && step.field != 'a') {
      auto& before = pattern.steps_.back();
      if (before.field != 0 && before.field != 'B') {
        before.digits_min = before.digits_max;
        step.digits_min = step.digits_max;
      }
    }
    if (step.field == 0 && !pattern.steps_.empty() && pattern.steps_.back().field == 0) {
      pattern.steps_.back().literal += step.literal;
    } else {
      pattern.steps_.push_back(std::move(step));
    }
  }
  if (!has_year || !has_month) return std::nullopt;
  if (format == "yyyy-MM-dd") pattern.kind_ = Kind::Day;
  if (format == "yyyy-MM-dd HH:mm:ss") pattern.kind_ = Kind::DaySeconds;
  return pattern;
}

Fit DatePattern::parse(std::string_view text, WrittenTime& time) const {
  time = {};
  if (kind_ == Kind::Day || kind_ == Kind::DaySeconds) {
    Parts parts;
    if (parse_usual(text, kind_ == Kind::DaySeconds, parts)) return finish(parts, time);
    return parse_steps(text, time);
  }
  if (kind_ == Kind::Steps) return parse_steps(text, time);
  if (kind_ == Kind::Iso) return parse_iso(text, time);
  const auto serial = parse_real(text, {});
  if (!serial) return Fit::Misfit;
  const auto found = time_of_serial(*serial);
  if (!found) return Fit::NoSuchDay;
  time = *found;
  return Fit::Value;
}

Fit DatePattern::parse_steps(std::string_view text, WrittenTime& time) const {
  const char* p = text.data();
  const char* const end = p + text.size();
  Parts parts;
  for (const auto& step : steps_) {
    if (step.field == 0) {
      if (static_cast<std::size_t>(end - p) < step.literal.size() ||
          std::string_view(p, step.literal.size()) != step.literal) {
        return Fit::Misfit;
      }
      p += step.literal.size();
      continue;
    }
    if (step.field == 'X') {
      if (!read_offset(p, end, time)) return Fit::Misfit;
      continue;
    }
    if (step.field == 'B') {
      if (!read_month(p, end, parts.month)) return Fit::Misfit;
      continue;
    }
    if (step.field == 'a') {
      if (end - p < 2 || lowered(p[1]) != 'm') return Fit::Misfit;
      parts.half = lowered(p[0]) == 'p' ? 1 : lowered(p[0]) == 'a' ? 0 : -1;
      if (parts.half < 0) return Fit::Misfit;
      p += 2;
      continue;
    }
    if (step.field == 'S') {
      if (p == end || !is_digit(*p)) return Fit::Misfit;
      parts.micros = read_fraction(p, end);
      continue;
    }
    int value = 0;
    if (read_digits(p, end, step.digits_max, value) < step.digits_min) return Fit::Misfit;
    switch (step.field) {
      // Two digits: 1969 to 2068, as POSIX strptime reads them.
      case 'y': parts.year = step.digits_max == 2 ? value + (value < 69 ? 2000 : 1900) : value; break;
      case 'M': parts.month = value; break;
      case 'd': parts.day = value; break;
      case 'm': parts.minute = value; break;
      case 's': parts.second = value; break;
      default: parts.hour = value;
    }
  }
  if (p != end) return Fit::Misfit;
  return finish(parts, time);
}

const std::vector<std::string>& usual_date_formats() {
  static const std::vector<std::string> formats = [] {
    std::vector<std::string> all;
    for (const std::string day :
         {"yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "dd/MM/yyyy", "MM/dd/yyyy", "dd.MM.yyyy",
          "dd-MM-yyyy", "MM-dd-yyyy", "yyyy年M月d日", "yyyyMMdd", "dd/MM/yy", "MM/dd/yy", "dd.MM.yy",
          "dd-MMM-yyyy", "dd MMM yyyy", "MMM d, yyyy", "dd-MMM-yy", "yyMMdd"}) {
      all.push_back(day);
      for (const auto* time : {" HH:mm:ss", " HH:mm", " HH:mm:ss.S", " hh:mm:ss a", " hh:mm a"}) {
        all.push_back(day + time);
      }
    }
    all.push_back("yyyy年M月d日 HH时mm分ss秒");
    all.push_back("yyyy年M月d日 HH时mm分");
    all.push_back("yyyyMMddHHmmss");
    all.push_back("yyyy/MM/ddTHH:mm:ss");
    all.push_back("iso");
    return all;
  }();
  return formats;
}

std::string with_day_and_month_swapped(std::string_view format) {
  for (const std::string_view mark : {"/", "-"}) {
    const auto day_first = std::string("dd") + std::string(mark) + "MM";
    const auto month_first = std::string("MM") + std::string(mark) + "dd";
    if (format.starts_with(day_first)) return month_first + std::string(format.substr(5));
    if (format.starts_with(month_first + std::string(mark) + "yy")) {
      return day_first + std::string(format.substr(5));
    }
  }
  return {};
}

}  // namespace holdfast::tables
