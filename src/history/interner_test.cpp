#include "history/interner.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "core/hash.hpp"
#include "core/random.hpp"

namespace holdfast::history {
namespace {

TEST(Interners, NumberTextsOfAnyLengthInTheOrderTheyAreMet) {
  // Around the length up to which a text stands within its entry, and many, so that it grows.
  Random random(5);
  Interner interner;
  std::map<std::string, std::uint32_t> numbers;
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random.below(45), 'x');
    for (auto& c : text) c = static_cast<char>(random.below(256));
    if (i % 3 == 0 && !texts.empty()) text = texts[random.below(texts.size())];
    const auto [known, is_new] = numbers.emplace(text, static_cast<std::uint32_t>(texts.size()));
    if (is_new) texts.push_back(text);
    interner.prefetch_slot(hash64(text));
    interner.prefetch_entry(hash64(text));
    interner.prefetch_text(hash64(text));
    ASSERT_EQ(interner.find(text, hash64(text)).has_value(), !is_new);
    ASSERT_EQ(interner.intern(text, hash64(text)), known->second);
  }
  ASSERT_EQ(interner.size(), texts.size());
  for (std::uint32_t id = 0; id < interner.size(); ++id) {
    ASSERT_EQ(interner.text(id), texts[id]);
    ASSERT_EQ(interner.hash(id), hash64(texts[id]));
    ASSERT_EQ(interner.find(texts[id], hash64(texts[id])), id);
  }
}

TEST(Interners, TellTextsOfTheSameHashApart) {
  Interner interner;
  const std::string long_text(100, 'l');
  const std::vector<std::string> texts = {"a", "b", "", long_text, long_text + "l"};
  for (std::uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ(interner.intern(texts[i], 7), i);
  for (std::uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ(interner.find(texts[i], 7), i);
  EXPECT_FALSE(interner.find("c", 7).has_value());
}

}  // namespace
}  // namespace holdfast::history
