#pragma once

#include <string_view>

#include "core/error.hpp"
#include "study/study.hpp"

/// Keys that tell who somebody is: masked in every output unless somebody asks to see them.
namespace holdfast::run {

/// Whether the key of a customer or contract is marked as an identifier.
bool keys_identify(const study::Study& study);

/// Adds a line to reveals.log in the study's out folder: when, by whom and what for keys were shown.
/// Errors: kFileUnwritable.
Result<void> log_reveal(const study::Study& study, std::string_view what);

}  // namespace holdfast::run
