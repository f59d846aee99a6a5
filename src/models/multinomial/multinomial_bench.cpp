// Question: what do more classes cost?
// Sketch: a Newton step is about (classes · p)² / 2 multiply-adds a row: 50'000 x 20 x 4 → 1e8, some 30 ms.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "models/multinomial/multinomial.hpp"

namespace holdfast::multinomial {
namespace {

void fit_classes(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto columns = static_cast<std::size_t>(state.range(1));
  const auto classes = static_cast<std::size_t>(state.range(2));
  Random random(20240331);
  std::vector<double> x(rows * columns);
  for (auto& value : x) value = random.normal();
  std::vector<std::uint8_t> y(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    y[r] = static_cast<std::uint8_t>(x[r * columns] > 0 && random.chance(0.5)
                                         ? 0
                                         : random.below(classes));
  }
  const std::vector<double> weight(rows, 1.0);
  double checksum = 0;
  for (auto _ : state) checksum += fit({x.data(), rows, columns}, y, weight, classes).value().deviance;
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["deviance"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(fit_classes)->Name("fit/tiny")->Args({500, 4, 3})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_classes)->Name("fit/real")->Args({50'000, 20, 5})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::multinomial
