#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace holdfast {

/// Memory of a large column. Errors: std::bad_alloc.
void* allocate_cells(std::size_t bytes);
void free_cells(void* cells, std::size_t bytes) noexcept;

/// Leaves what resize() adds as it is in memory: a column that is written anyway is not cleared first.
template <typename T>
struct CellAllocator {
  using value_type = T;

  CellAllocator() = default;
  template <typename U>
  CellAllocator(const CellAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) { return static_cast<T*>(allocate_cells(count * sizeof(T))); }
  void deallocate(T* cells, std::size_t count) noexcept { free_cells(cells, count * sizeof(T)); }

  template <typename U>
  void construct(U* at) {
    ::new (static_cast<void*>(at)) U;
  }
  template <typename U, typename... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const CellAllocator&, const CellAllocator&) { return true; }
};

/// A column of numbers. resize() leaves new cells unset; assign() and resize(n, value) set them.
template <typename T>
using Cells = std::vector<T, CellAllocator<T>>;

}  // namespace holdfast
