#include "effect/trial.hpp"

#include <cmath>

#include "effect/errors.hpp"

namespace holdfast::effect {
namespace {

constexpr double kNormal975 = 1.959963984540054;

Result<void> check_outcome(std::span<const double> outcome, std::size_t others) {
  if (outcome.size() != others) {
    return Error(errors::kShape,
                 {{"what", "treatment"}, {"found", others}, {"expected", outcome.size()}});
  }
  if (outcome.empty()) return Error(errors::kNoRows);
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    if (!std::isfinite(outcome[row])) {
      return Error(errors::kBadValue,
                   {{"what", "outcome"}, {"row", row + 1}, {"value", outcome[row]}});
    }
  }
  return {};
}

struct Moments {
  std::int64_t count = 0;
  double mean = 0;
  double squares = 0;  // Σ (y − mean)².

  // Welford 1962: no cancellation for large amounts.
  void add(double y) {
    ++count;
    const double off = y - mean;
    mean += off / static_cast<double>(count);
    squares += off * (y - mean);
  }
  double variance_of_mean() const {
    return squares / static_cast<double>(count - 1) / static_cast<double>(count);
  }
};

AverageEffect difference(const std::string& name, const Moments& treated, const Moments& control) {
  AverageEffect found{name, treated.count, control.count, treated.mean, control.mean, 0, 0, 0, 0};
  found.effect = treated.mean - control.mean;
  found.standard_error = std::sqrt(treated.variance_of_mean() + control.variance_of_mean());
  found.lower = found.effect - kNormal975 * found.standard_error;
  found.upper = found.effect + kNormal975 * found.standard_error;
  return found;
}

}  // namespace

Result<void> check(const Trial& trial) {
  HOLDFAST_TRY_VOID(check_outcome(trial.outcome, trial.treated.size()));
  std::size_t treated = 0;
  for (std::size_t row = 0; row < trial.rows(); ++row) {
    if (trial.treated[row] > 1) {
      return Error(errors::kBadValue,
                   {{"what", "treated"}, {"row", row + 1}, {"value", trial.treated[row]}});
    }
    treated += trial.treated[row];
  }
  if (treated == trial.rows()) return Error(errors::kNoControl, {{"rows", trial.rows()}});
  if (treated == 0) {
    return Error(errors::kNobodyTreated, {{"treatment", "1"}, {"rows", trial.rows()}});
  }
  return {};
}

Result<void> check_binary(const Trial& trial) {
  HOLDFAST_TRY_VOID(check(trial));
  for (std::size_t row = 0; row < trial.rows(); ++row) {
    if (trial.outcome[row] != 0 && trial.outcome[row] != 1) {
      return Error(errors::kNotBinary, {{"row", row + 1}, {"value", trial.outcome[row]}});
    }
  }
  return {};
}

Result<std::vector<AverageEffect>> average_effects(std::span<const double> outcome,
                                                   std::span<const std::int32_t> arm,
                                                   std::span<const std::string> names,
                                                   std::size_t control) {
  HOLDFAST_TRY_VOID(check_outcome(outcome, arm.size()));
  if (control >= names.size()) {
    return Error(errors::kBadOption, {{"what", "the control group must be one of the groups"}});
  }
  std::vector<Moments> groups(names.size());
  for (std::size_t row = 0; row < arm.size(); ++row) {
    if (arm[row] < 0 || static_cast<std::size_t>(arm[row]) >= names.size()) {
      return Error(errors::kBadValue, {{"what", "group"}, {"row", row + 1}, {"value", arm[row]}});
    }
    groups[static_cast<std::size_t>(arm[row])].add(outcome[row]);
  }
  if (groups[control].count == 0) return Error(errors::kNoControl, {{"rows", arm.size()}});
  std::vector<AverageEffect> effects;
  for (std::size_t group = 0; group < names.size(); ++group) {
    if (groups[group].count == 0) {
      return Error(errors::kNobodyTreated, {{"treatment", names[group]}, {"rows", arm.size()}});
    }
    if (groups[group].count == 1) {
      return Error(errors::kTooFew,
                   {{"what", "rows of " + names[group]}, {"found", 1}, {"expected", 2}});
    }
    if (group != control)
      effects.push_back(difference(names[group], groups[group], groups[control]));
  }
  return effects;
}

}  // namespace holdfast::effect
