#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analyses/events.hpp"
#include "analyses/value_parts.hpp"

/// What rows brought and cost: for both gatherers.
namespace holdfast::analyses::value_parts {

/// Costs of a customer on a day, from a table of their own.
using Costs = std::map<std::string, std::vector<std::pair<std::int32_t, double>>, std::less<>>;

Result<Costs> read_costs(const Inputs& inputs, const study::ValueSpec& spec, Progress& progress);

/// What each row left: its margin less its cost.
struct Amounts {
  const EventColumn* amount = nullptr;
  const EventColumn* cost = nullptr;
  double margin = 1;

  double spend(std::size_t row) const { return amount->valid[row] != 0 ? amount->values[row] : 0; }
  double profit(std::size_t row) const {
    const double costs = cost != nullptr && cost->valid[row] != 0 ? cost->values[row] : 0;
    return margin * spend(row) - costs;
  }
};

/// The cost column, where there is one, stands behind the amount.
Amounts amounts_of(const CustomerEvents& events, const Setting& setting, std::size_t amount_at);

}  // namespace holdfast::analyses::value_parts
