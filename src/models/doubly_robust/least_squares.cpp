#include "models/doubly_robust/least_squares.hpp"

#include <cmath>
#include <limits>

#include <Eigen/Dense>

namespace holdfast::doubly_robust {
namespace {

constexpr double kLargestExponent = 4, kLeastExponent = -6, kStep = 0.25;  // Of ten.

}  // namespace

LeastSquares fit_least_squares(MatrixView x, std::span<const double> y) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(x.rows), p = static_cast<Eigen::Index>(x.cols);
  const auto rows = static_cast<double>(n);
  const Eigen::Map<const RowMajor> given(x.data, n, p);
  const Eigen::Map<const Eigen::VectorXd> outcome(y.data(), n);
  const Eigen::RowVectorXd means = given.colwise().mean();
  RowMajor z = given.rowwise() - means;
  const Eigen::RowVectorXd scales = (z.colwise().squaredNorm() / rows).cwiseSqrt();
  for (Eigen::Index j = 0; j < p; ++j) z.col(j) *= scales[j] > 1e-12 ? 1 / scales[j] : 0;
  const double mean = outcome.mean();
  const Eigen::VectorXd centred = outcome.array() - mean;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(z.transpose() * z / rows);
  const Eigen::ArrayXd d = solver.eigenvalues().array().max(0.0);
  const Eigen::ArrayXd b = (solver.eigenvectors().transpose() * (z.transpose() * centred / rows)).array();
  const double variance = centred.squaredNorm() / rows;
  double least = std::numeric_limits<double>::infinity(), best = 0;
  for (double exponent = kLargestExponent; exponent >= kLeastExponent; exponent -= kStep) {
    const double ridge = std::pow(10.0, exponent);
    const Eigen::ArrayXd c = b / (d + ridge);
    const double degrees = (d / (d + ridge)).sum() + 1;
    if (degrees >= rows) break;
    const double left = variance - 2 * (b * c).sum() + (d * c * c).sum();
    const double criterion = left / ((1 - degrees / rows) * (1 - degrees / rows));
    if (criterion < least) least = criterion, best = ridge;
  }
  LeastSquares found{.ridge = best};
  const Eigen::VectorXd slopes = solver.eigenvectors() * (b / (d + best)).matrix();
  found.degrees = (d / (d + best)).sum();
  found.intercept = mean;
  for (Eigen::Index j = 0; j < p; ++j) {
    found.means.push_back(means[j]);
    found.coefficients.push_back(scales[j] > 1e-12 ? slopes[j] / scales[j] : 0);
    found.intercept -= found.coefficients.back() * means[j];
  }
  return found;
}

}  // namespace holdfast::doubly_robust
