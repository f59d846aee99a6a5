#pragma once

#include <cstddef>
#include <cstring>

/// Rows of columns, four at a time (a GCC vector type; plain code on machines without). Inside
/// survival/ only.
namespace holdfast::survival {

constexpr std::size_t kLane = 4;
typedef double Vector __attribute__((vector_size(kLane * sizeof(double))));

inline Vector load(const double* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);  // Unaligned loads; no aliasing rules broken.
  return v;
}
inline void store(double* to, Vector v) { std::memcpy(to, &v, sizeof v); }

/// Asks for numbers that will be read soon.
inline void prefetch(const double* from, std::size_t count) {
  constexpr std::size_t kLine = 64 / sizeof(double);
  for (std::size_t c = 0; c < count; c += kLine) __builtin_prefetch(from + c);
  if (count > 0) __builtin_prefetch(from + count - 1);
}

/// Σ a b.
inline double dot(const double* a, const double* b, std::size_t count) {
  Vector even = {}, odd = {};
  std::size_t c = 0;
  for (; c + 2 * kLane <= count; c += 2 * kLane) {
    even += load(a + c) * load(b + c);
    odd += load(a + c + kLane) * load(b + c + kLane);
  }
  for (; c + kLane <= count; c += kLane) even += load(a + c) * load(b + c);
  even += odd;
  double sum = (even[0] + even[1]) + (even[2] + even[3]);
  for (; c < count; ++c) sum += a[c] * b[c];
  return sum;
}

/// to += factor × x.
inline void add_scaled(double factor, const double* x, std::size_t count, double* to) {
  std::size_t c = 0;
  for (; c + kLane <= count; c += kLane) store(to + c, load(to + c) + factor * load(x + c));
  for (; c < count; ++c) to[c] += factor * x[c];
}

/// to = factor × x.
inline void scale_into(double factor, const double* x, std::size_t count, double* to) {
  std::size_t c = 0;
  for (; c + kLane <= count; c += kLane) store(to + c, factor * load(x + c));
  for (; c < count; ++c) to[c] = factor * x[c];
}

/// to += |x − centre|.
inline void add_distance(const double* x, const double* centre, std::size_t count, double* to) {
  std::size_t c = 0;
  for (; c + kLane <= count; c += kLane) {
    const Vector away = load(x + c) - load(centre + c);
    store(to + c, load(to + c) + (away < 0 ? -away : away));
  }
  for (; c < count; ++c) to[c] += x[c] < centre[c] ? centre[c] - x[c] : x[c] - centre[c];
}

/// to = (x − centre) × factor.
inline void standardise(const double* x, const double* centre, const double* factor,
                        std::size_t count, double* to) {
  std::size_t c = 0;
  for (; c + kLane <= count; c += kLane) {
    store(to + c, (load(x + c) - load(centre + c)) * load(factor + c));
  }
  for (; c < count; ++c) to[c] = (x[c] - centre[c]) * factor[c];
}

}  // namespace holdfast::survival
