#include "models/boosting/booster.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xgboost/c_api.h>

#include "models/errors.hpp"

namespace holdfast::boosting {
namespace {

/// XGBoost's return codes become this inside this file and an Error at its door.
struct Failure {
  std::string why;
};

void check(int code) {
  if (code != 0) throw Failure{XGBGetLastError()};
}

struct FreeMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct FreeBooster {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Handle = std::unique_ptr<void, FreeBooster>;

Matrix matrix_of(const Labelled& rows, const Options& options) {
  DMatrixHandle handle = nullptr;
  check(XGDMatrixCreateFromMat(rows.x.cells.data(), rows.x.rows, rows.x.cols,
                               std::numeric_limits<float>::quiet_NaN(), &handle));
  Matrix matrix(handle);
  std::vector<float> label(rows.y.begin(), rows.y.end());
  std::vector<float> weight;
  for (const double w : rows.weight) weight.push_back(static_cast<float>(w));
  check(XGDMatrixSetFloatInfo(handle, "label", label.data(), label.size()));
  check(XGDMatrixSetFloatInfo(handle, "weight", weight.data(), weight.size()));
  if (!options.codes.empty()) {
    std::vector<const char*> types;
    for (const auto codes : options.codes) types.push_back(codes > 0 ? "c" : "q");
    check(XGDMatrixSetStrFeatureInfo(handle, "feature_type", types.data(), types.size()));
  }
  return matrix;
}

std::vector<float> margins_of(BoosterHandle booster, DMatrixHandle matrix) {
  bst_ulong length = 0;
  const float* values = nullptr;
  check(XGBoosterPredict(booster, matrix, 1, 0, 0, &length, &values));
  return {values, values + length};
}

double log_loss(std::span<const float> margins, const Labelled& rows) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < margins.size(); ++i) {
    const double f = rows.y[i] == 1 ? static_cast<double>(margins[i])
                                    : -static_cast<double>(margins[i]);
    sum += rows.weight[i] * (f > 0 ? std::log1p(std::exp(-f)) : -f + std::log1p(std::exp(f)));
    total += rows.weight[i];
  }
  return total > 0 ? sum / total : 0;
}

/// A set of XGBoost's goes to the right; the other codes, and those of no training row, do not.
void read_sets(const nlohmann::json& json, const Options& options, forms::Tree& tree) {
  const auto members = json.at("categories").get<std::vector<std::int32_t>>();
  const auto nodes = json.at("categories_nodes").get<std::vector<std::size_t>>();
  const auto begins = json.at("categories_segments").get<std::vector<std::size_t>>();
  const auto sizes = json.at("categories_sizes").get<std::vector<std::size_t>>();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto& node = tree.nodes[nodes[i]];
    const auto codes = options.codes[static_cast<std::size_t>(node.column)];
    node.is_category = true;
    node.threshold = 0;
    node.split = 0;
    node.child_of_category.assign(static_cast<std::size_t>(codes), 0);
    for (std::size_t k = 0; k < sizes[i]; ++k) {
      node.child_of_category[static_cast<std::size_t>(members[begins[i] + k])] = 1;
    }
  }
}

forms::Tree tree_from(const nlohmann::json& json, const Options& options,
                      std::vector<double>& gains) {
  const auto left = json.at("left_children").get<std::vector<std::int32_t>>();
  const auto right = json.at("right_children").get<std::vector<std::int32_t>>();
  const auto column = json.at("split_indices").get<std::vector<std::int32_t>>();
  const auto condition = json.at("split_conditions").get<std::vector<float>>();
  const auto cover = json.at("sum_hessian").get<std::vector<float>>();
  const auto gain = json.at("loss_changes").get<std::vector<float>>();
  const auto& default_left = json.at("default_left");
  forms::Tree tree;
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto& node = tree.nodes.emplace_back();
    node.cover = static_cast<double>(cover[i]);
    gains.push_back(left[i] < 0 ? 0 : static_cast<double>(gain[i]));
    if (left[i] < 0) {
      node.value = static_cast<double>(condition[i]);  // XGBoost keeps a leaf's value here.
      continue;
    }
    const bool is_left = default_left[i].is_boolean() ? default_left[i].get<bool>()
                                                      : default_left[i].get<int>() != 0;
    node.column = column[i];
    node.threshold = condition[i];
    node.split = static_cast<double>(condition[i]);
    node.children = {left[i], right[i]};
    node.missing = forms::MissingRule::Default;
    node.default_child = is_left ? 0 : 1;
  }
  read_sets(json, options, tree);
  return tree;
}

