#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

/// A few numbers worked on side by side, in the vector types of gcc and clang: the same bits as one
/// after another, on any machine. Inside features/ only.
namespace holdfast::features {

using Int8 = std::int32_t __attribute__((vector_size(32)));
using Real4 = double __attribute__((vector_size(32)));

constexpr std::size_t kLanes = 4;

/// `count` rounded up to whole groups of lanes.
inline std::size_t lanes_up(std::size_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

/// For each limit, how many of the ascending `days` lie before it. Nobody is asked to guess a branch:
/// short lists are compared whole with eight limits at once, long ones halved without jumps.
inline void count_before(std::span<const std::int32_t> days, std::span<const std::int32_t> limits,
                         std::uint32_t* counts) {
  constexpr std::size_t kShort = 256;
  std::size_t at = 0;
  if (days.size() <= kShort) {
    constexpr std::size_t kWide = 4, kNumbers = 8;
    for (; at + kWide * kNumbers <= limits.size(); at += kWide * kNumbers) {
      Int8 limit[kWide], count[kWide] = {};
      std::memcpy(limit, limits.data() + at, sizeof limit);
      for (const auto day : days) {
        for (std::size_t v = 0; v < kWide; ++v) count[v] -= limit[v] > day;
      }
      std::memcpy(counts + at, count, sizeof count);
    }
    for (; at + kNumbers <= limits.size(); at += kNumbers) {
      Int8 limit, count = {};
      std::memcpy(&limit, limits.data() + at, sizeof limit);
      for (const auto day : days) count -= limit > day;
      std::memcpy(counts + at, &count, sizeof count);
    }
  }
  for (; at < limits.size(); ++at) {
    const auto* from = days.data();
    for (auto left = days.size(); left > 0;) {
      const auto half = (left + 1) / 2;
      from += from[half - 1] < limits[at] ? half : 0;
      left -= half;
    }
    counts[at] = static_cast<std::uint32_t>(from - days.data());
  }
}

}  // namespace holdfast::features
