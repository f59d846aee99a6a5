#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace holdfast::effect {

/// Who was treated and what came of it. Two spans of the same length.
struct Trial {
  std::span<const double> outcome;  // 0/1 or an amount; more is what the treatment is to achieve.
  std::span<const std::uint8_t> treated;  // 1: treated, 0: control.

  std::size_t rows() const { return outcome.size(); }
};

/// Refuses a trial that cannot tell an effect.
/// Errors: kShape, kNoRows, kBadValue (not finite; treated not 0 or 1), kNoControl, kNobodyTreated.
Result<void> check(const Trial& trial);
/// check(), and outcomes are 0 or 1. Errors: kNotBinary as well.
Result<void> check_binary(const Trial& trial);

/// A difference of means with its 95 % interval (normal; each group with its own variance).
struct AverageEffect {
  std::string treatment;
  std::int64_t treated_count = 0;
  std::int64_t control_count = 0;
  double treated_mean = 0;
  double control_mean = 0;
  double effect = 0;          // treated_mean − control_mean.
  double standard_error = 0;  // √(s₁²/n₁ + s₀²/n₀), s² with n − 1.
  double lower = 0;
  double upper = 0;
};

/// What each treatment of several changed on average, against one control group. Random treatment
/// is taken for granted: `check_overlap` looks for signs of the contrary.
/// Shapes: arm[row] is a position in `names`; names[control] is the control group.
/// Errors: kShape, kNoRows, kBadValue, kNoControl, kNobodyTreated, kTooFew (a group of one row).
/// Source: Neyman 1923, Statistical Science 5(4):465–472 (1990).
Result<std::vector<AverageEffect>> average_effects(std::span<const double> outcome,
                                                   std::span<const std::int32_t> arm,
                                                   std::span<const std::string> names,
                                                   std::size_t control);

}  // namespace holdfast::effect
