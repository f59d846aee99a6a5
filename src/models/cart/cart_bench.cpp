// Question: what does growing cost beside the one sort, and what do folds cost?
// Sketch: a level is rows x columns steps of some 4 ns to search, 2 ns to find surrogates and 3 ns
// to divide: 20'000 x 10 x 10 levels → about 20 ms; ten folds nine times that, side by side.

#include <benchmark/benchmark.h>

#include "models/binary_tree/model.hpp"
#include "models/cart/cart.hpp"
#include "models/growing/rows_for_benches.hpp"

namespace holdfast::cart {
namespace {

void fit_rows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto folds = static_cast<std::uint32_t>(state.range(1));
  const growing::RowsForBenches made(rows);
  const auto columns = made.columns();
  std::vector<std::uint32_t> fold;
  for (std::uint32_t r = 0; folds > 0 && r < rows; ++r) fold.push_back(r % folds);
  std::size_t nodes = 0;
  for (auto _ : state) {
    const auto sample = binary_tree::sample_of(columns, made.y, made.weight, 2);
    const auto weights = binary_tree::class_weights(sample, sample.rows);
    const auto scales =
        binary_tree::scales_of({{0.5, 0.5}, binary_tree::losses({}, 2)}, weights);
    nodes = binary_tree::fit(sample, scales, {.complexity = 0.001},
                             [&] { return finder(sample, scales, {}); }, fold, folds)
                .tree.nodes.size();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["nodes"] = static_cast<double>(nodes);
}

BENCHMARK(fit_rows)->Name("fit/tiny")->Args({500, 2})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_rows)->Name("fit/real")->Args({20'000, 0})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_rows)->Name("fit/folds")->Args({20'000, 10})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::cart
