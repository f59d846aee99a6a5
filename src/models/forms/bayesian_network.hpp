#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/discrete.hpp"
#include "models/forms/rows.hpp"

namespace holdfast::forms {

class BayesianNetworkScorer;

/// Discrete variables in an acyclic graph, the first being the class. Outputs are logits of every
/// class but the first against the first, given what is known of the others.
struct BayesianNetwork {
  static constexpr std::string_view kType = "bayesian_network";
  static constexpr Input kInput = Input::Cells;
  using Scorer = BayesianNetworkScorer;

  struct Variable {
    DiscreteColumn states;                // The class: only states_count.
    std::vector<std::int32_t> parents;    // Ascending.
    std::vector<double> table;            // [parent states x states], the last parent fastest:
                                          // probability of each state.
  };
  std::vector<Variable> variables;        // [0]: the class.

  std::size_t outputs_count() const {
    return static_cast<std::size_t>(variables[0].states.states_count) - 1;
  }
};

/// Distribution of one variable given states of others (−1: not known), exactly, by variable
/// elimination over the variables that matter.
///
/// Shapes     evidence: [variables]. Result: [states of the query].
/// Cost       Exponential in the induced width; barren variables cost nothing.
/// Source     Zhang & Poole (1996), JAIR 5, 301–328.
std::vector<double> posterior(const BayesianNetwork& network, std::span<const std::int32_t> evidence,
                              std::size_t query);

/// Variables that, known, make the query independent of all others: parents, children and their
/// parents. Ascending.
std::vector<std::size_t> markov_blanket(const BayesianNetwork& network, std::size_t query);

class BayesianNetworkScorer {
 public:
  explicit BayesianNetworkScorer(const BayesianNetwork& form);
  void score(const Rows& rows, std::span<double> out) const;

 private:
  const BayesianNetwork* form_;
  std::vector<std::size_t> blanket_;
  std::vector<std::size_t> children_;     // Of the class.
};

}  // namespace holdfast::forms
