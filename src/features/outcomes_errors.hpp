#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::features::errors {

extern const ErrorKind kChurnMissing;      // The study has no churn definition.
extern const ErrorKind kChurnTable;        // {definition} {table}
extern const ErrorKind kChurnColumn;       // {definition} {table} {column}
extern const ErrorKind kChurnNeeds;        // {definition} {what}
extern const ErrorKind kNoCutoffs;         // {first} {last}
/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> outcome_kinds();

}  // namespace holdfast::features::errors
