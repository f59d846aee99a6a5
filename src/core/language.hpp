#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// The languages everything a person reads is made in.
enum class Language { En, Zh };

/// One sentence in both languages. Made where the facts are known, chosen at the border.
struct Text {
  std::string en;
  std::string zh;

  const std::string& in(Language language) const { return language == Language::Zh ? zh : en; }
  bool operator==(const Text&) const = default;
};

/// "en" or "zh".
inline std::string_view name_of(Language language) {
  return language == Language::Zh ? "zh" : "en";
}

}  // namespace holdfast
