#include "tables/cells.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#include "core/text.hpp"

namespace holdfast::tables {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits with thousands separators in the right places ("1,234,567") into `out` without them; 0: no.
std::size_t without_thousands(std::string_view text, char thousands, char decimal, char* out,
                              std::size_t size) {
  std::size_t length = 0;
  std::size_t since = 0;
  bool grouped = false;
  bool fraction = false;
  for (const char c : text) {
    if (length == size) return 0;
    if (c == thousands && !fraction) {
      if (grouped ? since != 3 : since == 0 || since > 3) return 0;
      grouped = true;
      since = 0;
      continue;
    }
    if (c == decimal) {
      if (grouped && since != 3) return 0;
      fraction = true;
    }
    since += is_digit(c) ? 1 : 0;
    out[length++] = c;
  }
  if (grouped && !fraction && since != 3) return 0;
  return length;
}

/// The number of `count` digits at `at`; -1 where they are not.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// Plain decimals of up to 15 digits: exact by one division of two exact numbers.
bool parse_short_decimal(std::string_view text, double& value) {
  std::size_t at = 0;
  const bool negative = text.size() > 1 && text[0] == '-';
  if (negative) ++at;
  if (at == text.size() || text.size() - at > 16) return false;
  std::uint64_t mantissa = 0;
  int seen = 0;
  int decimals = -1;
  for (; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      mantissa = mantissa * 10 + static_cast<std::uint64_t>(text[at] - '0');
      ++seen;
      if (decimals >= 0) ++decimals;
    } else if (text[at] == '.' && decimals < 0) {
      decimals = 0;
    } else {
      return false;
    }
  }
  if (seen == 0 || seen > 15) return false;
  value = static_cast<double>(mantissa) / kPowers[decimals > 0 ? decimals : 0];
  if (negative) value = -value;
  return true;
}

std::optional<double> plain_real(std::string_view text) {
  double value = 0;
  if (parse_short_decimal(text, value)) return value;
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty() || !(is_digit(text[0]) || text[0] == '.' || text[0] == '-')) return std::nullopt;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

/// Without a currency sign before or after: "¥1,200", "1200元", "€ 3".
std::string_view without_currency(std::string_view text) {
  for (const std::string_view sign : {"¥", "¥", "$", "€", "£", "CNY", "RMB"}) {
    if (text.starts_with(sign)) return trimmed(text.substr(sign.size()));
    if (text.ends_with(sign)) return trimmed(text.substr(0, text.size() - sign.size()));
  }
  if (text.ends_with("元")) return trimmed(text.substr(0, text.size() - std::strlen("元")));
  return text;
}

struct Canonical {
  char text[64];
  std::size_t size = 0;
  std::string_view view() const { return {text, size}; }
};

/// With '.' for the decimal mark and no thousands; false where it is no such number.
bool canonical(std::string_view text, const ColumnFormat& format, Canonical& out) {
  if (text.size() > sizeof out.text) return false;
  const bool negative = !text.empty() && (text[0] == '-' || text[0] == '+');
  const std::size_t sign = negative ? 1 : 0;
  if (negative) out.text[0] = text[0];
  if (format.thousands != '\0') {
    out.size = without_thousands(text.substr(sign), format.thousands, format.decimal,
                                 out.text + sign, sizeof out.text - sign);
    if (out.size == 0) return false;
    out.size += sign;
  } else {
    std::memcpy(out.text, text.data(), text.size());
    out.size = text.size();
  }
  if (format.decimal != '.') {
    for (std::size_t i = 0; i < out.size; ++i) {
      if (out.text[i] == '.') return false;
      if (out.text[i] == format.decimal) out.text[i] = '.';
    }
  }
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text, char thousands) {
  char buffer[32];
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (thousands != '\0' && text.find(thousands) != std::string_view::npos) {
    const bool negative = text[0] == '-';
    const std::size_t sign = negative ? 1 : 0;
    buffer[0] = '-';
    const auto size =
        without_thousands(text.substr(sign), thousands, '\0', buffer + sign, sizeof buffer - sign);
    if (size == 0) return std::nullopt;
    text = {buffer, size + sign};
  }
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_real(std::string_view text, const ColumnFormat& format) {
  bool is_percent = false;
  if (format.is_percent && text.ends_with('%')) {
    text = trimmed(text.substr(0, text.size() - 1));
    is_percent = true;
  }
  std::optional<double> value;
  if (format.decimal == '.' && format.thousands == '\0') {
    value = plain_real(text);
  } else {
    Canonical plain;
    if (!canonical(text, format, plain)) return std::nullopt;
    value = plain_real(plain.view());
  }
  if (value && is_percent) *value /= 100;
  return value;
}

std::optional<std::int64_t> parse_money(std::string_view text, const ColumnFormat& format) {
  Canonical plain;
  if (!canonical(without_currency(text), format, plain)) return std::nullopt;
  auto number = plain.view();
  const bool negative = number.starts_with('-');
  if (negative || number.starts_with('+')) number.remove_prefix(1);
  const auto point = number.find('.');
  const auto whole = number.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view{} : number.substr(point + 1);
  std::int64_t cents = 0;
  if (whole.size() > 15 || (whole.empty() && fraction.empty())) return std::nullopt;
  for (const char c : whole) {
    if (!is_digit(c)) {
      // "1.2E3": rare, and exact enough as a double.
      const auto value = plain_real(plain.view());
      if (!value || std::abs(*value) > 9e15) return std::nullopt;
      return std::llround(*value * 100);
    }
    cents = cents * 10 + (c - '0');
  }
  cents *= 100;
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    if (!is_digit(fraction[i])) return std::nullopt;
    if (i == 0) cents += (fraction[i] - '0') * 10;
    if (i == 1) cents += fraction[i] - '0';
    if (i == 2 && fraction[i] >= '5') cents += 1;  // Half away from zero.
  }
  return negative ? -cents : cents;
}

