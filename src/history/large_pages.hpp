#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace holdfast::history {

/// Allocates large blocks in pages of 2 MiB where the system has them. A table that is looked up at
/// random waits for each page's address before its memory, and prefetches do not hide that.
template <typename T>
struct LargePages {
  using value_type = T;
  static constexpr std::size_t kPageBytes = std::size_t{2} << 20;

  LargePages() = default;
  template <typename Other>
  LargePages(const LargePages<Other>& other) {
    (void)other;
  }

  T* allocate(std::size_t count) {
    const auto bytes = count * sizeof(T);
    if (!is_large(count)) {
      return static_cast<T*>(::operator new(bytes, std::align_val_t{alignof(T)}));
    }
    const auto whole = (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
    void* block = std::aligned_alloc(kPageBytes, whole);
    if (block == nullptr) throw std::bad_alloc();
    (void)::madvise(block, whole, MADV_HUGEPAGE);  // Refused: slower, not wrong.
    return static_cast<T*>(block);
  }
  void deallocate(T* block, std::size_t count) {
    if (is_large(count)) std::free(block);
    else ::operator delete(block, std::align_val_t{alignof(T)});
  }
  bool operator==(const LargePages&) const = default;

 private:
  static bool is_large(std::size_t count) { return count * sizeof(T) >= 2 * kPageBytes; }
};

}  // namespace holdfast::history
