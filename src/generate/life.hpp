#pragma once

#include "core/random.hpp"
#include "generate/world.hpp"

namespace holdfast::generate {

/// Lives one customer: their own events and the chain of policies of each vehicle. Appends to
/// `world` with indices of that world.
void live(std::size_t customer, const Surroundings& surroundings, const PortfolioOptions& options,
          Random& random, World& world);

}  // namespace holdfast::generate
