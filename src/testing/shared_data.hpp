#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace holdfast::testing {

/// A file of the real data sets that may not stand in this repository: below $HOLDFAST_SHARED_DATA,
/// else ../shared/data beside the checkout. Nothing where it is absent; the test then says so and
/// skips.
std::optional<std::filesystem::path> shared_data(const std::string& name);

}  // namespace holdfast::testing
