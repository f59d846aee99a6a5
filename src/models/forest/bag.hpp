#pragma once

#include <span>
#include <vector>

#include "core/random.hpp"
#include "models/forest/tally.hpp"

/// The rows a tree sees.
namespace holdfast::forest {

/// Draws rows with probability in proportion to their weight.
class Bag {
 public:
  Bag(std::span<const double> weight, std::span<const std::uint8_t> y, std::size_t draws,
      bool with_replacement);

  /// The rows drawn, ascending.
  std::vector<Draw> draw(Random& random) const;

 private:
  std::vector<Draw> draw_with(Random& random) const;
  std::vector<Draw> draw_without(Random& random) const;

  std::span<const double> weight_;
  std::span<const std::uint8_t> y_;
  std::size_t draws_;
  bool with_replacement_;
  bool is_even_;                       // All weights equal.
  // Alias table (Vose 1991, IEEE Transactions on Software Engineering 17, 972–975).
  std::vector<double> own_share_;      // [rows]
  std::vector<std::uint32_t> alias_;   // [rows]
};

}  // namespace holdfast::forest
