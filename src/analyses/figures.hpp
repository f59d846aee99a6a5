#pragma once

#include <optional>
#include <string>

#include "analyses/analysis.hpp"

/// Numbers inside sentences of findings; both languages write them alike.
namespace holdfast::analyses {

/// "12.3 %".
std::string percent(double share);
/// "1,234".
std::string whole(double number);
/// "12.3": so many decimals.
std::string decimal(double number, int decimals = 1);
/// "< 0.001" or "0.013".
std::string p_value(double p);

/// A cell of a table; a dash where there is no number.
Cell cell_of(const std::optional<double>& number);

}  // namespace holdfast::analyses
