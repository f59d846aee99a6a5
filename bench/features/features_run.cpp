// Our side of the feature benchmark: the 53 features of bench/features/run.py over a synthetic store.
//
//   features_run import FOLDER          FOLDER/events.parquet (or .csv) → FOLDER/store
//   features_run decode FOLDER          only decode the columns the features read
//   features_run memory FOLDER          all rows, kept in memory
//   features_run parquet FOLDER OUT     all rows, written to OUT
//   features_run customer FOLDER KEY    one customer, loaded; then computed many times
//
// Prints one JSON line.

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "features/program.hpp"
#include "history/store.hpp"

namespace holdfast {
namespace {

using features::FeatureMatrix;
using Clock = std::chrono::steady_clock;

constexpr int kCutoffs = 12;
const Day kFirstCutoff = *day_from_civil(2023, 1, 1);

study::ColumnSpec column(std::string name, tables::ColumnType type) {
  study::ColumnSpec spec;
  spec.format.name = std::move(name);
  spec.format.type = type;
  return spec;
}

/// The study of the benchmark. Kept equal to bench/peers/features_*.py.
study::Study benchmark_study(const std::filesystem::path& folder) {
  study::Study study;
  study.folder = folder;
  study.name = "features benchmark";
  study::TableSpec events;
  events.name = "events";
  events.topic = study::Topic::None;
  const bool is_csv = std::filesystem::exists(folder / "events.csv");
  events.locations = {is_csv ? "events.csv" : "events.parquet"};
  events.columns = {column("customer_id", tables::ColumnType::Text), column("day", tables::ColumnType::Day),
                    column("kind", tables::ColumnType::Text), column("amount", tables::ColumnType::Money)};
  if (is_csv) {
    events.read.encoding = Encoding::Utf8;
    events.read.delimiter = ',';
    events.read.header_row = 1;
    events.columns[1].format.date_format = "yyyy-MM-dd";
  }
  for (const auto& spec : events.columns) events.read.columns.push_back(spec.format);
  events.customer_key = "customer_id";
  events.event_time = "day";
  events.kind = "kind";
  events.amount = "amount";
  study.tables = {events};
  study.churn = study::ChurnDefinition{};
  study.churn->kind = study::ChurnKind::Inactivity;
  study.churn->table = "events";
  study.churn->inactive_days = {{"", 10'000}};  // Everyone who came once is active: 400 k at each cutoff.
  for (int month = 0; month < kCutoffs; ++month) study.cutoffs.days.push_back(add_months(kFirstCutoff, month));
  study.features.windows_days = {30, 90, 180, 365};
  study.features.families = {"window", "recency"};
  study.features.exclude = {"events_count_all_*", "events_count_*d_e", "events_amount_sum_*_b", "events_amount_sum_*_c",
                            "events_amount_sum_*_d", "events_amount_sum_*_e", "events_amount_sum_all_a",
                            "events_amount_first_*", "events_amount_mean_all", "events_amount_min_all",
                            "events_amount_max_all", "events_amount_sd_all", "events_kind_distinct_all",
                            "events_days_since_last_*"};
  return study;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

int fail(const Error& error) {
  fmt::print(stderr, "{}\n", render(error, Language::En));
  return error.kind->exit_code;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Sum over all cells, so that a change of the answer shows.
double checksum(const FeatureMatrix& matrix) {
  double sum = 0;
  for (const auto& values : matrix.columns) {
    double part = 0;
    for (std::size_t row = 0; row < matrix.rows; ++row) part += values.valid[row] != 0 ? values.values[row] : 0;
    sum += part;
  }
  return sum;
}

void report(std::string_view mode, double seconds, std::size_t rows, std::size_t features, double sum) {
  fmt::print("{{\"mode\": \"{}\", \"seconds\": {:.4f}, \"mib\": {:.0f}, \"rows\": {}, \"features\": {}, \"checksum\": {:.17g}}}\n",
             mode, seconds, peak_mib(), rows, features, sum);
}

int decode(const history::Store& store, const features::Program& program) {
  const auto start = Clock::now();
  std::atomic<std::size_t> rows = 0;
  parallel_for(static_cast<std::size_t>(store.bucket_count()), 1, [&](std::size_t bucket, std::size_t) {
    const auto data = store.read_bucket(static_cast<int>(bucket), program.wanted());
    if (data.ok()) rows += data->tables[0].rows;
  });
  report("decode", seconds_since(start), rows, 0, 0);
  return 0;
}

int in_memory(const history::Store& store, const features::Program& program) {
  const auto start = Clock::now();
  std::vector<FeatureMatrix> parts;
  const auto done = features::compute_by_bucket(
      program, store, {},
      [&](FeatureMatrix&& part) -> Result<void> {
        parts.push_back(std::move(part));
        return {};
      },
      silent());
  if (!done.ok()) return fail(done.error());
  const double seconds = seconds_since(start);
  std::size_t rows = 0;
  double sum = 0;
  for (const auto& part : parts) {
    rows += part.rows;
    sum += checksum(part);
  }
  report("memory", seconds, rows, program.features().size(), sum);
  return 0;
}

int one_customer(const history::Store& store, const features::Program& program, const std::string& key) {
  const auto cold = Clock::now();
  const auto bucket = store.read_customer(key, program.wanted());
  if (!bucket.ok()) return fail(bucket.error());
  const double load_seconds = seconds_since(cold);
  constexpr int kTimes = 1000;
  const auto start = Clock::now();
  double sum = 0;
  std::size_t rows = 0;
  for (int i = 0; i < kTimes; ++i) {
    const auto matrix = features::compute_bucket(program, *bucket, {});
    sum = checksum(matrix);
    rows = matrix.rows;
  }
  report("customer", seconds_since(start) / kTimes, rows, program.features().size(), sum);
  report("customer_cold", load_seconds, rows, program.features().size(), sum);
  return 0;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) {
    fmt::print(stderr, "usage: features_run import|decode|memory|parquet|customer FOLDER [OUT|KEY]\n");
    return 2;
  }
  const auto& mode = arguments[0];
  const auto study = benchmark_study(arguments[1]);
  if (mode == "import") {
    const auto start = Clock::now();
    const auto imported = history::import(study, {}, silent());
    if (!imported.ok()) return fail(imported.error());
    report("import", seconds_since(start), static_cast<std::size_t>(imported->tables[0].rows_stored), 0, 0);
    return 0;
  }
  const auto store = history::Store::open(study);
  if (!store.ok()) return fail(store.error());
  const auto compiling = Clock::now();
  const auto program = features::Program::compile(study, *store);
  if (!program.ok()) return fail(program.error());
  report("compile", seconds_since(compiling), 0, program->features().size(), 0);
  if (mode == "names") {
    for (const auto& feature : program->features()) fmt::print("{}\n", feature.name);
    return 0;
  }
  if (mode == "decode") return decode(*store, *program);
  if (mode == "memory") return in_memory(*store, *program);
  if (arguments.size() < 3) return 2;
  if (mode == "customer") return one_customer(*store, *program, arguments[2]);
  const auto start = Clock::now();
  const auto done = features::compute_to_parquet(*program, *store, {}, arguments[2], silent());
  if (!done.ok()) return fail(done.error());
  report("parquet", seconds_since(start), 0, program->features().size(), 0);
  return 0;
}

}  // namespace
}  // namespace holdfast

int main(int argc, char** argv) { return holdfast::run({argv + 1, argv + argc}); }
