#pragma once

#include <cstddef>
#include <functional>

namespace holdfast {

/// Sets how many threads parallel_for uses from now on; 0: all cores.
void set_threads(int threads);
int threads();

/// Calls body(begin, end) for blocks of `block` indices that cover [0, count). Block borders do not
/// depend on the thread count, so sums made per block and joined in block order are reproducible.
/// Exceptions of a body reach the caller.
void parallel_for(std::size_t count, std::size_t block,
                  const std::function<void(std::size_t begin, std::size_t end)>& body);

/// Adds up value(begin, end) over fixed blocks, in block order: the same bits for any thread count.
double parallel_sum(std::size_t count, std::size_t block,
                    const std::function<double(std::size_t begin, std::size_t end)>& value);

}  // namespace holdfast
