// Question: does a fit stay linear in rows and quadratic in columns?
// Sketch: a full pass is about p²/2 multiply-adds a row: 100'000 x 20 → 2e7, some 10 ms; a fit is
// two full and three cheap passes.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "models/logistic/logistic.hpp"

namespace holdfast::logistic {
namespace {

void fit_rows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto columns = static_cast<std::size_t>(state.range(1));
  Random random(20240331);
  std::vector<double> x(rows * columns);
  for (auto& value : x) value = random.normal();
  std::vector<std::uint8_t> y(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    y[r] = random.chance(1 / (1 + std::exp(1 - x[r * columns]))) ? 1 : 0;
  }
  const std::vector<double> weight(rows, 1.0);
  double checksum = 0;
  for (auto _ : state) checksum += fit({x.data(), rows, columns}, y, weight).value().deviance;
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["deviance"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(fit_rows)->Name("fit/tiny")->Args({1'000, 5})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_rows)->Name("fit/real")->Args({100'000, 20})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::logistic