std::optional<bool> parse_boolean(std::string_view text) {
  const auto is = [&](std::string_view word) {
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
      if (c != word[i]) return false;
    }
    return true;
  };
  for (const auto* word : {"true", "yes", "是", "t", "y"}) {
    if (is(word)) return true;
  }
  for (const auto* word : {"false", "no", "否", "f", "n"}) {
    if (is(word)) return false;
  }
  return std::nullopt;
}

DateFormat::DateFormat(std::string_view pattern) {
  if (pattern == "excel") {
    is_excel_ = true;
    return;
  }
  if (pattern == "iso") pattern = "yyyy-MM-ddTHH:mm:ssX";
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (std::strchr("yMdHmsSX", c) != nullptr) {
      int width = 0;
      for (; i < pattern.size() && pattern[i] == c; ++i) ++width;
      steps_.push_back({c, width, {}});
    } else {
      if (steps_.empty() || steps_.back().field != 0) steps_.push_back({0, 0, {}});
      steps_.back().text += c;
      ++i;
    }
  }
}

DateFormat::Failure DateFormat::parse(std::string_view text, Parsed& parsed) const {
  std::size_t at = 0;
  for (const auto& step : steps_) {
    if (step.field == 0) {
      if (text.substr(at, step.text.size()) != step.text) return Failure::NotADate;
      at += step.text.size();
      continue;
    }
    if (step.field == 'X') {
      if (at == text.size()) continue;
      if (text[at] == 'Z') {
        parsed.offset_minutes = 0;
        ++at;
        continue;
      }
      const bool west = text[at] == '-';
      if (!west && text[at] != '+') return Failure::NotADate;
      const int hours = digits(text, at + 1, 2);
      const bool colon = at + 3 < text.size() && text[at + 3] == ':';
      const std::size_t minutes_at = at + 3 + (colon ? 1 : 0);
      const int minutes = minutes_at < text.size() ? digits(text, minutes_at, 2) : 0;
      if (hours < 0 || minutes < 0) return Failure::NotADate;
      parsed.offset_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
      at = minutes_at < text.size() ? minutes_at + 2 : at + 3;
      continue;
    }
    // One letter: one or two digits. More: exactly so many.
    std::size_t count = static_cast<std::size_t>(step.width);
    if (step.width == 1) count = at + 1 < text.size() && is_digit(text[at + 1]) ? 2 : 1;
    const int value = digits(text, at, count);
    if (value < 0) return Failure::NotADate;
    at += count;
    switch (step.field) {
      case 'y': parsed.year = step.width == 2 ? (value < 70 ? 2000 + value : 1900 + value) : value; break;
      case 'M': parsed.month = value; break;
      case 'd': parsed.day = value; break;
      case 'H': parsed.hour = value; break;
      case 'm': parsed.minute = value; break;
      case 's': {
        parsed.micros = static_cast<std::int64_t>(value) * 1'000'000;
        if (at < text.size() && text[at] == '.') {
          std::int64_t unit = 100'000;
          for (++at; at < text.size() && is_digit(text[at]); ++at, unit /= 10) {
            parsed.micros += (text[at] - '0') * unit;
          }
        }
        break;
      }
      default: return Failure::NotADate;
    }
  }
  if (at != text.size()) return Failure::NotADate;
  if (!day_from_civil(parsed.year, parsed.month, parsed.day)) return Failure::NoSuchDay;
  if (parsed.hour > 23 || parsed.minute > 59 || parsed.micros >= 61'000'000) return Failure::NoSuchDay;
  return Failure::None;
}

const std::vector<std::string>& usual_date_formats() {
  static const std::vector<std::string> formats = [] {
    const std::vector<std::string> days = {"yyyy-MM-dd", "yyyy-M-d", "yyyy/M/d",    "d/M/yyyy",
                                           "M/d/yyyy",   "d.M.yyyy", "d-M-yyyy",    "yyyy.M.d",
                                           "yyyy年M月d日", "yyyyMMdd", "d/M/yy", "M/d/yy"};
    std::vector<std::string> all = days;
    for (const auto& day : days) {
      for (const auto* time : {" HH:mm:ss", " H:mm:ss", " H:mm"}) all.push_back(day + time);
    }
    all.push_back("iso");
    return all;
  }();
  return formats;
}

}  // namespace holdfast::tables
