#pragma once

#include <vector>

#include "models/bayes/structure.hpp"
#include "models/forms/bayesian_network.hpp"

namespace holdfast::bayes {

/// A network with its probabilities: (weight + prior) ÷ (sum + prior × states), the prior being the
/// equivalent sample size spread evenly over a family's table.
forms::BayesianNetwork network_of(const States& states, const Parents& parents,
                                  double equivalent_sample_size);

}  // namespace holdfast::bayes
