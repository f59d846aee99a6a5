#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>

namespace holdfast {
namespace {

// The one piece of process-wide state: how many workers TBB may use, set once by the program.
std::mutex control_mutex;
std::unique_ptr<tbb::global_control> control;

#ifdef __SANITIZE_THREAD__
// TBB is built without ThreadSanitizer, which so cannot see in what order it hands work over and
// reports every loop. A suppression would hide our own races too, as all bodies run below libtbb.so.
// Threads of our own show the order, and let it watch the bodies.
void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& run) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    // Relaxed: the counter orders nothing, so that bodies look as unordered as they are.
    for (std::size_t b = 0; (b = next.fetch_add(1, std::memory_order_relaxed)) < blocks;) {
      try {
        run(b);
      } catch (...) {
        next = blocks;
        const std::scoped_lock lock(failure_mutex);
        if (!failure) failure = std::current_exception();
      }
    }
  };
  {
    const auto workers = std::min(blocks, static_cast<std::size_t>(threads()));
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < workers; ++i) others.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}
#else
void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& run) {
  tbb::parallel_for(std::size_t{0}, blocks, run, tbb::simple_partitioner());
}
#endif

}  // namespace

void set_threads(int count) {
  const std::scoped_lock lock(control_mutex);
  control.reset();
  if (count > 0) {
    control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                    static_cast<std::size_t>(count));
  }
}

int threads() {
  const auto allowed =
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  return std::max(1, std::min(static_cast<int>(allowed), tbb::info::default_concurrency()));
}

void parallel_for(std::size_t count, std::size_t block,
                  const std::function<void(std::size_t, std::size_t)>& body) {
  if (count == 0) return;
  block = std::max<std::size_t>(block, 1);
  const std::size_t blocks = (count + block - 1) / block;
  const auto run = [&](std::size_t b) { body(b * block, std::min(count, (b + 1) * block)); };
  if (blocks == 1) return run(0);
  for_each_block(blocks, run);
}

double parallel_sum(std::size_t count, std::size_t block,
                    const std::function<double(std::size_t, std::size_t)>& value) {
  block = std::max<std::size_t>(block, 1);
  std::vector<double> parts((count + block - 1) / block);
  parallel_for(count, block,
               [&](std::size_t begin, std::size_t end) { parts[begin / block] = value(begin, end); });
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

}  // namespace holdfast
