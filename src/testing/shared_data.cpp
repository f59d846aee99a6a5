#include "testing/shared_data.hpp"

#include <cstdlib>

namespace holdfast::testing {

std::optional<std::filesystem::path> shared_data(const std::string& name) {
  const char* given = std::getenv("HOLDFAST_SHARED_DATA");
  const std::filesystem::path root =
      given != nullptr ? std::filesystem::path(given)
                       : std::filesystem::path(HOLDFAST_SHARED_DATA_DEFAULT);
  const auto path = root / name;
  if (std::filesystem::exists(path)) return path;
  return std::nullopt;
}

}  // namespace holdfast::testing
