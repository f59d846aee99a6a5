#pragma once

#include "migration/transitions.hpp"
#include "models/model.hpp"

namespace holdfast::markov {

/// The tables and notes of a fitted model: matrix, long run, times, tests.
void add_tables(const forms::StateTransitions& form, const migration::TransitionMatrix& matrix,
                FittedModel& model);

}  // namespace holdfast::markov
