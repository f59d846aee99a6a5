#pragma once

#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {

/// The answer of a rule set of two classes: every rule is one step, 1 where its conditions hold and
/// else 0, which the votes and the mean confidence of the winner are sums of.
std::int32_t rules_of(FormulaBuilder& builder, const FittedModel& model, const forms::RuleSet& form);

}  // namespace holdfast::exchange
