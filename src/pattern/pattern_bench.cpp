// Question: does FP-growth stay ten times below mlxtend (tests/reference/pattern/SOURCE.md) on
// groceries and T10I4D100K, and do thirty giant baskets leave it unharmed?
// Sketch before measuring: sorting 100 000 baskets 20 ms, their tree 700 000 nodes 30 ms, walking
// each node's path once 4·10⁶ steps that miss the cache, 50 ms; 13 000 sets on ever smaller trees,
// 50 ms. A giant basket of 5000 items: 12·10⁶ steps, thirty of them 0.4 s on two cores.

#include <benchmark/benchmark.h>

#include "pattern/baskets_for_tests.hpp"
#include "pattern/item_sets.hpp"

namespace holdfast::pattern {
namespace {

void mine(benchmark::State& state, const OwnedBaskets& baskets, double support) {
  std::size_t sets = 0;
  for (auto _ : state) {
    const auto found = fp_growth(baskets.view(), {.support_min = support});
    sets = found->size();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(baskets.view().size()));
  state.counters["sets"] = static_cast<double>(sets);
}

void fp_growth_tiny(benchmark::State& state) {
  Random random(1);
  mine(state, made_baskets(random, 200, 30, 4), 0.02);
}

void fp_growth_groceries(benchmark::State& state) {
  const auto baskets = groceries();
  if (!baskets) return state.SkipWithError("no shared data");
  mine(state, *baskets, 1e-3 * static_cast<double>(state.range(0)));
}

void fp_growth_quest(benchmark::State& state) {
  const auto baskets = quest();
  if (!baskets) return state.SkipWithError("no shared data");
  mine(state, *baskets, 1e-3 * static_cast<double>(state.range(0)));
}

// 100 000 baskets of five items each on average, and so many of 4500 out of 5000.
void fp_growth_giants(benchmark::State& state) {
  Random random(2);
  auto baskets = made_baskets(random, 100'000, 5000, 5);
  for (std::int64_t giant = 0; giant < state.range(0); ++giant) {
    std::vector<Item> basket;
    for (Item item = 0; item < 5000; ++item) {
      if (random.uniform() < 0.9) basket.push_back(item);
    }
    baskets.add(basket);
  }
  mine(state, baskets, 0.001);
}

BENCHMARK(fp_growth_tiny);
BENCHMARK(fp_growth_groceries)->Arg(6)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(fp_growth_quest)->Arg(5)->Arg(2)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(fp_growth_giants)->Arg(0)->Arg(30)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace holdfast::pattern
