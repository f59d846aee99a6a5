#include "migration/destinations.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "migration/errors.hpp"

namespace holdfast::migration {
namespace {

struct Sums {
  double count = 0;
  double amount = 0;
  double squares = 0;
};

Result<void> check(const Losses& losses, double level) {
  const auto rows = losses.amount.size();
  if (rows == 0) return Error(errors::kNoRows);
  const auto shape = [&](const char* what, std::size_t found) {
    return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", rows}});
  };
  if (losses.destination.size() != rows) return shape("destination", losses.destination.size());
  if (!losses.segment.empty() && losses.segment.size() != rows)
    return shape("segment", losses.segment.size());
  if (!(level > 0 && level < 1)) {
    return Error(errors::kBadOption, {{"option", "level"}, {"value", level}, {"needed", "(0, 1)"}});
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (!(losses.amount[row] >= 0) || std::isinf(losses.amount[row]))
      return Error(errors::kBadAmount, {{"row", row + 1}, {"amount", losses.amount[row]}});
    const bool is_known = losses.destination[row] < losses.destinations;
    if (is_known && (losses.segment.empty() || losses.segment[row] < losses.segments)) continue;
    return Error(errors::kBadState,
                 {{"row", row + 1},
                  {"state", is_known ? losses.segment[row] : losses.destination[row]},
                  {"states", is_known ? losses.segments : losses.destinations}});
  }
  return {};
}

// With y the amounts that went there and x all: Σ (y − share x)² needs the squares alone.
Interval interval_of(const Sums& there, const Sums& all, double share, double level) {
  const double n = all.count;
  const double spread =
      there.squares * (1 - 2 * share) + share * share * all.squares;  // Σ (y − share x)².
  const double variance = n > 1 ? n / (n - 1) * spread / (all.amount * all.amount) : 0;
  const double kish = all.amount * all.amount / all.squares;
  const double effective =
      variance > 0 && share > 0 && share < 1 ? share * (1 - share) / variance : kish;
  const double rows = std::clamp(effective, 1.0, n);
  return wilson_interval(share * rows, rows, level);
}

}  // namespace

Result<std::vector<Destination>> destinations_of(const Losses& losses, double level) {
  HOLDFAST_TRY_VOID(check(losses, level));
  const auto segments = losses.segment.empty() ? 1 : losses.segments;
  std::vector<Sums> there(segments * losses.destinations), all(segments);
  for (std::size_t row = 0; row < losses.amount.size(); ++row) {
    const std::size_t segment = losses.segment.empty() ? 0 : losses.segment[row];
    const double amount = losses.amount[row];
    for (auto* sums : {&there[segment * losses.destinations + losses.destination[row]],
                       &all[segment]}) {
      ++sums->count;
      sums->amount += amount;
      sums->squares += amount * amount;
    }
  }
  std::vector<Destination> found;
  for (std::size_t cell = 0; cell < there.size(); ++cell) {
    const auto& own = there[cell];
    if (own.count == 0) continue;
    const auto segment = cell / losses.destinations;
    Destination row{.segment = static_cast<std::uint16_t>(segment),
                    .destination = static_cast<std::uint16_t>(cell % losses.destinations),
                    .count = static_cast<std::size_t>(own.count),
                    .amount = own.amount,
                    .count_share = own.count / all[segment].count,
                    .count_interval = wilson_interval(own.count, all[segment].count, level),
                    .amount_share = {},
                    .amount_interval = {}};
    if (all[segment].amount > 0) {
      row.amount_share = std::min(1.0, own.amount / all[segment].amount);
      row.amount_interval = interval_of(own, all[segment], *row.amount_share, level);
    }
    found.push_back(row);
  }
  std::stable_sort(found.begin(), found.end(), [](const Destination& a, const Destination& b) {
    return std::tuple(a.segment, -a.amount) < std::tuple(b.segment, -b.amount);
  });
  return found;
}

}  // namespace holdfast::migration
