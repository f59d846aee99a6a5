// Question: what does a scorecard cost beside the regression in it?
// Sketch: sorting each column, rows × log rows; 100'000 x 20 → 2e6 × 17 comparisons, under a second.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "models/scorecard/scorecard.hpp"

namespace holdfast::scorecard {

extern const ModelDescriptor descriptor;

namespace {

void card_of_rows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto columns = static_cast<std::size_t>(state.range(1));
  Random random(20240331);
  std::vector<std::vector<double>> x(columns, std::vector<double>(rows));
  for (auto& column : x) {
    for (auto& value : column) value = random.normal();
  }
  std::vector<std::string> names;
  const std::vector<std::uint8_t> valid(rows, 1);
  for (std::size_t c = 0; c < columns; ++c) names.push_back("x" + std::to_string(c));
  std::vector<std::uint8_t> y(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    y[r] = random.chance(1 / (1 + std::exp(1 - x[0][r] + x[1][r] * x[1][r]))) ? 1 : 0;
  }
  const std::vector<double> weight(rows, 1.0);
  ClassifierTask task{.y = y, .weight = weight};
  task.train.rows = rows;
  for (std::size_t c = 0; c < columns; ++c) {
    task.train.columns.push_back({.name = names[c], .values = x[c], .valid = valid});
  }
  double checksum = 0;
  for (auto _ : state) {
    const auto model = descriptor.fit_classifier(task, {}, silent());
    for (const double p : predict(model.value(), task.train)) checksum += p;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["churners"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(card_of_rows)->Name("card/tiny")->Args({500, 4})->Unit(benchmark::kMillisecond);
BENCHMARK(card_of_rows)->Name("card/real")->Args({100'000, 20})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::scorecard
