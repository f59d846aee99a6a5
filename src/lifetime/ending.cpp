#include "lifetime/ending.hpp"

#include "lifetime/errors.hpp"

namespace holdfast::lifetime {

Error purchase_failure(const Maximum& maximum, std::string_view parameter, double chance_to_leave) {
  constexpr double kNever = 1e-3;
  if (maximum.end == Maximum::End::Stalled) {
    return Error(errors::kNotConverged, {{"iterations", maximum.iterations}});
  }
  if (chance_to_leave < kNever) return Error(errors::kNobodyLeaves);
  const double value = maximum.parameters[maximum.runaway];
  if (value > 1 && maximum.runaway < 2) return Error(errors::kRatesAlike);
  if (value > 1) return Error(errors::kLeavingAlike);
  return Error(errors::kRunsAway, {{"parameter", parameter}, {"value", value}});
}

}  // namespace holdfast::lifetime
