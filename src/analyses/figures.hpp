#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/analysis.hpp"

/// Numbers inside the sentences of findings, in the units people read; both languages write them alike.
namespace holdfast::analyses {

/// "12.3%": so many decimals.
std::string percent(double share, int decimals = 1);
/// "+5.4", "−5.4", "0.0".
std::string with_sign(double number, int decimals = 1);
/// "1,234".
std::string whole(double number);
/// "12.3": so many decimals.
std::string decimal(double number, int decimals = 1);
/// "< 0.001" or "0.013".
std::string p_value(double p);
/// "£1,234"; two decimals below 100.
std::string in_money(double amount, std::string_view currency);
/// Sentences one after another: English with blanks between, Chinese without.
Text joined(const std::vector<Text>& sentences);

/// A cell of a table; a dash where there is no number.
Cell cell_of(const std::optional<double>& number);

}  // namespace holdfast::analyses
