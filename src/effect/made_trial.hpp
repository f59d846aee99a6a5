#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/matrix_view.hpp"
#include "core/random.hpp"
#include "effect/trial.hpp"

namespace holdfast::effect {

/// A made-up trial with known effects, for tests and benchmarks: outcome 0/1, columns x0, x1, ….
struct MadeTrial {
  std::vector<double> x, outcome, effect;
  std::vector<std::uint8_t> treated;
  std::vector<std::string> names;

  Trial trial() const { return {outcome, treated}; }
  MatrixView view() const { return {x.data(), outcome.size(), names.size()}; }
};

/// Without treatment P(y) = 0.3 + 0.1 tanh x₂; the effect is 0.25 where x₀ > 0, −0.1 elsewhere.
/// Treated at random with 0.5, or with a chance that rises with x₂ where `is_confounded`.
inline MadeTrial made_trial(std::size_t rows, std::size_t cols, std::uint64_t seed,
                            bool is_confounded = false) {
  Random random(seed);
  MadeTrial made;
  for (std::size_t c = 0; c < cols; ++c) made.names.push_back("x" + std::to_string(c));
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < cols; ++c) made.x.push_back(random.normal());
    const double* x = made.x.data() + i * cols;
    const double chance = is_confounded ? 0.5 + 0.3 * std::tanh(x[2]) : 0.5;
    made.treated.push_back(random.chance(chance) ? 1 : 0);
    made.effect.push_back(x[0] > 0 ? 0.25 : -0.1);
    const double without = 0.3 + 0.1 * std::tanh(x[2]);
    const double rate = without + (made.treated.back() == 1 ? made.effect.back() : 0);
    made.outcome.push_back(random.chance(rate) ? 1 : 0);
  }
  return made;
}

}  // namespace holdfast::effect
