#include "history/customers.hpp"

#include <algorithm>
#include <utility>

#include "core/hash.hpp"
#include "core/text.hpp"

namespace holdfast::history {

std::uint32_t Customers::number_of(std::string_view written, std::string_view normal,
                                   std::uint64_t hash) {
  const auto before = keys_.size();
  const auto number = keys_.intern(normal, hash);
  if (keys_.size() > before && normal != written) {
    const auto shown = trimmed(written);
    if (normal != shown) written_.emplace(number, shown);
  }
  return number;
}

std::uint32_t Customers::number_of(std::string_view written) {
  const auto normal = normalised_key(written);
  return number_of(written, normal, hash64(normal));
}

std::vector<std::uint32_t> Customers::numbers_of(const std::vector<std::string>& written) {
  constexpr std::size_t kAhead = 8;  // Look-ups between two prefetches of the same key.
  const auto count = written.size();
  std::vector<std::string> normal(count);
  std::vector<std::uint64_t> hashes(count);
  for (std::size_t i = 0; i < count; ++i) {
    normal[i] = normalised_key(written[i]);
    hashes[i] = hash64(normal[i]);
  }
  std::vector<std::uint32_t> numbers(count);
  for (std::size_t i = 0; i < count + 3 * kAhead; ++i) {
    if (i < count) keys_.prefetch_slot(hashes[i]);
    if (i >= kAhead && i - kAhead < count) keys_.prefetch_entry(hashes[i - kAhead]);
    if (i >= 2 * kAhead && i - 2 * kAhead < count) keys_.prefetch_text(hashes[i - 2 * kAhead]);
    if (i < 3 * kAhead) continue;
    const auto at = i - 3 * kAhead;
    numbers[at] = number_of(written[at], normal[at], hashes[at]);
  }
  return numbers;
}

std::optional<std::uint32_t> Customers::find(std::string_view written) const {
  const auto normal = normalised_key(written);
  return keys_.find(normal, hash64(normal));
}

std::string_view Customers::written(std::uint32_t customer) const {
  if (!written_.empty()) {
    const auto found = written_.find(customer);
    if (found != written_.end()) return found->second;
  }
  return keys_.text(customer);
}

std::vector<std::uint32_t> Customers::in_order() const {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted(size());
  for (std::uint32_t i = 0; i < size(); ++i) sorted[i] = {hash(i), i};
  std::ranges::sort(sorted, [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return normalised(a.second) < normalised(b.second);
  });
  std::vector<std::uint32_t> order(size());
  std::ranges::transform(sorted, order.begin(), [](const auto& item) { return item.second; });
  return order;
}

}  // namespace holdfast::history
