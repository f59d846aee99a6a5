#pragma once

#include <string_view>

#include "core/error.hpp"
#include "study/study.hpp"

/// Keys that tell who somebody is: masked in every output unless somebody asks to see them.
namespace holdfast::run {

/// Whether outputs show keys masked: the key of a customer or contract is marked as an identifier, and
/// nobody asks to see it. Who asks leaves a line in reveals.log in the study's out folder: when, by whom
/// and what for. Errors: kFileUnwritable.
Result<bool> masks_keys(const study::Study& study, bool reveals_keys, std::string_view what);

}  // namespace holdfast::run
