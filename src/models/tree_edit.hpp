#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/model.hpp"

/// Growing and pruning a fitted tree by hand: a person changes a node, the model is counted anew.
namespace holdfast {

/// One change. Nodes are named by their index in the form's tree.
struct TreeEdit {
  enum class Kind : std::uint8_t {
    Split,  // Splits the node on `column`, whatever was below; the children are leaves.
    Grow,   // Grows the model's own branch below the node and prunes it.
    Prune   // Makes the node a leaf.
  };
  Kind kind = Kind::Grow;
  std::size_t node = 0;
  std::string column;                           // Split.
  std::vector<double> cuts;                     // Numeric, ascending: child 0 up to the first.
                                                // Empty: where the model would cut.
  std::vector<std::vector<std::string>> groups; // Category: the values of each child; others are as
                                                // if missing. Empty: as the model would group.
};

/// What the model thinks of splitting a node on one column.
struct SplitCandidate {
  std::string column;
  Text children;                                // "<= 30.5 | > 30.5", "{a, b} | {c}".
  double measure = 0;                           // What the model ranks by; higher is better.
  double gain = 0;
  double statistic = 0, p_value = 1;            // Methods that test.
  std::vector<std::vector<double>> counts;      // [children][classes] weight of rows.
};

/// A model's answers to edits. Both count on the rows of `task`, those the model was fitted on.
struct TreeEditing {
  /// Errors: the form is not one tree, no such node or column, a split that parts nothing.
  Result<FittedModel> (*edit)(const ClassifierTask& task, const FittedModel& model,
                              const TreeEdit& edit) = nullptr;
  /// Every column that can split the node, best first. Errors: as above.
  Result<std::vector<SplitCandidate>> (*candidates)(const ClassifierTask& task,
                                                    const FittedModel& model,
                                                    std::size_t node) = nullptr;
};

}  // namespace holdfast
