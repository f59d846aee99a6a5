// Question: how fast does a CSV file become typed columns, with one thread and with two?
// Sketch before measuring: a byte is looked at twice (record borders, then cells) and a cell of 8
// bytes costs about 15 ns, so one core should do 300 MB/s; borders are found by one thread, so two
// threads gain less than twice that.

#include <filesystem>
#include <fstream>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "core/day.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "tables/reader.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::tables {
namespace {

/// Purchases as a core system exports them: key, instant, amount, quantity, kind, day.
std::filesystem::path purchases(const testing::TemporaryFolder& folder, std::int64_t rows) {
  const auto path = folder.path() / "purchases.csv";
  std::ofstream file(path, std::ios::binary);
  Random random(20240331);  // Fixed: two runs must time the same work.
  std::string text = "customer_id,at,amount,quantity,kind,day\n";
  const char* kinds[] = {"renewal", "claim", "payment", "call", "complaint"};
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto day = Day{static_cast<std::int32_t>(18'000 + random.below(1500))};
    fmt::format_to(std::back_inserter(text), "C{:07},{} {:02}:{:02}:{:02},{:.2f},{},{},{}\n",
                   random.below(400'000), to_string(day), random.below(24), random.below(60),
                   random.below(60), random.uniform() * 1000, random.below(20),
                   kinds[random.below(5)], to_string(day));
    if (text.size() > (1 << 20)) file << text, text.clear();
  }
  file << text;
  return path;
}

ReadOptions purchases_as_written() {
  ReadOptions options;
  options.encoding = Encoding::Utf8;
  options.delimiter = ',';
  options.header_row = 1;
  const auto add = [&](const char* name, ColumnType type, const char* format) {
    options.columns.push_back({name, type, format, '.', '\0', false});
  };
  add("customer_id", ColumnType::Text, "");
  add("at", ColumnType::Instant, "yyyy-MM-dd HH:mm:ss");
  add("amount", ColumnType::Money, "");
  add("quantity", ColumnType::Integer, "");
  add("kind", ColumnType::Text, "");
  add("day", ColumnType::Day, "yyyy-MM-dd");
  return options;
}

void read_csv(benchmark::State& state) {
  const testing::TemporaryFolder folder;
  const auto path = purchases(folder, state.range(0)).string();
  const auto options = purchases_as_written();
  set_threads(static_cast<int>(state.range(1)));
  std::int64_t checksum = 0;
  for (auto _ : state) {
    checksum = 0;
    auto reader = *open(path, options, [](const BadRow&) {});
    Table rows;
    while (*reader->next(rows)) {
      for (const auto cents : rows.find("amount")->integers) checksum += cents;
    }
  }
  set_threads(0);
  state.counters["cents"] = static_cast<double>(checksum);
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

void inspect_csv(benchmark::State& state) {
  const testing::TemporaryFolder folder;
  const auto path = purchases(folder, state.range(0)).string();
  set_threads(static_cast<int>(state.range(1)));
  std::int64_t rows = 0;
  for (auto _ : state) rows = inspect(path)->rows_estimate;
  set_threads(0);
  state.counters["rows"] = static_cast<double>(rows);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

BENCHMARK(read_csv)->Name("read_csv/tiny")->ArgNames({"rows", "threads"})->Args({1'000, 1});
BENCHMARK(inspect_csv)->Name("inspect_csv/tiny")->ArgNames({"rows", "threads"})->Args({1'000, 1});
BENCHMARK(read_csv)
    ->ArgNames({"rows", "threads"})
    ->Args({2'000'000, 1})
    ->Args({2'000'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(inspect_csv)
    ->ArgNames({"rows", "threads"})
    ->Args({2'000'000, 1})
    ->Args({2'000'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace holdfast::tables
