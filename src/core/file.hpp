#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace holdfast {

/// The whole file. Errors: kFileMissing, kFileUnreadable.
Result<std::string> read_file(const std::filesystem::path& path);

/// Writes aside, syncs, and publishes by one rename: a reader sees the old or the new contents,
/// never a part. Creates missing folders. Errors: kFileUnwritable.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view contents);

/// Makes a rename in this folder last through a power cut.
Result<void> sync_folder(const std::filesystem::path& folder);

/// A name beside `path` that no other writer uses: "out/.scores.parquet.1234-1.part".
std::filesystem::path aside_of(const std::filesystem::path& path);

/// Syncs `aside` and renames it to `path`.
Result<void> publish_file(const std::filesystem::path& aside, const std::filesystem::path& path);

}  // namespace holdfast
