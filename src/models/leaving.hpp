#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/model.hpp"

/// What a fitted model of kind Survival says of rows: when they leave, and by which exit.
namespace holdfast::models {

/// Exits of a model that says when. Empty: it does not.
std::vector<std::string> exits_of(const FittedModel& model);
/// Nobody in its training was seen for longer; curves are flat beyond.
double followed_days(const FittedModel& model);

/// Curves of rows on one grid of times from 0.
struct LeavingCurves {
  std::vector<double> times;      // Days, from 0 on.
  std::size_t exits = 0;
  std::vector<double> incidence;  // [rows × exits × times] chance of having left by that exit.
  std::vector<double> staying;    // [rows × times]

  std::size_t rows() const { return times.empty() ? 0 : staying.size() / times.size(); }
  /// Between times in proportion, beyond the last as at it.
  double incidence_at(std::size_t row, std::size_t exit, double time) const;
  double staying_at(std::size_t row, double time) const;

  /// The chance to leave by an exit within `days`, of one who has stayed for `since` days.
  double leaving_within(std::size_t row, std::size_t exit, double since, double days) const;
  /// Days still to come within the next `days`, on the average: the area below the curve of staying.
  double remaining(std::size_t row, double since, double days) const;
  /// The month (of 30 days, from 1) in which those then still there leave most, of the first
  /// `months`; 0 where nobody does.
  int riskiest_month(std::size_t row, double since, int months) const;
};

/// Curves of a model's rows until `until` days, on at most about `points` times. Where exits compete
/// (laws of hazards), their chances and that of staying add up to 1; of subdistributions each stands
/// for itself, and staying is what they leave, no less than 0.
LeavingCurves leaving_curves(const FittedModel& model, const dataset::Columns& columns,
                             double until, std::size_t points = 180);

}  // namespace holdfast::models
