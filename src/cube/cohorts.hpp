#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/distributions.hpp"
#include "core/error.hpp"

namespace holdfast::cube {

/// Customers by when they started and left.
struct Starters {
  static constexpr std::int32_t kStays = INT32_MAX;

  std::span<const std::int32_t> start;  // Period (month) of the start.
  std::span<const std::int32_t> exit;   // First period not there any more, after start; or kStays.
  std::span<const double> amount;       // Of each customer: premium, balance; or empty.
};

/// Customers by the periods in which they did something, in any order; a customer and period may
/// come several times, amounts add up. A row with an amount below 0, a return, takes from the amount
/// of its period and makes nobody active; returns before a customer's first activity are left out.
struct Activity {
  std::span<const std::uint32_t> customer;
  std::span<const std::int32_t> period;
  std::span<const double> amount;  // Of each row, such as spend; or empty.
};

/// How complete a cell is.
enum class Maturity : std::uint8_t {
  Mature,
  Immature,  // Its period lies after the last complete one: nothing is known.
};

struct CohortCell {
  Maturity maturity = Maturity::Immature;
  double customers = 0;  // Still there, or active, at this age.
  double amount = 0;
  double retention = 0;       // Of the customers the cohort started with.
  Interval interval;          // Wilson's.
  std::optional<double> amount_retention;  // Of the amount at age 0; nothing where that is 0.
};

struct Cohort {
  std::int32_t start = 0;
  double customers = 0;
  double amount = 0;              // At age 0.
  std::vector<CohortCell> cells;  // By age from 0 on.
};

struct CohortTable {
  std::vector<Cohort> cohorts;  // By start; periods in which nobody started are not rows.
  // By age, over the cohorts mature at it: Σ still there / Σ started, so that no immature cell
  // drags the later ages down. Maturity Immature where no cohort is.
  std::vector<CohortCell> all;
};

struct CohortOptions {
  std::int32_t last_period = 0;  // The last complete one.
  std::size_t ages_max = 24;     // Columns after age 0.
  double level = 0.95;
};

/// Retention by start and age. An amount is that of the customers still there.
/// Errors: kNoRows, kShape, kBadNumber, kBadOption, kTooLarge. Rows that start after the last period
/// are not counted; where no others are, that is kNoRows.
Result<CohortTable> cohorts_of(const Starters& starters, const CohortOptions& options);

/// Share of each cohort active at each age; a customer's start is the first period. An amount is
/// that of the rows. Errors as above.
Result<CohortTable> cohorts_of(const Activity& activity, const CohortOptions& options);

}  // namespace holdfast::cube
