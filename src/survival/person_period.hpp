#pragma once

#include "survival/spells.hpp"

namespace holdfast::survival {

/// One row for every period that a row of the input was at risk in: what a discrete-time hazard is
/// fitted on by any model of a yes or no.
struct PersonPeriods {
  std::vector<std::uint32_t> row;     // Of the input.
  std::vector<std::uint32_t> period;  // From 0: (borders[period], borders[period + 1]].
  std::vector<std::uint8_t> event;    // Left in it, by that exit; else 0.
};

/// Cuts time at ascending `borders`. A row counts in every period it was at risk in to the end, and
/// in the one it left in; who was lost within a period does not count in it, who entered within one
/// counts from the next, as neither was watched all through it. Time after the last border is left
/// out. Errors: those of check(), kBadOption where the borders do not ascend. Cost: rows out.
/// Source: Singer & Willett 1993.
Result<PersonPeriods> person_periods(const Spells& spells, std::span<const double> borders);

}  // namespace holdfast::survival
