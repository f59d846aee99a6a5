#pragma once

#include <string_view>

#include "core/error.hpp"
#include "exchange/key_mask.hpp"
#include "study/study.hpp"

/// Keys that tell who somebody is: masked in every output unless somebody asks to see them.
namespace holdfast::run {

/// Whether outputs show keys masked: the key of a customer or contract is marked as an identifier, and
/// nobody asks to see it. Who asks leaves a line in reveals.log in the study's out folder: when, by whom
/// and what for. Errors: kFileUnwritable.
Result<bool> masks_keys(const study::Study& study, bool reveals_keys, std::string_view what);

/// How keys stand in files that other programs go on with. Its secret comes from the contents of the
/// first source ever taken in (where that is a database, from the keys in the store), so that a
/// customer looks the same in the files of every run. Errors: those of reading the store.
Result<exchange::KeyMask> key_mask_of(const study::Study& study, std::int64_t manifest_number, bool masks);

}  // namespace holdfast::run
