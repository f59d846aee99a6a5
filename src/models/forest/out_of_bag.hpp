#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "models/forest/bins.hpp"
#include "models/forest/tally.hpp"

/// What rows say that a tree has not seen.
namespace holdfast::forest {

/// Rows left out of a tree's draws, ascending.
std::vector<std::uint32_t> left_out(std::span<const Draw> draws, std::size_t rows);

/// Answers of the trees on rows they have not seen, added up as whole numbers: trees may come in any
/// order and at once, the sums are the same bits.
class OutOfBagSums {
 public:
  OutOfBagSums(std::size_t rows, std::size_t classes);

  /// Thread-safe.
  void add(const Sample& sample, const Tree& tree, std::span<const std::uint32_t> rows);
  /// By the caller's rows, of which there are `rows`.
  OutOfBag result(const Sample& sample, std::size_t rows) const;

 private:
  std::size_t classes_;
  std::vector<std::uint64_t> sums_;     // [rows x classes] in units of 2⁻⁴⁰.
  std::vector<std::uint32_t> trees_;    // [rows]
};

/// Rise of the tree's mean squared error when a column is shuffled among the rows; [columns of the
/// sample]. At most kPermutedRows rows, drawn from those given.
constexpr std::size_t kPermutedRows = 2000;
std::vector<double> permutation_rises(const Sample& sample, const Tree& tree, std::size_t classes,
                                      std::vector<std::uint32_t> rows, Random& random);

/// P(a row of class 1 ranks above one of class 0), ties counting half, under weights. 0.5 where a
/// class is missing.
double auc(std::span<const double> score, std::span<const std::uint8_t> y,
           std::span<const double> weight);

}  // namespace holdfast::forest
