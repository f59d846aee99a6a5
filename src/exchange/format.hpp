#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/day.hpp"
#include "core/language.hpp"

/// How numbers and texts are written in the report and the watch list.
namespace holdfast::exchange {

/// Well-formed UTF-8 without control characters, whatever the data holds.
std::string printable(std::string_view text);
/// printable(), safe between tags and inside quoted attributes of HTML and SVG.
std::string escaped(std::string_view text);
Text escaped(const Text& text);

/// 0.1234 → "12.3%". Not finite: "–".
std::string percent(double share, int decimals = 1);
std::string fixed(double number, int decimals);
/// False for the day that stands for none: data without any time are scored as of their extract.
bool is_dated(Day day);
/// "2024-03-31"; "the extract" / "数据提取日" where there is no day.
Text day_in_words(Day day);
std::string count(std::int64_t number);
/// A plain number for axes and tables: "1,250", "0.25", "3.1e+07".
std::string number(double value);
/// "€1,234": whole units; below 100 with cents.
std::string money(std::int64_t cents, std::string_view currency);
std::string money(double amount, std::string_view currency);
/// "€1.28M" / "€128万".
Text money_brief(std::int64_t cents, std::string_view currency);
/// "€", "¥"; the code and a space where there is no sign.
std::string currency_sign(std::string_view currency);
/// "0.7812 (0.7701 – 0.7923)".
std::string with_interval(double estimate, double lower, double upper, int decimals = 3);

/// Chinese as it is typeset: "表 保单(合同,14 列): 15.4 %" → "表 保单（合同，14 列）：15.4%". Terminals get the
/// narrow signs, which line up there. Numbers and runs of Latin letters stay as they are.
std::string typeset_chinese(std::string_view text);

/// Cuts to a width in columns (CJK characters take two), with an ellipsis.
std::string shortened(std::string_view text, int columns);
/// Width in columns.
int display_width(std::string_view text);
/// Two lines, the second cut: broken at a blank where there is one.
std::pair<std::string, std::string> in_two_lines(const std::string& text, int columns);

}  // namespace holdfast::exchange
