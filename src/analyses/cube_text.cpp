#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "analyses/cube_query.hpp"
#include "analyses/errors.hpp"
#include "core/text.hpp"

// What a person types, read as a question.
namespace holdfast::analyses {
namespace {

Error bad(std::string_view text, std::string why) {
  return Error{errors::kBadQuestion, {{"what", std::string(text)}, {"why", std::move(why)}}};
}

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Months [first, first + count) of a year.
std::optional<CubePeriod> months_of(int year, int first, int count, std::string_view name) {
  const auto from = day_from_civil(year, first, 1);
  if (!from || first + count > 13) return std::nullopt;
  return CubePeriod{*from, add_months(*from, count), std::string(name)};
}

std::optional<CubePeriod> calendar_period(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  const auto year = whole_number(text.substr(0, 4));
  if (!year) return std::nullopt;
  if (text.size() == 4) return months_of(*year, 1, 12, text);
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const auto rest = text.substr(5);
  if (const auto month = whole_number(rest)) return months_of(*year, *month, 1, text);
  const auto part = whole_number(rest.substr(1));
  if (!part || *part < 1) return std::nullopt;
  if (rest[0] == 'Q' || rest[0] == 'q') return months_of(*year, 3 * *part - 2, 3, text);
  if (rest[0] == 'H' || rest[0] == 'h') return months_of(*year, 6 * *part - 5, 6, text);
  return std::nullopt;
}

}  // namespace

Result<CubeFilter> parse_cube_filter(std::string_view text) {
  using Is = CubeFilter::Is;
  constexpr std::array<std::pair<std::string_view, Is>, 6> kSigns{{{"!=", Is::NotOneOf},
                                                                    {"<=", Is::AtMost},
                                                                    {">=", Is::AtLeast},
                                                                    {"=", Is::OneOf},
                                                                    {"<", Is::Below},
                                                                    {">", Is::Above}}};
  const auto at = text.find_first_of("!<>=");
  if (at == std::string_view::npos || at == 0) {
    return bad(text, "write FEATURE=VALUE, FEATURE=A|B, FEATURE!=VALUE or FEATURE>=NUMBER (条件的写法)");
  }
  for (const auto& [sign, is] : kSigns) {
    if (!text.substr(at).starts_with(sign)) continue;
    const auto right = trimmed(text.substr(at + sign.size()));
    CubeFilter filter{.dimension = std::string(trimmed(text.substr(0, at))), .values = {}, .is = is};
    if (is == Is::OneOf || is == Is::NotOneOf) {
      for (const auto value : split(right, '|')) filter.values.emplace_back(trimmed(value));
      return filter;
    }
    const std::string number(right);
    char* end = nullptr;
    filter.limit = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0') return bad(text, "no number behind " + std::string(sign) + " (缺少数值)");
    return filter;
  }
  return bad(text, "= is missing (缺少 =)");
}

std::string text_of(const CubeFilter& filter) {
  using Is = CubeFilter::Is;
  switch (filter.is) {
    case Is::OneOf:
      return filter.dimension + " = " + join(filter.values, " | ");
    case Is::NotOneOf:
      return filter.dimension + " != " + join(filter.values, " | ");
    case Is::Below:
      return filter.dimension + " < " + brief(filter.limit);
    case Is::AtMost:
      return filter.dimension + " <= " + brief(filter.limit);
    case Is::Above:
      return filter.dimension + " > " + brief(filter.limit);
    case Is::AtLeast:
      return filter.dimension + " >= " + brief(filter.limit);
  }
  return filter.dimension;
}

Result<CubePeriod> parse_cube_period(std::string_view text) {
  if (const auto period = calendar_period(text)) return *period;
  const auto dots = text.find("..");
  if (dots != std::string_view::npos) {
    const auto from = parse_iso_day(text.substr(0, dots)), to = parse_iso_day(text.substr(dots + 2));
    if (from && to && *from <= *to) return CubePeriod{*from, *to + 1, std::string(text)};
  }
  return bad(text, "write a period as 2017, 2017-H1, 2017-Q3, 2017-04 or 2017-01-01..2017-06-30 (期间的写法)");
}

CubePeriod year_before(const CubePeriod& period) {
  return {add_months(period.from, -12), add_months(period.until, -12), {}};
}

CubePeriod right_before(const CubePeriod& period) {
  // Whole months stay whole: the quarter before a quarter.
  const auto from = civil_of(period.from), until = civil_of(period.until);
  if (from.day == 1 && until.day == 1) {
    const int months = (until.year - from.year) * 12 + until.month - from.month;
    return {add_months(period.from, -months), period.from, {}};
  }
  return {period.from - (period.until - period.from), period.from, {}};
}

}  // namespace holdfast::analyses
