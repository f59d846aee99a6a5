#pragma once

#include <string>
#include <vector>

#include "analyses/inputs.hpp"

namespace holdfast::analyses {

/// Columns that groups are made of, and what is to be said of the choice.
struct GroupInputs {
  std::vector<std::string> names;
  std::vector<Text> notes;
};

/// Those the study names. Else ten facts about customers, what they are before what they did (no
/// trends, no counts of one kind alone): those that say most of who leaves and of what a customer is
/// worth in turn, without any that nearly all share, or that another one says already.
/// data: rows with outcomes; null where none is known.
/// Errors: kNothingThere where no column parts today's customers.
Result<GroupInputs> group_inputs(const Inputs& inputs, const dataset::Dataset* data,
                                 const features::FeatureMatrix& today);

}  // namespace holdfast::analyses
