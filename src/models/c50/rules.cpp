#include "models/c50/rules.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "core/parallel.hpp"
#include "models/c50/row_set.hpp"
#include "models/c50/rule_choice.hpp"
#include "models/growing/error_pruning.hpp"

namespace holdfast::c50 {
namespace {

using forms::Rule;
using forms::RuleCondition;
using growing::Branch;
using growing::Rows;
using growing::Sample;

/// Cells of a sample's row, as rules read them.
bool is_met(const Sample& sample, const RuleCondition& condition, std::uint32_t row) {
  const auto c = static_cast<std::size_t>(condition.column);
  if (sample.is_missing(c, row)) return false;
  const auto& view = sample.column(c);
  if (condition.is_category) {
    return std::ranges::binary_search(condition.codes, static_cast<std::int32_t>(view.codes[row]));
  }
  return (!condition.has_low || view.values[row] > condition.low) &&
         (!condition.has_high || view.values[row] <= condition.high);
}

/// Adds one split's demand to a path; later thresholds of a side are tighter and take its place.
void demand(std::vector<RuleCondition>& path, const growing::Split& split, std::size_t child) {
  RuleCondition condition{.column = split.column, .is_category = split.is_category};
  if (split.is_category) {
    for (std::size_t code = 0; code < split.child_of_category.size(); ++code) {
      if (split.child_of_category[code] == static_cast<std::int32_t>(child)) {
        condition.codes.push_back(static_cast<std::int32_t>(code));
      }
    }
  } else if (child == 0) {
    condition.has_high = true;
    condition.high = split.threshold;
  } else {
    condition.has_low = true;
    condition.low = split.threshold;
  }
  const auto same = std::ranges::find_if(path, [&](const RuleCondition& known) {
    return known.column == condition.column && known.is_category == condition.is_category &&
           known.has_low == condition.has_low && known.has_high == condition.has_high;
  });
  if (same != path.end()) *same = std::move(condition);
  else path.push_back(std::move(condition));
}

/// Every leaf's path with the leaf's class; leaves without rows give none.
void gather(const Branch& branch, const std::vector<RuleCondition>& path, std::vector<Rule>& rules) {
  const auto& d = branch.split.distribution;
  if (branch.is_leaf()) {
    if (d.total() > 0 && !path.empty()) {
      rules.push_back({.conditions = path, .cls = static_cast<std::int32_t>(d.majority())});
    }
    return;
  }
  for (std::size_t b = 0; b < branch.children.size(); ++b) {
    auto longer = path;
    demand(longer, branch.split, b);
    gather(*branch.children[b], longer, rules);
  }
}

/// Weight of the rows of a set, and of those not of the class.
struct Counted {
  double cover = 0, errors = 0;
};

class Generaliser {
 public:
  Generaliser(const Sample& sample, const Rows& rows, double confidence)
      : sample_(sample), rows_(rows), confidence_(std::min(confidence, 0.5)) {}

  RowSet met(const RuleCondition& condition) const {
    RowSet set(rows_.row.size());
    for (std::size_t i = 0; i < rows_.row.size(); ++i) {
      if (is_met(sample_, condition, rows_.row[i])) set.add(i);
    }
    return set;
  }

  Counted counted(const RowSet& set, std::int32_t cls) const {
    Counted sum;
    set.each([&](std::size_t i) {
      sum.cover += rows_.weight[i];
      if (sample_.y()[rows_.row[i]] != cls) sum.errors += rows_.weight[i];
    });
    return sum;
  }

  /// Drops conditions while the upper limit of the error does not rise; counts what is left.
  RowSet generalise(Rule& rule) const {
    std::vector<RowSet> sets;
    for (const auto& condition : rule.conditions) sets.push_back(met(condition));
    RowSet all = joined(sets, sets.size());
    Counted now = counted(all, rule.cls);
    while (!sets.empty()) {
      std::size_t best = sets.size();
      double limit = error_limit(now);
      Counted best_counted;
      for (std::size_t i = 0; i < sets.size(); ++i) {
        const auto without = counted(joined(sets, i), rule.cls);
        if (error_limit(without) > limit) continue;
        limit = error_limit(without);
        best = i;
        best_counted = without;
      }
      if (best == sets.size()) break;
      now = best_counted;
      sets.erase(sets.begin() + static_cast<std::ptrdiff_t>(best));
      rule.conditions.erase(rule.conditions.begin() + static_cast<std::ptrdiff_t>(best));
    }
    rule.cover = now.cover;
    rule.errors = now.errors;
    return joined(sets, sets.size());
  }

 private:
  /// Rows that meet all conditions but one (`without`: its index).
  RowSet joined(const std::vector<RowSet>& sets, std::size_t without) const {
    RowSet all(rows_.row.size(), true);
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (i != without) all &= sets[i];
    }
    return all;
  }
  double error_limit(const Counted& of) const {
    if (!(of.cover > 0)) return 1;
    return (of.errors + growing::added_errors(of.cover, of.errors, confidence_)) / of.cover;
  }

