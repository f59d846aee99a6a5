#include "analyses/category_words.hpp"

#include <optional>
#include <string_view>

#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

struct Parts {
  std::string label;
  std::vector<std::string> levels;
};

void replace_all(std::string& text, std::string_view what, char by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    text.replace(at, what.size(), 1, by);
  }
}

/// What a piece of the list says of one category: "1 urban", "1=urban", "1:urban".
std::optional<std::string> meaning(std::string_view piece, std::string_view category) {
  if (!piece.starts_with(category)) return {};
  const auto rest = piece.substr(category.size());
  if (rest.empty() || std::string_view(" =:").find(rest.front()) == std::string_view::npos) return {};
  const auto words = trimmed(rest.substr(1));
  if (words.empty()) return {};
  return std::string(words);
}

std::optional<Parts> parted(std::string text, std::span<const std::string> categories) {
  replace_all(text, "（", '(');
  replace_all(text, "）", ')');
  for (const auto* comma : {"，", "、", "；", ";"}) replace_all(text, comma, ',');
  replace_all(text, "：", ':');
  const auto open = text.rfind('(');
  if (open == std::string::npos || open == 0 || text.back() != ')') return {};
  const std::string_view list = std::string_view(text).substr(open + 1, text.size() - open - 2);
  const auto pieces = split(list, ',');
  Parts parts{.label = std::string(trimmed(std::string_view(text).substr(0, open)))};
  std::size_t named = 0;
  for (const auto& category : categories) {
    std::optional<std::string> found;
    for (const auto piece : pieces) {
      if (!found) found = meaning(trimmed(piece), category);
    }
    named += found.has_value();
    parts.levels.push_back(found ? std::move(*found) : category);
  }
  // Else it is no list of codes.
  if (named < 2) return {};
  return parts;
}

}  // namespace

CategoryWords category_words(const Text& label, std::span<const std::string> categories) {
  CategoryWords words{.label = label};
  const auto en = categories.empty() ? std::nullopt : parted(label.en, categories);
  const auto zh = categories.empty() ? std::nullopt : parted(label.zh, categories);
  if (en) words.label.en = en->label;
  if (zh) words.label.zh = zh->label;
  for (std::size_t c = 0; c < categories.size(); ++c) {
    words.levels.push_back({en ? en->levels[c] : categories[c], zh ? zh->levels[c] : categories[c]});
  }
  return words;
}

}  // namespace holdfast::analyses
