#pragma once

#include "models/elastic_net/descent.hpp"

/// From one lambda to the next.
namespace holdfast::elastic_net {

/// Holds the solution at the last lambda asked for. The quadratic model is that of an earlier point
/// as long as it serves (a pass over the rows is O(n p), a new Hessian O(n p²)). With more
/// columns than rows no Hessian is made: the model is new at every step and held as residuals.
class Solver {
 public:
  /// `scales`: [p] deviations of the columns among the rows of this fit; 0: left out.
  Solver(Likelihood likelihood, std::vector<double> scales, double mix, double tolerance);

  /// The smallest lambda at which no column is let in (with mix at least 1/1000).
  double lambda_max() const;
  /// Moves to the solution at `lambda`, which is not above the last one's.
  void solve(double lambda);

  const Point& point() const { return point_; }
  double deviance() const { return deviance_; }  // −2 ln likelihood over the sum of weights.
  Indices active() const;

 private:
  double evaluate(const Indices& wanted) {
    return deviance_ = likelihood_.evaluate(point_, active(), wanted);
  }
  double objective(const Penalty& penalty) const {
    return deviance_ / 2 + penalty.at(point_.beta, active());
  }
  double descended(const Penalty& penalty);
  void choose_working(const Penalty& penalty);
  bool mend(const Penalty& penalty);
  void renew();
  void back_to(const Point& before, double objective_before, const Penalty& penalty);

  Likelihood likelihood_;
  std::vector<double> scales_;
  double mix_, tolerance_;
  Indices all_;                  // Columns that vary.
  Indices working_;
  std::vector<bool> is_working_;
  bool is_by_residuals_;
  Hessian hessian_;              // Of the intercept alone where it is by residuals.
  bool is_fresh_ = false;        // The Hessian is that of the present point.
  Point point_;
  double deviance_ = 0;
  double lambda_ = 0;            // The last one solved.
};

}  // namespace holdfast::elastic_net
