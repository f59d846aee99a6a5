// Question: does a BG/NBD fit of a million customers stay 20 times below the 8 s of lifetimes?
// Sketch before measuring: three logarithms and an exponential a row are 50 ns, so a step is 25 ms
// on two cores; a fit of every 61st row comes near enough for four steps: 150 ms.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "core/random.hpp"
#include "lifetime/bg_nbd.hpp"

namespace holdfast::lifetime {
namespace {

void bg_nbd(benchmark::State& state) {
  Random random(20240331);
  std::vector<double> frequency, recency, age;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const double rate = random.gamma(0.6) / 8 + 1e-12, end = 20 + 30 * random.uniform();
    const double one = random.gamma(0.8), other = random.gamma(2.5);
    double x = 0, last = 0;
    for (double at = random.exponential(rate); at <= end; at += random.exponential(rate)) {
      x += 1;
      last = at;
      if (random.chance(one / (one + other))) break;
    }
    frequency.push_back(x);
    recency.push_back(last);
    age.push_back(end);
  }
  double checksum = 0;
  for (auto _ : state) {
    const auto fit = fit_bg_nbd({frequency, recency, age, {}});
    checksum += fit->r;
    state.counters["steps"] = fit->iterations;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["r"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(bg_nbd)->Name("bg_nbd_tiny")->Arg(1000);
BENCHMARK(bg_nbd)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace holdfast::lifetime
