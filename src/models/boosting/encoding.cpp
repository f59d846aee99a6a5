#include "models/boosting/encoding.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/parallel.hpp"
#include "models/forms/tree_ensemble.hpp"

namespace holdfast::boosting {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// A missing cell is none of them.
float cell_of(const Feature& feature, const dataset::ColumnView& column, std::size_t row,
              std::size_t fold) {
  if (feature.is_number()) return forms::narrowed(column.values[row]);
  const auto code = column.codes[row];
  if (!feature.rate_of.empty()) {
    const auto& rates = fold < feature.rate_without.size() ? feature.rate_without[fold] : feature.rate_of;
    return code < rates.size() ? rates[code] : kMissing;
  }
  if (feature.codes == 0) return code == static_cast<std::uint32_t>(feature.category) ? 1.0F : 0.0F;
  if (code >= feature.code_of.size() || feature.code_of[code] < 0) return kMissing;
  return static_cast<float>(feature.code_of[code]);
}

Feature codes_of(std::uint32_t column, std::size_t categories,
                 const std::vector<std::int32_t>& present) {
  Feature feature{.column = column, .codes = static_cast<std::int32_t>(present.size())};
  feature.code_of.assign(categories, -1);
  for (std::size_t i = 0; i < present.size(); ++i) {
    feature.code_of[static_cast<std::size_t>(present[i])] = static_cast<std::int32_t>(i);
  }
  return feature;
}

/// Each category's rate, with `prior_weight` rows of everybody's.
std::vector<float> rates_from(std::span<const double> churned, std::span<const double> total,
                              double prior_weight) {
  double all = 0, all_churned = 0;
  for (std::size_t k = 0; k < total.size(); ++k) all += total[k], all_churned += churned[k];
  const double prior = all > 0 ? all_churned / all : 0.5;
  std::vector<float> rates;
  for (std::size_t k = 0; k < total.size(); ++k) {
    rates.push_back(static_cast<float>((churned[k] + prior_weight * prior) / (total[k] + prior_weight)));
  }
  return rates;
}

/// A category that only one fold holds has everybody's rate there.
Feature rates_of(std::uint32_t c, const dataset::Columns& columns, const Outcomes& outcomes) {
  const auto& column = columns.columns[c];
  const std::size_t categories = column.categories.size();
  std::size_t folds = 1;
  for (std::size_t r = 0; r < outcomes.fold.size(); ++r) {
    if (outcomes.weight[r] > 0) folds = std::max<std::size_t>(folds, outcomes.fold[r] + 1);
  }
  std::vector<double> churned(folds * categories, 0.0), total(folds * categories, 0.0);
  std::vector<double> all_churned(categories, 0.0), all_total(categories, 0.0);
  for (std::size_t r = 0; r < columns.rows; ++r) {
    if (column.valid[r] == 0 || column.codes[r] >= categories || !(outcomes.weight[r] > 0)) continue;
    const std::size_t at = (outcomes.fold.empty() ? 0 : outcomes.fold[r]) * categories + column.codes[r];
    total[at] += outcomes.weight[r];
    churned[at] += outcomes.weight[r] * outcomes.y[r];
  }
  for (std::size_t at = 0; at < total.size(); ++at) {
    all_total[at % categories] += total[at];
    all_churned[at % categories] += churned[at];
  }
  Feature feature{.column = c};
  feature.rate_of = rates_from(all_churned, all_total, outcomes.prior_weight);
  for (std::size_t k = 0; k < categories; ++k) {
    if (!(all_total[k] > 0)) feature.rate_of[k] = kMissing;
  }
  for (std::size_t fold = 0; folds > 1 && fold < folds; ++fold) {
    std::vector<double> others_churned = all_churned, others_total = all_total;
    for (std::size_t k = 0; k < categories; ++k) {
      others_total[k] -= total[fold * categories + k];
      others_churned[k] -= churned[fold * categories + k];
    }
    feature.rate_without.push_back(rates_from(others_churned, others_total, outcomes.prior_weight));
  }
  return feature;
}

/// Categories below the threshold go one way, as their rates do.
void ask_rate(forms::TreeNode& node, const Feature& feature) {
  node.is_category = true;
  node.child_of_category.clear();
  for (const float rate : feature.rate_of) {
    node.child_of_category.push_back(rate != rate ? -1 : rate < node.threshold ? 0 : 1);
  }
}

/// The two values of the feature decide; thresholds outside (0, 1] send both the same way.
void ask_one(forms::TreeNode& node, const Feature& feature, std::size_t categories) {
  const std::int32_t child_of_zero = 0.0F < node.threshold ? 0 : 1;
  const std::int32_t child_of_one = 1.0F < node.threshold ? 0 : 1;
  node.is_category = true;
  node.child_of_category.assign(categories, child_of_zero);
  node.child_of_category[static_cast<std::size_t>(feature.category)] = child_of_one;
}

void ask_set(forms::TreeNode& node, const Feature& feature) {
  const auto child_of_code = std::move(node.child_of_category);
  node.child_of_category.clear();
  for (const auto code : feature.code_of) {
    node.child_of_category.push_back(code < 0 ? -1 : child_of_code[static_cast<std::size_t>(code)]);
  }
}

}  // namespace

