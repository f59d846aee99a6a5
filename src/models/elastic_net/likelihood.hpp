#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/elastic_net/design.hpp"

/// The likelihood at one point of the path, and its second derivatives at a point nearby.
namespace holdfast::elastic_net {

using Indices = std::vector<std::size_t>;

/// A point: intercept and coefficients of the standardised columns.
struct Point {
  double intercept = 0;
  std::vector<double> beta;  // [p]
};

/// Weights are brought to a sum of 1.
class Likelihood {
 public:
  /// Shapes     y, weight: [design.rows()].
  Likelihood(const Design& design, std::span<const std::uint8_t> y, std::span<const double> weight);

  const Design& design() const { return *design_; }
  double total_weight() const { return total_; }
  double share() const { return share_; }  // Of churners.
  /// −2 ln likelihood of the intercept alone.
  double null_deviance() const;

  /// Goes to a point: −2 ln likelihood there. `active` are its coefficients other than zero; the
  /// half gradient of the columns `wanted` is put into `gradient`.
  double evaluate(const Point& point, const Indices& active, const Indices& wanted);

  // At the last point evaluated.
  double intercept_gradient() const { return intercept_gradient_; }
  const std::vector<double>& gradient() const { return gradient_; }    // [p] of those wanted.
  const std::vector<double>& curvature() const { return curvature_; }  // [rows] w mu (1 − mu).
  const std::vector<double>& residual() const { return residual_; }    // [rows] w (y − mu).

 private:
  struct Sums;
  void evaluate_block(std::size_t block, const Point& point, const Indices& active,
                      const Indices& wanted, Sums& sums);

  const Design* design_;
  double total_ = 0, share_ = 0;
  std::vector<double> sign_, weight_, curvature_, residual_;  // [rows] sign: 1 churned, −1 not.
  std::vector<double> gradient_;
  double intercept_gradient_ = 0;
};

/// Half the Hessian of the intercept and some columns, Σ v z zᵀ, with the curvatures v of one point.
/// Its members grow as columns enter; the point changes only with `renew`.
class Hessian {
 public:
  explicit Hessian(const Design& design) : design_(&design), place_(design.columns(), 0) {}

  /// Takes the curvatures of the likelihood's present point for the members there are.
  void renew(const Likelihood& likelihood);
  /// Adds the columns that are not members yet.
  void add(const Indices& columns);

  /// Row and column of a member; 0 is the intercept's.
  std::size_t place(std::size_t column) const { return place_[column]; }
  std::size_t size() const { return members_.size() + 1; }
  const double* row(std::size_t place) const { return matrix_.data() + place * size(); }

 private:
  const Design* design_;
  Indices members_;
  std::vector<std::size_t> place_;  // [p] 0: no member.
  std::vector<double> curvature_;   // [rows]
  std::vector<double> matrix_;      // [size x size]
};

}  // namespace holdfast::elastic_net
