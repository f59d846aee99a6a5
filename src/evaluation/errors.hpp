#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::evaluation::errors {

extern const ErrorKind kNoRows;
extern const ErrorKind kOneClass;        // {rows} {churners}
extern const ErrorKind kBadProbability;  // {row} {value}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> evaluation_kinds();

}  // namespace holdfast::evaluation::errors
