// Our side of the benchmarks of survival analysis, on rows written by run.py: float64 row-major,
// then times, then events.
//
//   survival_run cox ROWS COLUMNS DATA
//   survival_run concordance ROWS COLUMNS DATA                    of minus the first column
//   survival_run forest ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF
//
// Prints one JSON line: seconds of the fit alone, and what shows the answer.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "survival/concordance.hpp"
#include "survival/cox.hpp"
#include "survival/forest.hpp"

namespace {

using namespace holdfast;
using Clock = std::chrono::steady_clock;

struct Data {
  std::vector<double> x, time;
  std::vector<std::uint8_t> event;
  std::size_t columns = 0;

  survival::Spells spells(std::size_t from, std::size_t rows) const {
    return {{}, std::span(time).subspan(from, rows), std::span(event).subspan(from, rows), {}, {}};
  }
  MatrixView view(std::size_t from, std::size_t rows) const {
    return {x.data() + from * columns, rows, columns};
  }
};

Data read(const char* path, std::size_t rows, std::size_t columns) {
  Data data{std::vector<double>(rows * columns), std::vector<double>(rows),
            std::vector<std::uint8_t>(rows), columns};
  std::ifstream file(path, std::ios::binary);
  const auto bytes = [](std::size_t count) { return static_cast<std::streamsize>(count); };
  file.read(reinterpret_cast<char*>(data.x.data()), bytes(data.x.size() * sizeof(double)));
  file.read(reinterpret_cast<char*>(data.time.data()), bytes(rows * sizeof(double)));
  file.read(reinterpret_cast<char*>(data.event.data()), bytes(rows));
  HOLDFAST_CHECK(file.good());
  return data;
}

std::size_t count(const char* text) { return static_cast<std::size_t>(std::stoull(text)); }

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

int cox(char** given) {
  const auto rows = count(given[0]);
  const auto data = read(given[2], rows, count(given[1]));
  const auto start = Clock::now();
  const auto fit = survival::fit_cox(data.spells(0, rows), data.view(0, rows));
  const double seconds = since(start);
  HOLDFAST_CHECK(fit.ok());
  std::printf("{\"seconds\": %.4f, \"loglik\": %.12g, \"steps\": %d, \"beta\": [", seconds,
              fit->loglik, fit->iterations);
  for (std::size_t c = 0; c < data.columns; ++c) {
    std::printf("%s%.17g", c == 0 ? "" : ", ", fit->coefficients[c]);
  }
  std::printf("]}\n");
  return 0;
}

int concordance(char** given) {
  const auto rows = count(given[0]);
  const auto data = read(given[2], rows, count(given[1]));
  std::vector<double> score;
  for (std::size_t i = 0; i < rows; ++i) score.push_back(-data.x[i * data.columns]);
  const auto start = Clock::now();
  const auto found = survival::concordance(data.spells(0, rows), score);
  const double seconds = since(start);
  HOLDFAST_CHECK(found.ok());
  std::printf("{\"seconds\": %.4f, \"concordance\": %.12g}\n", seconds, found->value);
  return 0;
}

int forest(char** given) {
  const auto rows = count(given[0]);
  const auto test_rows = count(given[1]);
  const auto data = read(given[3], rows + test_rows, count(given[2]));
  survival::ForestOptions options;
  options.trees = std::atoi(given[4]);
  options.columns_tried = std::atoi(given[5]);
  options.leaf_rows_min = std::atoi(given[6]);
  options.times_max = 1000;
  const auto start = Clock::now();
  const auto fit = survival::fit_forest(data.spells(0, rows), data.view(0, rows), options);
  const double seconds = since(start);
  HOLDFAST_CHECK(fit.ok());
  const auto hazards = survival::forest_hazards(fit->forest, data.view(rows, test_rows));
  const auto times = fit->forest.times.size();
  std::vector<double> risk(test_rows);
  for (std::size_t i = 0; i < hazards.size(); ++i) risk[i / times] += hazards[i];
  const auto found = survival::concordance(data.spells(rows, test_rows), risk);
  std::size_t nodes = 0;
  for (const auto& tree : fit->forest.trees) nodes += tree.nodes.size();
  std::printf("{\"seconds\": %.4f, \"concordance\": %.6g, \"out_of_bag\": %.6g, \"nodes\": %zu}\n",
              seconds, found->value, fit->out_of_bag[0].value, nodes);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string task = argc > 1 ? argv[1] : "";
  if (task == "cox" && argc == 5) return cox(argv + 2);
  if (task == "concordance" && argc == 5) return concordance(argv + 2);
  if (task == "forest" && argc == 9) return forest(argv + 2);
  std::fprintf(stderr,
               "survival_run cox|concordance ROWS COLUMNS DATA\n"
               "survival_run forest ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF\n");
  return 2;
}
