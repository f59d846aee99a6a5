#include "dataset/transform.hpp"

#include <cmath>
#include <limits>

namespace holdfast::dataset {
namespace {

constexpr double kLambdaMax = 5;
constexpr double kTolerance = 1e-8;

double box_cox(double lambda, double x) {
  return lambda == 0 ? std::log(x) : std::expm1(lambda * std::log(x)) / lambda;
}

double yeo_johnson(double lambda, double x) {
  if (x >= 0) return lambda == 0 ? std::log1p(x) : std::expm1(lambda * std::log1p(x)) / lambda;
  const double mirror = 2 - lambda;
  return mirror == 0 ? -std::log1p(-x) : -std::expm1(mirror * std::log1p(-x)) / mirror;
}

/// ln of the transform's slope at x, without the factor λ − 1.
double log_slope(Transform transform, double x) {
  if (transform == Transform::BoxCox) return std::log(x);
  return x >= 0 ? std::log1p(x) : -std::log1p(-x);
}

double log_likelihood(Transform transform, double lambda, std::span<const double> values,
                      std::span<const double> weight) {
  double total = 0, mean = 0, square = 0, slopes = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(weight[i] > 0)) continue;
    const double y = transformed(transform, lambda, values[i]);
    total += weight[i];
    const double before = y - mean;
    mean += before * (weight[i] / total);
    square += weight[i] * before * (y - mean);
    slopes += weight[i] * log_slope(transform, values[i]);
  }
  const double variance = square / total;
  if (!(variance > 0) || !std::isfinite(variance)) return -std::numeric_limits<double>::infinity();
  return -total / 2 * std::log(variance) + (lambda - 1) * slopes;
}

}  // namespace

double transformed(Transform transform, double lambda, double x) {
  switch (transform) {
    case Transform::None: return x;
    case Transform::BoxCox: return box_cox(lambda, x);
    case Transform::YeoJohnson: return yeo_johnson(lambda, x);
  }
  return x;
}

double fit_lambda(Transform transform, std::span<const double> values,
                  std::span<const double> weight) {
  bool varies = false;
  double first = 0;
  bool has_first = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(weight[i] > 0)) continue;
    if (transform == Transform::BoxCox && !(values[i] > 0)) return 1;
    if (!has_first) first = values[i], has_first = true;
    varies = varies || values[i] != first;
  }
  if (!varies || transform == Transform::None) return 1;
  // The likelihood has one peak; the golden section closes in on it.
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double low = -kLambdaMax, high = kLambdaMax;
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double at_a = log_likelihood(transform, a, values, weight);
  double at_b = log_likelihood(transform, b, values, weight);
  while (high - low > kTolerance) {
    if (at_a >= at_b) {
      high = b, b = a, at_b = at_a;
      a = high - ratio * (high - low);
      at_a = log_likelihood(transform, a, values, weight);
    } else {
      low = a, a = b, at_a = at_b;
      b = low + ratio * (high - low);
      at_b = log_likelihood(transform, b, values, weight);
    }
  }
  return (low + high) / 2;
}

}  // namespace holdfast::dataset
