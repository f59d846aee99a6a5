#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/progress.hpp"
#include "models/growing/branch.hpp"
#include "models/growing/rule.hpp"
#include "models/task.hpp"
#include "models/tree_edit.hpp"

/// From a method's parts to a fitted model, and to changes a person makes on it.
namespace holdfast::growing {

/// What a model's folder hands over.
struct Method {
  std::unique_ptr<SplitRule> rule;
  // In place of `rule` for methods that look at all rows first.
  std::function<std::unique_ptr<SplitRule>(const Sample&)> rule_of;
  StopRules stop;
  LeafShare share = LeafShare::Raw;
  std::vector<double> factor;  // By class, of costs or priors; empty: 1.
};

/// Grows, prunes and presents one tree: form, tables `leaves` and `rules`, a note where it is a
/// single leaf. Parameters are those checked, with defaults.
Result<FittedModel> fit_tree(std::string_view model_id, const ClassifierTask& task,
                             const Parameters& parameters, const Method& method);

/// The model after one change, tables and notes too. Its calibration is kept only where it is the
/// identity: any other was fitted for another tree, and becomes the identity.
Result<FittedModel> edit_tree(const ClassifierTask& task, const FittedModel& model,
                              const Method& method, const TreeEdit& edit);

Result<std::vector<SplitCandidate>> tree_candidates(const ClassifierTask& task,
                                                    const FittedModel& model, const Method& method,
                                                    std::size_t node);

}  // namespace holdfast::growing
