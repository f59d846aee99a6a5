#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/language.hpp"

namespace holdfast::analyses {

/// What people call a category and its values.
struct CategoryWords {
  Text label;
  std::vector<Text> levels;  // [categories]
};

/// A label may say what the codes of a column mean: "area (0 rural, 1 urban)" is the area, with the
/// levels "rural" and "urban". A category it does not list is called by its own name, and so are all
/// where it lists fewer than two.
CategoryWords category_words(const Text& label, std::span<const std::string> categories);

}  // namespace holdfast::analyses
