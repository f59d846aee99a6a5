// Our side of the benchmarks of tree ensembles.
//
//   ensembles_run forest ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF SEED
//   ensembles_run score ROWS COLUMNS DATA MODEL ANSWERS   an XGBoost model (JSON), on one thread
//   ensembles_run shap ROWS COLUMNS DATA MODEL ANSWERS    ANSWERS: XGBoost's own, float32
//
// DATA: float64 row-major, then y, training rows before test rows, as ensembles.py writes them.
// Prints one JSON line.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/check.hpp"
#include "core/parallel.hpp"
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

  /// y only where it stands right behind the rows.
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
                                   .seed = number(7)},
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

FittedModel read_xgboost(const std::string& path, const std::vector<std::string>& names) {
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file);
  forms::TreeEnsemble ensemble{.is_less = true, .is_float = true};  // Base score 0.5: margin 0.
  for (const auto& given : json.at("learner").at("gradient_booster").at("model").at("trees")) {
    auto& tree = ensemble.trees.emplace_back();
    const auto& left = given.at("left_children");
    for (std::size_t i = 0; i < left.size(); ++i) {
      auto& node = tree.nodes.emplace_back();
      node.cover = static_cast<double>(given.at("sum_hessian")[i].get<float>());
      const auto condition = given.at("split_conditions")[i].get<float>();
      node.value = static_cast<double>(condition);
      if (left[i].get<int>() < 0) continue;
      node.column = given.at("split_indices")[i].get<int>();
      node.threshold = condition;
      node.split = static_cast<double>(condition);
      node.children = {left[i].get<int>(), given.at("right_children")[i].get<int>()};
      node.missing = forms::MissingRule::Default;
      node.default_child = given.at("default_left")[i].get<int>() != 0 ? 0 : 1;
    }
  }
  return {.column_names = names,
          .categories = std::vector<std::vector<std::string>>(names.size()),
          .form = std::move(ensemble)};
}

/// Scores or contributions, the best of three, and their largest difference from XGBoost's.
void run_xgboost(bool is_score, char** given) {
  const auto rows = static_cast<std::size_t>(std::stoull(given[0]));
  const auto columns = static_cast<std::size_t>(std::stoull(given[1]));
  const Data data(given[2], rows, columns);
  const auto model = read_xgboost(given[3], data.names);
  const auto view = data.view(0, rows);
  set_threads(1);
  std::vector<double> answers;
  double seconds = 1e300;
  for (int i = 0; i < 3; ++i) {
    const auto start = Clock::now();
    answers = is_score ? raw_score(model, view) : contributions(model, view);
    seconds = std::min(seconds, seconds_since(start));
  }
  std::vector<float> theirs(answers.size());
  std::ifstream file(given[4], std::ios::binary);
  file.read(reinterpret_cast<char*>(theirs.data()),
            static_cast<std::streamsize>(theirs.size() * sizeof(float)));
  HOLDFAST_CHECK(file.good());
  double difference = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    difference = std::max(difference, std::abs(answers[i] - static_cast<double>(theirs[i])));
  }
  std::printf("{\"seconds\": %.5f, \"rows_per_second\": %.0f, \"largest_difference\": %.3g}\n",
              seconds, static_cast<double>(rows) / seconds, difference);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 10 && std::string(argv[1]) == "forest") {
    run_forest(argv + 2);
    return 0;
  }
  const std::string task = argc == 7 ? argv[1] : "";
  if (task == "score" || task == "shap") {
    run_xgboost(task == "score", argv + 2);
    return 0;
  }
  std::fprintf(stderr,
               "ensembles_run forest ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF SEED\n"
               "ensembles_run score|shap ROWS COLUMNS DATA MODEL ANSWERS\n");
  return 2;
}
