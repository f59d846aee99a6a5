#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/binary_tree/complexity.hpp"
#include "models/model.hpp"
#include "models/task.hpp"

/// From a method's way of splitting to a fitted model.
namespace holdfast::binary_tree {

struct Fit {
  Tree tree;                   // As grown, before any cutting back.
  std::vector<Pruned> table;   // Its nested trees, the smallest first.
};

/// Grows the tree and validates its nested trees by the given folds (empty: not at all).
///
/// Shapes     fold [rows of the sample's columns], below folds_count.
/// Cost       O(present cells) a level and fold.
Fit fit(const Sample& sample, const Scales& scales, const Growth& growth,
        const FinderMaker& finder, std::span<const std::uint32_t> fold, std::size_t folds_count);

/// Parameters of growing, costs and pruning that methods share, after those of their own.
std::vector<ParameterRow> parameters_after(std::vector<ParameterRow> own);

Growth growth_of(const Parameters& parameters);
/// Errors: kPriors.
Result<ClassCosts> costs_of(std::string_view model_id, const ClassifierTask& task,
                            const Parameters& parameters);

using FinderOf =
    std::function<std::unique_ptr<SplitFinder>(const Sample& sample, const Scales& scales)>;

/// Checks, fits, cuts back and presents.
Result<FittedModel> fit_model(const ModelDescriptor& descriptor, const ClassifierTask& task,
                              const Parameters& given, Progress& progress,
                              const std::function<FinderOf(const Parameters&)>& method);

}  // namespace holdfast::binary_tree
