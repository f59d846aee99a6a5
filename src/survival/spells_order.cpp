#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "core/cells.hpp"
#include "core/parallel.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kFew = 4096;  // Below it counting digits takes longer than comparing.
constexpr std::size_t kBlockRows = 65536;
constexpr std::size_t kBins = 2048;
constexpr std::size_t kBinsAtOnce = 32;
constexpr std::size_t kFewOfBin = 96;

struct Key {
  std::uint64_t bits;  // Ascending as the times are.
  std::uint32_t row;

  bool operator<(const Key& other) const {
    return bits != other.bits ? bits < other.bits : row < other.row;
  }
};

// A double's bits, so that they ascend as the numbers do.
std::uint64_t bits_of(double time) {
  const auto bits = std::bit_cast<std::uint64_t>(time + 0.0);  // −0 is 0.
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

// Digit by digit from the last, each pass keeping the order of equal ones; digits that all keys
// share cost nothing. `other` is room for as many.
void radix_sort(Key* keys, Key* other, std::size_t count) {
  constexpr int kDigitBits = 8;
  constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  std::uint64_t differs = 0;
  for (std::size_t i = 1; i < count; ++i) differs |= keys[i].bits ^ keys[0].bits;
  Key* from = keys;
  for (int shift = 0; shift < 64; shift += kDigitBits) {
    if (((differs >> shift) & (kDigits - 1)) == 0) continue;
    const auto digit = [&](const Key& key) {
      return static_cast<std::size_t>((key.bits >> shift) & (kDigits - 1));
    };
    std::array<std::uint32_t, kDigits> place{};
    for (std::size_t i = 0; i < count; ++i) ++place[digit(from[i])];
    std::uint32_t before = 0;
    for (auto& at : place) before += std::exchange(at, before);
    for (std::size_t i = 0; i < count; ++i) other[place[digit(from[i])]++] = from[i];
    std::swap(from, other);
  }
  if (from != keys) std::copy_n(from, count, keys);
}

// Which of equally wide bins of time a row belongs to; one bin where times are too far apart to tell.
class Bins {
 public:
  Bins(double low, double high) : low_(low) {
    const double factor = static_cast<double>(kBins) / (high - low);
    if (std::isfinite(high - low) && std::isfinite(factor)) factor_ = factor;
  }
  std::size_t bin_of(double time) const {
    if (factor_ == 0) return 0;
    return std::min(kBins - 1, static_cast<std::size_t>((time - low_) * factor_));
  }

 private:
  double low_;
  double factor_ = 0;
};

// Times in the order wanted: ascending.
template <typename TimeOf>
Bins bins_over(std::size_t rows, const TimeOf& time_of) {
  const auto blocks = (rows + kBlockRows - 1) / kBlockRows;
  std::vector<double> lowest(blocks), highest(blocks);
  parallel_for(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    double low = time_of(begin), high = low;
    for (std::size_t row = begin; row < end; ++row) {
      low = std::min(low, time_of(row));
      high = std::max(high, time_of(row));
    }
    lowest[begin / kBlockRows] = low;
    highest[begin / kBlockRows] = high;
  });
  return {*std::min_element(lowest.begin(), lowest.end()),
          *std::max_element(highest.begin(), highest.end())};
}

// First into bins, every block of rows to its own places, then every bin on its own.
template <typename TimeOf>
Cells<Key> sorted(std::size_t rows, const TimeOf& time_of) {
  const auto bins = bins_over(rows, time_of);
  const auto blocks = (rows + kBlockRows - 1) / kBlockRows;
  std::vector<std::array<std::uint32_t, kBins>> place(blocks);
  parallel_for(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    auto& count = place[begin / kBlockRows];
    count.fill(0);
    for (std::size_t row = begin; row < end; ++row) ++count[bins.bin_of(time_of(row))];
  });
  std::vector<std::size_t> border(kBins + 1);
  std::uint32_t before = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    border[bin] = before;
    for (auto& of_block : place) before += std::exchange(of_block[bin], before);
  }
  border[kBins] = rows;
  Cells<Key> keys(rows), room(rows);
  parallel_for(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    auto& at = place[begin / kBlockRows];
    for (std::size_t row = begin; row < end; ++row) {
      const double time = time_of(row);
      keys[at[bins.bin_of(time)]++] = {bits_of(time), static_cast<std::uint32_t>(row)};
    }
  });
  parallel_for(kBins, kBinsAtOnce, [&](std::size_t begin, std::size_t end) {
    for (std::size_t bin = begin; bin < end; ++bin) {
      Key* first = keys.data() + border[bin];
      const auto count = border[bin + 1] - border[bin];
      if (count < kFewOfBin) std::sort(first, first + count);
      else radix_sort(first, room.data() + border[bin], count);
    }
  });
  return keys;
}

}  // namespace

std::vector<std::uint32_t> ordered(const Spells& spells, std::span<const double> time,
                                   bool descending) {
  const auto rows = time.size();
  const auto time_of = [&](std::size_t row) { return descending ? -time[row] : time[row]; };
  Cells<Key> keys;
  if (rows < kFew) {
    for (std::size_t row = 0; row < rows; ++row) {
      keys.push_back({bits_of(time_of(row)), static_cast<std::uint32_t>(row)});
    }
    std::sort(keys.begin(), keys.end());
  } else {
    keys = sorted(rows, time_of);
  }
  if (!spells.stratum.empty()) {
    std::stable_sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
      return spells.stratum[a.row] < spells.stratum[b.row];
    });
  }
  std::vector<std::uint32_t> order(rows);
  for (std::size_t i = 0; i < rows; ++i) order[i] = keys[i].row;
  return order;
}

}  // namespace holdfast::survival