  const Sample& sample_;
  const Rows& rows_;
  double confidence_;
};

bool is_same(const Rule& a, const Rule& b) {
  const auto key = [](const RuleCondition& c) {
    return std::tie(c.column, c.has_low, c.low, c.has_high, c.high, c.codes);
  };
  return a.cls == b.cls && std::ranges::is_permutation(
                               a.conditions, b.conditions,
                               [&](const auto& x, const auto& y) { return key(x) == key(y); });
}

/// Both ends of a column's range become one condition.
void fold(std::vector<RuleCondition>& conditions) {
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    for (std::size_t j = conditions.size(); --j > i;) {
      auto& into = conditions[i];
      const auto& from = conditions[j];
      if (into.is_category || from.is_category || into.column != from.column) continue;
      if (from.has_low) into.has_low = true, into.low = from.low;
      if (from.has_high) into.has_high = true, into.high = from.high;
      conditions.erase(conditions.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }
}

std::vector<double> class_weights(const Sample& sample, const Rows& rows) {
  std::vector<double> weights(sample.classes_count(), 0.0);
  for (std::size_t i = 0; i < rows.row.size(); ++i) weights[sample.y()[rows.row[i]]] += rows.weight[i];
  return weights;
}

/// The default class and what it answers: shares among rows that no rule covers, drawn towards all.
void add_default(const Sample& sample, const Rows& rows, const std::vector<RowSet>& sets,
                 const std::vector<double>& of_all, forms::RuleList& list) {
  RowSet covered(rows.row.size());
  for (const auto& set : sets) set.each([&](std::size_t i) { covered.add(i); });
  std::vector<double> left(of_all.size(), 0.0);
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    if (!covered.has(i)) left[sample.y()[rows.row[i]]] += rows.weight[i];
  }
  const double all = std::accumulate(of_all.begin(), of_all.end(), 0.0);
  const double total = std::accumulate(left.begin(), left.end(), 0.0);
  for (std::size_t c = 0; c < left.size(); ++c) {
    list.default_shares.push_back((left[c] + of_all[c] / all) / (total + 1));
  }
  list.default_class = static_cast<std::int32_t>(
      std::ranges::max_element(list.default_shares) - list.default_shares.begin());
}

}  // namespace

forms::RuleList rules_of(const Sample& sample, const Branch& tree, const Rows& rows,
                         double confidence) {
  const auto of_class = class_weights(sample, rows);
  const double total = std::accumulate(of_class.begin(), of_class.end(), 0.0);
  std::vector<Rule> rules;
  gather(tree, {}, rules);
  const Generaliser generaliser(sample, rows, confidence);
  std::vector<RowSet> sets(rules.size(), RowSet(0));
  parallel_for(rules.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) sets[r] = generaliser.generalise(rules[r]);
  });
  std::vector<std::size_t> kept;
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const auto& rule = rules[r];
    if (rule.conditions.empty()) continue;  // That is the default's affair.
    const bool is_new = std::ranges::none_of(
        kept, [&](std::size_t other) { return is_same(rules[other], rule); });
    if (is_new) kept.push_back(r);
  }
  kept = worth_their_bits(sample, rows, rules, sets, std::move(kept));
  for (const auto r : kept) {
    auto& rule = rules[r];
    rule.confidence = (rule.cover - rule.errors + 1) / (rule.cover + 2);
    rule.lift = rule.confidence * total / of_class[static_cast<std::size_t>(rule.cls)];
  }
  std::ranges::stable_sort(kept, [&](std::size_t a, std::size_t b) {
    return std::pair(rules[a].cls, -rules[a].confidence) <
           std::pair(rules[b].cls, -rules[b].confidence);
  });
  forms::RuleList list;
  std::vector<RowSet> kept_sets;
  for (const auto r : kept) {
    fold(rules[r].conditions);
    list.rules.push_back(std::move(rules[r]));
    kept_sets.push_back(std::move(sets[r]));
  }
  add_default(sample, rows, kept_sets, of_class, list);
  return list;
}

std::vector<std::uint8_t> answers_of(const Sample& sample, const forms::RuleList& list,
                                     const Rows& rows) {
  std::vector<std::uint8_t> answers(rows.row.size());
  parallel_for(rows.row.size(), 1024, [&](std::size_t begin, std::size_t end) {
    std::vector<double> votes(sample.classes_count());
    for (std::size_t i = begin; i < end; ++i) {
      std::ranges::fill(votes, 0.0);
      for (const auto& rule : list.rules) {
        const bool is_met_all = std::ranges::all_of(rule.conditions, [&](const auto& condition) {
          return is_met(sample, condition, rows.row[i]);
        });
        if (is_met_all) votes[static_cast<std::size_t>(rule.cls)] += rule.confidence;
      }
      const auto most = std::ranges::max_element(votes);
      answers[i] = static_cast<std::uint8_t>(*most > 0 ? most - votes.begin() : list.default_class);
    }
  });
  return answers;
}

}  // namespace holdfast::c50
