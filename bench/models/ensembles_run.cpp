// Our side of the forest benchmark.
//
//   ensembles_run forest ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF
//
// DATA: float64 row-major, then y, training rows before test rows, as ensembles.py writes them.
// Prints one JSON line.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "core/check.hpp"
#include "models/forest/form.hpp"
#include "models/forest/out_of_bag.hpp"
#include "models/model.hpp"

namespace {

using namespace holdfast;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Rows of numeric columns.
struct Data {
  std::vector<std::vector<double>> values;  // [columns][rows]
  std::vector<std::uint8_t> y, valid;
  std::vector<std::string> names;

  Data(const std::string& path, std::size_t rows, std::size_t columns)
      : values(columns, std::vector<double>(rows)), y(rows), valid(rows, 1) {
    std::vector<double> x(rows * columns);
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(x.data()),
              static_cast<std::streamsize>(x.size() * sizeof(double)));
    file.read(reinterpret_cast<char*>(y.data()), static_cast<std::streamsize>(rows));
    HOLDFAST_CHECK(file.good());
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) values[c][r] = x[r * columns + c];
    }
    for (std::size_t c = 0; c < columns; ++c) names.push_back("x" + std::to_string(c));
  }

  dataset::Columns view(std::size_t begin, std::size_t end) const {
    dataset::Columns columns{.rows = end - begin};
    for (std::size_t c = 0; c < values.size(); ++c) {
      columns.columns.push_back({.name = names[c],
                                 .values = std::span(values[c]).subspan(begin, end - begin),
                                 .valid = std::span(valid).subspan(begin, end - begin)});
    }
    return columns;
  }
};

void run_forest(char** given) {
  const auto number = [&](int at) { return static_cast<std::size_t>(std::stoull(given[at])); };
  const std::size_t rows = number(0);
  const std::size_t test_rows = number(1);
  const Data data(given[3], rows + test_rows, number(2));
  const auto train = data.view(0, rows);
  const std::vector<double> weight(rows + test_rows, 1.0);
  const auto start = Clock::now();
  const auto forest = forest::fit(train, std::span(data.y).first(rows),
                                  std::span(weight).first(rows), 2,
                                  {.trees = std::stoi(given[4]),
                                   .columns_tried = std::stoi(given[5]),
                                   .leaf_rows_min = std::stoi(given[6]),
                                   .seed = 1},
                                  silent());
  HOLDFAST_CHECK(forest.ok());
  const double fit_seconds = seconds_since(start);
  FittedModel model{.column_names = data.names,
                    .categories = std::vector<std::vector<std::string>>(data.names.size()),
                    .form = forest::form_of(*forest)};
  const double seconds = seconds_since(start);
  std::size_t nodes = 0;
  for (const auto& tree : forest->trees) nodes += tree.nodes.size();
  const auto scoring = Clock::now();
  const auto p = raw_score(model, data.view(rows, rows + test_rows));
  const double score_seconds = seconds_since(scoring);
  const double auc = forest::auc(p, std::span(data.y).subspan(rows),
                                 std::span(weight).subspan(rows));
  std::printf("{\"seconds\": %.4f, \"fit_seconds\": %.4f, \"score_seconds\": %.4f, "
              "\"auc\": %.6f, \"out_of_bag_auc\": %.6f, \"nodes\": %zu}\n",
              seconds, fit_seconds, score_seconds, auc, forest->out_of_bag.auc, nodes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 9 && std::string(argv[1]) == "forest") {
    run_forest(argv + 2);
    return 0;
  }
  std::fprintf(stderr,
               "ensembles_run forest ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF\n");
  return 2;
}
