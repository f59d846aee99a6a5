#pragma once

#include <string_view>

#include "core/error.hpp"
#include "lifetime/maximum.hpp"

namespace holdfast::lifetime {

/// A chance to leave below it: nobody does.
constexpr double kNeverLeaves = 1e-3;

/// Why a search that did not settle ended, for a model of purchase rates (the first two parameters:
/// shape and rate) and leaving (the last two: their ratio or share is `chance_to_leave`).
Error purchase_failure(const Maximum& maximum, std::string_view parameter, double chance_to_leave);

}  // namespace holdfast::lifetime
