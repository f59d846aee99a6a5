#include "dataset/factor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>

#include "core/check.hpp"

namespace holdfast::dataset {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using View = Eigen::Map<const Matrix>;

Eigen::Index signed_size(std::size_t size) { return static_cast<Eigen::Index>(size); }

View loadings_of(const Components& components) {
  return View(components.loadings.data(), signed_size(components.columns),
              signed_size(components.count));
}

void set_loadings(Components& components, const Matrix& loadings) {
  components.loadings.assign(loadings.data(), loadings.data() + loadings.size());
}

void set_rotation(Components& components, const Matrix& rotation) {
  components.rotation.assign(rotation.data(), rotation.data() + rotation.size());
}

/// Each column's largest entry is positive, so that the same data give the same signs.
void fix_signs(Matrix& loadings) {
  for (Eigen::Index k = 0; k < loadings.cols(); ++k) {
    Eigen::Index at = 0;
    loadings.col(k).cwiseAbs().maxCoeff(&at);
    if (loadings(at, k) < 0) loadings.col(k) *= -1;
  }
}

struct Eigensystem {
  Eigen::VectorXd values;  // Descending.
  Matrix vectors;
};

Eigensystem eigensystem(const Matrix& symmetric) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric);
  return {solver.eigenvalues().reverse(), solver.eigenvectors().rowwise().reverse()};
}

Matrix scaled_vectors(const Eigensystem& system, std::size_t count) {
  Matrix loadings = system.vectors.leftCols(signed_size(count));
  for (Eigen::Index k = 0; k < loadings.cols(); ++k) {
    loadings.col(k) *= std::sqrt(std::max(system.values(k), 0.0));
  }
  fix_signs(loadings);
  return loadings;
}

std::size_t count_over_one(const Eigen::VectorXd& values) {
  const auto count = static_cast<std::size_t>((values.array() > 1).count());
  return std::max<std::size_t>(count, 1);
}

Components made(std::size_t columns, std::size_t count, const Eigen::VectorXd& values,
                const Matrix& loadings) {
  Components result{.columns = columns, .count = count,
                    .eigenvalues = {values.data(), values.data() + values.size()}};
  set_loadings(result, loadings);
  for (std::size_t c = 0; c < columns; ++c) {
    result.communality.push_back(loadings.row(signed_size(c)).squaredNorm());
  }
  set_rotation(result, Matrix::Identity(signed_size(count), signed_size(count)));
  return result;
}

/// The turn in the plane of two factors with the most variance of squared loadings (Kaiser 1958,
/// equation 10): in closed form, and never a step down, where the iteration over all factors at
/// once can swing about simple structure for ever.
double best_angle(const Matrix& loadings, Eigen::Index a, Eigen::Index b) {
  const auto x = loadings.col(a).array();
  const auto y = loadings.col(b).array();
  const Eigen::ArrayXd u = x.square() - y.square();
  const Eigen::ArrayXd v = 2 * x * y;
  const auto rows = static_cast<double>(loadings.rows());
  const double numerator = 2 * (u * v).sum() - 2 * u.sum() * v.sum() / rows;
  const double denominator =
      (u.square() - v.square()).sum() - (u.sum() * u.sum() - v.sum() * v.sum()) / rows;
  if (numerator == 0 && denominator == 0) return 0;
  return std::atan2(numerator, denominator) / 4;
}

void rotate(Matrix& columns, Eigen::Index a, Eigen::Index b, double angle) {
  const Eigen::VectorXd x = columns.col(a);
  const Eigen::VectorXd y = columns.col(b);
  columns.col(a) = std::cos(angle) * x + std::sin(angle) * y;
  columns.col(b) = std::cos(angle) * y - std::sin(angle) * x;
}

}  // namespace

std::vector<double> correlations(MatrixView x) {
  const View matrix(x.data, signed_size(x.rows), signed_size(x.cols));
  Matrix centred = matrix.rowwise() - matrix.colwise().mean();
  for (Eigen::Index c = 0; c < centred.cols(); ++c) {
    const double norm = centred.col(c).norm();
    if (norm > 0) centred.col(c) /= norm;
  }
  Matrix result = centred.transpose() * centred;
  for (Eigen::Index c = 0; c < result.cols(); ++c) result(c, c) = 1;
  return {result.data(), result.data() + result.size()};
}

Components principal_components(const std::vector<double>& correlation, std::size_t columns,
                                std::size_t count) {
  HOLDFAST_CHECK(correlation.size() == columns * columns && columns > 0);
  const auto system = eigensystem(View(correlation.data(), signed_size(columns), signed_size(columns)));
  if (count == 0) count = count_over_one(system.values);
  count = std::min(count, columns);
  return made(columns, count, system.values, scaled_vectors(system, count));
}

