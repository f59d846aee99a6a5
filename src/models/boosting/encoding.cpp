#include "models/boosting/encoding.hpp"

#include <limits>

#include "core/parallel.hpp"
#include "models/forms/tree_ensemble.hpp"

namespace holdfast::boosting {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

}  // namespace

std::vector<Feature> features_of(const dataset::Columns& columns, std::span<const double> weight) {
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
    if (present.size() == 2) present.pop_back();
    for (const auto category : present) features.push_back({c, category});
  }
  return features;
}

std::vector<float> encode(const dataset::Columns& columns, std::span<const std::uint32_t> rows,
                          const std::vector<Feature>& features) {
  const std::size_t width = features.size();
  std::vector<float> cells(rows.size() * width);
  parallel_for(rows.size(), 4096, [&](std::size_t begin, std::size_t end) {
    for (std::size_t f = 0; f < width; ++f) {
      const auto& column = columns.columns[features[f].column];
      const auto category = features[f].category;
      for (std::size_t i = begin; i < end; ++i) {
        const auto r = rows[i];
        float& cell = cells[i * width + f];
        if (column.valid[r] == 0) cell = kMissing;
        else if (category < 0) cell = forms::narrowed(column.values[r]);
        else cell = column.codes[r] == static_cast<std::uint32_t>(category) ? 1.0F : 0.0F;
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
      if (feature.category < 0) continue;
      // The two values of the feature decide; thresholds outside (0, 1] send both the same way.
      const std::int32_t child_of_zero = 0.0F < node.threshold ? 0 : 1;
      const std::int32_t child_of_one = 1.0F < node.threshold ? 0 : 1;
      node.is_category = true;
      node.child_of_category.assign(columns.columns[feature.column].categories.size(),
                                    child_of_zero);
      node.child_of_category[static_cast<std::size_t>(feature.category)] = child_of_one;
    }
  }
}

}  // namespace holdfast::boosting
