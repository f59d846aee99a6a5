#include "core/cells.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

// A matrix of gigabytes costs more time in page faults than in arithmetic. So columns are cut, one
// after the other, from regions that the kernel backs with huge pages, and a region goes back when its
// last column does. Addresses of regions are multiples of their size: a column's address tells its region.

namespace holdfast {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kUsesRegions = false;  // The sanitizers watch malloc.
#else
constexpr bool kUsesRegions = true;
#endif

constexpr std::size_t kRegionBytes = std::size_t{64} << 20;
constexpr std::size_t kHeadBytes = 64, kLineBytes = 64;
constexpr std::size_t kSmallBytes = std::size_t{64} << 10;  // Below: malloc.

struct Region {
  std::atomic<std::size_t> uses;  // Columns in it, and the thread that still cuts some from it.
  std::size_t bytes;
};
static_assert(sizeof(Region) <= kHeadBytes);

char* map(std::size_t bytes) {
  auto* place = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(place);
}

Region* make_region(std::size_t bytes) {
  // Maps more, to find an aligned beginning in it, and gives the rest back.
  auto* from = map(bytes + kRegionBytes);
  const auto address = reinterpret_cast<std::uintptr_t>(from);
  const auto before = (kRegionBytes - address % kRegionBytes) % kRegionBytes;
  if (before > 0) ::munmap(from, before);
  ::munmap(from + before + bytes, kRegionBytes - before);
#ifdef MADV_HUGEPAGE
  ::madvise(from + before, bytes, MADV_HUGEPAGE);  // Where it is refused, small pages do.
#endif
  return ::new (from + before) Region{.uses = 1, .bytes = bytes};
}

void leave(Region* region) noexcept {
  if (region->uses.fetch_sub(1, std::memory_order_acq_rel) == 1) ::munmap(region, region->bytes);
}

/// The region a thread cuts columns from.
class Cutter {
 public:
  Cutter() = default;
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;
  ~Cutter() {
    if (region_ != nullptr) leave(region_);
  }

  void* cut(std::size_t bytes) {
    bytes = (bytes + kLineBytes - 1) / kLineBytes * kLineBytes;
    if (region_ != nullptr && region_->uses.load(std::memory_order_acquire) == 1) used_ = kHeadBytes;
    if (region_ == nullptr || used_ + bytes > kRegionBytes) {
      auto* next = make_region(kRegionBytes);
      if (region_ != nullptr) leave(region_);
      region_ = next;
      used_ = kHeadBytes;
    }
    auto* cells = reinterpret_cast<char*>(region_) + used_;
    used_ += bytes;
    region_->uses.fetch_add(1, std::memory_order_relaxed);
    return cells;
  }

 private:
  Region* region_ = nullptr;
  std::size_t used_ = 0;
};

thread_local Cutter cutter;

std::size_t pages_up(std::size_t bytes) {
  constexpr std::size_t kPage = 4096;
  return (bytes + kPage - 1) / kPage * kPage;
}

}  // namespace

void* allocate_cells(std::size_t bytes) {
  if (kUsesRegions && bytes >= kSmallBytes) {
    if (bytes <= kRegionBytes / 4) return cutter.cut(bytes);
    // A large column has a region of its own.
    return reinterpret_cast<char*>(make_region(pages_up(bytes + kHeadBytes))) + kHeadBytes;
  }
  auto* cells = std::malloc(bytes);
  if (cells == nullptr) throw std::bad_alloc();
  return cells;
}

void free_cells(void* cells, std::size_t bytes) noexcept {
  if (!kUsesRegions || bytes < kSmallBytes) return std::free(cells);
  const auto address = reinterpret_cast<std::uintptr_t>(cells);
  leave(reinterpret_cast<Region*>(address - address % kRegionBytes));
}

}  // namespace holdfast
