#pragma once

#include <vector>

#include "core/error.hpp"

/// The ways features and outcomes can fail.
namespace holdfast::features::errors {

extern const ErrorKind kColumnNotStored;   // {table} {column}
extern const ErrorKind kColumnGuarded;    // {table} {column}
extern const ErrorKind kNoSuchFeature;     // {name}
extern const ErrorKind kFeatureNameTaken;  // {name}
extern const ErrorKind kNoFeatures;        // Nothing to learn from.

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> features_kinds();

}  // namespace holdfast::features::errors
