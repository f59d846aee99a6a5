// Question: where does the kernel machine become slow, and what does scoring cost?
// Sketch: LIBSVM computes about rows² / 2 kernel values of p terms: 4'000 x 20 → 1.6e8 multiply-adds,
// well below a second; scoring is support vectors x p a row: 1'500 x 20 → 3e4, some 20 µs with exp.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "models/svm/svm.hpp"

namespace holdfast::svm {
namespace {

struct Data {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<std::uint32_t> copies;
  std::size_t columns;

  Data(std::size_t rows, std::size_t cols) : x(rows * cols), y(rows), copies(rows, 1), columns(cols) {
    Random random(20240331);
    for (auto& value : x) value = random.normal();
    for (std::size_t r = 0; r < rows; ++r) {
      const double eta = x[r * cols] + x[r * cols + 1] * x[r * cols + 2] - 1;
      y[r] = random.chance(1 / (1 + std::exp(-2 * eta))) ? 1 : 0;
    }
  }
  MatrixView matrix() const { return {x.data(), y.size(), columns}; }
  Sample sample() const { return {.x = matrix(), .y = y, .copies = copies}; }
};

void fit_rbf(benchmark::State& state) {
  const Data data(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  double checksum = 0;
  for (auto _ : state) checksum = static_cast<double>(fit_kernel(data.sample(), {}).value().vectors);
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["vectors"] = checksum;
}

void score_rbf(benchmark::State& state) {
  const Data data(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  const auto machine = fit_kernel(data.sample(), {}).value();
  double checksum = 0;
  for (auto _ : state) checksum = decision_values(machine, data.matrix())[0];
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["first"] = checksum;
}

void fit_liblinear(benchmark::State& state) {
  const Data data(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  double checksum = 0;
  for (auto _ : state) {
    const auto machine = fit_linear(data.sample(), {}).value();
    checksum = std::get<forms::LinearPredictor>(machine.form).coefficients[0];
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["first"] = checksum;
}

BENCHMARK(fit_rbf)->Name("fit_rbf/tiny")->Args({200, 5})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_rbf)->Name("fit_rbf/real")->Args({4'000, 20})->Unit(benchmark::kMillisecond);
BENCHMARK(score_rbf)->Name("score_rbf/tiny")->Args({200, 5})->Unit(benchmark::kMillisecond);
BENCHMARK(score_rbf)->Name("score_rbf/real")->Args({4'000, 20})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_liblinear)->Name("fit_linear/tiny")->Args({200, 5})->Unit(benchmark::kMillisecond);
BENCHMARK(fit_liblinear)->Name("fit_linear/real")->Args({100'000, 20})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::svm
