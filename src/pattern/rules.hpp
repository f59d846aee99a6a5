#pragma once

#include <optional>

#include "pattern/item_sets.hpp"

namespace holdfast::pattern {

struct RuleOptions {
  double confidence_min = 0.25;       // In [0, 1], reached exactly counts.
  double lift_min = 0;                // From 0 on.
  double p_max = 1;                   // Of Fisher's test, in (0, 1].
  std::size_t length_min = 2;         // Items on both sides together.
  std::size_t consequent_max = 1;     // Items on the right side.
  std::size_t rules_max = 5'000'000;  // More are an error.
};

/// Who holds the antecedent holds the consequent too: a ⇒ c, of n baskets.
struct Rule {
  std::vector<Item> antecedent;  // Ascending.
  std::vector<Item> consequent;  // Ascending.
  std::size_t count = 0;         // Baskets with both sides.
  std::size_t antecedent_count = 0;
  std::size_t consequent_count = 0;
  double support = 0;     // P(a, c).
  double confidence = 0;  // P(c | a).
  double lift = 0;        // P(c | a) / P(c): 1 is chance.
  double leverage = 0;    // P(a, c) − P(a) P(c).
  std::optional<double>
      conviction;          // (1 − P(c)) / (1 − confidence); nothing: the rule never fails.
  double fisher_p = 1;     // One-sided: at least so many by chance.
  double chi_squared = 0;  // One degree of freedom, no correction.
  double chi_squared_p = 1;
};

/// Finds the rules in the sets, the strongest first: by lift, confidence, count, then items. Tests
/// are one by one: with many rules, p_max should be divided by their number.
/// Requires: sets with every length from 1 on (length_min 1), as the miners give them.
/// Errors: kSubsetMissing, kBadOption, kTooMany.
/// Cost: sets × sides tried; the test's tail only for rules that pass the rest.
/// Source: Agrawal, Imieliński & Swami 1993; lift and conviction Brin et al. 1997; leverage
/// Piatetsky-Shapiro 1991.
Result<std::vector<Rule>> association_rules(const ItemSets& sets, const RuleOptions& options = {});

}  // namespace holdfast::pattern
