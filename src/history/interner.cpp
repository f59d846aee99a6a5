#include "history/interner.hpp"

namespace holdfast::history {

std::uint32_t Interner::likely_id(std::uint64_t hash) const {
  if (slots_.empty()) return kNone;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const auto content = slots_[slot];
    if (content == 0) return kNone;
    if (((content ^ hash) & kTagMask) == 0) return static_cast<std::uint32_t>(content) - 1;
  }
}

std::size_t Interner::slot_of(std::string_view text, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const auto content = slots_[slot];
    if (content == 0) return slot;
    if (((content ^ hash) & kTagMask) != 0) continue;
    const auto id = static_cast<std::uint32_t>(content) - 1;
    if (entries_[id].hash == hash && this->text(id) == text) return slot;
  }
}

void Interner::grow() {
  Slots slots(slots_.empty() ? 64 : slots_.size() * 2);
  const std::size_t mask = slots.size() - 1;
  for (std::uint32_t id = 0; id < size(); ++id) {
    const auto hash = entries_[id].hash;
    std::size_t slot = hash & mask;
    while (slots[slot] != 0) slot = (slot + 1) & mask;
    slots[slot] = (hash & kTagMask) | (id + 1);
  }
  slots_ = std::move(slots);
}

std::uint32_t Interner::intern(std::string_view text, std::uint64_t hash) {
  if (size() * 2 >= slots_.size()) grow();
  const auto slot = slot_of(text, hash);
  if (slots_[slot] != 0) return static_cast<std::uint32_t>(slots_[slot]) - 1;
  Entry entry{.hash = hash, .size = static_cast<std::uint32_t>(text.size()), .text = {}};
  if (entry.is_short()) {
    text.copy(entry.text, text.size());
  } else {
    const auto begin = texts_.size();
    std::memcpy(entry.text, &begin, sizeof begin);
    texts_.append(text);
  }
  const auto id = static_cast<std::uint32_t>(size());
  entries_.push_back(entry);
  slots_[slot] = (hash & kTagMask) | (id + 1);
  return id;
}

std::optional<std::uint32_t> Interner::find(std::string_view text, std::uint64_t hash) const {
  if (slots_.empty()) return std::nullopt;
  const auto slot = slot_of(text, hash);
  if (slots_[slot] == 0) return std::nullopt;
  return static_cast<std::uint32_t>(slots_[slot]) - 1;
}

}  // namespace holdfast::history
