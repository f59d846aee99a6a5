// Question: what does an epoch cost, and a score?
// Sketch: a row is 2 x weights operations forward, 4 x backward: 20 x 16 → 350 weights, 2e3
// operations and 16 tanh, well below 1 µs; 100'000 rows some 60 ms an epoch.

#include <benchmark/benchmark.h>

#include <cmath>

#include "core/random.hpp"
#include "models/network/network.hpp"

namespace holdfast::network {
namespace {

struct Data {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::size_t columns;

  Data(std::size_t rows, std::size_t cols) : x(rows * cols), y(rows), weight(rows, 1.0), columns(cols) {
    Random random(20240331);
    for (auto& value : x) value = random.normal();
    for (std::size_t r = 0; r < rows; ++r) {
      const double eta = x[r * cols] + x[r * cols + 1] * x[r * cols + 2] - 1;
      y[r] = random.chance(1 / (1 + std::exp(-2 * eta))) ? 1 : 0;
    }
  }
  Sample view() const { return {{x.data(), y.size(), columns}, y, weight}; }
};

void train_epochs(benchmark::State& state, forms::Activation activation) {
  const Data data(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  const Options options{.hidden = {static_cast<std::size_t>(state.range(2))},
                        .activation = activation,
                        .epochs_max = 5};
  double checksum = 0;
  for (auto _ : state) {
    checksum = train(data.view(), {}, 2, options, 1, silent()).value().training_loss;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * options.epochs_max);
  state.counters["loss"] = checksum;
}

void train_tanh(benchmark::State& state) { train_epochs(state, forms::Activation::Tanh); }
void train_relu(benchmark::State& state) { train_epochs(state, forms::Activation::Relu); }

void score_rows(benchmark::State& state) {
  const Data data(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  const Options options{.hidden = {static_cast<std::size_t>(state.range(2))}};
  const auto network = started_network(data.view(), 2, options, 1);
  const forms::NetworkScorer scorer(network);
  std::vector<double> scores(data.y.size());
  for (auto _ : state) {
    scorer.score({.count = data.y.size(), .width = data.columns, .terms = data.x}, scores);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["first"] = scores[0];
}

BENCHMARK(train_tanh)->Name("train_tanh/tiny")->Args({500, 5, 8})->Unit(benchmark::kMillisecond);
BENCHMARK(train_tanh)->Name("train_tanh/real")->Args({20'000, 20, 16})->Unit(benchmark::kMillisecond);
BENCHMARK(train_relu)->Name("train_relu/real")->Args({20'000, 20, 100})->Unit(benchmark::kMillisecond);
BENCHMARK(score_rows)->Name("score/tiny")->Args({500, 5, 8})->Unit(benchmark::kMillisecond);
BENCHMARK(score_rows)->Name("score/real")->Args({20'000, 20, 16})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::network
