// Our side of the benchmark of uplift forests.
//
//   effect_run ROWS COLUMNS TREES DATA   doubles row by row, then a byte a row for treated and one
//                                        for the outcome; the last fifth of the rows is for testing
//
// Prints one JSON line: seconds of the fit alone, and the Qini coefficient on the test rows.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "effect/ranking.hpp"
#include "effect/tree.hpp"

int main(int argc, char** argv) {
  using namespace holdfast;
  using namespace holdfast::effect;
  if (argc != 5) {
    std::fprintf(stderr, "usage: effect_run ROWS COLUMNS TREES DATA\n");
    return 2;
  }
  const std::size_t rows = std::stoul(argv[1]), cols = std::stoul(argv[2]);
  std::ifstream file(argv[4], std::ios::binary);
  std::vector<double> x(rows * cols);
  file.read(reinterpret_cast<char*>(x.data()), static_cast<std::streamsize>(x.size() * sizeof(double)));
  std::vector<std::uint8_t> treated(rows), achieved(rows);
  file.read(reinterpret_cast<char*>(treated.data()), static_cast<std::streamsize>(rows));
  file.read(reinterpret_cast<char*>(achieved.data()), static_cast<std::streamsize>(rows));
  const std::vector<double> outcome(achieved.begin(), achieved.end());
  std::vector<std::string> names;
  for (std::size_t c = 0; c < cols; ++c) names.push_back("x" + std::to_string(c));
  const std::size_t train = rows - rows / 5, test = rows - train;
  const Trial trial{std::span(outcome).first(train), std::span(treated).first(train)};
  // As CausalML's defaults: ten columns a node, five levels, every row in every tree.
  ForestOptions options{.trees = std::stoi(argv[3]), .sample_share = 1};
  options.tree.columns_tried = 10;
  options.tree.check_overlap = false;
  const auto start = std::chrono::steady_clock::now();
  const auto forest = fit_uplift_forest(trial, {x.data(), train, cols}, names, options);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!forest.ok()) {
    std::fprintf(stderr, "%s\n", message_of(forest.error(), Language::En).c_str());
    return 1;
  }
  const auto score = predict(*forest, {x.data() + train * cols, test, cols});
  const Trial tested{std::span(outcome).last(test), std::span(treated).last(test)};
  const auto ranking = rank(tested, score);
  std::printf("{\"seconds\": %.6f, \"qini\": %.6f}\n", seconds.count(),
              areas(*ranking).qini_coefficient.value_or(0));
}
