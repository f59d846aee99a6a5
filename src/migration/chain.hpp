#pragma once

#include <optional>
#include <vector>

#include "migration/transitions.hpp"

namespace holdfast::migration {

/// States that lead to one another.
struct ChainClass {
  std::vector<State> states;  // Ascending.
  bool is_closed = false;     // Nobody leaves it: absorbing where it has one state.
  std::size_t period = 1;     // Of a closed class: 1, or the length of the round it goes in.
};

/// How states hang together.
struct ChainStructure {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::vector<ChainClass> classes;    // By their least state.
  std::vector<std::size_t> class_of;  // [states]; kNone: a state nobody came into or left.
  std::vector<std::size_t> closed;    // Places in `classes`.
};

/// Errors: kUnknownRow where a state is entered and nothing is known of what comes after.
/// Source: Kemeny & Snell 1960, "Finite Markov Chains", chapter 2.
Result<ChainStructure> structure_of(const TransitionMatrix& matrix);

/// Where customers are in the long run.
struct LongRun {
  ChainStructure structure;
  // [closed classes][states] shares within each closed class. One that goes in rounds has them on
  // average over its round.
  std::vector<std::vector<double>> shares;
  // [states x closed classes] chances to end up in each; 0 in states nobody was seen in.
  std::vector<double> ends_in;

  bool is_one() const { return shares.size() == 1; }  // The same whatever the start.
  /// Shares in the long run of those who stand as `start` says now, which adds up to 1.
  std::vector<double> from(std::span<const double> start) const;
};

/// Errors: kUnknownRow.
/// Cost: states³.
/// Source: Grassmann, Taksar & Heyman 1985, "Regenerative analysis and steady state distributions
/// for Markov chains": without subtractions, so that small shares are as exact as large ones.
Result<LongRun> long_run(const TransitionMatrix& matrix);

/// Shares after so many periods of those who stand as `start` says now.
/// Errors: kUnknownRow, kShape.
Result<std::vector<double>> shares_after(const TransitionMatrix& matrix,
                                         std::span<const double> start, std::size_t periods);

/// When customers of one state come to the target.
struct TimeTo {
  double chance = 0;              // Of ever coming there.
  bool is_sure = false;           // No way leads around it: decided on the ways, not on the sum.
  std::optional<double> periods;  // Expected, of those who come there; nothing where nobody does.
};

/// From each state; for the target itself: until it is entered again.
/// Errors: kUnknownRow, kBadOption.
/// Cost: states³.
/// Source: Kemeny & Snell 1960, chapter 3: with Q the moves among states that can come to the
/// target, chance h = (I − Q)⁻¹ p and h × periods = (I − Q)⁻¹ h.
Result<std::vector<TimeTo>> times_to(const TransitionMatrix& matrix, State target);

/// How long customers stay before they are in a closed class.
struct Absorption {
  std::vector<State> transient;  // States that are left for good at last.
  std::vector<double> visits;    // [transient x transient] the fundamental matrix (I − Q)⁻¹.
  std::vector<double> periods;   // [transient] expected until then.
  std::vector<double> spread;    // [transient] standard deviation of those periods.
  std::vector<State> ends;       // The least state of each closed class.
  std::vector<double> chances;   // [transient x ends].
};

/// Nothing transient is an answer without rows.
/// Errors: kUnknownRow.
/// Source: Kemeny & Snell 1960, theorems 3.2.4, 3.3.5 and 3.3.7.
Result<Absorption> absorption(const TransitionMatrix& matrix);

}  // namespace holdfast::migration
