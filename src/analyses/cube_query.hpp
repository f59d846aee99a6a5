#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/inputs.hpp"
#include "cube/compare.hpp"
#include "cube/cube.hpp"

/// Any dimensions by churn, renewal and value: the one question that the command line, the API and
/// the reports ask.
namespace holdfast::analyses {

/// Keeps some rows by a feature. Values are categories or bands, as `CubeDimension::categories` names
/// them in either language or the data have them, or numbers.
struct CubeFilter {
  enum class Is : std::uint8_t { OneOf, NotOneOf, Below, AtMost, Above, AtLeast };

  std::string dimension;
  std::vector<std::string> values;
  Is is = Is::OneOf;
  double limit = 0;
};

/// Days [from, until); `name` is what a person called them, "2017".
struct CubePeriod {
  Day from, until;
  std::string name;
};

struct CubeQuery {
  std::vector<std::string> dimensions;  // Features or columns; empty: the strongest.
  std::vector<CubeFilter> filters;      // On dimensions of the query, or others.
  std::optional<Day> from, to;          // Periods [from, to) and from `to` on; nothing: the last two
                                        // years, or halves of what there is.
  // One cell opened after the other, one value each: its dimension goes before the others, and only
  // that cell shows the next dimension.
  std::vector<CubeFilter> drill = {};
  std::vector<std::string> measures = {};        // Of cube_measures, "mean(…)", "sum(…)"; empty: all.
  std::optional<CubePeriod> period = {};         // Only rows of these days.
  std::optional<CubePeriod> compared_with = {};  // Against rows of these days, in place of from, to.
};

struct CubeDimension {
  std::string name;
  Text label;
  std::vector<Text> categories;         // By code, in words.
  std::vector<Text> written = {};       // As the data have them.
};

/// Measures of every cube here, by name.
namespace cube_measures {
inline constexpr std::string_view kRows = "rows";                  // A count.
inline constexpr std::string_view kLeft = "left";                  // A count.
inline constexpr std::string_view kChurn = "churn_rate";           // Left / all.
inline constexpr std::string_view kKept = "kept_rate";             // Stayed / all: renewal by count.
inline constexpr std::string_view kKeptValue = "kept_value_rate";  // Of the value: renewal by premium.
inline constexpr std::string_view kValue = "value";                 // At risk, a total in cents.
inline constexpr std::string_view kLost = "lost";                   // Of those who left, in cents.
inline constexpr std::string_view kAll[] = {kRows, kLeft, kChurn, kKept, kKeptValue, kValue, kLost};
}  // namespace cube_measures

struct CubeMeasure {
  std::string name;
  Text label;
  Format format = Format::Number;
  bool is_rate = false;
  bool is_proportion = false;  // Some of the rows: chance can be told from change.
  double unit = 1;             // What a sum is divided by to be read: 100 for cents.
};

struct CubeAnswer {
  std::vector<CubeDimension> dimensions;
  std::vector<CubeMeasure> measures;    // All there are, those asked for first.
  std::size_t asked = 0;                // How many of them were.
  cube::Cube all;                       // Over these dimensions, all rows.
  std::optional<cube::Cube> before, after;  // Nothing where the rows have one day only.
  Day before_from, after_from, last;    // Periods [before_from, after_from), [after_from, last].
  Day newest;                           // Row of known outcome, whatever the period.
  std::vector<cube::Cube> by_quarter;   // Over the first dimension.
  std::vector<std::string> quarters;    // "2017-04": first month.
  bool has_value = false;               // Some row has a value at risk.
  std::vector<std::vector<cube::Code>> drilled;  // [drill] codes of the cell opened at each level.
};

/// Of the rows whose outcome is known. Rates take those who left by competing exits as not kept and
/// not churned. Errors: kNoColumnFor, kNothingThere, kBadQuestion, those of the dataset.
/// Cost: the dataset where nobody asked for it yet; then one pass.
Result<CubeAnswer> ask_cube(const Inputs& inputs, const CubeQuery& query, Progress& progress);

/// The answer as blocks: every level with its totals, the measures asked for, the other period and
/// the change beside them, and each change of a rate taken apart into mix and rate. Errors as above.
Result<Analysis> answer_cube(const Inputs& inputs, const CubeQuery& query, Progress& progress);

/// What a person types as one condition: "cover=full", "cover=full|basic", "cover!=full",
/// "premium>=500". Errors: kBadQuestion.
Result<CubeFilter> parse_cube_filter(std::string_view text);
/// The condition as it is typed.
std::string text_of(const CubeFilter& filter);
/// "2017", "2017-H1", "2017-Q3", "2017-04", "2017-01-01..2017-06-30" (both days within).
/// Errors: kBadQuestion.
Result<CubePeriod> parse_cube_period(std::string_view text);
/// The same days one year before; as many days right before.
CubePeriod year_before(const CubePeriod& period);
CubePeriod right_before(const CubePeriod& period);

}  // namespace holdfast::analyses
