#include <algorithm>
#include <numeric>

#include "features/family.hpp"
#include "features/lanes.hpp"

namespace holdfast::features {
namespace {

std::int32_t visible_from(const history::TableData& data, std::size_t row) {
  return std::max(data.event_day[row], data.known_day_of(row));
}

/// True where no correction hides a row later and rows become visible in their order.
bool only_grows(const history::TableData& data, std::uint32_t first, std::uint32_t last) {
  if (data.known_day.empty() && data.superseded_day.empty()) return true;
  std::int32_t latest = std::numeric_limits<std::int32_t>::min();
  for (std::uint32_t row = first; row < last; ++row) {
    if (!data.superseded_day.empty() && data.superseded_day[row] != history::kNeverDay) return false;
    const auto day = visible_from(data, row);
    if (day < latest) return false;
    latest = day;
  }
  return true;
}

}  // namespace

void see(const history::TableData& data, std::uint32_t customer,
         std::span<const std::int32_t> cutoffs, TableView& view) {
  const auto first = data.begin[customer];
  const auto last = data.begin[customer + 1];
  view.index.clear();
  view.begin.assign(cutoffs.size(), 0);
  view.count.resize(cutoffs.size());
  view.is_shared = only_grows(data, first, last);
  if (view.is_shared) {
    view.index.resize(last - first);
    std::iota(view.index.begin(), view.index.end(), first);
    if (data.known_day.empty() && data.known_lag_days <= 0) {
      return count_before(std::span(data.event_day).subspan(first, last - first), cutoffs, view.count.data());
    }
    std::uint32_t row = first;
    for (std::size_t i = 0; i < cutoffs.size(); ++i) {
      while (row < last && visible_from(data, row) < cutoffs[i]) ++row;
      view.count[i] = row - first;
    }
    return;
  }
  for (std::size_t i = 0; i < cutoffs.size(); ++i) {
    view.begin[i] = static_cast<std::uint32_t>(view.index.size());
    for (std::uint32_t row = first; row < last && data.event_day[row] < cutoffs[i]; ++row) {
      if (data.known_day_of(row) >= cutoffs[i]) continue;
      if (!data.superseded_day.empty() && data.superseded_day[row] < cutoffs[i]) continue;
      view.index.push_back(row);
    }
    view.count[i] = static_cast<std::uint32_t>(view.index.size()) - view.begin[i];
  }
}

}  // namespace holdfast::features
