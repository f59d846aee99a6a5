#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {

enum class Dialect : std::uint8_t { Sqlite, Postgresql, Spark };

/// A query that gives every row of `table` with its churn_probability behind the table's own columns;
/// the steps on the way stay visible, so that a figure can be followed by hand. Columns are named as
/// the features; NULL is missing; a category the model does not know is treated as the model does.
std::string to_sql(const Formula& formula, Dialect dialect, std::string_view table);

/// Runs the SQLite text on rows of the model's columns and gives the probabilities.
/// Errors: kCheckFailed.
Result<std::vector<double>> run_sqlite(std::string_view sql, const FittedModel& model,
                                       const dataset::Columns& columns, std::string_view table);

}  // namespace holdfast::exchange
