#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/language.hpp"

/// Numbers inside the sentences of findings, in the units people read.
namespace holdfast::analyses {

/// 1,234
std::string counted(double value);
/// £1,234; two decimals below 100.
std::string in_money(double amount, std::string_view currency);
/// 12.3%
std::string in_percent(double share, int decimals = 1);
/// Sentences one after another: English with blanks between, Chinese without.
Text joined(const std::vector<Text>& sentences);

}  // namespace holdfast::analyses
