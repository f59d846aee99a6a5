#include "exchange/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::string_view kNothing = "–";
constexpr std::string_view kReplacement = "\uFFFD";

/// Length of the well-formed character at the front; 0 where it is not one.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) length = 2;
  if (lead >= 0xE0 && lead < 0xF0) length = 3;
  if (lead >= 0xF0 && lead < 0xF5) length = 4;
  return length > 0 && text.size() >= length && is_utf8(text.substr(0, length)) ? length : 0;
}

bool is_wide(std::string_view character) {
  if (character.size() < 3) return false;
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 4) return true;
  // U+2E80 and up: CJK, kana, Hangul, full-width forms.
  return lead > 0xE2 || (lead == 0xE2 && static_cast<unsigned char>(character[1]) >= 0xBA);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    const auto lead = static_cast<unsigned char>(text.front());
    if (length > 1 || (lead >= 0x20 && lead != 0x7F)) {
      out += text.substr(0, length);
    } else {
      out += ' ';
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

Text escaped(const Text& text) { return {escaped(text.en), escaped(text.zh)}; }

std::string percent(double share, int decimals) {
  if (!std::isfinite(share)) return std::string(kNothing);
  return fixed(share * 100, decimals) + "%";
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(kNothing);
  auto text = fmt::format("{:.{}f}", value, decimals);
  // "-0.00" is 0.
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  if (text.front() == '-') text.replace(0, 1, "−");
  return text;
}

bool is_dated(Day day) {
  // Without time the data end on day 0, and are scored the day after.
  return day.number != 0 && day.number != 1;
}

Text day_in_words(Day day) {
  if (!is_dated(day)) return {"the extract", "数据提取日"};
  return {to_string(day), to_string(day)};
}

std::string count(std::int64_t value) { return with_thousands(value); }

std::string number(double value) {
  if (!std::isfinite(value)) return std::string(kNothing);
  if (std::abs(value) >= 1e12) return fmt::format("{:.2g}", value);
  if (std::abs(value) >= 1000) return with_thousands(std::llround(value));
  auto text = brief(value, 3);
  if (text.front() == '-') text.replace(0, 1, "−");
  return text;
}

std::string currency_sign(std::string_view currency) {
  struct Sign {
    std::string_view code, sign;
  };
  constexpr std::array kSigns{Sign{"CNY", "¥"}, Sign{"JPY", "¥"}, Sign{"EUR", "€"},
                              Sign{"USD", "$"}, Sign{"GBP", "£"}};
  const auto found = std::ranges::find(kSigns, currency, &Sign::code);
  if (found != kSigns.end()) return std::string(found->sign);
  return currency.empty() ? std::string() : escaped(currency) + " ";
}

std::string money(std::int64_t cents, std::string_view currency) {
  const auto sign = cents < 0 ? "−" : "";
  const std::int64_t size = cents < 0 ? -cents : cents;
  if (size >= 10'000 || size % 100 == 0) {
    return sign + currency_sign(currency) + with_thousands((size + 50) / 100);
  }
  return fmt::format("{}{}{}.{:02}", sign, currency_sign(currency), size / 100, size % 100);
}

std::string money(double amount, std::string_view currency) {
  if (!std::isfinite(amount) || std::abs(amount) > 1e15) return std::string(kNothing);
  return money(static_cast<std::int64_t>(std::llround(amount * 100)), currency);
}

Text money_brief(std::int64_t cents, std::string_view currency) {
  const double amount = static_cast<double>(cents) / 100;
  const auto sign = currency_sign(currency);
  const double size = std::abs(amount);
  const auto plain = money(cents, currency);
  Text text{plain, plain};
  if (size >= 1e9) {
    text.en = fmt::format("{}{:.2f}B", sign, amount / 1e9);
  } else if (size >= 1e6) {
    text.en = fmt::format("{}{:.2f}M", sign, amount / 1e6);
  }
  if (size >= 1e8) {
    text.zh = fmt::format("{}{:.2f}亿", sign, amount / 1e8);
  } else if (size >= 1e5) {
    text.zh = fmt::format("{}{:.1f}万", sign, amount / 1e4);
  }
  return text;
}

std::string with_interval(double estimate, double lower, double upper, int decimals) {
  return fmt::format("{} ({} – {})", fixed(estimate, decimals), fixed(lower, decimals),
                     fixed(upper, decimals));
}

int display_width(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const auto length = std::max<std::size_t>(1, character_length(text));
    columns += is_wide(text.substr(0, length)) ? 2 : 1;
    text.remove_prefix(length);
  }
  return columns;
}

std::string shortened(std::string_view text, int columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string out;
  int used = 1;  // The ellipsis.
  while (!text.empty()) {
    const auto length = std::max<std::size_t>(1, character_length(text));
    used += is_wide(text.substr(0, length)) ? 2 : 1;
    if (used > columns) break;
    out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return out + "…";
}

}  // namespace holdfast::exchange
