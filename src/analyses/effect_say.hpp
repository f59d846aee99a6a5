#pragma once

#include <vector>

#include "analyses/effect_models.hpp"

/// What a treatment changed, as blocks and sentences.
namespace holdfast::analyses {

/// Everything to be said, computed.
struct EffectFindings {
  const Inputs& inputs;
  const dataset::Dataset& data;
  const EffectRows& rows;
  EffectMoney money;
  std::vector<effect::AverageEffect> average;  // [treatments]
  std::vector<JudgedEffect> models;            // The best first.
};

/// By how much on average, each treatment. Adds what a manager reads first.
Section say_average(const EffectFindings& found, std::vector<Text>& findings);
/// For whom: groups of the inputs that move the effect most, as observed.
Result<Section> say_whom(const EffectFindings& found, std::vector<Text>& findings);
/// Whether the models tell effects apart, on customers held back.
Result<Section> say_how_good(const EffectFindings& found, std::vector<Text>& findings);
/// Whom to treat, by profit; a section without blocks where nothing is known of money.
Section say_profit(const EffectFindings& found, std::vector<Text>& findings);
/// Effect, tenth and worth of each of today's customers.
Result<CustomerColumns> say_of_each(const EffectFindings& found, Progress& progress);

/// "+6.1": percentage points.
std::string in_points(double effect);

}  // namespace holdfast::analyses
