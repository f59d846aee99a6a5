// Our side of the model benchmarks.
//
//   models_run logistic ROWS COLUMNS DATA   fits rows written by run.py: float64 row-major, then y
//   models_run c45 ROWS COLUMNS DATA        the same, as numeric columns
//
// Prints one JSON line: seconds of the fit alone, and a checksum of the answer.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "models/c45/c45.hpp"
#include "models/logistic/logistic.hpp"

namespace {

using namespace holdfast;

struct Data {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
};

Data read(const std::string& path, std::size_t rows, std::size_t columns) {
  Data data{std::vector<double>(rows * columns), std::vector<std::uint8_t>(rows)};
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(data.x.data()),
            static_cast<std::streamsize>(data.x.size() * sizeof(double)));
  file.read(reinterpret_cast<char*>(data.y.data()), static_cast<std::streamsize>(rows));
  HOLDFAST_CHECK(file.good());
  return data;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void run_logistic(const Data& data, std::size_t rows, std::size_t columns) {
  const std::vector<double> weight(rows, 1.0);
  const MatrixView x{data.x.data(), rows, columns};
  const auto start = std::chrono::steady_clock::now();
  // Coefficients only, as scikit-learn; then with standard errors too.
  const auto fit = logistic::fit(x, data.y, weight, {.has_errors = false});
  const double seconds = seconds_since(start);
  const auto again = std::chrono::steady_clock::now();
  HOLDFAST_CHECK(fit.ok() && logistic::fit(x, data.y, weight).ok());
  const double with_errors = seconds_since(again);
  std::string beta;
  for (const double b : fit->beta) {
    char text[40];
    std::snprintf(text, sizeof text, "%s%.17g", beta.empty() ? "" : ", ", b);
    beta += text;
  }
  std::printf("{\"seconds\": %.4f, \"with_errors\": %.4f, \"deviance\": %.17g, \"iterations\": %d, "
              "\"beta\": [%s]}\n",
              seconds, with_errors, fit->deviance, fit->iterations, beta.c_str());
}

void run_c45(const Data& data, std::size_t rows, std::size_t columns) {
  std::vector<std::vector<double>> values(columns, std::vector<double>(rows));
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) values[c][r] = data.x[r * columns + c];
  }
  const std::vector<std::uint8_t> valid(rows, 1);
  std::vector<std::string> names;
  for (std::size_t c = 0; c < columns; ++c) names.push_back("x" + std::to_string(c));
  dataset::Columns view{.rows = rows};
  for (std::size_t c = 0; c < columns; ++c) {
    view.columns.push_back({.name = names[c], .values = values[c], .valid = valid});
  }
  const std::vector<double> weight(rows, 1.0);
  const auto start = std::chrono::steady_clock::now();
  const auto tree = c45::fit(view, data.y, weight, 2, {});
  const double seconds = seconds_since(start);
  HOLDFAST_CHECK(tree.ok());
  const auto leaves = std::ranges::count_if(
      tree->nodes, [](const forms::TreeNode& node) { return node.children.empty(); });
  std::printf("{\"seconds\": %.4f, \"leaves\": %td, \"nodes\": %zu}\n", seconds, leaves,
              tree->nodes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "models_run logistic|c45 ROWS COLUMNS DATA\n");
    return 2;
  }
  const auto rows = static_cast<std::size_t>(std::stoull(argv[2]));
  const auto columns = static_cast<std::size_t>(std::stoull(argv[3]));
  const Data data = read(argv[4], rows, columns);
  if (std::string(argv[1]) == "logistic") run_logistic(data, rows, columns);
  else run_c45(data, rows, columns);
  return 0;
}
