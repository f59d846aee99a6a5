#pragma once

#include <string_view>
#include <vector>

#include "study/expression.hpp"

/// The functions of the expression language with what they take. Inner header of study/.
namespace holdfast::study {

/// What an aggregate looks at and which windows it takes.
enum class Target : std::uint8_t {
  None,     // Not an aggregate.
  Rows,     // A table, or a column whose missing cells do not count.
  Number,   // A column of numbers, or a table's amount.
  Ordered,  // A column of numbers or days.
  Any,      // Any column.
  Series    // Monthly sums of a column of numbers, or of a table's amount.
};
enum class Window : std::uint8_t { None, Optional, Required, Months };

struct Function {
  FunctionInfo info;
  /// Scalar: types of arguments, '>' and the type of the result. N number, T text, D day, B
  /// boolean, S any but all the same; ? after one that may be left out, + after one or more.
  /// Aggregate: '>' and the type of the result; S: the column's.
  std::string_view pattern;
  Target target = Target::None;
  Window window = Window::None;
  int constants_count = 0;
};

/// Null where there is none; in any case, aliases (avg) included.
const Function* function_named(std::string_view name);
const std::vector<Function>& function_table();

}  // namespace holdfast::study
