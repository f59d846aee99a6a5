#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"
#include "exchange/analysis_files.hpp"
#include "exchange/format.hpp"

namespace holdfast::exchange {

std::string written(double value, analyses::Format format, const std::string& currency) {
  if (!std::isfinite(value)) return "–";
  constexpr double kSmallest = 0.001;
  switch (format) {
    case analyses::Format::Number: return number(value);
    case analyses::Format::Count: return count(std::llround(value));
    case analyses::Format::Share: return with_minus_signs(percent(value));
    case analyses::Format::Money: return with_minus_signs(money(value, currency));
    case analyses::Format::Days: return with_minus_signs(fixed(value, std::abs(value) < 100 ? 1 : 0));
    case analyses::Format::Factor: return fixed(value, 2) + "×";
    case analyses::Format::PValue: return value < kSmallest ? "<0.001" : fixed(value, 3);
  }
  return {};
}

}  // namespace holdfast::exchange
