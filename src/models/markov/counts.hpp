#pragma once

#include "core/error.hpp"
#include "migration/transitions.hpp"
#include "models/forms/state_transitions.hpp"

/// The engine's values from the form's, so that whoever has a saved model can ask on.
namespace holdfast::markov {

migration::TransitionCounts counts_of(const forms::StateTransitions& form);

/// Over all periods; all segments, or one. Errors: kLeavesAbsorbing, kBadOption.
Result<migration::TransitionMatrix> matrix_of(const forms::StateTransitions& form, double level,
                                              std::optional<std::size_t> segment = {});

}  // namespace holdfast::markov
