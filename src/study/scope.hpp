#pragma once

#include <string_view>

#include "study/expression.hpp"
#include "study/study.hpp"

/// What names mean in the expressions of a study.
namespace holdfast::study {

/// How a column's type appears in expressions: integers, reals and money are numbers; an instant
/// is the day it falls on.
Type type_of(tables::ColumnType type);

/// Rules and own features: columns of every table, own features, the score. Generated features are
/// not known here: a name that looks like one is typed Unknown. features/ adds its real ones by
/// wrapping `name`.
Scope scope_of(const Study& study);

/// The columns of one row: computed columns, filters. No aggregates.
Scope row_scope_of(const TableSpec& table);

/// True where a bare name is built like a generated feature's: it starts with the name of a table
/// or column, or of a family that belongs to no table ("tenure_days").
bool looks_generated(const Study& study, std::string_view name);

}  // namespace holdfast::study
