#include "exchange/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

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

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    const auto length = std::max<std::size_t>(1, character_length(text));
    characters.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return characters;
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

std::string typeset_chinese(std::string_view text) {
  const auto characters = characters_of(text);
  const auto is_chinese = [&](std::size_t at) {
    return at < characters.size() &&
           (is_wide(characters[at]) || characters[at] == "“" || characters[at] == "”");
  };
  // A pair of brackets is wide where Chinese touches either of the two.
  std::vector<bool> is_wide_bracket(characters.size(), false);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (characters[i] == "(") open.push_back(i);
    if (characters[i] != ")" || open.empty()) continue;
    const auto from = open.back();
    open.pop_back();
    const bool is_touched = (from > 0 && is_chinese(from - 1)) || is_chinese(from + 1) ||
                            is_chinese(i - 1) || is_chinese(i + 1);
    is_wide_bracket[from] = is_wide_bracket[i] = is_touched;
  }
  std::string out;
  bool was_chinese = false;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const auto character = characters[i];
    const auto mark = std::string_view(",;:").find(character);
    const bool is_mark = character.size() == 1 && mark != std::string_view::npos;
    const bool next_is_chinese = is_chinese(i + 1);
    if (is_wide_bracket[i]) {
      out += character == "(" ? "（" : "）";
      was_chinese = true;
    } else if (is_mark && (was_chinese || next_is_chinese)) {
      constexpr std::array<std::string_view, 3> kWide{"，", "；", "："};
      out += kWide[mark];
      // The wide sign brings its own room.
      if (i + 1 < characters.size() && characters[i + 1] == " ") ++i;
      was_chinese = true;
    } else if (character == " " && i > 0 && i + 1 < characters.size() && characters[i + 1] == "%") {
      was_chinese = false;
    } else {
      out += character;
      was_chinese = is_chinese(i);
    }
  }
  return out;
}

std::string count(std::int64_t value) { return with_thousands(value); }

std::string number(double value) {
  if (!std::isfinite(value)) return std::string(kNothing);
  if (std::abs(value) >= 1e12) return with_minus_signs(fmt::format("{:.2g}", value));
  if (std::abs(value) >= 1000) return with_thousands(std::llround(value));
  return with_minus_signs(brief(value, 3));
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
  // What is shown without cents is rounded once: 275.498 is 275, not 275.50 and then 276.
  if (std::abs(amount) >= 100) return money(100 * static_cast<std::int64_t>(std::llround(amount)), currency);
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

std::pair<std::string, std::string> in_two_lines(const std::string& text, int columns) {
  if (display_width(text) <= columns) return {text, {}};
  auto first = shortened(text, columns + 1);
  first.resize(first.size() - std::string_view("…").size());
  const auto blank = first.rfind(' ');
  if (blank != std::string::npos && blank > 0) first.resize(blank);
  auto rest = text.substr(first.size());
  rest.erase(0, rest.find_first_not_of(' '));
  // Chinese typesetting: what closes never stands at the start of a line.
  for (bool has_moved = true; has_moved;) {
    has_moved = false;
    for (const std::string_view closing : {"”", "’", "」", "）", "》", "，", "。", "、", "；", "："}) {
      if (!rest.starts_with(closing)) continue;
      first += closing;
      rest.erase(0, closing.size());
      has_moved = true;
    }
  }
  return {first, shortened(rest, columns)};
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
