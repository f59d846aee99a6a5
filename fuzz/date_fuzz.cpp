// Question: does any format or cell crash the date reader, or give a day or time that is none?
// The first line of the input is the format, the rest the cell.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/check.hpp"
#include "core/day.hpp"
#include "tables/date_pattern.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line_end = text.find('\n');
  if (line_end == std::string_view::npos) return 0;
  const auto pattern = holdfast::tables::DatePattern::compile(text.substr(0, line_end));
  if (!pattern) return 0;
  holdfast::tables::WrittenTime time;
  if (pattern->parse(text.substr(line_end + 1), time) != holdfast::tables::Fit::Value) return 0;
  HOLDFAST_CHECK(time.micros >= 0 && time.micros < 24LL * 3600 * 1'000'000);
  const auto day = holdfast::Day{time.day};
  const auto read = holdfast::parse_iso_day(to_string(day));
  HOLDFAST_CHECK(read.has_value() && *read == day);
  return 0;
}
