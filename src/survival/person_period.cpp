#include "survival/person_period.hpp"

#include <algorithm>
#include <functional>

#include "survival/errors.hpp"

namespace holdfast::survival {

Result<PersonPeriods> person_periods(const Spells& spells, std::span<const double> borders) {
  HOLDFAST_TRY_VOID(check(spells));
  const bool ascending =
      std::adjacent_find(borders.begin(), borders.end(), std::greater_equal<>()) == borders.end();
  if (borders.size() < 2 || !ascending) {
    return Error(errors::kBadOption, {{"what", "periods need two or more ascending borders"}});
  }
  PersonPeriods periods;
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (!(spells.weight_of(row) > 0)) continue;
    const double entry = spells.entry.empty() ? borders.front() : spells.entry[row];
    const auto first = std::lower_bound(borders.begin(), borders.end(), entry) - borders.begin();
    for (auto k = static_cast<std::size_t>(first); k + 1 < borders.size(); ++k) {
      if (!(spells.exit[row] > borders[k])) break;
      const bool ends = spells.exit[row] <= borders[k + 1];
      const bool is_event = ends && spells.event[row] != 0;
      if (ends && !is_event && spells.exit[row] < borders[k + 1]) break;
      periods.row.push_back(static_cast<std::uint32_t>(row));
      periods.period.push_back(static_cast<std::uint32_t>(k));
      periods.event.push_back(is_event ? spells.event[row] : std::uint8_t{0});
    }
  }
  return periods;
}

}  // namespace holdfast::survival
