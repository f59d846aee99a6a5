#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::c50 {

/// A set of rows, a bit each.
class RowSet {
 public:
  explicit RowSet(std::size_t rows, bool is_full = false)
      : words_((rows + 63) / 64, is_full ? ~std::uint64_t{0} : 0) {
    if (is_full && rows % 64 != 0) words_.back() = (std::uint64_t{1} << (rows % 64)) - 1;
  }

  void add(std::size_t row) { words_[row / 64] |= std::uint64_t{1} << (row % 64); }
  bool has(std::size_t row) const { return (words_[row / 64] >> (row % 64) & 1) != 0; }
  RowSet& operator&=(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }

  /// Calls use(row) for every row of the set, ascending.
  template <typename Use>
  void each(const Use& use) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
        use(64 * i + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace holdfast::c50
