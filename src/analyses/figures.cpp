#include "analyses/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

// What rounds to nothing has no sign.
std::string rounded(double number, int decimals, std::string_view plus) {
  auto text = fmt::format("{:.{}f}", std::abs(number), decimals);
  if (text.find_first_not_of("0.") == std::string::npos) return text;
  return (number < 0 ? "−" : std::string(plus)) + text;
}

}  // namespace

std::string percent(double share, int decimals) { return rounded(100 * share, decimals, "") + "%"; }
std::string with_sign(double number, int decimals) { return rounded(number, decimals, "+"); }
std::string whole(double number) { return with_thousands(std::llround(number)); }
std::string decimal(double number, int decimals) { return rounded(number, decimals, ""); }
std::string p_value(double p) { return p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p); }

std::string in_money(double amount, std::string_view currency) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSigns{
      {{"CNY", "¥"}, {"JPY", "¥"}, {"EUR", "€"}, {"USD", "$"}, {"GBP", "£"}}};
  const auto found =
      std::ranges::find(kSigns, currency, [](const auto& pair) { return pair.first; });
  const auto sign = found != kSigns.end() ? std::string(found->second)
                    : currency.empty()    ? std::string()
                                          : std::string(currency) + " ";
  const double size = std::abs(amount);
  constexpr double kSmall = 100;
  const auto digits = size < kSmall && std::abs(size - std::round(size)) > 0.005
                          ? fmt::format("{:.2f}", size)
                          : with_thousands(std::llround(size));
  return (amount < 0 ? "−" : "") + sign + digits;
}

Text joined(const std::vector<Text>& sentences) {
  Text all;
  for (const auto& one : sentences) {
    all.en += (all.en.empty() ? "" : " ") + one.en;
    all.zh += one.zh;
  }
  return all;
}

Cell cell_of(const std::optional<double>& number) {
  if (number) return *number;
  return {};
}

}  // namespace holdfast::analyses
