// Question: what does a level of the tree cost once the columns are sorted?
// Sketch: rows x columns steps of some 5 ns and logarithms from a table: 20'000 x 10 x 15 levels →
// about 30 ms.

#include <benchmark/benchmark.h>

#include "models/c45/c45.hpp"
#include "models/growing/rows_for_benches.hpp"

namespace holdfast::c45 {
namespace {

void fit_rows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const growing::RowsForBenches made(rows);
  const auto columns = made.columns();
  std::size_t nodes = 0;
  for (auto _ : state) nodes = fit(columns, made.y, made.weight, 2, {}).value().nodes.size();
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["nodes"] = static_cast<double>(nodes);
}

BENCHMARK(fit_rows)->Name("fit/tiny")->Arg(500)->Unit(benchmark::kMillisecond);
BENCHMARK(fit_rows)->Name("fit/real")->Arg(20'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::c45
