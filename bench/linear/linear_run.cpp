// Our side of the benchmarks of penalised paths.
//
//   linear_run path ROWS COLUMNS DATA MIX TOLERANCE   fits rows written by run.py: float64 row-major, then y
//   linear_run folds ROWS COLUMNS DATA MIX TOLERANCE  the path and ten folds of it
//
// Prints one JSON line: seconds of the fit alone, and what shows the answer.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "models/elastic_net/elastic_net.hpp"

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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "linear_run path|folds ROWS COLUMNS DATA MIX TOLERANCE\n");
    return 2;
  }
  const auto rows = static_cast<std::size_t>(std::stoull(argv[2]));
  const auto columns = static_cast<std::size_t>(std::stoull(argv[3]));
  const Data data = read(argv[4], rows, columns);
  const elastic_net::Options options{.mix = std::stod(argv[5]), .tolerance = std::stod(argv[6])};
  const MatrixView x{data.x.data(), rows, columns};
  const std::vector<double> weight(rows, 1.0);
  const auto start = std::chrono::steady_clock::now();
  const auto path = elastic_net::fit_path(x, data.y, weight, options);
  HOLDFAST_CHECK(path.ok());
  double deviance = 0;
  if (std::string(argv[1]) == "folds") {
    std::vector<std::uint32_t> fold(rows);
    for (std::size_t r = 0; r < rows; ++r) fold[r] = static_cast<std::uint32_t>(r % 10);
    const auto folds =
        elastic_net::cross_validate(x, data.y, weight, fold, 10, path->lambdas, options);
    HOLDFAST_CHECK(folds.ok());
    deviance = folds->deviance[folds->smallest];
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("{\"seconds\": %.4f, \"lambdas\": %zu, \"explained\": %.10g, \"nonzero\": %d, "
              "\"deviance\": %.10g}\n",
              seconds, path->lambdas.size(), path->deviance_explained.back(),
              path->nonzero.back(), deviance);
  return 0;
}
