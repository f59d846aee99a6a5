#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::generate::errors {

extern const ErrorKind kBadOptions;  // {what_en} {what_zh}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> generate_kinds();

}  // namespace holdfast::generate::errors
