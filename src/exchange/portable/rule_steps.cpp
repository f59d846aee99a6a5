#include "exchange/portable/rule_steps.hpp"

#include <fmt/format.h>

namespace holdfast::exchange {
namespace {

using Ref = FormulaBuilder::Ref;

constexpr double kNoVotes = 1e-30;  // Far below any confidence; keeps divisors from 0.

/// Conditions and votes of one rule set's lists.
class RuleSteps {
 public:
  RuleSteps(FormulaBuilder& b, const FittedModel& model, const forms::RuleSet& form)
      : b_(&b), model_(&model), form_(&form) {}

  Ref answer_of(const forms::RuleList& list, std::size_t number) {
    std::vector<Ref> votes[2], voters[2];
    for (std::size_t r = 0; r < list.rules.size(); ++r) {
      const auto& rule = list.rules[r];
      const auto met = b_->named(met_of(rule), fmt::format("rule_{}_{}", number + 1, r + 1));
      const auto cls = static_cast<std::size_t>(rule.cls);
      votes[cls].push_back(b_->product({b_->number(rule.confidence), met}));
      voters[cls].push_back(met);
    }
    Ref sums[2], counts[2];
    for (std::size_t c = 0; c < 2; ++c) {
      sums[c] = b_->named(b_->sum(std::move(votes[c])), fmt::format("votes_{}_{}", number + 1, c));
      counts[c] = b_->sum(std::move(voters[c]));
    }
    const auto by_default = b_->number(list.default_shares[1]);
    if (list.rules.empty()) return by_default;
    const auto total = b_->sum({sums[0], sums[1]});
    const auto as_many = b_->sum({sums[0], b_->number(forms::RuleSet::kVotesEqual)});
    const auto has_more = b_->less(as_many, sums[1]);
    const auto mean =
        b_->either(has_more, mean_of(sums[1], counts[1]), mean_of(sums[0], counts[0]));
    const auto sureness = b_->maximum(b_->sum({b_->product({b_->number(2), mean}), b_->number(-1)}),
                                      b_->number(forms::RuleSet::kSurenessLeast));
    const auto share = form_->is_winner_only
                           ? b_->either(has_more, b_->number(1), b_->number(0))
                           : b_->divide(sums[1], b_->maximum(total, b_->number(kNoVotes)));
    // (1 − s) / 2 + s·v.
    const auto centred = b_->sum({share, b_->number(-0.5)});
    const auto voted = b_->sum({b_->number(0.5), b_->product({sureness, centred})});
    return b_->either(b_->less(b_->number(kNoVotes), total), voted, by_default);
  }

 private:
  Ref mean_of(Ref votes, Ref voters) {
    return b_->divide(votes, b_->maximum(voters, b_->number(1)));
  }

  Ref met_of(const forms::Rule& rule) {
    Ref value = b_->number(1);
    for (std::size_t i = rule.conditions.size(); i-- > 0;) {
      value = met_of(rule.conditions[i], value);
    }
    return value;
  }

  /// `value` where the condition holds, else 0.
  Ref met_of(const forms::RuleCondition& condition, Ref value) {
    const auto column = static_cast<std::size_t>(condition.column);
    const auto& name = model_->column_names[column];
    const auto zero = b_->number(0);
    if (condition.is_category) {
      std::vector<std::string> names;
      for (const auto code : condition.codes) {
        names.push_back(model_->categories[column][static_cast<std::size_t>(code)]);
      }
      return b_->either(b_->in_set(name, std::move(names)), value, zero);
    }
    if (condition.has_high) {
      value = b_->either(b_->less_equal(b_->column(name), b_->number(condition.high)), value, zero);
    }
    if (condition.has_low) {
      value = b_->either(b_->less(b_->number(condition.low), b_->column(name)), value, zero);
    }
    return b_->either(b_->known(name), value, zero);
  }

  FormulaBuilder* b_;
  const FittedModel* model_;
  const forms::RuleSet* form_;
};

}  // namespace

std::int32_t rules_of(FormulaBuilder& b, const FittedModel& model, const forms::RuleSet& form) {
  RuleSteps steps(b, model, form);
  std::vector<Ref> answers;
  for (std::size_t t = 0; t < form.lists.size(); ++t) {
    answers.push_back(b.named(steps.answer_of(form.lists[t], t), fmt::format("trial_{}", t + 1)));
  }
  const auto count = static_cast<double>(answers.size());
  return b.divide(b.sum(std::move(answers)), b.number(count));
}

}  // namespace holdfast::exchange
