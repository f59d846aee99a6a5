#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::tables {

/// How numbers of a column are written.
struct NumberStyle {
  char decimal = '.';
  char thousands = '\0';  // '\0': none.
  bool is_percent = false;
};

/// Written decimal numbers → values, by hand: the standard readers know no decimal comma and no
/// thousands. Text is trimmed. Nothing where it is no number or out of range.
std::optional<std::int64_t> parse_integer(std::string_view text, const NumberStyle& style);

/// The nearest double. Digits may be "1.5", "1,234.5", "-3e-7", "+.5"; with is_percent "12.5%" is
/// 0.125 and a cell without the sign is no number.
std::optional<double> parse_real(std::string_view text, const NumberStyle& style);

/// Cents, exact from the digits; more than two decimals round half away from zero.
std::optional<std::int64_t> parse_cents(std::string_view text, const NumberStyle& style);

}  // namespace holdfast::tables
