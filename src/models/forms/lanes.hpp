#pragma once

#include <cstddef>
#include <cstring>

/// Vectors of four doubles, added up element by element: the same bits whatever the machine, as no
/// sum is ever reordered.
namespace holdfast::forms {

constexpr std::size_t kLane = 4;
using Lane = double __attribute__((vector_size(kLane * sizeof(double))));

inline Lane load(const double* from) {
  Lane lane;
  std::memcpy(&lane, from, sizeof lane);  // Unaligned loads; no aliasing rules broken.
  return lane;
}
inline void store(double* to, Lane lane) { std::memcpy(to, &lane, sizeof lane); }

/// The next multiple of `step`.
constexpr std::size_t padded(std::size_t count, std::size_t step) {
  return (count + step - 1) / step * step;
}

}  // namespace holdfast::forms
