#pragma once

#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {

/// Sum of all trees. Trees whose missing values go to one child become nested conditions; trees that
/// share them out become sums over leaves of a product of conditions, each a share where the value is
/// missing, so that the text grows with leaves × depth and not with 2^depth.
Result<std::int32_t> trees_of(FormulaBuilder& builder, const FittedModel& model,
                              const forms::TreeEnsemble& form);

}  // namespace holdfast::exchange
