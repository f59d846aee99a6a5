#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::tables {

/// What a cell says about its column's format.
enum class Fit : std::uint8_t {
  Value,
  Missing,
  Misfit,     // Not written so.
  NoSuchDay,  // Written so, but there is no such day or time: 31.02.2024, 25:61.
};

/// A day and time as written, before any time zone.
struct WrittenTime {
  std::int32_t day = 0;       // Number of days since 1970-01-01.
  std::int64_t micros = 0;    // Since midnight.
  bool has_offset = false;    // The text ends in Z or ±hh:mm.
  std::int32_t offset_seconds = 0;
};

/// A date format compiled to steps. Letters as in ICU: y M d H h m s S a X (offset), MMM for an
/// English month name; everything else stands for itself. Also "iso" (date, optional time, optional
/// offset) and "excel" (days since 1899-12-30 with the time as fraction). Month, day and times take
/// one or two digits unless the neighbouring letters leave no border ("yyyyMMdd").
class DatePattern {
 public:
  /// Nothing where the format has no year, month or day, or a letter we do not know.
  static std::optional<DatePattern> compile(std::string_view format);

  Fit parse(std::string_view text, WrittenTime& time) const;
  bool has_time() const { return has_time_; }
  bool is_excel() const { return kind_ == Kind::Excel; }

 private:
  enum class Kind : std::uint8_t { Steps, Iso, Excel, Day, DaySeconds };
  struct Step {
    char field = 0;  // 0: `literal`.
    int digits_min = 0;
    int digits_max = 0;
    std::string literal;
  };
  Fit parse_steps(std::string_view text, WrittenTime& time) const;

  Kind kind_ = Kind::Steps;
  bool has_time_ = false;
  std::vector<Step> steps_;
};

/// The day of an Excel serial number in the 1900 system; nothing outside years 1900 to 9999.
std::optional<WrittenTime> time_of_serial(double serial);

/// Formats worth trying on a column, the likelier first. Where day and month could change places,
/// the day-first form stands before its twin.
const std::vector<std::string>& usual_date_formats();

/// The month-first format for a day-first one and back; empty where there is none.
std::string with_day_and_month_swapped(std::string_view format);

}  // namespace holdfast::tables
