// Question: what do trials, and rules, cost beside one tree?
// Sketch: a trial is a tree of 20'000 x 10, some 30 ms, and smaller ones later; rules add for each
// leaf conditions squared passes over 20'000 bits, which is less.

#include <benchmark/benchmark.h>

#include "models/c50/c50.hpp"
#include "models/growing/rows_for_benches.hpp"

namespace holdfast::c50 {
namespace {

void fit_rows(benchmark::State& state, const Options& options) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const growing::RowsForBenches made(rows);
  const auto columns = made.columns();
  for (auto _ : state) {
    const growing::Sample sample(columns, made.y, made.weight, 2);
    benchmark::DoNotOptimize(fit(sample, options).usage.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(fit_rows, tiny, Options{.trials = 3, .has_rules = true})
    ->Arg(500)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_rows, tree, Options{})->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_rows, trials, Options{.trials = 10})
    ->Arg(20'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_rows, rules, Options{.has_rules = true})
    ->Arg(20'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::c50
