#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace holdfast::cube {

using Code = std::uint32_t;

/// A column of categories by number.
struct DimensionColumn {
  std::string name;
  std::span<const Code> code;  // [rows] below `categories`.
  std::size_t categories = 0;
};

/// What is added up of each row: a rate is above / below, made after adding. Churn rate: left / could
/// leave; renewal rate by premium: premium renewed / premium due; a total has nothing below.
struct MeasureColumn {
  std::string name;
  std::span<const double> above;  // [rows]; empty: 1 each, a count.
  std::span<const double> below;  // [rows] from 0 on; empty: a total, not a rate.
};

struct Dimension {
  std::string name;
  std::size_t categories = 0;
};

struct Measure {
  std::string name;
  bool is_rate = false;
};

/// What stands above and below the line in one cell.
struct Sums {
  double above = 0;
  double below = 0;

  /// above / below; nothing where there is nothing below.
  std::optional<double> rate() const {
    if (!(below > 0)) return std::nullopt;
    return above / below;
  }
};

/// Sums by every combination of categories that occurs. A value: operations make new cubes.
///
/// Whole numbers, and money in whole cents up to 2⁵³ in all, add up without rounding, so that a
/// rolled-up cell is exactly what adding its rows would give. Other numbers are added in row order,
/// then in cell order: the same bits for any thread count.
class Cube {
 public:
  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  const std::vector<Measure>& measures() const { return measures_; }
  std::size_t cells() const { return rows_.size(); }
  std::size_t dimension(std::string_view name) const;  // Its place; dimensions().size(): none.
  std::size_t measure(std::string_view name) const;    // As above.

  /// Cells in the order of their codes, the first dimension first.
  Code code(std::size_t cell, std::size_t dimension) const {
    return codes_[cell * dimensions_.size() + dimension];
  }
  std::span<const Code> codes(std::size_t cell) const {
    return std::span(codes_).subspan(cell * dimensions_.size(), dimensions_.size());
  }
  /// The first cell that is not before these codes, of the first dimensions or of all; cells(): none.
  std::size_t first_cell(std::span<const Code> codes) const;
  /// The cell with these codes of all dimensions; cells(): none.
  std::size_t find(std::span<const Code> codes) const;
  std::uint64_t rows(std::size_t cell) const { return rows_[cell]; }
  Sums sums(std::size_t cell, std::size_t measure) const {
    return sums_[cell * measures_.size() + measure];
  }
  /// Over all cells.
  Sums total(std::size_t measure) const;
  std::uint64_t rows_total() const;

  /// Keeps the named dimensions, in this order, and adds up over the others. None: one cell, or none
  /// where the cube is empty. Errors: kUnknownName, kNotAlike for a name given twice.
  Result<Cube> roll_up(const std::vector<std::string>& kept) const;
  /// Keeps the cells with one of these codes; the dimension stays.
  /// Errors: kUnknownName, kBadCode.
  Result<Cube> dice(std::string_view dimension, std::span<const Code> codes) const;
  /// Keeps the cells with this code and drops the dimension. Errors as above.
  Result<Cube> slice(std::string_view dimension, Code code) const;

 private:
  friend Result<Cube> build_cube(std::span<const DimensionColumn>, std::span<const MeasureColumn>);
  friend class CellWriter;

  std::vector<Dimension> dimensions_;
  std::vector<Measure> measures_;
  std::vector<Code> codes_;          // [cells x dimensions].
  std::vector<std::uint64_t> rows_;  // [cells].
  std::vector<Sums> sums_;           // [cells x measures].
};

/// The largest number of combinations of categories, occurring or not.
constexpr std::uint64_t kCombinationsMax = std::uint64_t{1} << 62;

/// Errors: kNoRows, kShape, kBadCode, kBadNumber (not finite, or below less than 0), kTooLarge.
/// Cost: one pass over rows a column, on all cores; where the combinations are more than 16 million,
/// one sort of the rows.
Result<Cube> build_cube(std::span<const DimensionColumn> dimensions,
                        std::span<const MeasureColumn> measures);

}  // namespace holdfast::cube
