// Our side of the benchmarks of statistical trees.
//
//   trees_run cart ROWS COLUMNS DATA FOLDS   fits rows written by run.py: float64 by column, then y;
//                                            FOLDS 0: without cross-validation
//   trees_run chaid ROWS COLUMNS DATA 0      the same; odd columns hold codes of categories
//
// Prints one JSON line: seconds of the fit alone, sorting included, and what shows the same tree.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "models/binary_tree/model.hpp"
#include "models/cart/cart.hpp"
#include "models/chaid/rule.hpp"
#include "models/growing/grower.hpp"

namespace {

using namespace holdfast;

struct Data {
  std::vector<std::vector<double>> x;
  std::vector<std::uint8_t> y;
};

Data read(const std::string& path, std::size_t rows, std::size_t columns) {
  Data data{std::vector<std::vector<double>>(columns, std::vector<double>(rows)),
            std::vector<std::uint8_t>(rows)};
  std::ifstream file(path, std::ios::binary);
  for (auto& column : data.x) {
    file.read(reinterpret_cast<char*>(column.data()),
              static_cast<std::streamsize>(rows * sizeof(double)));
  }
  file.read(reinterpret_cast<char*>(data.y.data()), static_cast<std::streamsize>(rows));
  HOLDFAST_CHECK(file.good());
  return data;
}

void run_cart(const Data& data, std::size_t rows, std::uint32_t folds) {
  const std::vector<std::uint8_t> valid(rows, 1);
  const std::vector<double> weight(rows, 1.0);
  std::vector<std::string> names;
  for (std::size_t c = 0; c < data.x.size(); ++c) names.push_back("x" + std::to_string(c));
  dataset::Columns view{.rows = rows};
  for (std::size_t c = 0; c < data.x.size(); ++c) {
    view.columns.push_back({.name = names[c], .values = data.x[c], .valid = valid});
  }
  double ones = 0;
  for (const auto y : data.y) ones += y;
  const double share = ones / static_cast<double>(rows);
  std::vector<std::uint32_t> fold;
  for (std::uint32_t r = 0; folds > 0 && r < rows; ++r) fold.push_back(r % folds);

  const auto start = std::chrono::steady_clock::now();
  const auto sample = binary_tree::sample_of(view, data.y, weight, 2);
  const binary_tree::ClassCosts costs{{1 - share, share}, binary_tree::losses({}, 2)};
  const auto scales =
      binary_tree::scales_of(costs, binary_tree::class_weights(sample, sample.rows));
  const auto fit = binary_tree::fit(sample, scales,
                                    {.complexity = 0.001, .is_rpart = true},
                                    [&] { return cart::finder(sample, scales, {}); }, fold, folds);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const auto& last = fit.table.back();
  std::printf("{\"seconds\": %.4f, \"splits\": %zu, \"error\": %.12g, \"validated_error\": %.12g}\n",
              seconds, last.splits_count, last.relative_error, last.validated_error);
}

/// As the peer: no Bonferroni, three levels, nodes of more than 1000 rows are split.
void run_chaid(const Data& data, std::size_t rows) {
  const std::vector<std::uint8_t> valid(rows, 1);
  const std::vector<double> weight(rows, 1.0);
  const std::vector<std::string> categories = {"a", "b", "c", "d", "e", "f"};
  std::vector<std::string> names;
  std::vector<std::vector<std::uint32_t>> codes(data.x.size());
  for (std::size_t c = 0; c < data.x.size(); ++c) {
    names.push_back("x" + std::to_string(c));
    if (c % 2 == 0) continue;
    for (const double value : data.x[c]) codes[c].push_back(static_cast<std::uint32_t>(value));
  }
  dataset::Columns view{.rows = rows};
  for (std::size_t c = 0; c < data.x.size(); ++c) {
    if (c % 2 == 0) {
      view.columns.push_back({.name = names[c], .values = data.x[c], .valid = valid});
    } else {
      view.columns.push_back(
          {.name = names[c], .codes = codes[c], .categories = categories, .valid = valid});
    }
  }
  const chaid::Options options{.is_adjusted = false, .leaf_weight_min = 0,
                               .split_weight_min = 1001, .depth_max = 3};
  const auto start = std::chrono::steady_clock::now();
  const growing::Sample sample(view, data.y, weight, 2);
  const chaid::Rule rule(sample, options);
  const auto root = growing::grown(sample, sample.rows(), rule, rule.stop());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("{\"seconds\": %.4f, \"leaves\": %zu, \"statistic\": %.12g}\n", seconds,
              growing::leaves_count(*root), root->split.statistic);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "trees_run cart|chaid ROWS COLUMNS DATA FOLDS\n");
    return 2;
  }
  const auto rows = static_cast<std::size_t>(std::stoull(argv[2]));
  const auto columns = static_cast<std::size_t>(std::stoull(argv[3]));
  const Data data = read(argv[4], rows, columns);
  if (std::string(argv[1]) == "chaid") run_chaid(data, rows);
  else run_cart(data, rows, static_cast<std::uint32_t>(std::stoul(argv[5])));
  return 0;
}