forms::TreeEnsemble ensemble_of(BoosterHandle booster, std::size_t trees_count,
                                const Options& options, std::vector<std::vector<double>>& gains) {
  bst_ulong length = 0;
  const char* text = nullptr;
  // Binary, as its text writes thresholds of sets as NaN, which is no JSON.
  check(XGBoosterSaveModelToBuffer(booster, R"({"format": "ubj"})", &length, &text));
  const auto json = nlohmann::json::from_ubjson(text, text + length);
  const auto& trees = json.at("learner").at("gradient_booster").at("model").at("trees");
  forms::TreeEnsemble ensemble{.is_less = true, .is_float = true};
  ensemble.base = static_cast<double>(-std::log(1.0F / options.base_score - 1.0F));
  for (std::size_t t = 0; t < std::min(trees_count, trees.size()); ++t) {
    ensemble.trees.push_back(tree_from(trees[t], options, gains.emplace_back()));
  }
  return ensemble;
}

std::vector<float> margins_up_to(BoosterHandle booster, DMatrixHandle matrix, int rounds) {
  const auto config = fmt::format(
      R"({{"type": 1, "training": false, "iteration_begin": 0, "iteration_end": {}, )"
      R"("strict_shape": false}})",
      rounds);
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  check(XGBoosterPredictFromDMatrix(booster, matrix, config.c_str(), &shape, &dimensions, &values));
  return {values, values + shape[0]};
}

Result<Booster> trained(const Labelled& training, const Labelled& validation,
                        const Options& options, Progress& progress) {
  const Matrix train_matrix = matrix_of(training, options);
  const bool has_validation = validation.x.rows > 0;
  const Matrix validation_matrix = has_validation ? matrix_of(validation, options) : nullptr;
  std::vector<DMatrixHandle> cached = {train_matrix.get()};
  if (has_validation) cached.push_back(validation_matrix.get());
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(cached.data(), cached.size(), &handle));
  const Handle booster(handle);
  check(XGBoosterSetParam(handle, "base_score", fmt::format("{:.9g}", options.base_score).c_str()));
  for (const auto& [name, value] : options.parameters) {
    check(XGBoosterSetParam(handle, name.c_str(), value.c_str()));
  }
  if (!options.monotone.empty()) {
    const auto signs = fmt::format("({})", fmt::join(options.monotone, ","));
    check(XGBoosterSetParam(handle, "monotone_constraints", signs.c_str()));
  }
  Booster result;
  double least = std::numeric_limits<double>::infinity();
  int best = 0;
  for (int round = 0; round < options.rounds; ++round) {
    if (cancel_requested()) return Error{holdfast::errors::kCancelled};
    check(XGBoosterUpdateOneIter(handle, round, train_matrix.get()));
    progress.advance(1);
    if (!has_validation) {
      best = round;
      continue;
    }
    const double loss = log_loss(margins_of(handle, validation_matrix.get()), validation);
    result.validation_loss.push_back(loss);
    if (loss < least) {
      least = loss;
      best = round;
    }
    if (options.patience > 0 && round - best >= options.patience) break;
    if (options.patience == 0) best = round;
  }
  const int kept = best + 1;
  result.trees = ensemble_of(handle, static_cast<std::size_t>(kept), options, result.gains);
  result.margins = margins_up_to(handle, train_matrix.get(), kept);
  return result;
}

}  // namespace

Result<Booster> train(const Labelled& training, const Labelled& validation,
                      const Options& options, Progress& progress) {
  try {
    return trained(training, validation, options, progress);
  } catch (const Failure& failure) {
    return Error{models::errors::kLibraryFailed, {{"library", "XGBoost"}, {"why", failure.why}}};
  } catch (const nlohmann::json::exception& failure) {
    return Error{models::errors::kLibraryFailed,
                 {{"library", "XGBoost"}, {"why", failure.what()}}};
  }
}

}  // namespace holdfast::boosting
