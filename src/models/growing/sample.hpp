#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "dataset/dataset.hpp"
#include "models/growing/distribution.hpp"

/// The rows a tree grows on, each numeric column put in order once.
namespace holdfast::growing {

/// Rows at a node; a row of unknown value may stand in several children with a part of its weight.
struct Rows {
  std::vector<std::uint32_t> row;
  std::vector<double> weight;

  void add(std::uint32_t r, double w) {
    row.push_back(r);
    weight.push_back(w);
  }
  double total() const;
};

/// A numeric column in order. Values that are not there, or stand in rows of no weight, have no rank.
struct NumericColumn {
  static constexpr std::uint32_t kNoRank = std::numeric_limits<std::uint32_t>::max();

  std::vector<double> distinct;      // Ascending.
  std::vector<std::uint32_t> rank;   // [rows] index into distinct.
  std::vector<std::uint32_t> order;  // Rows with a value, by rank, then by row.
};

/// What growing and pruning read. Weights they work with are a row's own times its class's factor
/// (costs, priors); what people see is the row's own.
class Sample {
 public:
  /// Shapes     y, weight: [columns.rows]; y < classes_count. factor: [classes_count] or empty: 1.
  /// Cost       O(rows × columns): a radix sort of each numeric column.
  Sample(dataset::Columns columns, std::span<const std::uint8_t> y, std::span<const double> weight,
         std::size_t classes_count, std::vector<double> factor = {});

  const dataset::Columns& columns() const { return columns_; }
  std::size_t columns_count() const { return columns_.columns.size(); }
  const dataset::ColumnView& column(std::size_t c) const { return columns_.columns[c]; }
  std::span<const std::uint8_t> y() const { return y_; }
  std::size_t classes_count() const { return classes_count_; }
  double factor(std::size_t cls) const { return factor_[cls]; }

  /// Numeric columns by value; empty for categories.
  const NumericColumn& numeric(std::size_t c) const { return numeric_[c]; }
  bool is_numeric(std::size_t c) const { return !columns_.columns[c].values.empty(); }
  bool is_missing(std::size_t c, std::uint32_t row) const {
    const auto& view = columns_.columns[c];
    if (view.valid[row] == 0) return true;
    return view.values.empty() ? view.codes[row] >= view.categories.size()
                               : view.values[row] != view.values[row];
  }

  /// Every row of weight above 0, with its working weight.
  const Rows& rows() const { return rows_; }
  /// Weight by class as people count it: working weights without their factors.
  std::vector<double> counts(const Distribution& d) const;

 private:
  dataset::Columns columns_;
  std::span<const std::uint8_t> y_;
  std::size_t classes_count_;
  std::vector<double> factor_;
  std::vector<NumericColumn> numeric_;
  Rows rows_;
};

/// Factors that make `costs` felt as weights (Breiman et al. 1984, section 4.4, altered priors): a
/// class's factor is in proportion to the sum of the costs of mistaking it; the total weight stays.
///
/// Shapes     costs: [classes x classes], row: true class. Result: [classes]; empty costs: all 1.
std::vector<double> cost_factors(std::span<const std::uint8_t> y, std::span<const double> weight,
                                 std::size_t classes_count, std::span<const double> costs);

/// Factors that give each class the share `priors` of the total weight. A class without rows: 1.
std::vector<double> prior_factors(std::span<const std::uint8_t> y, std::span<const double> weight,
                                  std::span<const double> priors);

}  // namespace holdfast::growing
