#include "history/upkeep.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "history/errors.hpp"
#include "history/manifest.hpp"

namespace holdfast::history {
namespace {

namespace fs = std::filesystem;

/// The number in "manifest-12.json"; 0: not such a name.
std::int64_t number_in(const std::string& name) {
  constexpr std::string_view kBefore = "manifest-";
  constexpr std::string_view kAfter = ".json";
  if (!name.starts_with(kBefore) || !name.ends_with(kAfter)) return 0;
  std::int64_t number = 0;
  std::from_chars(name.data() + kBefore.size(), name.data() + name.size() - kAfter.size(), number);
  return number;
}

}  // namespace

Result<WriteLock> WriteLock::take(const fs::path& store) {
  const auto path = store / "lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return Error{errors::kUnwritable, {{"path", path.string()}, {"why", std::strerror(errno)}}};
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return Error{errors::kLocked, {{"store", store.string()}}};
  }
  return WriteLock(descriptor);
}

WriteLock::~WriteLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

fs::path spill_folder(const fs::path& store) { return store / "spill"; }

void clean_up(const fs::path& store, std::int64_t newest) {
  std::error_code ignored;
  fs::remove_all(spill_folder(store), ignored);
  std::set<std::string> kept;
  std::vector<fs::path> gone;
  for (const auto& entry : fs::directory_iterator(store, ignored)) {
    const auto number = number_in(entry.path().filename().string());
    if (number == 0) continue;
    if (number > newest || number <= newest - kManifestsKept) {
      gone.push_back(entry.path());
      continue;
    }
    const auto manifest = load_manifest(store, number);
    // What cannot be read now may be by a newer program: nothing is removed then.
    if (!manifest.ok()) return;
    for (const auto& path : manifest->paths()) kept.insert(path);
  }
  for (const auto& entry : fs::recursive_directory_iterator(store, ignored)) {
    if (!entry.is_regular_file(ignored)) continue;
    const auto path = entry.path().lexically_relative(store).generic_string();
    const auto extension = entry.path().extension();
    if ((extension == ".parquet" && !kept.contains(path)) || extension == ".part") {
      gone.push_back(entry.path());
    }
  }
  for (const auto& path : gone) fs::remove(path, ignored);
}

}  // namespace holdfast::history
