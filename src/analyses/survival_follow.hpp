#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/inputs.hpp"
#include "core/error.hpp"
#include "core/progress.hpp"

/// What became of those there at a cutoff, as far as the data reach.
namespace holdfast::analyses {

/// A customer's way from a cutoff on.
struct Followed {
  std::int32_t days = 0;       // Until the exit, or until last seen.
  std::uint32_t exit_class = 0;  // Into the program's; 0: there when last seen.
};

/// By customer, for one cutoff.
using FollowedAtCutoff = std::map<std::string, Followed, std::less<>>;

struct FollowUp {
  std::vector<Day> cutoffs;
  std::vector<FollowedAtCutoff> customers;  // [cutoffs]
  std::vector<std::string> exit_classes;    // [0] is "".
};

/// `study`: with calendar cutoffs ahead, customers as entity. Where its churn definition finds the
/// day of an exit in a window of any length, windows reach to the end of the data; else its own
/// windows are put one behind the other.
/// Errors: those of outcomes; the data are too short.
Result<FollowUp> follow_up(const Inputs& inputs, study::Study study, Progress& progress);

}  // namespace holdfast::analyses
