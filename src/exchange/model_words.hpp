#pragma once

#include <map>
#include <string>

#include "core/language.hpp"

/// What fitted models say of themselves, in a person's words: their tables and notes name figures
/// and columns by id.
namespace holdfast::exchange {

/// "aic" → "AIC". The id itself where it has no other name.
Text measure_name(const std::string& id);

/// The text with every column id of `names` in it replaced: "policies_Premium is missing" → "premium
/// is missing" / "保费缺失". `names` maps ids, which hold an underscore, to labels.
Text in_labels(const Text& text, const std::map<std::string, Text>& names);

}  // namespace holdfast::exchange
