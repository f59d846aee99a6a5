#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "effect/trial.hpp"

namespace holdfast::effect {

/// What lies at or above a cut of the ranking. Counts are fractions where a cut goes through rows
/// of equal score: what a random order of these rows gives on average.
struct Cut {
  double treated = 0;
  double control = 0;
  double treated_sum = 0;  // Of outcomes.
  double control_sum = 0;

  double rows() const { return treated + control; }
  /// Means of outcomes; 0 where there is nobody.
  double treated_mean() const { return treated > 0 ? treated_sum / treated : 0; }
  double control_mean() const { return control > 0 ? control_sum / control : 0; }
  double uplift() const { return treated_mean() - control_mean(); }
  /// Outcomes gained if these rows are treated and none of them else: rows × uplift.
  double gain() const { return rows() * uplift(); }
  /// Radcliffe's Qini: treated_sum less control_sum scaled to as many as were treated.
  double qini() const { return treated_sum - (control > 0 ? control_sum * treated / control : 0); }
};

/// The rows by falling score. Equal scores are one step, as no cut can tell them apart.
struct Ranking {
  std::vector<double> scores;  // Distinct, falling.
  std::vector<Cut> cuts;       // [scores + 1]: nobody, then up to and including each score.
  bool is_binary = false;      // All outcomes are 0 or 1.

  const Cut& all() const { return cuts.back(); }
  /// At a share of rows from 0 to 1, straight between cuts.
  Cut at(double share) const;
};

/// Ranks by a score that a higher effect should have higher.
/// Errors: those of check(); kShape and kBadValue of the score. Cost: rows × log rows.
Result<Ranking> rank(const Trial& trial, std::span<const double> score);

/// Areas over the share of rows targeted, straight lines between cuts.
struct Areas {
  double qini = 0;  // Qini curve above the straight line to its end, per treated row.
  double auuc = 0;  // Under the gain curve, per row.
  /// As a share of what the best order of these outcomes reaches (1), random order being 0; where
  /// outcomes are 0 or 1 and the best order differs from the random one.
  std::optional<double> qini_coefficient;
  std::optional<double> auuc_coefficient;
};

/// Source: Radcliffe 2007, Direct Marketing Analytics Journal 1:14–21; Devriendt et al. 2020,
/// IEEE TKDE 34(10). Coefficients as scikit-uplift defines them. Cost: one pass over the cuts.
Areas areas(const Ranking& ranking);

/// One group of customers by rank.
struct RankGroup {
  double from_share = 0;
  double to_share = 0;
  Cut inside;
  Cut so_far;
  std::optional<double> uplift;         // Nothing where either side is empty.
  std::optional<double> uplift_so_far;  // Of all from the top to here.
  /// uplift_so_far / overall uplift (Devriendt, Berrevoets & Verbeke 2021); nothing where the
  /// overall uplift is 0.
  std::optional<double> liftup;
};

/// Equal groups from the top: deciles for 10. Errors: kBadOption (count from 1 to rows).
Result<std::vector<RankGroup>> rank_groups(const Ranking& ranking, std::size_t count = 10);

/// What a campaign costs and a kept customer brings, in one money unit.
struct CampaignMoney {
  double customer_value = 200;  // Of one who stays because of the campaign.
  double offer_cost = 10;       // Given to each targeted who stays.
  double contact_cost = 1;      // For each targeted.
  double fixed_cost = 0;        // For the campaign, if there is one.
};

/// Where the campaign pays most. share 0: nowhere.
struct MaximumProfit {
  double profit_per_customer = 0;  // Of all ranked rows, not of the targeted.
  double share = 0;                // Of rows to target.
  std::optional<double> score_min;
};

/// Maximum profit uplift (MPU): over cuts of n of N rows, the highest
/// (n (uplift × value − contact − offer × treated mean) − fixed) / N, and 0 for nobody.
/// Outcome 1: stayed. Only cuts with both treated and control above them count.
/// Errors: kBadOption (outcomes are amounts; money below 0). Source: Devriendt, Berrevoets &
/// Verbeke 2021, Information Sciences 548:497–515.
Result<MaximumProfit> maximum_profit(const Ranking& ranking, const CampaignMoney& money);

/// The effect in each group of customers, by name. A group without treated or without control has
/// its counts and no effect; nor has one with a single row on a side.
struct GroupEffect {
  std::string group;
  std::int64_t treated_count = 0;
  std::int64_t control_count = 0;
  std::optional<AverageEffect> effect;
};

/// Shapes: group[row] is a position in `names`. Errors: those of check(); kShape, kBadValue.
Result<std::vector<GroupEffect>> group_effects(const Trial& trial,
                                               std::span<const std::int32_t> group,
                                               std::span<const std::string> names);

}  // namespace holdfast::effect
