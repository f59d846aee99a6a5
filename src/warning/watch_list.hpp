#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "explanation/reasons.hpp"
#include "features/matrix.hpp"
#include "scoring/scores.hpp"
#include "study/study.hpp"

/// Scores + rules → levels → the watch list.
namespace holdfast::warning {

/// One customer (or contract) on the watch list.
struct Warning {
  std::int64_t rank = 0;                 // From 1, by expected loss.
  std::string customer_key, contract_key;
  Day cutoff;
  study::Level level = study::Level::Yellow;
  double churn_probability = 0;
  std::int64_t value_cents = 0, expected_loss_cents = 0;
  std::vector<std::string> raised_by;    // "score", names of rules.
  std::vector<Text> raised_by_text;
  std::vector<explanation::Reason> reasons;
  std::uint32_t row = 0;                 // In the matrix scored.
};

/// Probability limits in force: the study's, else chosen by profit. 0: that level is not raised by
/// the score. By profit: red where a contact pays even for the least valuable quarter, orange from
/// the limit of the largest profit at the mean, yellow from the EMPC fraction.
struct Limits {
  double red = 0, orange = 0, yellow = 0;
  bool is_by_profit = false;
  bool is_capped = false;   // Raised so that the list stays one that people can work through.
};

struct WatchList {
  Day as_of;
  Limits limits;
  std::vector<Warning> warnings;
  std::int64_t scored_count = 0;
  std::vector<Error> rule_errors;
};

/// The revenue rules of DOMAIN.md for every event table with an amount that is revenue: falling N
/// months in a row, below X for N months, nothing for N months (probably lost). N and X are the
/// churn definition's where it is a revenue rule. Append them to the study's own before the features
/// are compiled, so that their aggregates are computed.
std::vector<study::WarningRule> ready_made_rules(const study::Study& study);

Limits limits_of(const study::Study& study, double empc_threshold, double maximum_profit_threshold);

/// The same, knowing who will be scored: the least valuable quarter is theirs, and limits chosen by
/// profit rise until at most 5 % are red, 15 % orange or red, 35 % on the list at all; where contacts
/// are cheap, profit alone would warn of everybody.
Limits limits_of(const study::Study& study, double empc_threshold, double maximum_profit_threshold,
                 std::span<const double> probability, std::span<const std::int64_t> value_cents);

/// Evaluates the study's rules, then those ready-made ones it does not hold yet and whose aggregates
/// the matrix has. A rule sees features, the matrix's helpers, `probability`, `value` and
/// `expected_loss`; null is not a warning. A rule that cannot be evaluated is reported in
/// rule_errors, the others stand. The highest level of score and rules counts.
Result<WatchList> raise_warnings(const study::Study& study, const features::FeatureMatrix& matrix,
                                 const scoring::Scores& scores, const Limits& limits,
                                 const std::vector<std::vector<explanation::Reason>>& reasons, Day as_of);

/// Orders by expected loss, then probability, then keys, and numbers from 1.
void rank(std::vector<Warning>& warnings);

/// "none", "yellow", "orange", "red".
std::string_view name_of(study::Level level);
Text text_of(study::Level level);

}  // namespace holdfast::warning
