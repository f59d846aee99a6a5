#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace holdfast {
namespace {

// White space that data carry beside the ASCII kind.
constexpr std::array<std::string_view, 4> kWideSpaces = {"\u3000", "\u00a0", "\ufeff", "\u200b"};

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  const auto* text = bytes.data();
  const auto length = static_cast<std::int64_t>(bytes.size());
  for (std::int64_t i = 0; i < length;) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    UChar32 character = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // Inside ICU's macro.
    U8_NEXT(text, i, length, character);
#pragma GCC diagnostic pop
    if (character < 0) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
    for (const auto space : kWideSpaces) {
      if (text.starts_with(space)) text.remove_prefix(space.size()), again = true;
      if (text.ends_with(space)) text.remove_suffix(space.size()), again = true;
    }
  }
  return text;
}

std::string normalised_key(std::string_view key) {
  key = trimmed(key);
  if (is_plain_ascii(key)) return std::string(key);  // Already NFKC, and most keys are.
  UErrorCode failure = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCInstance(failure);
  if (U_FAILURE(failure)) return std::string(key);
  const auto normal = nfkc->normalize(
      icu::UnicodeString::fromUTF8({key.data(), static_cast<std::int32_t>(key.size())}), failure);
  if (U_FAILURE(failure)) return std::string(key);
  std::string out;
  normal.toUTF8String(out);
  return std::string(trimmed(out));
}

std::string lower(std::string_view text) {
  std::string out;
  if (is_plain_ascii(text)) {
    out = text;
    for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())})
      .toLower(icu::Locale::getRoot())
      .toUTF8String(out);
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const auto& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view text, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, text.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(lower(text), lower(candidate));
    if (distance < best_distance) best_distance = distance, best = candidate;
  }
  return best;
}

std::string with_thousands(std::int64_t number) {
  auto digits = fmt::format("{}", number < 0 ? -number : number);
  for (auto at = static_cast<std::int64_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return number < 0 ? "−" + digits : digits;
}

std::string with_minus_signs(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = i == 0 || text[i - 1] == ' ';
    const bool is_number = i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    if (text[i] == '-' && starts && is_number) {
      out += "−";
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string brief(double number, int digits) {
  if (!std::isfinite(number)) return number > 0 ? "∞" : number < 0 ? "-∞" : "?";
  if (number == std::floor(number) && std::abs(number) < 1e15) {
    return fmt::format("{:.0f}", number == 0 ? 0.0 : number);
  }
  if (std::abs(number) >= std::pow(10.0, digits)) return fmt::format("{:.0f}", number);
  return fmt::format("{:.{}g}", number, digits);
}

bool matches_pattern(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0;
  std::size_t star = std::string_view::npos, after = 0;  // Where to go on when a guess fails.
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p, ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++after;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace holdfast
