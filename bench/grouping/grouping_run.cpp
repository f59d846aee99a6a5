// Our side of the benchmark of clustering.
//
//   grouping_run kmeans ROWS COLUMNS CLUSTERS START DATA   doubles row by row; START: "given" (the
//                                                          first CLUSTERS rows) or STARTS,SEED
//   grouping_run two_step ROWS NUMBERS CATEGORIES LEVELS DATA   numbers row by row, then levels
//
// Prints one JSON line: seconds of the fit alone, and what was found.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "grouping/kmeans.hpp"
#include "grouping/two_step.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::grouping;

template <typename Value>
std::vector<Value> read(std::ifstream& file, std::size_t count) {
  std::vector<Value> values(count);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(count * sizeof(Value)));
  return values;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", message_of(error, Language::En).c_str());
  return 1;
}

int kmeans(char** argv) {
  const std::size_t rows = std::stoul(argv[2]), cols = std::stoul(argv[3]);
  const int clusters = std::stoi(argv[4]);
  std::ifstream file(argv[6], std::ios::binary);
  const auto cells = read<double>(file, rows * cols);
  KMeansOptions options{.clusters = clusters, .starts = 1, .tolerance = 0};
  const std::string how = argv[5];
  if (how == "given") {
    options.initial = std::span(cells).first(static_cast<std::size_t>(clusters) * cols);
  } else {
    options.starts = std::stoi(how);
    options.seed = std::stoull(how.substr(how.find(',') + 1));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto fit = fit_kmeans({cells.data(), rows, cols}, {}, options);
  if (!fit.ok()) return fail(fit.error());
  std::printf("{\"seconds\": %.6f, \"inertia\": %.17g, \"iterations\": %d}\n",
              seconds_since(start), fit->inertia, fit->iterations);
  return 0;
}

int two_step(char** argv) {
  const std::size_t rows = std::stoul(argv[2]), numbers = std::stoul(argv[3]);
  const std::size_t categories = std::stoul(argv[4]);
  const std::vector<std::uint32_t> count(categories, static_cast<std::uint32_t>(std::stoul(argv[5])));
  std::ifstream file(argv[6], std::ios::binary);
  const auto cells = read<double>(file, rows * numbers);
  const auto levels = read<std::uint32_t>(file, rows * categories);
  const auto start = std::chrono::steady_clock::now();
  const auto fit = fit_two_step({rows, {cells.data(), rows, numbers}, levels, count});
  if (!fit.ok()) return fail(fit.error());
  std::printf("{\"seconds\": %.6f, \"clusters\": %zu, \"entries\": %zu}\n", seconds_since(start),
              fit->clusters.size(), fit->entries);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 7 && std::string(argv[1]) == "kmeans") return kmeans(argv);
  if (argc == 7 && std::string(argv[1]) == "two_step") return two_step(argv);
  std::fprintf(stderr, "usage: grouping_run kmeans|two_step ROWS … DATA\n");
  return 2;
}
