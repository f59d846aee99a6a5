#pragma once

#include <memory>
#include <string_view>

#include "study/expression.hpp"

/// The two halves of parse_expression. Inner header of study/.
namespace holdfast::study {

using DraftPtr = std::shared_ptr<Expression>;

/// Builds the tree, types still unknown. In an Aggregate whose target is a bare name, that name is
/// `table` and `column` is empty.
Result<DraftPtr> parse_draft(std::string_view source);

/// Resolves names and fills in types.
Result<ExpressionPtr> typed(const Expression& draft, const Scope& scope);

}  // namespace holdfast::study
