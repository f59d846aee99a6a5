#pragma once

#include <cstdint>
#include <optional>

#include "study/study.hpp"

namespace holdfast::analyses {

/// Which terms of a contract table count, by the days the study's churn allows.
struct TermRule {
  int grace_days = 30;
  int early_days = 45;

  /// Insurers write a renewal before the customer has answered, and cancel it shortly before it begins
  /// or within its days of grace when the answer is no. Such a term renews nothing and earns nothing:
  /// churn does not count it either (features/outcomes_contract.cpp).
  bool is_taken_up(std::int32_t start, std::optional<std::int32_t> cancelled) const {
    return !cancelled || *cancelled > start + grace_days || *cancelled < start - early_days;
  }
};

inline TermRule term_rule(const study::Study& study) {
  if (!study.churn) return {};
  return {study.churn->grace_days, study.churn->early_days};
}

}  // namespace holdfast::analyses
