#include "core/parallel.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>

namespace holdfast {
namespace {

// The one piece of process-wide state: how many workers TBB may use, set once by the program.
std::mutex control_mutex;
std::unique_ptr<tbb::global_control> control;

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
  tbb::parallel_for(std::size_t{0}, blocks, run, tbb::simple_partitioner());
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
