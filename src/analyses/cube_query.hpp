#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/inputs.hpp"
#include "cube/compare.hpp"
#include "cube/cube.hpp"

/// Any dimensions by churn, renewal and value: the one question that the command line, the API and
/// the reports ask.
namespace holdfast::analyses {

/// Keeps the rows whose dimension has one of these values, as `CubeDimension::categories` names them.
struct CubeFilter {
  std::string dimension;
  std::vector<std::string> values;
};

struct CubeQuery {
  std::vector<std::string> dimensions;  // Features or columns; empty: the strongest.
  std::vector<CubeFilter> filters;      // On dimensions of the query, or others.
  std::optional<Day> from, to;          // Periods [from, to) and from `to` on; nothing: the last two
                                        // years, or halves of what there is.
};

struct CubeDimension {
  std::string name;
  Text label;
  std::vector<Text> categories;         // By code.
};

/// Measures of every cube here, by name.
namespace cube_measures {
inline constexpr std::string_view kRows = "rows";                  // A count.
inline constexpr std::string_view kChurn = "churn_rate";           // Left / all.
inline constexpr std::string_view kKept = "kept_rate";             // Stayed / all: renewal by count.
inline constexpr std::string_view kKeptValue = "kept_value_rate";  // Of the value: renewal by premium.
inline constexpr std::string_view kValue = "value_cents";          // At risk, a total.
inline constexpr std::string_view kLost = "lost_cents";            // Of those who left, a total.
}  // namespace cube_measures

struct CubeAnswer {
  std::vector<CubeDimension> dimensions;
  cube::Cube all;                       // Over these dimensions, all rows.
  std::optional<cube::Cube> before, after;  // Nothing where the rows have one day only.
  Day before_from, after_from, last;    // Periods [before_from, after_from), [after_from, last].
  std::vector<cube::Cube> by_quarter;   // Over the first dimension.
  std::vector<std::string> quarters;    // "2017-04": first month.
  bool has_value = false;               // Some row has a value at risk.
};

/// Of the rows whose outcome is known. Rates take those who left by competing exits as not kept and
/// not churned. Errors: kNoColumnFor, kNothingThere, those of the dataset.
/// Cost: the dataset where nobody asked for it yet; then one pass.
Result<CubeAnswer> ask_cube(const Inputs& inputs, const CubeQuery& query, Progress& progress);

}  // namespace holdfast::analyses
