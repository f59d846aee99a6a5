#pragma once

#include <vector>

#include "models/c50/row_set.hpp"
#include "models/forms/rule_set.hpp"
#include "models/growing/sample.hpp"

namespace holdfast::c50 {

/// The rules that are kept: class by class, takes away the rule whose loss shortens the description
/// most (the rules, and which rows they get wrong), until no loss shortens it.
///
/// Shapes     sets: rows each rule covers. `kept`: rules to choose among; the result a part of it.
/// Source     Quinlan (1993), C4.5: Programs for Machine Learning, section 5.2 (description length).
std::vector<std::size_t> worth_their_bits(const growing::Sample& sample, const growing::Rows& rows,
                                          const std::vector<forms::Rule>& rules,
                                          const std::vector<RowSet>& sets,
                                          std::vector<std::size_t> kept);

}  // namespace holdfast::c50
