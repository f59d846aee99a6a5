#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::dataset::errors {

extern const ErrorKind kNoRows;         // {immature} {unknown} {competing}
extern const ErrorKind kTooFewRows;     // {rows} {needed}
extern const ErrorKind kNoChurner;      // {rows}
extern const ErrorKind kAllChurners;    // {rows}
extern const ErrorKind kEmptySplit;     // {split} {rows}
extern const ErrorKind kOneClassSplit;  // {split} {rows} {churners}
extern const ErrorKind kColumnMissing;  // {column}
extern const ErrorKind kColumnType;     // {column} {expected} {expected_zh}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> dataset_kinds();

}  // namespace holdfast::dataset::errors
