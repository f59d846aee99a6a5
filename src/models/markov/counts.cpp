#include "models/markov/counts.hpp"

namespace holdfast::markov {

migration::TransitionCounts counts_of(const forms::StateTransitions& form) {
  migration::TransitionCounts counts{.states = form.states.size(),
                                     .segments = form.segments.size(),
                                     .periods = form.periods.size(),
                                     .counts = form.counts,
                                     .triples = form.triples};
  for (const auto count : form.counts) counts.moves += count;
  return counts;
}

Result<migration::TransitionMatrix> matrix_of(const forms::StateTransitions& form, double level,
                                              std::optional<std::size_t> segment) {
  migration::MatrixOptions options{.absorbing = {}, .level = level};
  for (const auto state : form.absorbing) {
    options.absorbing.push_back(static_cast<migration::State>(state));
  }
  return migration::transition_matrix(form.states.size(), counts_of(form).summed({}, segment),
                                      options);
}

}  // namespace holdfast::markov
