#pragma once

#include <vector>

#include "models/forms/rule_set.hpp"
#include "models/growing/branch.hpp"

/// From a tree to rules.
namespace holdfast::c50 {

/// Every leaf's path becomes a rule; conditions are dropped one at a time while the upper limit of
/// its error does not rise; of each class's rules those are taken away that cost more bits than they
/// save; the default class is that of most rows which no rule covers. Rules with their confidence
/// (cover − errors + 1) / (cover + 2), surest first within each class.
///
/// Source: Quinlan (1993), C4.5: Programs for Machine Learning, chapter 5; RuleQuest, See5/C5.0: An
/// Informal Tutorial, "Rulesets" (confidence, lift, voting).
forms::RuleList rules_of(const growing::Sample& sample, const growing::Branch& tree,
                         const growing::Rows& rows, double confidence);

/// The class each row gets from a list, without working out its probability.
std::vector<std::uint8_t> answers_of(const growing::Sample& sample, const forms::RuleList& list,
                                     const growing::Rows& rows);

}  // namespace holdfast::c50
