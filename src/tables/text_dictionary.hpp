#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::tables {

/// Distinct texts → codes in the order first met: open addressing, one probe for most cells.
class TextDictionary {
 public:
  /// The code of `text`; `is_new` tells whether it was met for the first time.
  std::uint32_t code_of(std::string_view text, std::vector<std::string>& categories, bool& is_new) {
    if ((categories.size() + 1) * 2 > slots_.size()) grow();
    const auto hash = hash_of(text);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      auto& slot = slots_[at];
      if (slot.code == kFree) {
        slot = {hash, static_cast<std::uint32_t>(categories.size())};
        categories.emplace_back(text);
        is_new = true;
        return slot.code;
      }
      if (slot.hash != hash) continue;
      const auto& known = categories[slot.code];
      if (known.size() == text.size() && is_same(known.data(), text.data(), text.size())) {
        is_new = false;
        return slot.code;
      }
    }
  }
  /// Forgets every text; the memory stays for the next rows.
  void clear() { slots_.assign(slots_.size(), Slot{}); }

 private:
  static constexpr std::uint32_t kFree = 0xFFFF'FFFF;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t code = kFree;
  };

  static std::uint64_t word_at(const char* p) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    return word;
  }
  /// Up to seven bytes, each of them in the word at least once.
  static std::uint64_t short_word(const char* p, std::size_t size) {
    if (size >= 4) {
      std::uint32_t first = 0;
      std::uint32_t last = 0;
      std::memcpy(&first, p, 4);
      std::memcpy(&last, p + size - 4, 4);
      return first | (static_cast<std::uint64_t>(last) << 32);
    }
    if (size == 0) return 0;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(p[i])); };
    return byte(0) | (byte(size / 2) << 8) | (byte(size - 1) << 16);
  }
  static bool is_same(const char* a, const char* b, std::size_t size) {
    if (size < 8) return short_word(a, size) == short_word(b, size);
    if (size > 16) return std::memcmp(a, b, size) == 0;
    return word_at(a) == word_at(b) && word_at(a + size - 8) == word_at(b + size - 8);
  }

  /// Only for tables in memory, so that it may be quicker than core's fixed hash.
  static std::uint32_t hash_of(std::string_view text) {
    constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
    const auto mix = [](std::uint64_t h, std::uint64_t word) {
      const auto product = static_cast<unsigned __int128>(h ^ word) * kOdd;
      return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    const char* p = text.data();
    std::size_t left = text.size();
    std::uint64_t hash = left * kOdd + 1;
    if (left < 8) return folded(mix(hash, short_word(p, left)));
    for (; left > 8; p += 8, left -= 8) hash = mix(hash, word_at(p));
    return folded(mix(hash, word_at(p + left - 8)));
  }
  static std::uint32_t folded(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
  }
  void grow() {
    const auto old = std::move(slots_);
    slots_.assign(old.empty() ? 256 : old.size() * 4, Slot{});
    mask_ = slots_.size() - 1;
    for (const auto& slot : old) {
      if (slot.code == kFree) continue;
      auto at = slot.hash & mask_;
      while (slots_[at].code != kFree) at = (at + 1) & mask_;
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
};

}  // namespace holdfast::tables
