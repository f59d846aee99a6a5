// Holdfast's side of the import benchmark: takes the sources of a study into an empty store.
//
// usage: import_run STUDY [THREADS [MEMORY_MIB]]; prints one JSON line with seconds and MiB.
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "history/store.hpp"
#include "study/study.hpp"

namespace {

int fail(const holdfast::Error& error) {
  fmt::print(stderr, "{}\n", render(error, holdfast::Language::En));
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: import_run STUDY [THREADS [MEMORY_MIB]]\n");
    return 2;
  }
  holdfast::set_threads(count > 2 ? std::atoi(arguments[2]) : 2);
  holdfast::history::ImportOptions options;
  if (count > 3) options.memory_max_bytes = std::size_t(std::atoi(arguments[3])) << 20;
  const auto checked = holdfast::study::load(arguments[1]);
  if (!checked.errors.empty()) return fail(checked.errors[0]);
  std::filesystem::remove_all(checked.study.resolve(checked.study.store.string()));

  const auto begin = std::chrono::steady_clock::now();
  const auto report = holdfast::history::import(checked.study, options, holdfast::silent());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (!report.ok()) return fail(report.error());

  // As a check that the work was done: rows come back out of the store.
  const auto store = holdfast::history::Store::open(checked.study);
  if (!store.ok()) return fail(store.error());
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("{{\"seconds\": {:.3f}, \"mib\": {}, \"rows\": {}, \"buckets\": {}}}\n",
             seconds.count(), usage.ru_maxrss / 1024, report->tables[0].rows_stored,
             store->bucket_count());
  return 0;
}
