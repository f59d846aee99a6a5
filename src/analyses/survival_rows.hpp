#pragma once

#include <string>
#include <vector>

#include "analyses/inputs.hpp"
#include "core/error.hpp"
#include "core/progress.hpp"
#include "survival/spells.hpp"

/// Who was there, for how long, and how it ended.
namespace holdfast::analyses {

struct ExitName {
  std::string id;        // "lapsed".
  Text label;
  bool is_churn = true;  // Else it competes: a death, a sale.
};

/// What time is counted in where it is shown: days, or what the duration column says.
struct TimeUnit {
  Text name{"days", "天"};   // As written behind a number in Chinese: "个季度".
  double days = 1;

  /// "40 quarters".
  Text span(double in_days) const;
};

/// Customers followed until an exit or until the data end. With dates: everyone there at a few
/// cutoffs, features as of the cutoff, time counted from it. Without: each customer once, time as
/// the duration column says, from the beginning.
struct FollowedRows {
  dataset::Dataset data;                  // y 1: left by an exit that is churn. Splits: Train, Test.
  std::vector<double> duration;           // [rows] days, > 0, from the day looked at.
  std::vector<std::uint8_t> exit;         // [rows] 0: there when last seen; else 1 + place in exits.
  std::vector<ExitName> exits;            // Those by which somebody leaves; rare ones together.
  bool is_from_beginning = false;
  std::vector<Day> cutoffs;               // Of rows; empty from the beginning.
  features::FeatureMatrix today;          // Those there on the day asked for.
  std::vector<double> today_since;        // [today] days they have been followed already, or on
                                          // their contracts' clock.
  TimeUnit unit;
  /// Contracts of one length leave at their ends: then their clock is the time of the models. Days
  /// on it at the cutoff [rows]; empty: time counts from 0.
  std::vector<double> since;
  std::vector<std::string> clock;         // Features that say what the clock says.
  std::vector<Text> notes;

  survival::Spells spells() const { return {{}, duration, exit, {}, {}}; }
  /// One row a customer, of those there are: any, the same each time.
  std::vector<std::uint32_t> one_each() const;
};

/// Whether a study means this feature: by its own name, or that of the only column it is made of.
bool is_named(const features::FeatureInfo& feature, std::string_view name);

/// Of so many, how many have to be watched still: of the few last ones each would shake a curve.
double least_watched(double rows);

/// Errors: no churn definition; a study without time and without a duration column, or with none that
/// can be used; nobody leaves, or all at one time; too few rows, no input, no such category as `by`.
Result<FollowedRows> followed_rows(const Inputs& inputs, const study::SurvivalSpec& spec,
                                   Progress& progress);

}  // namespace holdfast::analyses
