#pragma once

#include <string_view>

namespace holdfast::exchange {

/// The report's style sheet: colour tokens for light, dark and print, layout, tables, charts, and
/// the language switch.
std::string_view style_sheet();

}  // namespace holdfast::exchange
