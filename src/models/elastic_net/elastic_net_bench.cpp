// Question: what does a path of a hundred penalties cost beside one fit?
// Sketch: some three passes of 2 n p multiply-adds a penalty: 100'000 x 30 → 2e9, about a second.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "models/elastic_net/elastic_net.hpp"

namespace holdfast::elastic_net {
namespace {

void path_of_rows(benchmark::State& state) {
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
  for (auto _ : state) {
    checksum += fit_path({x.data(), rows, columns}, y, weight).value().deviance_explained.back();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["explained"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(path_of_rows)->Name("path/tiny")->Args({500, 5})->Unit(benchmark::kMillisecond);
BENCHMARK(path_of_rows)->Name("path/real")->Args({100'000, 30})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::elastic_net
