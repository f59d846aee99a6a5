// Question: does an uplift forest on 200 000 rows of 80 columns stay far below CausalML's time, and
// are measures with a bootstrap a matter of seconds for a million rows?
// Sketch before measuring: ten trees of depth 5 with ten columns a node read 200 000 × 10 × 5 codes
// each: 10⁸ increments, 0.2 s on one core; binning sorts 80 × 30 000 values and looks up 16
// million, 0.5 s on two. Ranking a million rows is one sort, 0.1 s; a replicate a million draws
// that miss the cache, 20 ms.

#include <benchmark/benchmark.h>

#include "effect/bootstrap.hpp"
#include "effect/made_trial.hpp"
#include "effect/tree.hpp"

namespace holdfast::effect {
namespace {

void forest(benchmark::State& state) {
  const auto made = made_trial(static_cast<std::size_t>(state.range(0)),
                               static_cast<std::size_t>(state.range(1)), 20120801);
  ForestOptions options;
  options.tree.columns_tried = 10;
  options.tree.check_overlap = state.range(3) != 0;
  options.trees = static_cast<int>(state.range(2));
  options.sample_share = 1;
  double checksum = 0;
  for (auto _ : state) {
    const auto fitted = fit_uplift_forest(made.trial(), made.view(), made.names, options);
    checksum += fitted->importance[0];
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["importance"] = checksum / static_cast<double>(state.iterations());
}

void forest_predict(benchmark::State& state) {
  const auto made = made_trial(static_cast<std::size_t>(state.range(0)), 80, 20120801);
  const auto fitted = fit_uplift_forest(made.trial(), made.view(), made.names);
  double checksum = 0;
  for (auto _ : state) checksum += predict(*fitted, made.view())[0];
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["effect"] = checksum / static_cast<double>(state.iterations());
}

void measures(benchmark::State& state) {
  const auto made = made_trial(static_cast<std::size_t>(state.range(0)), 3, 20120801);
  std::vector<double> score;
  for (std::size_t row = 0; row < made.outcome.size(); ++row) score.push_back(made.view()(row, 0));
  double checksum = 0;
  for (auto _ : state) checksum += areas(*rank(made.trial(), score)).qini;
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["qini"] = checksum / static_cast<double>(state.iterations());
}

void bootstrap_rows(benchmark::State& state) {
  const auto made = made_trial(static_cast<std::size_t>(state.range(0)), 3, 20120801);
  std::vector<double> score;
  for (std::size_t row = 0; row < made.outcome.size(); ++row) score.push_back(made.view()(row, 0));
  double checksum = 0;
  for (auto _ : state) {
    checksum += bootstrap(made.trial(), score, {.replicates = 100})->qini.lower;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["lower"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(forest)->Name("uplift_forest_tiny")->Args({500, 3, 5, 1});
BENCHMARK(forest)
    ->Name("uplift_forest")
    ->Args({200'000, 80, 10, 0})
    ->Args({200'000, 80, 10, 1})
    ->Args({200'000, 80, 100, 0})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(forest_predict)->Arg(200'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(measures)->Name("uplift_measures_tiny")->Arg(500);
BENCHMARK(measures)->Name("uplift_measures")->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(bootstrap_rows)->Name("uplift_bootstrap_tiny")->Arg(500);
BENCHMARK(bootstrap_rows)
    ->Name("uplift_bootstrap")
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace holdfast::effect
