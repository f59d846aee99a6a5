// Question: is a cube of 10⁶ rows × 4 dimensions well below a second, and every query on it instant?
// Sketch before measuring: checks 10 columns 10 ms, keys 8 ms, cells 10 ms, four measures each a
// pass with one random access into 12 000 cells × 16 bytes (in cache) 5 ms: 30 ms on two cores. A
// roll-up sorts 12 000 cells: 1 ms.

#include <benchmark/benchmark.h>

#include "cube/compare.hpp"
#include "cube/made_portfolio.hpp"

namespace holdfast::cube {
namespace {

void build(benchmark::State& state, const Portfolio& made) {
  std::size_t cells = 0;
  for (auto _ : state) cells = made.cube()->cells();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(made.left.size()));
  state.counters["cells"] = static_cast<double>(cells);
}

void cube_tiny(benchmark::State& state) { build(state, Portfolio(1, 1000, {3, 4, 5, 2})); }
void cube_million(benchmark::State& state) {
  build(state, Portfolio(1, 1'000'000, {12, 20, 10, 5}));
}
// 10⁸ combinations: cells are found by sorting.
void cube_million_sparse(benchmark::State& state) {
  build(state, Portfolio(1, 1'000'000, {100, 100, 100, 100}));
}

void query_roll_up(benchmark::State& state) {
  const auto cube = *Portfolio(1, 1'000'000, {12, 20, 10, 5}).cube();
  for (auto _ : state) benchmark::DoNotOptimize(cube.roll_up({"b", "d"})->cells());
}

void query_attribution(benchmark::State& state) {
  const auto before = *Portfolio(1, 1'000'000, {12, 20, 10, 5}).cube();
  const auto after = *Portfolio(2, 1'000'000, {12, 20, 10, 5}).cube();
  for (auto _ : state)
    benchmark::DoNotOptimize(attribute(before, after, "churn_rate")->contributions.size());
}

BENCHMARK(cube_tiny);
BENCHMARK(cube_million)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(cube_million_sparse)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(query_roll_up)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(query_attribution)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace holdfast::cube
