#include "tables/decimal.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "core/text.hpp"

namespace holdfast::tables {
namespace {

constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kPowersMax = 22;
constexpr int kDigitsMax = 19;  // That many always fit 64 bits.

/// A number as its digits: (-1)^negative * mantissa * 10^exponent.
struct Decimal {
  std::uint64_t mantissa = 0;
  int exponent = 0;
  bool negative = false;
  bool is_cut = false;  // Digits beyond kDigitsMax that are not 0 were dropped.
};

/// Reads a whole text. Thousands stand only before the decimal mark and in groups of three.
bool scan(std::string_view text, const NumberStyle& style, Decimal& out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  if (p == end) return false;
  if (*p == '-' || *p == '+') out.negative = *p++ == '-';

  int kept = 0;
  bool any = false;
  const auto add = [&](unsigned digit, int exponent_if_kept, int exponent_if_cut) {
    any = true;
    if (kept < kDigitsMax) {
      out.mantissa = out.mantissa * 10 + digit;
      if (out.mantissa != 0) ++kept;
      out.exponent += exponent_if_kept;
    } else {
      out.is_cut |= digit != 0;
      out.exponent += exponent_if_cut;
    }
  };

  int in_group = 0;
  bool grouped = false;
  for (; p < end; ++p) {
    const auto digit = static_cast<unsigned>(*p) - '0';
    if (digit < 10) {
      add(digit, 0, 1);
      ++in_group;
    } else if (*p == style.thousands && style.thousands != '\0' && any) {
      if (grouped ? in_group != 3 : in_group > 3) return false;
      grouped = true;
      in_group = 0;
    } else {
      break;
    }
  }
  if (grouped && in_group != 3) return false;
  if (p < end && *p == style.decimal) {
    for (++p; p < end; ++p) {
      const auto digit = static_cast<unsigned>(*p) - '0';
      if (digit >= 10) break;
      add(digit, -1, 0);
    }
  }
  if (!any) return false;
  if (p < end && (*p == 'e' || *p == 'E')) {
    if (++p < end && *p == '+' && (++p == end || *p == '-')) return false;
    int exponent = 0;
    const auto [stop, failure] = std::from_chars(p, end, exponent);
    if (failure != std::errc{} || exponent < -400 || exponent > 400) return false;
    out.exponent += exponent;
    p = stop;
  }
  return p == end;
}

/// Without a currency sign or accountant's parentheses: "¥1,200", "1200元", "(3.50)". Rare, so only
/// tried where the plain reading fails.
std::optional<std::string> undressed(std::string_view text) {
  bool changed = false;
  bool negative = false;
  if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    text = trimmed(text.substr(1, text.size() - 2));
    negative = changed = true;
  } else if (text.size() > 1 && text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  for (const std::string_view sign : {"¥", "¥", "$", "€", "£", "元", "CNY", "RMB", "EUR", "USD"}) {
    if (text.starts_with(sign)) text = trimmed(text.substr(sign.size())), changed = true;
    if (text.ends_with(sign)) {
      text = trimmed(text.substr(0, text.size() - sign.size())), changed = true;
    }
  }
  if (!changed || text.empty()) return std::nullopt;
  if (text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  return (negative ? "-" : "") + std::string(text);
}

bool scan_dressed(std::string_view text, const NumberStyle& style, Decimal& out) {
  if (scan(text, style, out)) return true;
  if (text.empty()) return false;
  const auto plain = undressed(text);
  out = {};
  return plain && scan(*plain, style, out);
}

/// The nearest double by the standard library: for numbers of many digits or large exponents.
std::optional<double> nearest_double(const Decimal& number, std::string_view text,
                                     const NumberStyle& style) {
  std::string plain;
  if (number.is_cut) {
    for (const char c : text) {
      if (c == style.thousands && style.thousands != '\0') continue;
      if (c == '%') break;
      plain += c == style.decimal ? '.' : c;
    }
    if (plain.starts_with('+')) plain.erase(0, 1);
    if (style.is_percent) plain += "e-2";
  } else {
    plain = (number.negative ? "-" : "") + std::to_string(number.mantissa) + "e" +
            std::to_string(number.exponent);
  }
  double value = 0;
  const auto [stop, failure] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (stop != plain.data() + plain.size()) return std::nullopt;
  if (failure == std::errc::result_out_of_range) {
    if (number.exponent > 0) return std::nullopt;
    return 0.0;  // Nearer to 0 than to any other double.
  }
  if (failure != std::errc{} || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text, const NumberStyle& style) {
  Decimal number;
  if (!scan_dressed(text, style, number) || number.is_cut) return std::nullopt;
  while (number.exponent < 0 && number.mantissa % 10 == 0 && number.mantissa != 0) {
    number.mantissa /= 10, ++number.exponent;  // "3.0" is whole too.
  }
  if (number.mantissa == 0) return 0;
  if (number.exponent < 0) return std::nullopt;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  for (; number.exponent > 0; --number.exponent) {
    if (number.mantissa > kMax / 10) return std::nullopt;
    number.mantissa *= 10;
  }
  if (number.mantissa > kMax) return std::nullopt;
  const auto value = static_cast<std::int64_t>(number.mantissa);
  return number.negative ? -value : value;
}

std::optional<double> parse_real(std::string_view text, const NumberStyle& style) {
  if (style.is_percent) {
    if (text.ends_with('%')) {
      text.remove_suffix(1);
    } else if (text.ends_with("%")) {
      text.remove_suffix(std::string_view("%").size());
    } else {
      return std::nullopt;
    }
    text = trimmed(text);
  }
  Decimal number;
  if (!scan_dressed(text, style, number)) return std::nullopt;
  if (style.is_percent) number.exponent -= 2;
  // Both sides exact, so one rounding: the nearest double (Clinger 1990).
  if (!number.is_cut && number.mantissa <= (std::uint64_t{1} << 53) &&
      number.exponent >= -kPowersMax && number.exponent <= kPowersMax) {
    auto value = static_cast<double>(number.mantissa);
    value = number.exponent < 0 ? value / kPowers[-number.exponent]
                                : value * kPowers[number.exponent];
    return number.negative ? -value : value;
  }
  return nearest_double(number, text, style);
}

std::optional<std::int64_t> parse_cents(std::string_view text, const NumberStyle& style) {
  Decimal number;
  if (!scan_dressed(text, style, number)) return std::nullopt;
  int shift = number.exponent + 2;
  auto cents = number.mantissa;
  constexpr std::uint64_t kMax = 999'999'999'999'999'999;  // What decimal(18,2) holds.
  for (; shift > 0 && cents != 0; --shift) {
    if (cents > kMax / 10) return std::nullopt;
    cents *= 10;
  }
  std::uint64_t last = 0;
  for (; shift < 0; ++shift) {
    last = cents % 10;
    cents /= 10;
    if (cents == 0 && last == 0) break;
  }
  if (shift == 0 && last >= 5) ++cents;
  if (cents > kMax) return std::nullopt;
  const auto value = static_cast<std::int64_t>(cents);
  return number.negative ? -value : value;
}

}  // namespace holdfast::tables
