#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/day.hpp"
#include "tables/reader.hpp"

/// Cells of text → values. Locale-free, allocation-free.
namespace holdfast::tables {

std::optional<std::int64_t> parse_integer(std::string_view text, char thousands);
std::optional<double> parse_real(std::string_view text, const ColumnFormat& format);
/// Cents; more than two decimals round half away from zero.
std::optional<std::int64_t> parse_money(std::string_view text, const ColumnFormat& format);
std::optional<bool> parse_boolean(std::string_view text);

/// A date format compiled to steps: "yyyy-MM-dd HH:mm:ss", "d/M/yyyy", "yyyy年M月d日", "excel".
class DateFormat {
 public:
  explicit DateFormat(std::string_view pattern);
  struct Parsed {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    std::int64_t micros = 0;               // Seconds and their fraction.
    std::optional<int> offset_minutes;     // Of an ISO text with one.
  };
  enum class Failure { None, NotADate, NoSuchDay };
  Failure parse(std::string_view text, Parsed& parsed) const;
  bool is_excel() const { return is_excel_; }

 private:
  struct Step {
    char field;   // 'y' 'M' 'd' 'H' 'm' 's' 'S' 'X'; 0: the literal `text`.
    int width;
    std::string text;
  };
  std::vector<Step> steps_;
  bool is_excel_ = false;
};

/// Formats tried on whole columns, most usual first.
const std::vector<std::string>& usual_date_formats();

}  // namespace holdfast::tables
