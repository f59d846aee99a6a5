#include "models/logistic/inflation.hpp"

#include <cmath>

#include <Eigen/Dense>

namespace holdfast::logistic {
namespace {

using Matrix = Eigen::MatrixXd;

Matrix block(const Matrix& from, const std::vector<Eigen::Index>& at) {
  const auto size = static_cast<Eigen::Index>(at.size());
  Matrix result(size, size);
  for (Eigen::Index a = 0; a < size; ++a) {
    for (Eigen::Index b = 0; b < size; ++b) {
      result(a, b) = from(at[static_cast<std::size_t>(a)], at[static_cast<std::size_t>(b)]);
    }
  }
  return result;
}

}  // namespace

std::vector<Inflation> inflations(const Fit& fit,
                                  const std::vector<std::vector<std::size_t>>& sets) {
  const std::size_t k = fit.beta.size();
  std::vector<Eigen::Index> place(k, -1);
  std::vector<std::size_t> kept;
  for (std::size_t j = 1; j < k; ++j) {
    if (!(fit.errors[j] > 0)) continue;
    place[j] = static_cast<Eigen::Index>(kept.size());
    kept.push_back(j);
  }
  const auto size = static_cast<Eigen::Index>(kept.size());
  Matrix correlations(size, size);
  for (std::size_t a = 0; a < kept.size(); ++a) {
    for (std::size_t b = 0; b < kept.size(); ++b) {
      correlations(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) =
          fit.covariance[kept[a] * k + kept[b]] / (fit.errors[kept[a]] * fit.errors[kept[b]]);
    }
  }
  // det R_others / det R is the determinant of the set's block of the inverse (Jacobi).
  const Matrix inverse = correlations.ldlt().solve(Matrix::Identity(size, size));
  std::vector<Inflation> result;
  for (const auto& set : sets) {
    std::vector<Eigen::Index> at;
    for (const auto column : set) {
      if (place[column + 1] >= 0) at.push_back(place[column + 1]);
    }
    auto& inflation = result.emplace_back();
    inflation.df = static_cast<int>(at.size());
    if (at.empty()) continue;
    inflation.factor = block(correlations, at).determinant() * block(inverse, at).determinant();
    inflation.adjusted = std::pow(inflation.factor, 1 / (2.0 * inflation.df));
  }
  return result;
}

}  // namespace holdfast::logistic
