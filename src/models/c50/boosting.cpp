#include "models/c50/boosting.hpp"

#include <algorithm>
#include <functional>

#include "models/growing/compare.hpp"
#include "models/growing/grower.hpp"

namespace holdfast::c50 {
namespace {

constexpr double kTooGood = 0.1;  // Wrong weight, in rows, below which nothing is left to learn.

constexpr double kLeavesShare = 1.1;  // Of the first tree's leaves: those of later trials, evenly filled.
constexpr std::size_t kTrialsLeast = 3;  // Fewer are no vote: the first answers alone.

double leaves_of(const growing::Branch& branch) {
  if (branch.is_leaf()) return branch.split.distribution.total() > 0 ? 1 : 0;
  double leaves = 0;
  for (const auto& child : branch.children) leaves += leaves_of(*child);
  return leaves;
}

/// Weight and number of rows answered wrong.
struct Wrong {
  double weight = 0;
  double count = 0;
};

Wrong wrong_of(const growing::Sample& sample, const growing::Rows& rows,
               const std::vector<std::uint8_t>& answers) {
  Wrong wrong;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    if (answers[i] == sample.y()[rows.row[i]]) continue;
    wrong.weight += rows.weight[i];
    wrong.count += 1;
  }
  return wrong;
}

bool is_same_for_all(const std::vector<std::uint8_t>& answers) {
  return std::ranges::adjacent_find(answers, std::not_equal_to<>()) == answers.end();
}

}  // namespace

Trials boosted(const growing::Sample& sample, Rule rule, int trials, const Answers& answers) {
  Trials result;
  growing::Rows rows = sample.rows();
  const double total = rows.total();
  for (int t = 0; t < trials; ++t) {
    Trial trial{.tree = growing::grown(sample, rows, rule, rule.stop()), .rows = rows};
    rule.prune(sample, *trial.tree, rows);
    if (t == 0) {
      rule.hold_back(total / (kLeavesShare * std::max(1.0, leaves_of(*trial.tree))));
    }
    if (trials == 1) {
      result.trials.push_back(std::move(trial));
      break;
    }
    const auto given = answers(trial);
    const Wrong wrong = wrong_of(sample, rows, given);
    const bool is_too_bad = t > 0 && (wrong.weight >= total / 2 || is_same_for_all(given));
    if (!is_too_bad) result.trials.push_back(std::move(trial));
    if (t + 1 == trials && !is_too_bad) break;
    if (is_too_bad || wrong.weight < kTooGood || wrong.weight >= total / 2) {
      result.has_stopped_early = true;
      break;
    }
    const double right = total - wrong.weight;
    const double middle = (right - wrong.weight) / 4;
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      if (given[i] == sample.y()[rows.row[i]]) rows.weight[i] *= (right - middle) / right;
      else rows.weight[i] += middle / wrong.count;
    }
  }
  if (result.has_stopped_early && result.trials.size() < kTrialsLeast) result.trials.resize(1);
  return result;
}

}  // namespace holdfast::c50
