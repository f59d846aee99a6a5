#include "cube/cohorts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "cube/errors.hpp"

namespace holdfast::cube {
namespace {

constexpr std::size_t kAgesMax = 1200;

Result<void> check(std::size_t rows, std::size_t others, std::span<const double> amount,
                   const char* other, const CohortOptions& options) {
  if (rows == 0) return Error(errors::kNoRows);
  if (others != rows)
    return Error(errors::kShape, {{"what", other}, {"found", others}, {"expected", rows}});
  if (!amount.empty() && amount.size() != rows) {
    return Error(errors::kShape,
                 {{"what", "amount"}, {"found", amount.size()}, {"expected", rows}});
  }
  if (!(options.level > 0 && options.level < 1)) {
    return Error(errors::kBadOption,
                 {{"option", "level"}, {"value", options.level}, {"needed", "(0, 1)"}});
  }
  if (options.ages_max > kAgesMax) {
    return Error(errors::kBadOption,
                 {{"option", "ages_max"}, {"value", options.ages_max}, {"needed", "[0, 1200]"}});
  }
  for (std::size_t row = 0; row < amount.size(); ++row) {
    if (!std::isfinite(amount[row])) {
      return Error(errors::kBadNumber,
                   {{"measure", "amount"}, {"row", row + 1}, {"number", amount[row]}});
    }
  }
  return {};
}

using ByStart = std::map<std::int32_t, Cohort>;

// Ages at which a cohort is mature, 0 included; at most ages_max + 1.
std::size_t mature_ages(std::int32_t start, const CohortOptions& options) {
  const auto age = static_cast<std::int64_t>(options.last_period) - start;
  return std::min(static_cast<std::size_t>(age), options.ages_max) + 1;
}

void fill(CohortCell& cell, double started, double amount, double level) {
  cell.maturity = Maturity::Mature;
  cell.retention = started > 0 ? cell.customers / started : 0;
  cell.interval = wilson_interval(cell.customers, started, level);
  if (amount > 0) cell.amount_retention = cell.amount / amount;
}

CohortTable finish(ByStart by_start, const CohortOptions& options) {
  CohortTable table;
  std::size_t ages = 0;
  for (const auto& [start, cohort] : by_start) ages = std::max(ages, mature_ages(start, options));
  table.all.resize(ages);
  std::vector<double> started(ages), amounts(ages);
  for (auto& [start, cohort] : by_start) {
    cohort.start = start;
    cohort.customers = cohort.cells[0].customers;
    cohort.amount = cohort.cells[0].amount;
    const auto mature = cohort.cells.size();
    cohort.cells.resize(ages);
    for (std::size_t age = 0; age < mature; ++age) {
      auto& cell = cohort.cells[age];
      fill(cell, cohort.customers, cohort.amount, options.level);
      table.all[age].customers += cell.customers;
      table.all[age].amount += cell.amount;
      started[age] += cohort.customers;
      amounts[age] += cohort.amount;
    }
    table.cohorts.push_back(std::move(cohort));
  }
  for (std::size_t age = 0; age < ages; ++age)
    fill(table.all[age], started[age], amounts[age], options.level);
  return table;
}

Cohort& cohort_at(ByStart& by_start, std::int32_t start, const CohortOptions& options) {
  auto& cohort = by_start[start];
  if (cohort.cells.empty()) cohort.cells.resize(mature_ages(start, options));
  return cohort;
}

}  // namespace

Result<CohortTable> cohorts_of(const Starters& starters, const CohortOptions& options) {
  const auto rows = starters.start.size();
  HOLDFAST_TRY_VOID(check(rows, starters.exit.size(), starters.amount, "exit", options));
  ByStart by_start;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto start = starters.start[row];
    if (starters.exit[row] <= start) {
      return Error(errors::kBadNumber,
                   {{"measure", "exit"}, {"row", row + 1}, {"number", starters.exit[row]}});
    }
    if (start > options.last_period) continue;
    auto& cells = cohort_at(by_start, start, options).cells;
    const auto stayed = static_cast<std::int64_t>(starters.exit[row]) - start;
    const auto there = std::min(cells.size(), static_cast<std::size_t>(stayed));
    for (std::size_t age = 0; age < there; ++age) {
      ++cells[age].customers;
      cells[age].amount += starters.amount.empty() ? 0 : starters.amount[row];
    }
  }
  if (by_start.empty()) return Error(errors::kNoRows);
  return finish(std::move(by_start), options);
}

Result<CohortTable> cohorts_of(const Activity& activity, const CohortOptions& options) {
  const auto rows = activity.customer.size();
  HOLDFAST_TRY_VOID(check(rows, activity.period.size(), activity.amount, "period", options));
  const auto is_return = [&](std::size_t row) {
    return !activity.amount.empty() && activity.amount[row] < 0;
  };
  std::unordered_map<std::uint32_t, std::int32_t> first;
  for (std::size_t row = 0; row < rows; ++row) {
    if (is_return(row)) continue;
    const auto [at, is_new] = first.try_emplace(activity.customer[row], activity.period[row]);
    if (!is_new) at->second = std::min(at->second, activity.period[row]);
  }
  ByStart by_start;
  std::unordered_set<std::uint64_t> counted;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto found = first.find(activity.customer[row]);
    if (found == first.end()) continue;
    const auto start = found->second;
    if (start > options.last_period || activity.period[row] < start) continue;
    auto& cells = cohort_at(by_start, start, options).cells;
    const auto age = static_cast<std::size_t>(static_cast<std::int64_t>(activity.period[row]) - start);
    if (age >= cells.size()) continue;
    const auto key = static_cast<std::uint64_t>(activity.customer[row]) << 32 |
                     static_cast<std::uint32_t>(activity.period[row]);
    if (!is_return(row) && counted.insert(key).second) ++cells[age].customers;
    cells[age].amount += activity.amount.empty() ? 0 : activity.amount[row];
  }
  if (by_start.empty()) return Error(errors::kNoRows);
  return finish(std::move(by_start), options);
}

}  // namespace holdfast::cube
