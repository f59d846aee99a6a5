// Question: what do trials, and rules, cost beside one tree?
// Sketch: a trial is a tree of 20'000 x 10, some 30 ms, and smaller ones later; rules add for each
// leaf conditions squared passes over 20'000 bits, which is less.

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "core/random.hpp"
#include "models/c50/c50.hpp"

namespace holdfast::c50 {
namespace {

void fit_rows(benchmark::State& state, const Options& options) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t kColumns = 10;
  Random random(20240331);
  std::vector<std::vector<double>> x(kColumns, std::vector<double>(rows));
  std::vector<std::uint8_t> y(rows), valid(rows, 1);
  for (std::size_t r = 0; r < rows; ++r) {
    for (auto& column : x) column[r] = std::round(100 * random.normal()) / 100;
    y[r] = random.chance(x[0][r] > 0.5 ? 0.6 : x[1][r] * x[2][r] > 0 ? 0.3 : 0.1) ? 1 : 0;
  }
  std::vector<std::string> names;
  for (std::size_t c = 0; c < kColumns; ++c) names.push_back("x" + std::to_string(c));
  dataset::Columns columns{.rows = rows};
  for (std::size_t c = 0; c < kColumns; ++c) {
    columns.columns.push_back({.name = names[c], .values = x[c], .valid = valid});
  }
  const std::vector<double> weight(rows, 1.0);
  for (auto _ : state) {
    const growing::Sample sample(columns, y, weight, 2);
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
