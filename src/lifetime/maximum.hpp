#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

namespace holdfast::lifetime {

constexpr std::size_t kParametersMax = 4;

/// A log-likelihood with its derivatives by the parameters themselves.
struct Slope {
  double loglik = 0;
  std::array<double, kParametersMax> gradient{};
  std::array<std::array<double, kParametersMax>, kParametersMax> hessian{};  // Lower half filled.

  void operator+=(const Slope& other);
};

/// Where a search ended.
struct Maximum {
  enum class End { Settled, RanAway, Stalled };
  End end = End::Stalled;
  std::vector<double> parameters;
  std::vector<double> variance;  // Of the parameters, row-major; when settled.
  double loglik = 0;
  int iterations = 0;
  std::size_t runaway = 0;  // Which parameter, when it ran away.
};

/// Climbs from `start` over the logarithms of the parameters (all above 0) by Newton steps, damped
/// where the surface is not a hill. A parameter ran away when it left e^±9, so bring them near 1
/// by scaling first. Cost: one slope a step.
Maximum maximise(const std::function<Slope(std::span<const double>)>& slope_at,
                 std::span<const double> start, int iterations_max);

}  // namespace holdfast::lifetime
