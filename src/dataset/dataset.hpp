#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "dataset/sampling.hpp"
#include "features/matrix.hpp"
#include "study/study.hpp"

/// The modelling matrix: typed columns, outcome, weights, splits.
namespace holdfast::dataset {

/// A column somebody else owns. A missing cell has valid 0; no NaN.
struct ColumnView {
  std::string_view name;
  std::span<const double> values;           // Numeric.
  std::span<const std::uint32_t> codes;     // Category: index into categories.
  std::span<const std::string> categories;  // Empty for numeric columns.
  std::span<const std::uint8_t> valid;      // [rows]

  bool is_category() const { return values.empty() && !categories.empty(); }
};

/// Rows by columns, somebody else's memory.
struct Columns {
  std::size_t rows = 0;
  std::vector<ColumnView> columns;
};

enum class Split : std::uint8_t { Train, Validation, Test, Embargo, Immature, Excluded };
std::string_view name_of(Split split);

/// A feature matrix with a split for each row. Rows of OutcomeState Immature, Unknown never train
/// or test; competing exits are excluded from classifiers' rows unless the study says otherwise.
struct Dataset {
  features::FeatureMatrix matrix;
  std::vector<Split> split;             // [rows]
  std::vector<std::uint8_t> y;          // [rows] 1: churned.
  std::vector<double> weight;           // [rows] 1 unless the study says otherwise.
  std::vector<std::uint32_t> modelled;  // Indices of matrix columns that models may use: marks
                                        // respected, constants and copies of the outcome left out.
  std::vector<Text> notes;              // What was left out and why.

  /// Row indices of one split, ascending.
  std::vector<std::uint32_t> rows_of(Split split) const;
};

/// Assigns splits by time (later cutoffs to validation and test, an embargo between) or by customer
/// (all rows of a customer together, by hash). Errors: no churner, only churners, an empty split.
Result<Dataset> make_dataset(features::FeatureMatrix matrix, const study::Study& study);

/// The chosen rows of the modelled columns, gathered into owned memory.
class Frame {
 public:
  static Frame gather(const Dataset& dataset, std::span<const std::uint32_t> rows);
  /// Columns for scoring, put into the order and categories of `like` by name. Unknown categories
  /// become missing. Errors: a column of `like` is absent.
  static Result<Frame> align(const features::FeatureMatrix& matrix,
                             const std::vector<std::string>& names,
                             const std::vector<std::vector<std::string>>& categories);
  /// Adds rows between two of the frame's: numbers lie `way` of the line, outcome, categories and
  /// what is missing are those of the nearer row. Their weight is the first row's.
  void append(std::span<const BetweenRows> rows);
  /// Other weights for the rows. Shapes: [rows].
  void set_weight(std::vector<double> weight);
  Columns view() const;
  std::span<const std::uint8_t> y() const { return y_; }
  std::span<const double> weight() const { return weight_; }
  /// Whose row each is: index into the matrix's customer_keys.
  std::span<const std::uint32_t> group() const { return group_; }
  std::size_t rows() const { return rows_; }

 private:
  std::size_t rows_ = 0;
  std::vector<std::string> names_;
  std::vector<features::FeatureColumn> columns_;
  std::vector<std::uint8_t> y_;
  std::vector<double> weight_;
  std::vector<std::uint32_t> group_;
};

/// The origins of a backtest: for each, train rows end an embargo before the test cutoffs begin.
struct Origin {
  Day test_from, test_to;
  std::vector<std::uint32_t> train, test;
};
std::vector<Origin> backtest_origins(const Dataset& dataset, const study::Study& study);

}  // namespace holdfast::dataset
