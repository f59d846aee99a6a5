#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace holdfast {

/// A fixed, seeded 64-bit hash (XXH64). Part of the storage format: never changes.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

/// 32 hexadecimal digits of BLAKE2b-128, for telling contents apart.
std::string content_hash(std::string_view bytes);
Result<std::string> content_hash_of_file(const std::filesystem::path& path);

}  // namespace holdfast
