#include "survival/spells.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

Result<void> check_length(std::string_view what, std::size_t found, std::size_t expected,
                          bool may_be_empty) {
  if (found == expected || (may_be_empty && found == 0)) return {};
  return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", expected}});
}

}  // namespace

Result<void> check(const Spells& spells) {
  const auto rows = spells.rows();
  HOLDFAST_TRY_VOID(check_length("event", spells.event.size(), rows, false));
  HOLDFAST_TRY_VOID(check_length("entry", spells.entry.size(), rows, true));
  HOLDFAST_TRY_VOID(check_length("weight", spells.weight.size(), rows, true));
  HOLDFAST_TRY_VOID(check_length("stratum", spells.stratum.size(), rows, true));
  double total = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double exit = spells.exit[row];
    if (!std::isfinite(exit) || exit < 0) {
      return Error(errors::kBadDuration, {{"row", row + 1}, {"exit", exit}});
    }
    if (!spells.entry.empty() && !(spells.entry[row] < exit)) {
      return Error(errors::kBadEntry,
                   {{"row", row + 1}, {"entry", spells.entry[row]}, {"exit", exit}});
    }
    const double weight = spells.weight_of(row);
    if (!std::isfinite(weight) || weight < 0) {
      return Error(errors::kBadWeight, {{"row", row + 1}, {"value", weight}});
    }
    total += weight;
  }
  if (!(total > 0)) return Error(errors::kNoRows);
  return {};
}

std::vector<Moment> moments_of(const Spells& spells) {
  const auto by_exit = ordered(spells, spells.exit, true);
  std::vector<std::uint32_t> by_entry;
  if (!spells.entry.empty()) by_entry = ordered(spells, spells.entry, true);
  std::vector<Moment> moments;
  std::size_t i = 0;
  std::size_t entered = 0;
  while (i < by_exit.size()) {
    const auto stratum = spells.stratum_of(by_exit[i]);
    double at_risk = 0;
    const auto first = moments.size();
    while (i < by_exit.size() && spells.stratum_of(by_exit[i]) == stratum) {
      Moment moment{spells.exit[by_exit[i]], stratum};
      for (; i < by_exit.size() && spells.stratum_of(by_exit[i]) == stratum &&
             spells.exit[by_exit[i]] == moment.time;
           ++i) {
        const double weight = spells.weight_of(by_exit[i]);
        at_risk += weight;
        const bool has_left = spells.event[by_exit[i]] != 0;
        (has_left ? moment.events : moment.censored) += weight;
        moment.event_rows += has_left && weight > 0 ? 1 : 0;
      }
      for (; entered < by_entry.size() && spells.stratum_of(by_entry[entered]) == stratum &&
             spells.entry[by_entry[entered]] >= moment.time;
           ++entered) {
        at_risk -= spells.weight_of(by_entry[entered]);
      }
      moment.at_risk = at_risk;
      if (moment.events + moment.censored > 0) moments.push_back(moment);
    }
    for (; entered < by_entry.size() && spells.stratum_of(by_entry[entered]) == stratum;
         ++entered) {
    }
    std::reverse(moments.begin() + static_cast<std::ptrdiff_t>(first), moments.end());
  }
  return moments;
}

}  // namespace holdfast::survival
