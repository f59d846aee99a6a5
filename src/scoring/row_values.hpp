#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "features/matrix.hpp"
#include "study/expression.hpp"
#include "study/study.hpp"

/// What the names of a rule or of the value at risk stand for in one row of the matrix.
namespace holdfast::scoring {

/// A number given beside the matrix: `probability`, `value`, `expected_loss`.
struct ExtraColumn {
  std::string name;
  std::span<const double> values;   // [rows]
};

/// The scope in which expressions over a matrix are parsed: its features, the extra names, and the
/// study's tables for aggregates.
study::Scope scope_of(const study::Study& study, const features::FeatureMatrix& matrix,
                      std::span<const ExtraColumn> extras = {});

/// An expression bound to a matrix. The matrix and the extras must outlive it.
class RowExpression {
 public:
  /// Errors: it does not parse or type, or an aggregate in it is not among the matrix's helpers.
  static Result<RowExpression> bind(std::string_view source, const study::Study& study,
                                    const features::FeatureMatrix& matrix,
                                    std::span<const ExtraColumn> extras = {});
  study::Value at(std::size_t row) const;
  const study::Expression& expression() const { return *expression_; }

 private:
  struct Source {
    const features::FeatureColumn* column = nullptr;
    study::Type type = study::Type::Number;
    std::span<const double> numbers;    // An extra column, where `column` is none.
  };
  study::ExpressionPtr expression_;
  std::map<const study::Expression*, Source> sources_;
};

}  // namespace holdfast::scoring
