#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/forms/rows.hpp"

/// Small trees, a hundred rows at a time.
namespace holdfast::forms {

struct TreeEnsemble;

/// Trees whose every split is asked for 128 rows at once. Columns become planes of bytes, one a row:
/// how many of the ensemble's thresholds lie below the value. A split is then one comparison of
/// bytes. Each row keeps the leaf it would reach if all splits not asked yet said "first child";
/// splits in the order of their parents move it on where it stands at their first leaf.
///
///   split over leaves l … m | m+1 … :   leaf == l and byte > threshold   →   leaf = m + 1
///
/// The sums are those of a walk, in the same order: the same bits.
///
/// Cost       About splits / 32 × 3 cycles a tree and row, and two for each of its leaf values.
/// Source     The order of leaves is that of QuickScorer (Lucchese et al. 2015, SIGIR '15, 73–82).
class ByteTrees {
 public:
  /// Nothing where the ensemble has other than two children a split, cuts, missing cells that do not
  /// go one way, or a tree of more than 256 leaves.
  static std::unique_ptr<const ByteTrees> of(const TreeEnsemble& ensemble);

  /// Shapes: columns: [columns of the model], out: [(end - begin) x outputs].
  void score(std::span<const Slice> columns, std::size_t begin, std::size_t end,
             std::span<double> out) const;

 private:
  static constexpr std::size_t kRows = 128;
  static constexpr std::size_t kCutsMax = 255;

  struct Step {
    std::uint16_t plane;
    std::int8_t threshold;     // All bytes are kept less 128, as comparisons are of signed ones.
    std::int8_t leaf, next;
  };
  struct TreeSteps {
    std::uint32_t steps_end;   // In steps_.
    std::uint32_t first_value; // In values_ or floats_, [leaves x outputs].
  };
  /// Numbers: the count of cuts below. Categories: 1 where they go to the second child.
  struct Plane {
    std::uint32_t column;
    bool is_category = false;
    bool is_missing_first = false;
    std::vector<double> cuts;          // Ascending, 2ⁿ − 1 of them, filled up with infinity.
    std::size_t codes = 0;             // Categories: where its column stands in codes_.
    std::vector<std::int8_t> byte_of;  // [own categories + 1] the last: missing.
  };
  /// A column asked as categories; its codes are read once for all its planes.
  struct Codes {
    std::uint32_t column;
    std::uint32_t count = 0;           // Codes from here on are missing.
  };
  struct Filled;  // The bytes of a plane.
  class Builder;

  void fill_codes(const Codes& codes, const Slice& column, std::size_t begin, std::size_t count,
                  std::uint32_t* out) const;
  void fill_numbers(const Plane& plane, const Slice& column, std::size_t begin, std::size_t count,
                    std::int8_t* bytes) const;
  template <typename Value>
  void add_up(std::span<const Filled> planes, const std::vector<Value>& values,
              std::span<Value> sums) const;
  template <typename Value>
  void score_as(std::span<const Slice> columns, std::size_t begin, std::size_t end,
                const std::vector<Value>& values, std::span<double> out) const;

  std::size_t outputs_ = 1;
  double base_ = 0;
  bool is_float_ = false;
  std::vector<Plane> planes_;
  std::vector<Codes> codes_;
  std::vector<Step> steps_;
  std::vector<TreeSteps> trees_;
  std::vector<double> values_;
  std::vector<float> floats_;  // Instead of values_ where sums are in float.
};

}  // namespace holdfast::forms
