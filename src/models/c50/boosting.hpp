#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/c50/c50.hpp"
#include "models/growing/rule.hpp"

/// Boosting with C5.0's weights.
namespace holdfast::c50 {

/// One classifier of a trial and the weights it was made with.
struct Trial {
  std::unique_ptr<growing::Branch> tree;
  growing::Rows rows;
};

struct Trials {
  std::vector<Trial> trials;
  bool has_stopped_early = false;
};

/// Classes that a trial's classifier gives to rows, one each.
using Answers = std::function<std::vector<std::uint8_t>(const Trial&)>;

/// Grows the trials one after another. With S₊, S₋ the weight of rows answered right and wrong, N₋
/// the number of the latter and m = (S₊ − S₋) / 4, right rows are weighted by (S₊ − m) / S₊ and m / N₋
/// is added to each wrong one: half the distance to an even share. Stops where a trial answers less
/// than half the weight right (it is dropped) or next to all.
///
/// Source: Kuhn & Johnson (2013), Applied Predictive Modeling, section 14.6.
Trials boosted(const growing::Sample& sample, const growing::SplitRule& rule,
               const growing::StopRules& stop, int trials, const Answers& answers);

}  // namespace holdfast::c50
