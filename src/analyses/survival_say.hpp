#pragma once

#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/survival_models.hpp"
#include "models/leaving.hpp"
#include "survival/curves.hpp"

/// What was found of when customers leave, as blocks and sentences.
namespace holdfast::analyses {

/// Everything to be said, computed.
struct SurvivalFindings {
  const Inputs& inputs;
  const study::SurvivalSpec& spec;
  const FollowedRows& rows;
  JudgedTimes times;
  std::vector<JudgedModel> models;     // The best first.
  models::LeavingCurves today;         // Of the best model.
};

/// What time is counted in on charts and tables, and from when.
Text time_label(const FollowedRows& rows);
/// Points as long as enough are still watched; the few last ones would shake the curve.
std::size_t drawn_points(const survival::Curve& curve);
/// How many have left by when and by which exit. Adds what a manager reads first.
Section say_how_long(const SurvivalFindings& found, std::vector<Text>& findings);
/// Who leaves sooner: groups and factors.
Section say_who(const SurvivalFindings& found, std::vector<Text>& findings);
/// Whether the predictions are any good, on customers held back.
Section say_how_good(const SurvivalFindings& found, std::vector<Text>& findings);
/// Today's customers: how many are expected to leave, month by month.
Section say_today(const SurvivalFindings& found, std::vector<Text>& findings);
/// Chances, days still to come, riskiest month and reasons of each.
CustomerColumns say_of_each(const SurvivalFindings& found);

}  // namespace holdfast::analyses
