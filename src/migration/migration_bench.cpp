// Question: are a million monthly states a matrix in well below a second, and the paths of a
// million steps in seconds?
// Sketch before measuring: sorting 10⁶ keys 80 ms (in order already: nothing), counting 5 ms. Paths:
// each goes twice over 10⁶ moments, 10 ms; 80 paths on two cores 0.5 s.

#include <benchmark/benchmark.h>

#include "core/random.hpp"
#include "migration/paths.hpp"
#include "migration/transitions.hpp"

namespace holdfast::migration {
namespace {

void count(benchmark::State& state, std::uint32_t customers) {
  Random random(1);
  std::vector<std::uint32_t> customer;
  std::vector<std::int32_t> period;
  std::vector<State> states;
  for (std::int32_t p = 0; p < 10; ++p) {
    for (std::uint32_t c = 0; c < customers; ++c) {
      customer.push_back(c);
      period.push_back(p);
      states.push_back(static_cast<State>(random.below(5)));
    }
  }
  std::size_t moves = 0;
  for (auto _ : state) {
    moves = count_transitions({.customer = customer,
                               .period = period,
                               .state = states,
                               .segment = {},
                               .states = 5})
                ->moves;
  }
  state.counters["moves"] = static_cast<double>(moves);
}

void paths(benchmark::State& state, int customers) {
  Random random(2);
  std::vector<Step> step;
  std::vector<std::int32_t> day, balance_day;
  std::vector<double> balance;
  std::vector<std::size_t> starts{0}, balance_starts{0};
  for (int c = 0; c < customers; ++c) {
    for (std::int32_t d = 0; d < 360; d += 18) {
      step.push_back(static_cast<Step>(random.below(4)));
      day.push_back(d);
    }
    for (std::int32_t d = 0; d < 400; d += 30) {
      balance_day.push_back(d);
      balance.push_back(100 * random.uniform());
    }
    starts.push_back(step.size());
    balance_starts.push_back(balance.size());
  }
  std::size_t found = 0;
  for (auto _ : state)
    found = path_effects({step, day, starts, 4}, {balance_day, balance, balance_starts})->paths.size();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(step.size()));
  state.counters["paths"] = static_cast<double>(found);
}

void transitions_tiny(benchmark::State& state) { count(state, 100); }
void transitions_million(benchmark::State& state) { count(state, 100'000); }
void paths_tiny(benchmark::State& state) { paths(state, 50); }
void paths_million(benchmark::State& state) { paths(state, 50'000); }

BENCHMARK(transitions_tiny);
BENCHMARK(transitions_million)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(paths_tiny);
BENCHMARK(paths_million)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace holdfast::migration
