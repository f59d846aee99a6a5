#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/c50/c50.hpp"
#include "models/c50/rule.hpp"

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
/// is added to each wrong one: half the distance to an even share. Later trials are held
/// back (Rule::hold_back) to leaves of all rows ÷ (1.1 × leaves of the first tree), so that weights do
/// not make them grow larger.
/// Stops where a trial answers less than half the weight right or the same for all rows (it is
/// dropped), or next to all right; if fewer than three are left then, the first answers alone.
///
/// Source: Kuhn & Johnson (2013), Applied Predictive Modeling, section 14.6.
Trials boosted(const growing::Sample& sample, Rule rule, int trials, const Answers& answers);

}  // namespace holdfast::c50
