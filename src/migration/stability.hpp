#pragma once

#include "migration/transitions.hpp"

namespace holdfast::migration {

/// A test that moves follow the same shares in every group (periods, segments, states before).
struct Homogeneity {
  struct Part {
    State state = 0;
    double pearson = 0;
    double likelihood_ratio = 0;
    double degrees = 0;
    double pearson_p = 1;
    double likelihood_ratio_p = 1;
  };
  Part all;                // `state` does not apply.
  std::vector<Part> parts;  // By the state that is left; those with something to compare alone.
  // Cells with fewer than 5 expected moves, of all cells compared: where many, p is rough.
  std::size_t cells_sparse = 0;
  std::size_t cells = 0;
};

/// Do shares change over time? One group a period, segments together.
/// Errors: kNothingToTest.
/// Source: Anderson & Goodman 1957, "Statistical inference about Markov chains", section 3.2 (χ² and
/// likelihood ratio). Degrees count only states that are left in a group and moves that occur, as
/// Bickenbach & Bode 2003, "Evaluating the Markov property in studies of economic convergence".
Result<Homogeneity> test_over_time(const TransitionCounts& counts);

/// Do segments move alike? Periods together. Source and errors as above.
Result<Homogeneity> test_between_segments(const TransitionCounts& counts);

/// Does the next state depend on the state now (order 1 against 0)? A single part.
/// Errors: kNothingToTest. Source: Anderson & Goodman 1957, section 3.3.
Result<Homogeneity> test_first_order(const TransitionCounts& counts);

/// Does it depend on the state before too (order 2 against 1)? Parts by the state now.
/// Errors and source as above.
Result<Homogeneity> test_second_order(const TransitionCounts& counts);

}  // namespace holdfast::migration