Components principal_axes(const std::vector<double>& correlation, std::size_t columns,
                          std::size_t count, int steps_max) {
  HOLDFAST_CHECK(correlation.size() == columns * columns && columns > 0);
  const View given(correlation.data(), signed_size(columns), signed_size(columns));
  const auto whole = eigensystem(given);
  if (count == 0) count = count_over_one(whole.values);
  count = std::min(count, columns);
  // Squared multiple correlations; a column that others make up wholly starts from 1.
  Matrix reduced = given;
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(given);
  const Eigen::VectorXd start =
      lu.isInvertible() ? Eigen::VectorXd(1 - 1 / lu.inverse().diagonal().array())
                        : Eigen::VectorXd::Ones(signed_size(columns));
  reduced.diagonal() = start;
  Matrix loadings;
  for (int step = 0; step < steps_max; ++step) {
    loadings = scaled_vectors(eigensystem(reduced), count);
    const Eigen::VectorXd communality = loadings.rowwise().squaredNorm().cwiseMin(1.0);
    const double moved = (communality - reduced.diagonal()).cwiseAbs().maxCoeff();
    reduced.diagonal() = communality;
    if (moved < 1e-10) break;
  }
  return made(columns, count, whole.values, loadings);
}

Components varimax(Components components, bool normalises) {
  if (components.count < 2) return components;
  Matrix x = loadings_of(components);
  Eigen::VectorXd scale = Eigen::VectorXd::Ones(x.rows());
  if (normalises) {
    scale = x.rowwise().norm();
    for (Eigen::Index r = 0; r < x.rows(); ++r) {
      if (scale(r) > 0) x.row(r) /= scale(r);
    }
  }
  Matrix rotation = Matrix::Identity(x.cols(), x.cols());
  Matrix rotated = x;
  for (int round = 0; round < 1000; ++round) {
    double largest = 0;
    for (Eigen::Index a = 0; a < x.cols(); ++a) {
      for (Eigen::Index b = a + 1; b < x.cols(); ++b) {
        const double angle = best_angle(rotated, a, b);
        rotate(rotated, a, b, angle);
        rotate(rotation, a, b, angle);
        largest = std::max(largest, std::abs(angle));
      }
    }
    if (largest < 1e-14) break;
  }
  for (Eigen::Index r = 0; r < rotated.rows(); ++r) rotated.row(r) *= scale(r);
  set_loadings(components, rotated);
  set_rotation(components, rotation);
  return components;
}

Components promax(Components components, double power) {
  auto start = varimax(std::move(components));
  if (start.count < 2) return start;
  const Matrix x = loadings_of(start);
  const Matrix target = (x.array() * x.array().abs().pow(power - 1)).matrix();
  Matrix rotation = (x.transpose() * x).ldlt().solve(x.transpose() * target);
  const Matrix inverse = (rotation.transpose() * rotation).inverse();
  for (Eigen::Index k = 0; k < rotation.cols(); ++k) rotation.col(k) *= std::sqrt(inverse(k, k));
  set_loadings(start, x * rotation);
  const View before(start.rotation.data(), rotation.rows(), rotation.cols());
  set_rotation(start, Matrix(before * rotation));
  return start;
}

std::vector<VariableCluster> cluster_variables(const std::vector<double>& correlation,
                                               std::size_t columns, double r2_min) {
  std::vector<VariableCluster> clusters;
  const auto r2 = [&](std::size_t a, std::size_t b) {
    const double r = correlation[a * columns + b];
    return r * r;
  };
  // Mean r² between clusters, kept up by Lance and Williams' rule for average linkage.
  std::vector<double> likeness(columns * columns);
  for (std::size_t a = 0; a < columns; ++a) {
    for (std::size_t b = 0; b < columns; ++b) likeness[a * columns + b] = r2(a, b);
    clusters.push_back({.columns = {a}, .representative = a});
  }
  std::vector<std::uint8_t> is_alive(columns, 1);
  while (true) {
    std::size_t best_a = 0, best_b = 0;
    double best = r2_min;
    bool is_found = false;
    for (std::size_t a = 0; a < columns; ++a) {
      if (is_alive[a] == 0) continue;
      for (std::size_t b = a + 1; b < columns; ++b) {
        if (is_alive[b] == 0 || likeness[a * columns + b] < best) continue;
        if (is_found && likeness[a * columns + b] == best) continue;
        best = likeness[a * columns + b], best_a = a, best_b = b, is_found = true;
      }
    }
    if (!is_found) break;
    auto& into = clusters[best_a];
    auto& from = clusters[best_b];
    const auto na = static_cast<double>(into.columns.size());
    const auto nb = static_cast<double>(from.columns.size());
    for (std::size_t c = 0; c < columns; ++c) {
      const double mean = (na * likeness[best_a * columns + c] + nb * likeness[best_b * columns + c]) /
                          (na + nb);
      likeness[best_a * columns + c] = likeness[c * columns + best_a] = mean;
    }
    into.columns.insert(into.columns.end(), from.columns.begin(), from.columns.end());
    is_alive[best_b] = 0;
  }
  std::vector<VariableCluster> result;
  for (std::size_t c = 0; c < columns; ++c) {
    if (is_alive[c] == 0) continue;
    auto cluster = std::move(clusters[c]);
    std::ranges::sort(cluster.columns);
    double best = -1, sum = 0;
    const auto size = static_cast<double>(cluster.columns.size());
    for (const auto a : cluster.columns) {
      double own = 0;
      for (const auto b : cluster.columns) own += a == b ? 0 : r2(a, b);
      sum += own;
      if (own > best) best = own, cluster.representative = a;
    }
    cluster.mean_r2 = size > 1 ? sum / (size * (size - 1)) : 1;
    result.push_back(std::move(cluster));
  }
  return result;
}

}  // namespace holdfast::dataset
