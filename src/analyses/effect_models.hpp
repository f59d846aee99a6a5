#pragma once

#include <optional>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/effect_rows.hpp"
#include "effect/bootstrap.hpp"

/// Models of the effect, each judged on rows it has not seen.
namespace holdfast::analyses {

/// What one treatment costs and one outcome more brings.
struct EffectMoney {
  effect::CampaignMoney campaign;  // customer_value: the mean of the rows where it differs.
  bool is_known = false;           // Else nothing can be said of profit.
  bool is_value_at_risk = false;   // Each customer brings their own value.

  /// Of treating a customer. `own_value` counts where is_value_at_risk.
  double gain(double effect, double own_value, double treated_mean) const;
};

EffectMoney effect_money(const study::Study& study, const study::EffectSpec& spec,
                         const EffectRows& rows, const dataset::Dataset& data);

struct JudgedEffect {
  FittedModel model;
  Text name;
  std::vector<double> score;               // [test] estimated effect.
  effect::Ranking ranking;
  effect::Areas areas;
  effect::BootstrapIntervals sure;
  std::optional<effect::MaximumProfit> profit;
};

/// Fits the study's models, or two_model, doubly_robust and uplift_forest; by falling Qini. One that
/// refuses the rows is noted and left out. Errors: no such model, a model of another kind, no model
/// left (then the first refusal), too few rows to judge.
Result<std::vector<JudgedEffect>> judged_effects(const Inputs& inputs, const study::EffectSpec& spec,
                                                 const dataset::Dataset& data,
                                                 const EffectRows& rows, const EffectMoney& money,
                                                 std::vector<Text>& notes, Progress& progress);

/// The columns that may be inputs, of a frame of the dataset.
dataset::Columns inputs_of(const dataset::Frame& frame, const EffectRows& rows);

}  // namespace holdfast::analyses
