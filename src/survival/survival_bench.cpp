// Question: does Cox regression stay far below R's 14 s for a million rows of twenty columns, and
// concordance below a second?
// Sketch before measuring: a Newton step reads the columns three times (0.5 GB, 50 ms) and makes
// two symmetric products of 4·10⁸ operations (60 ms on two cores); six steps, a sort and a copy:
// 1 s. Concordance: two sorts of 100 ms and a million walks of a tree that misses the cache, 300
// ms.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "survival/concordance.hpp"
#include "survival/cox.hpp"

namespace holdfast::survival {
namespace {

struct Made {
  std::vector<double> x, exit, score;
  std::vector<std::uint8_t> event;
};

Made made(std::size_t rows, std::size_t cols) {
  Random random(20240331);
  Made data;
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < cols; ++c) {
      data.x.push_back(random.normal());
      sum += (c % 2 == 0 ? 0.1 : -0.05) * data.x.back();
    }
    const double leaves = random.exponential(0.1 * std::exp(sum));
    const double lost = random.exponential(0.1);
    data.exit.push_back(std::min(leaves, lost));
    data.event.push_back(leaves <= lost ? 1 : 0);
    data.score.push_back(sum + random.normal());
  }
  return data;
}

void cox(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto cols = static_cast<std::size_t>(state.range(1));
  const auto data = made(rows, cols);
  double checksum = 0;
  for (auto _ : state) {
    const auto fit = fit_cox({{}, data.exit, data.event, {}, {}}, {data.x.data(), rows, cols});
    checksum += fit->coefficients[0];
    state.counters["steps"] = fit->iterations;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["beta"] = checksum / static_cast<double>(state.iterations());
}

void concordance_rows(benchmark::State& state) {
  const auto data = made(static_cast<std::size_t>(state.range(0)), 4);
  double checksum = 0;
  for (auto _ : state) {
    checksum += concordance({{}, data.exit, data.event, {}, {}}, data.score)->value;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["c"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(cox)->Name("cox_tiny")->Args({500, 3});
BENCHMARK(cox)
    ->Args({100'000, 20})
    ->Args({1'000'000, 20})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(concordance_rows)->Name("concordance_tiny")->Arg(500);
BENCHMARK(concordance_rows)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::survival
