#include "migration/journeys.hpp"

#include <algorithm>
#include <cmath>

#include "migration/errors.hpp"

namespace holdfast::migration {
namespace {

Result<void> check_days(const char* what, std::span<const std::int32_t> day,
                        std::span<const std::size_t> starts) {
  if (starts.empty() || starts.front() != 0 || starts.back() != day.size() ||
      !std::is_sorted(starts.begin(), starts.end())) {
    return Error(errors::kShape, {{"what", "starts"},
                                  {"found", starts.empty() ? 0 : starts.back()},
                                  {"expected", day.size()}});
  }
  for (std::size_t customer = 0; customer + 1 < starts.size(); ++customer) {
    const auto own = day.subspan(starts[customer], starts[customer + 1] - starts[customer]);
    if (!std::is_sorted(own.begin(), own.end()))
      return Error(errors::kNotInOrder, {{"what", what}, {"customer", customer}});
  }
  return {};
}

}  // namespace

Result<void> check(const Journeys& journeys) {
  const auto rows = journeys.step.size();
  if (rows == 0) return Error(errors::kNoRows);
  if (journeys.day.size() != rows) {
    return Error(errors::kShape,
                 {{"what", "day"}, {"found", journeys.day.size()}, {"expected", rows}});
  }
  HOLDFAST_TRY_VOID(check_days("steps", journeys.day, journeys.starts));
  for (std::size_t row = 0; row < rows; ++row) {
    if (journeys.step[row] < journeys.steps) continue;
    return Error(
        errors::kBadState,
        {{"row", row + 1}, {"state", journeys.step[row]}, {"states", journeys.steps}});
  }
  return {};
}

Result<void> check(const Balances& balances, std::size_t customers) {
  const auto rows = balances.day.size();
  if (balances.balance.size() != rows) {
    return Error(errors::kShape,
                 {{"what", "balance"}, {"found", balances.balance.size()}, {"expected", rows}});
  }
  if (balances.starts.size() != customers + 1) {
    return Error(errors::kShape, {{"what", "starts"},
                                  {"found", balances.starts.size()},
                                  {"expected", customers + 1}});
  }
  HOLDFAST_TRY_VOID(check_days("balances", balances.day, balances.starts));
  for (std::size_t row = 0; row < rows; ++row) {
    if (!std::isfinite(balances.balance[row]))
      return Error(errors::kBadAmount, {{"row", row + 1}, {"amount", balances.balance[row]}});
  }
  return {};
}

}  // namespace holdfast::migration
