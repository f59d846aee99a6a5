#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/language.hpp"
#include "pattern/rules.hpp"

namespace holdfast::pattern {

struct SuggestOptions {
  std::size_t limit = 5;           // Products per customer.
  double lift_min = 1;             // Rules not above this say no more than the product's own share.
  double p_max = 0.05;             // Of the rule's Fisher test.
  std::span<const Item> left_out;  // Never suggested: no longer sold, not wanted.
};

/// A product the customer does not hold, and the evidence for it.
struct Suggestion {
  Item item = 0;
  std::size_t rule = 0;         // Place of the best rule in the list given.
  std::size_t rules_count = 0;  // Rules that speak for the item, the best among them.
};

/// Looks up what to offer next by rules with one consequent; others are passed over.
class Suggester {
 public:
  /// Requires: the rules outlive this.
  explicit Suggester(std::span<const Rule> rules);

  /// The products that rules lead to from what is held, most probable first. Each stands once, by
  /// its rule of highest confidence, then lift, count and shortest antecedent. Nothing where no
  /// rule applies. Cost: rules whose first antecedent item is held.
  std::vector<Suggestion> suggest(std::span<const Item> held,
                                  const SuggestOptions& options = {}) const;

 private:
  std::span<const Rule> rules_;
  std::vector<std::vector<std::size_t>> by_first_;  // Rules by first antecedent item.
};

/// Says a rule with its measures: "of 160 baskets with herbs, 69 also hold root vegetables (43.1
/// %), 3.96 times its share of all baskets". Names by item number; a number beyond them stands as
/// such.
Text evidence(const Rule& rule, std::span<const std::string> names);

}  // namespace holdfast::pattern
