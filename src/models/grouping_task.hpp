#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/model.hpp"

/// What models that form groups learn from.
namespace holdfast {

struct GroupingTask {
  dataset::Columns train;
  std::uint64_t seed = 0;
};

}  // namespace holdfast

namespace holdfast::models {

/// Rows as numbers and levels. Numbers are winsorised, brought near the normal shape where they are
/// skewed, and standardised; a category has an indicator for every state, "other" and missing too.
struct GroupingRows {
  dataset::Preparation preparation;
  std::size_t rows = 0;
  std::vector<double> terms;         // [rows x terms]
  std::vector<std::size_t> numbers;  // Terms that are numbers.
  std::vector<std::vector<std::size_t>> categories;  // Terms of each one's states; one of them is 1.
};

struct GroupingOptions {
  double outlier_quantile = 0.001;
  double rare_share = 0.02;
  bool straightens = true;  // Skewed numbers by Yeo–Johnson.
};

/// Errors: kNoRows, kNoUsableColumn.
Result<GroupingRows> grouping_rows(std::string_view model_id, const GroupingTask& task,
                                   const GroupingOptions& options);

/// A grouping model with names, categories, reference, parameters and seed filled in.
FittedModel started(std::string_view model_id, const GroupingTask& task,
                    const Parameters& parameters);

/// Where the rows belong. The model: one whose form is ClusterProfiles.
std::vector<forms::NearestCluster> groups_of(const FittedModel& model,
                                             const dataset::Columns& columns);

}  // namespace holdfast::models
