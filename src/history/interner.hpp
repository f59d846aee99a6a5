#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/large_pages.hpp"

namespace holdfast::history {

/// Numbers texts in the order they are first met. Texts are compared, not only their hashes.
/// Cost: about 56 bytes for each, and the text itself where it is long. A look-up in a large one
/// waits for memory twice, three times for long texts; the three prefetches, called some look-ups
/// ahead, hide that.
class Interner {
 public:
  /// The text's number; a new one where it was never met. `hash` is hash64(text).
  std::uint32_t intern(std::string_view text, std::uint64_t hash);
  std::optional<std::uint32_t> find(std::string_view text, std::uint64_t hash) const;

  std::size_t size() const { return entries_.size(); }
  std::uint64_t hash(std::uint32_t id) const { return entries_[id].hash; }
  /// Valid until the next text is interned.
  std::string_view text(std::uint32_t id) const {
    const auto& entry = entries_[id];
    return {entry.is_short() ? entry.text : texts_.data() + entry.begin(), entry.size};
  }

  void prefetch_slot(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void prefetch_entry(std::uint64_t hash) const {
    if (const auto id = likely_id(hash); id != kNone) __builtin_prefetch(&entries_[id]);
  }
  void prefetch_text(std::uint64_t hash) const {
    const auto id = likely_id(hash);
    if (id == kNone || entries_[id].is_short()) return;
    __builtin_prefetch(texts_.data() + entries_[id].begin());
  }

 private:
  /// A short text, as most keys are, stands beside its hash: one cache line to wait for.
  struct alignas(32) Entry {
    std::uint64_t hash = 0;
    std::uint32_t size = 0;
    char text[20] = {};  // A long one: where it begins in texts_.

    bool is_short() const { return size <= sizeof text; }
    std::size_t begin() const {
      std::size_t begin = 0;
      std::memcpy(&begin, text, sizeof begin);
      return begin;
    }
  };
  static constexpr std::uint32_t kNone = 0xFFFF'FFFFU;
  static constexpr std::uint64_t kTagMask = 0xFFFF'FFFF'0000'0000U;

  std::uint32_t likely_id(std::uint64_t hash) const;
  std::size_t slot_of(std::string_view text, std::uint64_t hash) const;
  void grow();

  using Slots = std::vector<std::uint64_t, LargePages<std::uint64_t>>;
  Slots slots_;  // High half of the hash, then number + 1; low half 0: free.
  std::vector<Entry, LargePages<Entry>> entries_;
  std::string texts_;  // Long ones.
};

}  // namespace holdfast::history
