#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/inputs.hpp"
#include "core/error.hpp"
#include "core/language.hpp"

/// Inner header of analyses/: rows with the kind of exit as their class.
namespace holdfast::analyses {

struct ExitRows {
  std::vector<std::string> classes;        // [0]: stayed; then exits that happened, most frequent first.
  std::vector<Text> names;                 // [classes] for people.
  std::vector<std::int64_t> counts;        // [classes] over all rows of known outcome.
  std::vector<std::uint32_t> train, tuning, test;  // Rows of the dataset.
  std::vector<std::uint8_t> class_of;      // [dataset rows]; kNoClass where the outcome is not known.
};
constexpr std::uint8_t kNoClass = 255;

/// Competing exits, which classifiers of churn leave out, take the split of the rows of their cutoff
/// (where that is mixed: of their customer). Errors: kNothingThere where only one kind of exit
/// happened.
Result<ExitRows> exit_rows(const Inputs& inputs, const dataset::Dataset& data);

}  // namespace holdfast::analyses
