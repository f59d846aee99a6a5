#include "models/elastic_net/descent.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::elastic_net {
namespace {

constexpr int kSweepsMax = 100'000;

double soft(double value, double threshold) {
  if (value > threshold) return value - threshold;
  if (value < -threshold) return value + threshold;
  return 0;
}

/// The model as it stands after the changes so far.
class Model {
 public:
  Model(const Likelihood& likelihood, const Hessian& hessian, const Penalty& penalty,
        const Point& from, Point& point)
      : likelihood_(likelihood),
        hessian_(hessian),
        penalty_(penalty),
        from_(from),
        point_(point),
        moved_(hessian.size(), 0.0) {}

  /// One coordinate to its minimum; curvature × change².
  double column(std::size_t j) {
    const std::size_t place = hessian_.place(j);
    const double curvature = hessian_.row(place)[place];
    if (!(curvature > 0)) return 0;
    const double now = point_.beta[j];
    const double pull = likelihood_.gradient()[j] - moved_[place] + curvature * now;
    point_.beta[j] =
        soft(pull, penalty_.absolute(j)) / (curvature + penalty_.square(j));
    return change(place, curvature, point_.beta[j] - now);
  }

  double intercept() {
    const double curvature = hessian_.row(0)[0];
    const double by = (likelihood_.intercept_gradient() - moved_[0]) / curvature;
    point_.intercept += by;
    return change(0, curvature, by);
  }

  /// Of the whole move.
  double largest(const Indices& working) const {
    const double by = point_.intercept - from_.intercept;
    double most = hessian_.row(0)[0] * by * by;
    for (const auto j : working) {
      const std::size_t place = hessian_.place(j);
      const double d = point_.beta[j] - from_.beta[j];
      most = std::max(most, hessian_.row(place)[place] * d * d);
    }
    return most;
  }

 private:
  double change(std::size_t place, double curvature, double by) {
    if (by == 0) return 0;
    const double* row = hessian_.row(place);
    for (std::size_t k = 0; k < moved_.size(); ++k) moved_[k] += by * row[k];
    return curvature * by * by;
  }

  const Likelihood& likelihood_;
  const Hessian& hessian_;
  const Penalty& penalty_;
  const Point& from_;
  Point& point_;
  std::vector<double> moved_;  // [size] Hessian × (point − from).
};

}  // namespace

double Penalty::at(const std::vector<double>& beta, const Indices& active) const {
  double sum = 0;
  for (const auto j : active) {
    sum += absolute(j) * std::abs(beta[j]) + square(j) / 2 * beta[j] * beta[j];
  }
  return sum;
}

double descend(const Likelihood& likelihood, const Hessian& hessian, const Indices& working,
               const Penalty& penalty, double tolerance, Point& point) {
  const Point from = point;
  Model model(likelihood, hessian, penalty, from, point);
  int sweeps = 0;
  const auto sweep = [&](const Indices& columns) {
    double most = model.intercept();
    for (const auto j : columns) most = std::max(most, model.column(j));
    ++sweeps;
    return most;
  };
  while (sweep(working) > tolerance && sweeps < kSweepsMax) {
    // Those in the model to the end, before the others are asked again.
    Indices active;
    for (const auto j : working) {
      if (point.beta[j] != 0) active.push_back(j);
    }
    while (sweep(active) > tolerance && sweeps < kSweepsMax) {
    }
  }
  return model.largest(working);
}

}  // namespace holdfast::elastic_net
