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
      if (known.size() == text.size() && std::memcmp(known.data(), text.data(), text.size()) == 0) {
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
    std::uint64_t word = 0;
    for (; left > 8; p += 8, left -= 8) {
      std::memcpy(&word, p, 8);
      hash = mix(hash, word);
    }
    word = 0;
    if (left > 0) std::memcpy(&word, p, left);
    hash = mix(hash, word);
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
