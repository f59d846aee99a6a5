// Question: what does a row cost in a level of a tree?
// Sketch: 6 columns x 1.5 ns to count, 3 ns to divide → 12 ns; 20'000 rows x 12 levels → 3 ms a
// tree of leaves of 20.

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "core/random.hpp"
#include "models/forest/forest.hpp"

namespace holdfast::forest {
namespace {

void fit_rows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto leaf = static_cast<int>(state.range(1));
  constexpr std::size_t kColumns = 40;
  Random random(20240331);
  std::vector<std::vector<double>> x(kColumns, std::vector<double>(rows));
  std::vector<std::uint8_t> y(rows), valid(rows, 1);
  for (std::size_t r = 0; r < rows; ++r) {
    for (auto& column : x) column[r] = random.normal();
    y[r] = random.chance(x[0][r] > 0.5 ? 0.6 : x[1][r] * x[2][r] > 0 ? 0.3 : 0.1) ? 1 : 0;
  }
  std::vector<std::string> names;
  for (std::size_t c = 0; c < kColumns; ++c) names.push_back("x" + std::to_string(c));
  dataset::Columns columns{.rows = rows};
  for (std::size_t c = 0; c < kColumns; ++c) {
    columns.columns.push_back({.name = names[c], .values = x[c], .valid = valid});
  }
  const std::vector<double> weight(rows, 1.0);
  constexpr int kTrees = 10;
  double checksum = 0;
  for (auto _ : state) {
    checksum = fit(columns, y, weight, 2, {.trees = kTrees, .leaf_rows_min = leaf}, silent())
                   .value()
                   .out_of_bag.auc;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * kTrees);
  state.counters["out_of_bag_auc"] = checksum;
}

BENCHMARK(fit_rows)->Name("fit/tiny")->Args({500, 1})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_rows)->Name("fit/real")->Args({20'000, 20})->Args({20'000, 1})->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::forest
