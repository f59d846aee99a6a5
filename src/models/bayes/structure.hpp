#pragma once

#include <cstdint>
#include <vector>

#include "models/bayes/counts.hpp"

/// Which variable depends on which. Variables: 0 is the class, v > 0 column v − 1.
namespace holdfast::bayes {

/// Parents of each variable, ascending.
using Parents = std::vector<std::vector<std::int32_t>>;

/// Every column depends on the class and on one other column at most: the tree over columns that
/// carries most information given the class, rooted at the column that tells most of the class.
///
/// Cost       O(columns² × rows).
/// Source     Friedman, Geiger & Goldszmidt (1997), Bayesian network classifiers, Machine Learning 29,
///            131–163, section 4.1.
Parents tree_augmented(const States& states);

enum class Score : std::uint8_t { Bic, Bdeu };

struct SearchOptions {
  Score score = Score::Bic;
  double equivalent_sample_size = 10;  // BDeu.
  int parents_max = 3;
  int restarts = 3;                    // From the best so far with some arcs changed at random.
  std::uint64_t seed = 0;
};

/// Score of one variable with its parents; a network's score is the sum.
///
/// Source     BIC: Schwarz (1978); BDeu: Heckerman, Geiger & Chickering (1995), Machine Learning 20,
///            197–243, eq. 35, with Buntine's uniform prior.
double family_score(const States& states, std::size_t variable,
                    const std::vector<std::int32_t>& parents, const SearchOptions& options);

/// Hill climbing over adding, removing and reversing arcs among `variables` (0, the class, is
/// always one), from no arc; the best of several starts.
///
/// Cost       O(variables² × rows) and as much for each changed family.
Parents hill_climb(const States& states, const std::vector<std::size_t>& variables,
                   const SearchOptions& options);

/// Variables that tell about the class whatever else is known: grown one by one by the largest
/// conditional information while significant, then shrunk by those that the rest makes superfluous.
///
/// Source     Tsamardinos, Aliferis & Statnikov (2003), Algorithms for large scale Markov blanket
///            discovery, FLAIRS, 376–381 (IAMB); sets conditioned on are held to the
///            `conditions_max` strongest.
std::vector<std::size_t> class_blanket(const States& states, double alpha, int conditions_max);

}  // namespace holdfast::bayes
