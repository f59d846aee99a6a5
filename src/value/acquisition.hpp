#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::value {

/// What one customer brought in one period; negative where he cost. Several lines add up.
struct Margin {
  std::uint32_t customer = 0;  // Row of the customers.
  int period = 1;              // From 1, the first after he was won: the policy year.
  double amount = 0;
};

/// Customers won, and what they brought since.
struct Acquisition {
  std::span<const double> cost;           // Of winning each; from 0 on.
  std::span<const int> watched;           // Whole periods each could bring something, left or not.
  std::span<const Margin> margins;        // Of periods 1 … watched; none in a period brings 0.
  std::span<const std::uint32_t> cohort;  // Of each, say the year won; empty: one cohort.
};

struct AcquisitionOptions {
  double discount = 0;  // A period's rate, from 0 on; margins count at the end of their period.
};

/// One period after customers were won.
struct PaybackPeriod {
  int period = 1;
  std::size_t watched = 0;   // Customers who could bring something in it.
  std::size_t active = 0;    // Of these, those who did or cost something.
  double margin = 0;         // Per customer won.
  double active_margin = 0;  // Per active customer.
  double balance = 0;        // Per customer won, at its end: margins so far less the cost.
  double discounted_balance = 0;
  double stayer_balance = 0;  // Of one who stays active throughout.
};

/// When winning customers has paid. Times in periods, part of one by a straight line within it.
struct Payback {
  std::uint32_t cohort = 0;
  std::size_t customers = 0;
  double cost = 0;  // Per customer won.
  std::vector<PaybackPeriod> periods;
  /// When the balance reaches 0, leavers counted; nothing where it has not yet.
  std::optional<double> payback, discounted_payback;
  /// How long a customer must stay to pay for himself.
  std::optional<double> break_even_tenure;
  double missing = 0;       // Per customer won, still to come back when the watch ends.
  bool falls_back = false;  // The balance was at 0 or above and is below at the end.
};

/// One answer a cohort, ascending. Periods in which only some of a cohort have been watched count
/// those alone, so a young cohort does not look poor. Errors: kNoCustomers, kShape, kBadValue,
/// kBadCustomer, kBadPeriod, kBadOption. Cost: linear.
Result<std::vector<Payback>> payback(const Acquisition& acquisition,
                                     const AcquisitionOptions& options = {});

}  // namespace holdfast::value
