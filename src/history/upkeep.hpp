#pragma once

#include <cstdint>
#include <filesystem>

#include "core/error.hpp"

namespace holdfast::history {

/// Held while an import writes to a store; gone with the process, however it ends.
class WriteLock {
 public:
  /// Errors: kLocked, kUnwritable.
  static Result<WriteLock> take(const std::filesystem::path& store);
  WriteLock(WriteLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  WriteLock& operator=(WriteLock&&) = delete;
  ~WriteLock();

 private:
  explicit WriteLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// States kept beside the newest one, so that a run can be looked at again.
constexpr std::int64_t kManifestsKept = 2;

/// Removes what no kept state refers to: leftovers of a killed import, states grown old.
/// `newest`: the published number, 0: none.
void clean_up(const std::filesystem::path& store, std::int64_t newest);

std::filesystem::path spill_folder(const std::filesystem::path& store);

}  // namespace holdfast::history
