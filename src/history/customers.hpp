#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "history/interner.hpp"

namespace holdfast::history {

/// Every customer an import meets, numbered; two spellings with the same normalised key are one
/// customer, who keeps the spelling met first.
class Customers {
 public:
  std::uint32_t number_of(std::string_view written);
  /// The same for many at once, several times faster.
  std::vector<std::uint32_t> numbers_of(const std::vector<std::string>& written);
  /// Nothing where nobody has that key.
  std::optional<std::uint32_t> find(std::string_view written) const;
  std::size_t size() const { return keys_.size(); }
  std::uint64_t hash(std::uint32_t customer) const { return keys_.hash(customer); }
  std::string_view normalised(std::uint32_t customer) const { return keys_.text(customer); }
  std::string_view written(std::uint32_t customer) const;

  /// All numbers in order of (hash, key): the order of the store.
  std::vector<std::uint32_t> in_order() const;

 private:
  std::uint32_t number_of(std::string_view written, std::string_view normal, std::uint64_t hash);

  Interner keys_;
  std::unordered_map<std::uint32_t, std::string> written_;  // Where it differs from the normalised.
};

/// Which of 2^bits buckets a hash lies in.
inline std::size_t top_bits(std::uint64_t hash, int bits) {
  return bits == 0 ? 0 : static_cast<std::size_t>(hash >> (64 - bits));
}

}  // namespace holdfast::history
