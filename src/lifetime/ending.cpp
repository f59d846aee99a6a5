#include "lifetime/ending.hpp"

#include "core/text.hpp"
#include "lifetime/errors.hpp"

namespace holdfast::lifetime {

Error purchase_failure(const Maximum& maximum, std::string_view parameter, double chance_to_leave) {
  if (maximum.end == Maximum::End::Stalled) {
    return Error(errors::kNotConverged, {{"iterations", maximum.iterations}});
  }
  if (chance_to_leave < kNeverLeaves) return Error(errors::kNobodyLeaves);
  // Both parameters of leaving at 0: chances of 0 and of 1, and none between.
  constexpr double kNone = 0.05;
  if (maximum.parameters.size() == 4 && maximum.parameters[2] < kNone && maximum.parameters[3] < kNone)
    return Error(errors::kLeavingApart);
  const double value = maximum.parameters[maximum.runaway];
  if (value > 1 && maximum.runaway < 2) return Error(errors::kRatesAlike);
  if (value > 1) return Error(errors::kLeavingAlike);
  return Error(errors::kRunsAway, {{"parameter", parameter}, {"value", brief(value, 3)}});
}

}  // namespace holdfast::lifetime
