#pragma once

#include <variant>

#include "models/forms/bayesian_network.hpp"
#include "models/forms/calibration.hpp"
#include "models/forms/cluster_profiles.hpp"
#include "models/forms/hazard_model.hpp"
#include "models/forms/hazard_trees.hpp"
#include "models/forms/kernel_expansion.hpp"
#include "models/forms/linear_predictor.hpp"
#include "models/forms/naive_bayes.hpp"
#include "models/forms/nested.hpp"
#include "models/forms/network.hpp"
#include "models/forms/patterns.hpp"
#include "models/forms/points_table.hpp"
#include "models/forms/rule_set.hpp"
#include "models/forms/state_transitions.hpp"
#include "models/forms/tree_ensemble.hpp"
#include "models/forms/value_model.hpp"

/// The neutral forms fitted models present themselves as. A form is a struct in a header of its own
/// with `kType` (its name in the envelope), `kInput`, `outputs_count()`, a `Scorer` (a class made
/// from it with `score` and, where its score can be taken apart exactly, `contributions`; none where
/// it reads no rows), and a pair of functions in json.hpp. Adding one adds its files, its line here
/// and its pair there.
namespace holdfast::forms {

// clang-format off
using Form = std::variant<std::monostate,
                          LinearPredictor,
                          TreeEnsemble,
                          RuleSet,
                          KernelExpansion,
                          Network,
                          NaiveBayes,
                          BayesianNetwork,
                          PointsTable,
                          HazardModel,
                          HazardTrees,
                          ValueModel,
                          StateTransitions,
                          AssociationRules,
                          SequencePatterns,
                          ClusterProfiles,
                          Stack>;
// clang-format on

}  // namespace holdfast::forms
