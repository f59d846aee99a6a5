#pragma once

#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/inputs.hpp"
#include "models/forms/patterns.hpp"

/// The parts of the analysis of patterns: gather, fit, say.
namespace holdfast::analyses::patterns {

/// What was bought, ready for the models.
struct Bought {
  Text table, item;                       // What people call them.
  std::vector<std::string> items;         // Names.
  std::vector<std::string> customer_keys; // [customers]
  // By basket: what a customer bought on one day, or under one basket number.
  std::vector<std::uint32_t> basket_items;
  std::vector<std::size_t> basket_starts{0};
  // By customer, in order of time.
  std::vector<std::uint32_t> items_by_customer;
  std::vector<std::int64_t> days;
  std::vector<std::size_t> customer_starts{0};
  std::size_t rows_without_item = 0;
  std::size_t rows_returned = 0;          // With an amount below 0: nothing bought.
  bool is_guessed = false;                // Neither named by the study nor a table of purchases.

  std::size_t baskets() const { return basket_starts.size() - 1; }
};

/// Errors: kNoTableFor, kNoColumnFor, kNothingThere, those of reading.
Result<Bought> gather(const Inputs& inputs, const study::PatternsSpec& spec, Progress& progress);

/// The models the study asks for, or both usual ones. Where the study leaves the least support open,
/// it is lowered until there is enough to see, and raised where there would be too much.
struct Fitted {
  std::vector<FittedModel> models;
  const forms::AssociationRules* rules = nullptr;      // Of the first model that has them.
  const forms::SequencePatterns* sequences = nullptr;
  std::vector<Text> notes;
};
Result<Fitted> fit(const Inputs& inputs, const study::PatternsSpec& spec, const Bought& bought,
                   Progress& progress);

/// What can be offered next, with the evidence; and the summary of it.
struct Offers {
  CustomerColumns columns;
  std::size_t customers_with = 0;
  std::vector<std::size_t> customers_by_item;  // [items] who would be offered it first.
};
Offers offers_for(const Bought& bought, const forms::AssociationRules& rules, std::size_t limit);

/// p_max: of the rules that were kept, corrected.
Section rules_section(const Bought& bought, const forms::AssociationRules& rules, double p_max);
/// limits: a sentence that says how far apart the steps may lie.
Section sequences_section(const forms::SequencePatterns& sequences, const Text& limits);
Section offers_section(const Bought& bought, const forms::AssociationRules& rules, const Offers& offers);

/// "a + b".
std::string joined(const std::vector<std::uint32_t>& places, const std::vector<std::string>& items);

}  // namespace holdfast::analyses::patterns
