// Question: what does a level of the tree cost once the columns are sorted?
// Sketch: rows x columns steps of some 5 ns and logarithms from a table: 20'000 x 10 x 15 levels →
// about 30 ms.

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "core/random.hpp"
#include "models/c45/c45.hpp"

namespace holdfast::c45 {
namespace {

void fit_rows(benchmark::State& state) {
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
  std::size_t nodes = 0;
  for (auto _ : state) nodes = fit(columns, y, weight, 2, {}).value().nodes.size();
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["nodes"] = static_cast<double>(nodes);
}

BENCHMARK(fit_rows)->Name("fit/tiny")->Arg(500)->Unit(benchmark::kMillisecond);
BENCHMARK(fit_rows)->Name("fit/real")->Arg(20'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::c45
