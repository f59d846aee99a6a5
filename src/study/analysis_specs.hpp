#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/day.hpp"

/// What the study says of the analyses beside the main job (src/analyses). Each has a section of its
/// own; whatever is not written follows from the roles of the tables.
namespace holdfast::study {

/// A parameter's value as the study writes it.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string, std::vector<double>,
                                    std::vector<std::string>>;

struct ModelSpec {
  std::string id;
  std::map<std::string, ParameterValue> parameters;
  std::int64_t line = 0;
  bool operator==(const ModelSpec&) const = default;
};

/// [survival]: when they leave, and by which exit.
struct SurvivalSpec {
  std::vector<ModelSpec> models;    // Empty: cox.
  std::string duration;             // A single table without time: column with the time spent so far.
  std::vector<int> horizons_days = {30, 60, 90, 180, 365};
  std::string by;                   // Feature whose groups get a curve each; empty: exits only.
  bool operator==(const SurvivalSpec&) const = default;
};

/// [value]: what customers are worth, who is still there, who buys less than expected.
struct ValueSpec {
  std::vector<ModelSpec> models;    // Empty: bg_nbd and gamma_gamma; contracts: beta_geometric.
  std::string table;                // Of purchases, or of contracts; empty: the one that fits.
  int period_days = 7;              // Purchases of one period count once.
  int holdout_days = 0;             // Left out of the fit to check it; 0: a fourth of the time.
  int horizon_days = 365;           // Purchases and value are predicted this far.
  double discount_rate = 0.1;       // A year.
  double margin = 1;                // Share of an amount that is profit.
  std::string cost;                 // Column with the cost of a row, taken off its profit.
  std::string cost_table;           // Table of costs (claims), its amounts taken off the profit.
  double acquisition_cost = 0;      // Of one customer.
  double alarm_below = 0.05;        // Silence or spend less likely than this raises an alarm.
  bool operator==(const ValueSpec&) const = default;
};

/// [growth]: assets against headcount, the purchase funnel, referrals.
struct GrowthSpec {
  std::string table;                // Whose amounts are the assets; empty: balances, else purchases.
  int every_months = 1;
  std::string funnel_table;         // Events of which `funnel` names kinds, first step first.
  std::vector<std::string> funnel;
  std::string referrer;             // Column of the customer table: who brought this one.
  bool operator==(const GrowthSpec&) const = default;
};

/// [movement]: between which states customers move, where balances go, after which step assets fall.
struct MovementSpec {
  std::string table;                // With the state, or an amount that `bands` make states of.
  std::string state;                // Column; empty: bands of the amount.
  std::vector<double> bands;        // Limits of the states, ascending; empty: quartiles.
  int every_months = 1;
  std::string by;                   // Column of segments; empty: none.
  std::string destination;          // Column of an event table: where money went.
  std::string path_table;           // Events whose steps are followed; empty: the one with kinds.
  int after_days = 30;              // Within which assets fall after a step.
  bool operator==(const MovementSpec&) const = default;
};

/// [groups]: who is alike.
struct GroupsSpec {
  std::vector<ModelSpec> models;    // Empty: two_step.
  std::vector<std::string> columns; // Features, * allowed; empty: those that tell most.
  bool operator==(const GroupsSpec&) const = default;
};

/// [patterns]: what they buy together, in which order, and what to offer next.
struct PatternsSpec {
  std::vector<ModelSpec> models;    // Empty: fp_growth and sequences.
  std::string table;                // Empty: purchases, else the events with kinds.
  std::string item;                 // Column; empty: the kind, else the first text column.
  std::string basket;               // Column; empty: what a customer buys on one day.
  int suggestions = 3;              // For each customer.
  bool operator==(const PatternsSpec&) const = default;
};

/// [effect]: what a treatment changed, for whom.
struct EffectSpec {
  std::vector<ModelSpec> models;    // Empty: two_model, doubly_robust and uplift_forest.
  std::string treatment;            // Feature or column that says who was treated.
  std::vector<std::string> treated; // Its values that mean treated; empty: 1, yes, true, treated.
  std::string outcome;              // Column of what is to be achieved; empty: staying.
  std::vector<std::string> achieved;  // Its values that mean achieved; empty: 1, yes, true.
  double cost = 0;                  // Of one treatment.
  double benefit = 0;               // Of one outcome more; 0: the value at risk.
  bool operator==(const EffectSpec&) const = default;
};

/// [cube]: rates and values by any dimensions, compared over time.
struct CubeSpec {
  std::vector<std::string> dimensions;  // Features or columns; empty: the strongest categories.
  std::optional<Day> from, to;          // Two periods compared; empty: the last two years or halves.
  bool operator==(const CubeSpec&) const = default;
};

/// Those a run does without being asked.
struct AnalysisSpecs {
  std::optional<SurvivalSpec> survival;
  std::optional<ValueSpec> value;
  std::optional<GrowthSpec> growth;
  std::optional<MovementSpec> movement;
  std::optional<GroupsSpec> groups;
  std::optional<PatternsSpec> patterns;
  std::optional<EffectSpec> effect;
  std::optional<CubeSpec> cube;
  bool operator==(const AnalysisSpecs&) const = default;
};

}  // namespace holdfast::study
