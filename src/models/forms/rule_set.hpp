#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"

/// Sets of if-then rules that vote.
namespace holdfast::forms {

/// One demand of a rule on one column: low < value <= high, or one of some categories. A missing
/// value meets no demand.
struct RuleCondition {
  std::int32_t column = -1;
  bool is_category = false;
  bool has_low = false, has_high = false;
  double low = 0, high = 0;
  std::vector<std::int32_t> codes;  // Ascending.
};

struct Rule {
  std::vector<RuleCondition> conditions;  // All must hold; none: always.
  std::int32_t cls = 0;
  double cover = 0;                       // Weight of training rows that meet it.
  double errors = 0;                      // Of these, not of the class.
  double confidence = 0;                  // (cover − errors + 1) / (cover + 2), the vote.
  double lift = 0;                        // Confidence ÷ the class's share in training.
};

/// Rules of one classifier. Where none is met, the default class answers with `default_shares`.
struct RuleList {
  std::vector<Rule> rules;
  std::int32_t default_class = 0;
  std::vector<double> default_shares;     // [classes]
};

class RuleSetScorer;

/// One list, or one a boosting trial; their answers are averaged.
///
/// The rules a row meets vote for their classes with their confidence; v_c is a class's share of the
/// votes and m the mean confidence of the rules of the class of most votes. With K classes and
/// s = max(0.001, (K·m − 1) / (K − 1)) the answer is (1 − s) / K + s·v_c: m itself where all agree.
/// With `is_winner_only` (boosting) v is 1 for the class of most votes. Of classes whose votes differ by
/// no more than rounding the first has the most.
struct RuleSet {
  static constexpr std::string_view kType = "rule_set";
  static constexpr Input kInput = Input::Cells;
  using Scorer = RuleSetScorer;
  static constexpr double kSurenessLeast = 1e-3;  // The class of most votes stays ahead.
  static constexpr double kVotesEqual = 1e-9;     // Votes that differ less are equal.

  std::vector<RuleList> lists;
  std::size_t classes = 2;
  bool is_winner_only = false;

  /// Two classes: the probability of class 1.
  std::size_t outputs_count() const { return classes > 2 ? classes : 1; }
};

bool is_met(const Rule& rule, std::span<const Cell> row);

/// The class of most votes. Shapes: votes [classes].
std::size_t winner_of(std::span<const double> votes);

class RuleSetScorer {
 public:
  explicit RuleSetScorer(const RuleSet& form) : form_(&form) {}
  /// Shapes: out [rows x outputs].
  void score(const Rows& rows, std::span<double> out) const;

 private:
  void add_list(const RuleList& list, std::span<const Cell> row, std::span<double> shares) const;

  const RuleSet* form_;
};

}  // namespace holdfast::forms
