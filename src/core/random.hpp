#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace holdfast {

/// A seeded source of random numbers (xoshiro256**, Blackman & Vigna 2021). Own distributions, as
/// those of the standard library differ between implementations: the same seed gives the same bits
/// on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  /// Uniform on [0, 1), 53 bits.
  double uniform();
  /// Uniform whole number on [0, bound), without modulo bias; bound > 0.
  std::uint64_t below(std::uint64_t bound);
  double normal();
  double exponential(double rate);
  /// Gamma with shape > 0 and scale 1 (Marsaglia & Tsang 2000).
  double gamma(double shape);
  std::int64_t poisson(double mean);
  bool chance(double probability) { return uniform() < probability; }
  /// A source for part `stream` of the work, independent of the others and of thread count.
  Random split(std::uint64_t stream) const;

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t state_[4];
};

}  // namespace holdfast
