#include "models/bayes/tables.hpp"

namespace holdfast::bayes {
namespace {

std::vector<double> table_of(const States& states, std::size_t variable,
                             const std::vector<std::int32_t>& parents, double sample_size) {
  std::vector<std::size_t> family(parents.begin(), parents.end());
  family.push_back(variable);
  auto table = counts_of(states, family);
  const std::size_t own = states_count(states, variable);
  const double prior = sample_size / static_cast<double>(table.size());
  for (std::size_t at = 0; at < table.size(); at += own) {
    double sum = 0;
    for (std::size_t s = 0; s < own; ++s) sum += table[at + s] + prior;
    for (std::size_t s = 0; s < own; ++s) {
      table[at + s] = sum > 0 ? (table[at + s] + prior) / sum : 1 / static_cast<double>(own);
    }
  }
  return table;
}

}  // namespace

forms::BayesianNetwork network_of(const States& states, const Parents& parents,
                                  double equivalent_sample_size) {
  forms::BayesianNetwork network;
  for (std::size_t v = 0; v < parents.size(); ++v) {
    forms::BayesianNetwork::Variable variable;
    if (v == 0) variable.states.states_count = states.classes_count;
    else variable.states = states.columns[v - 1];
    variable.parents = parents[v];
    variable.table = table_of(states, v, parents[v], equivalent_sample_size);
    network.variables.push_back(std::move(variable));
  }
  return network;
}

}  // namespace holdfast::bayes
