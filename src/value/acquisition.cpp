#include "value/acquisition.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "value/errors.hpp"

namespace holdfast::value {
namespace {

constexpr int kPeriodsMax = 1200;

Error wrong_shape(std::string_view what, std::size_t found, std::size_t expected) {
  return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", expected}});
}

Error bad_value(std::string_view what, std::size_t row, double value) {
  return Error(errors::kBadValue, {{"what", what}, {"row", row + 1}, {"value", value}});
}

Result<void> check(const Acquisition& input, const AcquisitionOptions& options) {
  const auto customers = input.cost.size();
  if (customers == 0) return Error(errors::kNoCustomers);
  if (input.watched.size() != customers) {
    return wrong_shape("watched", input.watched.size(), customers);
  }
  if (!input.cohort.empty() && input.cohort.size() != customers) {
    return wrong_shape("cohort", input.cohort.size(), customers);
  }
  for (std::size_t row = 0; row < customers; ++row) {
    if (!(input.cost[row] >= 0) || !std::isfinite(input.cost[row])) {
      return bad_value("cost", row, input.cost[row]);
    }
    if (input.watched[row] < 0 || input.watched[row] > kPeriodsMax) {
      return bad_value("watched", row, input.watched[row]);
    }
  }
  for (std::size_t row = 0; row < input.margins.size(); ++row) {
    const auto& margin = input.margins[row];
    if (margin.customer >= customers) {
      return Error(errors::kBadCustomer, {{"what", "margin"},
                                          {"row", row + 1},
                                          {"customer", margin.customer + 1ULL},
                                          {"customers", customers}});
    }
    if (!std::isfinite(margin.amount)) return bad_value("margin", row, margin.amount);
    const int watched = input.watched[margin.customer];
    if (margin.period < 1 || margin.period > watched) {
      return Error(errors::kBadPeriod,
                   {{"row", row + 1}, {"period", margin.period}, {"watched", watched}});
    }
  }
  if (!(options.discount >= 0) || !std::isfinite(options.discount)) {
    return Error(errors::kBadOption, {{"what", "the discount must be a number from 0 on"}});
  }
  return {};
}

// Where a balance that is `before` at the beginning of a period and `after` at its end reaches 0.
std::optional<double> crossing(double before, double after, int period) {
  if (before >= 0 || after < 0) return std::nullopt;
  return period - 1 + before / (before - after);
}

void balance(Payback& result, double discount) {
  double sum = -result.cost, discounted = -result.cost, stayer = -result.cost, worth = 1;
  if (result.cost == 0) result.payback = result.discounted_payback = result.break_even_tenure = 0.0;
  bool was_paid = result.cost == 0;
  for (auto& period : result.periods) {
    const auto advance = [&](double& so_far, double amount, std::optional<double>& first) {
      const double before = so_far;
      so_far += amount;
      if (!first) first = crossing(before, so_far, period.period);
    };
    worth /= 1 + discount;
    advance(sum, period.margin, result.payback);
    advance(discounted, period.margin * worth, result.discounted_payback);
    advance(stayer, period.active_margin, result.break_even_tenure);
    period.balance = sum;
    period.discounted_balance = discounted;
    period.stayer_balance = stayer;
    was_paid = was_paid || sum >= 0;
  }
  result.missing = std::max(0.0, -sum);
  result.falls_back = was_paid && sum < 0;
}

}  // namespace

Result<std::vector<Payback>> payback(const Acquisition& acquisition,
                                     const AcquisitionOptions& options) {
  HOLDFAST_TRY_VOID(check(acquisition, options));
  const auto cohort_of = [&](std::size_t customer) {
    return acquisition.cohort.empty() ? 0U : acquisition.cohort[customer];
  };
  std::map<std::uint32_t, Payback> cohorts;
  for (std::size_t row = 0; row < acquisition.cost.size(); ++row) {
    auto& cohort = cohorts[cohort_of(row)];
    cohort.cohort = cohort_of(row);
    ++cohort.customers;
    cohort.cost += acquisition.cost[row];
    const auto watched = static_cast<std::size_t>(acquisition.watched[row]);
    if (cohort.periods.size() < watched) cohort.periods.resize(watched);
    for (std::size_t i = 0; i < watched; ++i) ++cohort.periods[i].watched;
  }
  std::vector<std::size_t> order(acquisition.margins.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&](std::size_t i) {
    const auto& margin = acquisition.margins[i];
    return std::pair(margin.customer, margin.period);
  };
  std::ranges::stable_sort(order, {}, key);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& margin = acquisition.margins[order[i]];
    auto& period =
        cohorts[cohort_of(margin.customer)].periods[static_cast<std::size_t>(margin.period - 1)];
    period.margin += margin.amount;
    if (i == 0 || key(order[i - 1]) != key(order[i])) ++period.active;
  }
  std::vector<Payback> results;
  for (auto& [number, cohort] : cohorts) {
    cohort.cost /= static_cast<double>(cohort.customers);
    for (std::size_t i = 0; i < cohort.periods.size(); ++i) {
      auto& period = cohort.periods[i];
      period.period = static_cast<int>(i) + 1;
      if (period.active > 0)
        period.active_margin = period.margin / static_cast<double>(period.active);
      period.margin /= static_cast<double>(period.watched);
    }
    balance(cohort, options.discount);
    results.push_back(std::move(cohort));
  }
  return results;
}

}  // namespace holdfast::value
