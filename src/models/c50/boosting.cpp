#include "models/c50/boosting.hpp"

#include "models/growing/compare.hpp"
#include "models/growing/grower.hpp"

namespace holdfast::c50 {
namespace {

constexpr double kTooGood = 0.1;  // Rows' worth of wrong weight below which nothing is left to learn.

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

}  // namespace

Trials boosted(const growing::Sample& sample, const growing::SplitRule& rule,
               const growing::StopRules& stop, int trials, const Answers& answers) {
  Trials result;
  growing::Rows rows = sample.rows();
  const double total = rows.total();
  for (int t = 0; t < trials; ++t) {
    Trial trial{.tree = growing::grown(sample, rows, rule, stop), .rows = rows};
    rule.prune(sample, *trial.tree, rows);
    const auto given = t + 1 < trials ? answers(trial) : std::vector<std::uint8_t>{};
    const Wrong wrong = given.empty() ? Wrong{} : wrong_of(sample, rows, given);
    const bool is_too_bad = t > 0 && wrong.weight >= total / 2;
    if (!is_too_bad) result.trials.push_back(std::move(trial));
    if (t + 1 == trials) break;
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
  return result;
}

}  // namespace holdfast::c50
