#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"

/// What goes together, and in which order. Neither form reads rows.
namespace holdfast::forms {

/// Who holds the antecedent holds the consequent too. Items are places in the form's list, ascending.
struct AssociationRule {
  std::vector<std::uint32_t> antecedent, consequent;
  std::uint64_t count = 0, antecedent_count = 0, consequent_count = 0;  // Baskets.
  double lift = 0;            // P(c | a) / P(c): 1 is chance.
  double leverage = 0;        // P(a, c) − P(a) P(c).
  std::optional<double> conviction;  // (1 − P(c)) / (1 − confidence); nothing: it never fails.
  double p = 1;               // Fisher's test, one-sided.
  double p_adjusted = 1;      // Holm's over all rules of the confidence asked for.

  double confidence() const {
    return static_cast<double>(count) / static_cast<double>(antecedent_count);
  }
};

/// Sets of items often bought together, and the rules between them.
struct AssociationRules {
  static constexpr std::string_view kType = "association_rules";
  static constexpr Input kInput = Input::Nothing;

  struct ItemSet {
    std::vector<std::uint32_t> items;
    std::uint64_t count = 0;
  };
  std::vector<std::string> items;
  std::uint64_t baskets = 0;         // Shares are of these.
  std::uint64_t baskets_left_out = 0;
  double support_min = 0, confidence_min = 0;
  std::vector<ItemSet> sets;         // By length.
  std::vector<AssociationRule> rules;  // From the largest lift on.
};

/// Events in order that many customers went through.
struct SequencePatterns {
  static constexpr std::string_view kType = "sequence_patterns";
  static constexpr Input kInput = Input::Nothing;

  struct Pattern {
    std::vector<std::vector<std::uint32_t>> events;  // Items of one event ascend.
    std::uint64_t count = 0;                         // Customers.
    // Of those who went through all events but the last; nothing where there is one event.
    std::optional<double> confidence;
    std::optional<double> lift;  // Confidence ÷ the share of customers who come to the last event at all.
  };
  std::vector<std::string> items;
  std::uint64_t sequences = 0;
  double support_min = 0;
  std::vector<Pattern> patterns;     // By length, then by items.
};

}  // namespace holdfast::forms
