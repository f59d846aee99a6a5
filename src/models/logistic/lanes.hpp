#pragma once

#include <cstddef>
#include <cstring>

/// Four doubles in one register (a GCC vector type; plain code on machines without).
namespace holdfast::logistic {

constexpr std::size_t kLane = 4;
typedef double Vector __attribute__((vector_size(kLane * sizeof(double))));

/// T is Vector, or double for the columns that fill no vector.
template <typename T = Vector>
T load(const double* from) {
  T v;
  std::memcpy(&v, from, sizeof v);  // Unaligned loads; no aliasing rules broken.
  return v;
}
template <typename T>
void store(double* to, T v) {
  std::memcpy(to, &v, sizeof v);
}

inline double sum_of(Vector v) { return (v[0] + v[1]) + (v[2] + v[3]); }

/// Calls body.operator()<T>(first) for the columns, vector by vector, then one by one.
template <typename Body>
void by_lanes(std::size_t columns, const Body& body) {
  std::size_t j = 0;
  for (; j + kLane <= columns; j += kLane) body.template operator()<Vector>(j);
  for (; j < columns; ++j) body.template operator()<double>(j);
}

}  // namespace holdfast::logistic
