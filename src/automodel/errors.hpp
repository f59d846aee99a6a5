#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::automodel::errors {

extern const ErrorKind kNotAClassifier;  // {model}
extern const ErrorKind kTooFewMembers;   // {model}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> automodel_kinds();

}  // namespace holdfast::automodel::errors
