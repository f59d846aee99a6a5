#include "analyses/figures.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::analyses {

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string whole(double number) {
  return with_thousands(static_cast<std::int64_t>(std::llround(number)));
}
std::string decimal(double number, int decimals) { return fmt::format("{:.{}f}", number, decimals); }
std::string p_value(double p) { return p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p); }

Cell cell_of(const std::optional<double>& number) {
  if (number) return *number;
  return {};
}

}  // namespace holdfast::analyses
