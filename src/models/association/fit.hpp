#pragma once

#include "models/pattern_task.hpp"
#include "pattern/rules.hpp"

/// Rules from item sets, whoever mined them.
namespace holdfast::association {

using Miner = Result<pattern::ItemSets> (*)(const pattern::Baskets& baskets,
                                            const pattern::ItemSetOptions& options);

std::vector<ParameterRow> parameters();

/// Mines, makes rules, corrects their tests for their number. Errors: those of the engine.
Result<FittedModel> fit(const ModelDescriptor& descriptor, Miner miner, const PatternTask& task,
                        const Parameters& given, Progress& progress);

/// The engine's rules from the form's, for suggestions and their evidence.
std::vector<pattern::Rule> rules_of(const forms::AssociationRules& form);

}  // namespace holdfast::association
