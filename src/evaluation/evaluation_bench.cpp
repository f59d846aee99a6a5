// Question: does judging a model stay n log n in rows, and stability linear in cells?
// Sketch before measuring: evaluate() sorts about seven times, 100,000 rows at 10 ms a sort is
// under 100 ms; stability touches each cell twice with a search among nine borders, about 10 ns a
// cell.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "evaluation/evaluation.hpp"

namespace holdfast::evaluation {
namespace {

void evaluate_rows(benchmark::State& state) {
  Random random(20240331);
  std::vector<double> probability;
  std::vector<std::uint8_t> y;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    y.push_back(i == 0 || random.chance(0.2) ? 1 : 0);
    probability.push_back(1 / (1 + std::exp(1 - random.normal() - y.back())));
  }
  double checksum = 0;
  for (auto _ : state) checksum += evaluate({probability, y, {}, {}}, {})->empc.per_customer;
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["empc"] = checksum / static_cast<double>(state.iterations());
}

// Half numbers, half categories, over twelve cutoffs.
dataset::Dataset wide_dataset(std::int64_t rows, std::int64_t columns) {
  dataset::Dataset dataset;
  Random random(7);
  auto& matrix = dataset.matrix;
  matrix.rows = static_cast<std::size_t>(rows);
  for (std::int64_t row = 0; row < rows; ++row) {
    matrix.cutoff_day.push_back(static_cast<std::int32_t>(18000 + 30 * (row % 12)));
    dataset.y.push_back(random.chance(0.2) ? 1 : 0);
    dataset.split.push_back(row % 12 < 8 ? dataset::Split::Train : dataset::Split::Test);
  }
  for (std::int64_t c = 0; c < columns; ++c) {
    features::FeatureColumn column;
    column.valid.assign(matrix.rows, 1);
    if (c % 2 == 1) column.categories = {"a", "b", "c", "d"};
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      if (c % 2 == 0) column.values.push_back(random.normal());
      if (c % 2 == 1) column.codes.push_back(static_cast<std::uint32_t>(random.below(4)));
    }
    matrix.features.emplace_back().name = "f" + std::to_string(c);
    matrix.columns.push_back(std::move(column));
    dataset.modelled.push_back(static_cast<std::uint32_t>(c));
  }
  return dataset;
}

void stability_and_contrasts(benchmark::State& state) {
  const auto dataset = wide_dataset(state.range(0), state.range(1));
  double checksum = 0;
  for (auto _ : state) {
    checksum += feature_stability(dataset).front().psi_max;
    checksum += leavers_against_stayers(dataset).front().p_value;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
  state.counters["sum"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(evaluate_rows)->Name("evaluate_rows_tiny")->Arg(200);
BENCHMARK(evaluate_rows)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(stability_and_contrasts)->Name("stability_and_contrasts_tiny")->Args({600, 4});
BENCHMARK(stability_and_contrasts)->Args({100'000, 200})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::evaluation
