#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "core/day.hpp"
#include "core/text.hpp"
#include "explanation/value_words.hpp"

namespace holdfast::explanation {
namespace {

struct Unit {
  std::string_view name;      // As lineage says it.
  std::string_view singular, en, zh;
};
constexpr std::array kUnits{
    Unit{"day", "day", "days", "天"},         Unit{"days", "day", "days", "天"},
    Unit{"month", "month", "months", "个月"}, Unit{"months", "month", "months", "个月"},
    Unit{"year", "year", "years", "年"},      Unit{"years", "year", "years", "年"},
    Unit{"hours", "hour", "hours", "小时"},   Unit{"minutes", "minute", "minutes", "分钟"},
    Unit{"times", "time", "times", "次"},     Unit{"km", "km", "km", "公里"},
};

// From here on days say less than years do.
constexpr double kManyDays = 1000;
constexpr double kDaysPerYear = 365.25;

bool is_currency(std::string_view unit) {
  return unit.size() == 3 && std::ranges::all_of(unit, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Money: cents only below a hundred, where they matter.
std::string amount_of(double value) {
  const double shown = std::abs(value) >= 100 ? std::round(value) : std::round(value * 100) / 100;
  if (shown == std::floor(shown)) return with_thousands(static_cast<std::int64_t>(shown));
  const auto whole = static_cast<std::int64_t>(std::trunc(shown));
  const auto cents = std::llround(std::abs(shown - std::trunc(shown)) * 100);
  return fmt::format("{}{}.{:02}", shown < 0 && whole == 0 ? "−" : "", with_thousands(whole), cents);
}

}  // namespace

std::string number_in_words(double value) {
  if (!std::isfinite(value)) return brief(value);
  if (std::abs(value) >= 1e15) return with_minus_signs(fmt::format("{:.3g}", value));
  if (value == std::floor(value) || std::abs(value) >= 1000) {
    return with_thousands(std::llround(value));
  }
  return with_minus_signs(brief(value, 3));
}

std::string plain_value(const features::FeatureInfo& feature, double value) {
  if (feature.unit == "date" && std::abs(value) < 1e6) {
    return to_string(Day{static_cast<std::int32_t>(value)});
  }
  // A year is no quantity: no thousands, no word after it.
  if (feature.unit == "calendar year" && std::abs(value) < 1e6) return fmt::format("{:.0f}", value);
  if (feature.unit == "share" && std::abs(value) < 1e12) return number_in_words(value * 100);
  if (is_currency(feature.unit) && std::abs(value) < 1e15) return amount_of(value);
  return number_in_words(value);
}

Text unit_in_words(const features::FeatureInfo& feature) {
  const auto& unit = feature.unit;
  if (unit.empty() || unit == "date" || unit == "calendar year") return {};
  if (unit == "%" || unit == "share") return {"%", "%"};
  if (unit == "CNY") return {"CNY", "元"};
  const auto known = std::ranges::find(kUnits, unit, &Unit::name);
  if (known == kUnits.end()) return {unit, unit};
  return {std::string(known->en), std::string(known->zh)};
}

Text value_in_words(const features::FeatureInfo& feature, double value) {
  if (feature.unit == "days" && std::isfinite(value) && std::abs(value) >= kManyDays) {
    const auto years = fmt::format("{:.1f}", value / kDaysPerYear);
    return {years + " years", years + "年"};
  }
  const auto number = plain_value(feature, value);
  const auto& unit = feature.unit;
  if (unit.empty() || unit == "date" || unit == "calendar year") return {number, number};
  if (unit == "%" || unit == "share") return {number + " %", number + "%"};
  if (unit == "CNY") return {"CNY " + number, number + "元"};
  if (is_currency(unit)) return {unit + " " + number, number + " " + unit};
  const auto known = std::ranges::find(kUnits, unit, &Unit::name);
  if (known == kUnits.end()) return {number + " " + unit, number + " " + unit};
  return {fmt::format("{} {}", number, value == 1 ? known->singular : known->en),
          number + std::string(known->zh)};
}

}  // namespace holdfast::explanation
