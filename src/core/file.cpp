#include "core/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace holdfast {
namespace {

Error unwritable(const std::filesystem::path& path, int code) {
  return {errors::kFileUnwritable, {{"path", path.string()}, {"why", std::strerror(code)}}};
}

/// Closes what it holds.
struct Descriptor {
  int number = -1;
  explicit Descriptor(int n) : number(n) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number < 0) {
    const int code = errno;
    if (code == ENOENT) return Error{errors::kFileMissing, {{"path", path.string()}}};
    return Error{errors::kFileUnreadable, {{"path", path.string()}, {"why", std::strerror(code)}}};
  }
  std::string contents;
  char buffer[1 << 16];
  for (;;) {
    const auto got = ::read(file.number, buffer, sizeof buffer);
    if (got == 0) return contents;
    if (got < 0) {
      if (errno == EINTR) continue;
      return Error{errors::kFileUnreadable,
                   {{"path", path.string()}, {"why", std::strerror(errno)}}};
    }
    contents.append(buffer, static_cast<std::size_t>(got));
  }
}

std::filesystem::path aside_of(const std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  auto name = fmt::format(".{}.{}-{}.part", path.filename().string(), ::getpid(), ++counter);
  return path.parent_path() / name;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Descriptor handle(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.number < 0 || ::fsync(handle.number) != 0) return unwritable(folder, errno);
  return {};
}

Result<void> publish_file(const std::filesystem::path& aside, const std::filesystem::path& path) {
  {
    const Descriptor file(::open(aside.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number < 0 || ::fsync(file.number) != 0) return unwritable(aside, errno);
  }
  if (::rename(aside.c_str(), path.c_str()) != 0) return unwritable(path, errno);
  return sync_folder(path.parent_path());
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view contents) {
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  if (failure) return unwritable(path.parent_path(), failure.value());
  const auto aside = aside_of(path);
  {
    const Descriptor file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.number < 0) return unwritable(path, errno);
    while (!contents.empty()) {
      const auto wrote = ::write(file.number, contents.data(), contents.size());
      if (wrote < 0) {
        if (errno == EINTR) continue;
        const int code = errno;
        ::unlink(aside.c_str());
        return unwritable(path, code);
      }
      contents.remove_prefix(static_cast<std::size_t>(wrote));
    }
  }
  auto published = publish_file(aside, path);
  if (!published.ok()) ::unlink(aside.c_str());
  return published;
}

}  // namespace holdfast