std::vector<Feature> features_of(const dataset::Columns& columns, const Outcomes& outcomes,
                                 Categories categories) {
  const auto weight = outcomes.weight;
  std::vector<Feature> features;
  for (std::uint32_t c = 0; c < columns.columns.size(); ++c) {
    const auto& column = columns.columns[c];
    if (!column.is_category()) {
      if (!column.values.empty()) features.push_back({.column = c});
      continue;
    }
    std::vector<double> counts(column.categories.size(), 0.0);
    for (std::size_t r = 0; r < columns.rows; ++r) {
      if (column.valid[r] != 0 && column.codes[r] < counts.size()) {
        counts[column.codes[r]] += weight[r];
      }
    }
    std::vector<std::int32_t> present;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      if (counts[k] > 0) present.push_back(static_cast<std::int32_t>(k));
    }
    if (categories == Categories::Sets) {
      if (!present.empty()) features.push_back(codes_of(c, counts.size(), present));
      continue;
    }
    if (categories == Categories::Rates && present.size() >= outcomes.categories_min) {
      features.push_back(rates_of(c, columns, outcomes));
      continue;
    }
    if (present.size() == 2) present.pop_back();
    for (const auto category : present) features.push_back({c, category});
  }
  return features;
}

std::vector<float> encode(const dataset::Columns& columns, std::span<const std::uint32_t> rows,
                          const std::vector<Feature>& features, std::span<const std::uint32_t> fold) {
  constexpr std::size_t kNoFold = std::numeric_limits<std::size_t>::max();
  const std::size_t width = features.size();
  std::vector<float> cells(rows.size() * width);
  parallel_for(rows.size(), 4096, [&](std::size_t begin, std::size_t end) {
    for (std::size_t f = 0; f < width; ++f) {
      const auto& column = columns.columns[features[f].column];
      for (std::size_t i = begin; i < end; ++i) {
        const bool is_missing = column.valid[rows[i]] == 0;
        const std::size_t own = fold.empty() ? kNoFold : fold[rows[i]];
        cells[i * width + f] = is_missing ? kMissing : cell_of(features[f], column, rows[i], own);
      }
    }
  });
  return cells;
}

void decode(forms::TreeEnsemble& ensemble, const std::vector<Feature>& features,
            const dataset::Columns& columns) {
  for (auto& tree : ensemble.trees) {
    for (auto& node : tree.nodes) {
      if (node.children.empty()) continue;
      const auto& feature = features[static_cast<std::size_t>(node.column)];
      node.column = static_cast<std::int32_t>(feature.column);
      const auto categories = columns.columns[feature.column].categories.size();
      if (feature.codes > 0) ask_set(node, feature);
      else if (!feature.rate_of.empty()) ask_rate(node, feature);
      else if (!feature.is_number()) ask_one(node, feature, categories);
    }
  }
}

}  // namespace holdfast::boosting
