// Question: does a bucket's pass stay linear in events and cutoffs?
// Sketch before measuring: 50 events x 12 cutoffs x 200 features a customer is about 2,400 cells at
// some 5 ns, so 10 microseconds a customer.

#include <benchmark/benchmark.h>

#include "features/memory_store.hpp"

namespace holdfast::features {
namespace {

void compute_one_bucket(benchmark::State& state) {
  const auto customers = static_cast<std::uint32_t>(state.range(0));
  const auto store = make_memory_store(20240331, {.customers = customers, .buckets = 1, .events_max = 100});
  std::vector<std::int32_t> cutoffs;
  for (int month = 0; month < 12; ++month) cutoffs.push_back(18500 + 30 * month);
  const auto program = ProgramMaker::compile(store.study, store.source(), MemoryStore::plan_all(cutoffs));
  const auto bucket = store.read(0, program->wanted());

  double checksum = 0;
  for (auto _ : state) {
    const auto matrix = compute_bucket(*program, bucket, {});
    for (const auto value : matrix.columns[0].values) checksum += value;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["features"] = static_cast<double>(program->features().size());
  state.counters["checksum"] = checksum / static_cast<double>(state.iterations());
}

BENCHMARK(compute_one_bucket)->Name("compute_one_bucket/tiny")->ArgName("customers")->Arg(20);
BENCHMARK(compute_one_bucket)->ArgName("customers")->Arg(1)->Arg(5'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace holdfast::features
