#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "models/model.hpp"

namespace holdfast::exchange {

/// A PMML 4.4 AssociationModel: the items, sets and rules of a model of association rules. Asked with
/// the items of a basket it recommends what the rules lead to, the most confident rule first.
/// Errors: kNoFormula where the model holds no rules of items.
Result<std::string> to_pmml_association(const FittedModel& model, std::string_view version);

/// Reads the rules back from such a document: sides, counts and measures, knowing nothing of the
/// model. Errors: kCheckFailed.
Result<forms::AssociationRules> read_pmml_association(const std::string& document);

/// The largest difference of a measure between two sets of rules; infinite where sides differ.
double rules_difference(const forms::AssociationRules& a, const forms::AssociationRules& b);

}  // namespace holdfast::exchange
