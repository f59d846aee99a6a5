#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::history {

/// Numbers texts in the order they are first met. Texts are compared, not only their hashes.
/// Cost: about 32 bytes and the text itself for each. A look-up in a large one waits for memory
/// three times; the three prefetches, called some look-ups ahead, hide that.
class Interner {
 public:
  /// The text's number; a new one where it was never met. `hash` is hash64(text).
  std::uint32_t intern(std::string_view text, std::uint64_t hash);
  std::optional<std::uint32_t> find(std::string_view text, std::uint64_t hash) const;

  std::size_t size() const { return entries_.size() - 1; }
  std::uint64_t hash(std::uint32_t id) const { return entries_[id].hash; }
  std::string_view text(std::uint32_t id) const {
    const auto begin = entries_[id].begin;
    return {texts_.data() + begin, entries_[id + 1].begin - begin};
  }

  void prefetch_slot(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void prefetch_entry(std::uint64_t hash) const {
    if (const auto id = likely_id(hash); id != kNone) __builtin_prefetch(&entries_[id]);
  }
  void prefetch_text(std::uint64_t hash) const {
    if (const auto id = likely_id(hash); id != kNone) {
      __builtin_prefetch(texts_.data() + entries_[id].begin);
    }
  }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::size_t begin = 0;  // In texts_; the next entry's is the end.
  };
  static constexpr std::uint32_t kNone = 0xFFFF'FFFFU;
  static constexpr std::uint64_t kTagMask = 0xFFFF'FFFF'0000'0000U;

  std::uint32_t likely_id(std::uint64_t hash) const {
    if (slots_.empty()) return kNone;
    return static_cast<std::uint32_t>(slots_[hash & (slots_.size() - 1)]) - 1;
  }
  std::size_t slot_of(std::string_view text, std::uint64_t hash) const;
  void grow();

  std::vector<std::uint64_t> slots_;  // High half of the hash, then number + 1; low half 0: free.
  std::vector<Entry> entries_ = std::vector<Entry>(1);  // One more than there are texts.
  std::string texts_;
};

}  // namespace holdfast::history
