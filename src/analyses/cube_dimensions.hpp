#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/language.hpp"
#include "features/matrix.hpp"

namespace holdfast::analyses::cubes {

/// A column as categories by number: numbers in four bands, those of unit "share" in percent, rare
/// categories joined, missing a category of its own.
struct Coded {
  std::vector<std::uint32_t> codes;  // [rows asked for]
  std::vector<Text> categories;
};

Coded coded(const features::FeatureColumn& column, std::span<const std::uint32_t> rows,
            std::string_view unit = {}, std::size_t categories_max = 12);

/// Calls the categories by the words that the label has for their codes: "channel (0 agent, 1 broker)"
/// gives "channel" with "agent" and "broker". Gives the label without them.
Text use_words(const Text& label, Coded& coded);

/// Calls 1 and 0 of a column of truth values "yes" and "no".
void say_yes_no(Coded& coded);

/// Whether a person means this category: typed with a hyphen or a minus sign.
bool is_meant(const Text& category, std::string_view typed);

/// Cramér's V of codes and a yes (1) or no (0), corrected so that many categories are no advantage.
double cramers_v(std::span<const std::uint32_t> codes, std::size_t categories,
                 std::span<const std::uint8_t> yes);

}  // namespace holdfast::analyses::cubes
