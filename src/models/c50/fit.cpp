#include <algorithm>

#include "core/parallel.hpp"
#include "models/c50/answers.hpp"
#include "models/c50/boosting.hpp"
#include "models/c50/rule.hpp"
#include "models/c50/rules.hpp"
#include "models/c50/winnowing.hpp"

namespace holdfast::c50 {
namespace {

using growing::Branch;
using growing::Rows;
using growing::Sample;

std::vector<std::uint8_t> tree_answers(const Sample& sample, const Trial& trial) {
  std::vector<std::uint8_t> answers(trial.rows.row.size());
  parallel_for(answers.size(), 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      answers[i] = static_cast<std::uint8_t>(
          answer_of(shares_of(sample, *trial.tree, trial.rows.row[i])));
    }
  });
  return answers;
}

/// Votes in place of shares: each leaf of a trial votes for its class with its confidence s,
/// the classes get (1 − s) / K and the winner s more, all divided by the number of trials.
void to_votes(forms::Tree& tree, const Sample& sample, std::size_t trials) {
  const auto classes = sample.classes_count();
  const auto k = static_cast<double>(classes);
  for (auto& node : tree.nodes) {
    std::vector<double> answers = classes > 2 ? node.values : std::vector{1 - node.value, node.value};
    std::vector<double> felt(answers);  // As the costs make it felt.
    for (std::size_t c = 0; c < classes; ++c) felt[c] *= sample.factor(c);
    const auto winner = answer_of(felt);
    double total = 0;
    for (const double share : felt) total += share;
    const double sureness = std::max(0.0, (k * felt[winner] / total - 1) / (k - 1));
    for (std::size_t c = 0; c < classes; ++c) {
      answers[c] = ((1 - sureness) / k + (c == winner ? sureness : 0)) / static_cast<double>(trials);
    }
    node.value = answers[1];
    if (classes > 2) node.values = answers;
  }
}

/// Adds the cover of the topmost splits on each column.
void add_usage(const Branch& branch, std::vector<bool>& seen, std::vector<double>& usage) {
  if (branch.is_leaf()) return;
  const auto c = static_cast<std::size_t>(branch.split.column);
  const bool was_seen = seen[c];
  if (!was_seen) usage[c] += branch.split.distribution.total();
  seen[c] = true;
  for (const auto& child : branch.children) add_usage(*child, seen, usage);
  seen[c] = was_seen;
}

/// Share of the rows whose answer asks a column, the most of all trials.
std::vector<double> usage_of(const Sample& sample, const std::vector<Trial>& trials) {
  std::vector<double> usage(sample.columns_count(), 0.0);
  for (const auto& trial : trials) {
    std::vector<double> own(usage.size(), 0.0);
    std::vector<bool> seen(usage.size());
    add_usage(*trial.tree, seen, own);
    const double total = trial.tree->split.distribution.total();
    for (std::size_t c = 0; c < own.size(); ++c) usage[c] = std::max(usage[c], own[c] / total);
  }
  return usage;
}

void present_trees(const Sample& sample, const std::vector<Trial>& trials, Fit& fit) {
  fit.trees.is_probability = true;
  fit.trees.outputs = sample.classes_count() > 2 ? sample.classes_count() : 1;
  for (const auto& trial : trials) {
    auto tree = tree_of(sample, *trial.tree, growing::LeafShare::Prior);
    if (trials.size() > 1) to_votes(tree, sample, trials.size());
    fit.trees.trees.push_back(std::move(tree));
  }
}

}  // namespace

Fit fit(const Sample& sample, const Options& options) {
  Fit fit;
  if (options.is_winnowing) fit.winnowed = winnowed(sample, options);
  // Rules come from the tree before global pruning, whose subtrees they weigh one by one.
  Options growth = options;
  growth.is_pruned_globally = options.is_pruned_globally && !options.has_rules;
  const Rule rule(sample.rows().row.size(), growth, left_out_of(fit.winnowed));
  std::vector<forms::RuleList> lists;
  const auto answers = [&](const Trial& trial) {
    if (!options.has_rules) return tree_answers(sample, trial);
    lists.push_back(rules_of(sample, *trial.tree, trial.rows, options.confidence));
    return answers_of(sample, lists.back(), trial.rows);
  };
  auto made = boosted(sample, rule, options.trials, answers);
  fit.has_stopped_early = made.has_stopped_early;
  fit.usage = usage_of(sample, made.trials);
  if (!options.has_rules) {
    present_trees(sample, made.trials, fit);
    return fit;
  }
  lists.resize(std::min(lists.size(), made.trials.size()));
  for (std::size_t t = lists.size(); t < made.trials.size(); ++t) {
    lists.push_back(rules_of(sample, *made.trials[t].tree, made.trials[t].rows, options.confidence));
  }
  fit.rules.classes = sample.classes_count();
  fit.rules.is_winner_only = lists.size() > 1;
  fit.rules.lists = std::move(lists);
  return fit;
}

}  // namespace holdfast::c50
