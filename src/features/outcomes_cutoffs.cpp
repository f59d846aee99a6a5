// The calendar cutoffs of a study: its own days, or the first of every so many months from where
// the observation windows are filled to where the data ends.

#include <algorithm>

#include "features/outcomes_compiled.hpp"
#include "features/outcomes_errors.hpp"

namespace holdfast::features::outcomes {
namespace {

/// Cutoffs worth having before a shorter observation window is preferred.
constexpr std::size_t kMatureCutoffsMin = 4;

Day first_of_month_from(Day day) {
  const auto civil = civil_of(day);
  const auto first = day_from_civil(civil.year, civil.month, 1).value();
  return first == day ? first : add_months(first, 1);
}

std::vector<Day> every(int months, Day from, Day to) {
  std::vector<Day> days;
  const auto start = first_of_month_from(from);
  for (int step = 0;; ++step) {
    const auto day = add_months(start, step * months);
    if (day > to) return days;
    days.push_back(day);
  }
}

}  // namespace

Result<std::vector<Day>> calendar_cutoffs(const study::Study& study,
                                          const history::TableInfo& table, int grace_days) {
  const auto& spec = study.cutoffs;
  if (!spec.days.empty()) {
    std::vector<Day> days;
    for (const auto day : spec.days) {
      if ((!spec.first || day >= *spec.first) && (!spec.last || day <= *spec.last)) {
        days.push_back(day);
      }
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
  }
  const int months = std::max(spec.every_months, 1);
  const auto last = spec.last.value_or(table.complete_until);
  std::vector<Day> days;
  if (spec.first) {
    days = every(months, *spec.first, last);
  } else {
    auto windows = study.features.windows_days;
    std::sort(windows.rbegin(), windows.rend());
    windows.push_back(0);
    const auto needed = spec.gap_days + spec.outcome_days + grace_days;
    for (const auto window : windows) {
      days = every(months, table.first_day + window, last);
      const auto mature = std::count_if(days.begin(), days.end(), [&](Day day) {
        return day + needed < table.complete_until;
      });
      if (static_cast<std::size_t>(mature) >= kMatureCutoffsMin) break;
    }
  }
  if (days.empty()) {
    return Error(errors::kNoCutoffs, {{"first", to_string(spec.first.value_or(table.first_day))},
                                      {"last", to_string(last)}});
  }
  return days;
}

}  // namespace holdfast::features::outcomes
