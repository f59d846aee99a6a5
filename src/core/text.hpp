#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// True where every byte sequence is well-formed UTF-8.
bool is_utf8(std::string_view bytes);
/// NFKC, trimmed of white space (also full-width and no-break); leading zeros stay. How keys are
/// compared and hashed.
std::string normalised_key(std::string_view key);
/// Without leading and trailing white space, including U+3000 and U+00A0.
std::string_view trimmed(std::string_view text);
/// Lower case by Unicode rules.
std::string lower(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// Edit distance, for "did you mean …".
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `text`, empty where none is near enough to suggest.
std::string nearest(std::string_view text, const std::vector<std::string>& candidates);

/// "105,555", "−1,234": for people, with a minus sign and not a hyphen.
std::string with_thousands(std::int64_t number);
/// "-0.1 – -0.05" → "−0.1 – −0.05": the sign of numbers, not the hyphen of words.
std::string with_minus_signs(std::string_view text);
/// A number as a person writes it: up to `digits` significant digits, no trailing zeros.
std::string brief(double number, int digits = 4);

/// Whether a name is as a pattern says, * standing for any text.
bool matches_pattern(std::string_view pattern, std::string_view name);

}  // namespace holdfast
