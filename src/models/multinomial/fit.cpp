#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

#include "core/check.hpp"
#include "models/errors.hpp"
#include "models/logistic/independent.hpp"
#include "models/multinomial/likelihood.hpp"
#include "models/multinomial/multinomial.hpp"

namespace holdfast::multinomial {
namespace {

constexpr double kAbsentLogit = -30;  // Of a class without rows, against the others.

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

/// What Newton's method came to.
struct Found {
  Vector beta;     // [outputs x active] standardised.
  double deviance = 0;
  Matrix inverse;  // Of the half Hessian at the last but one beta.
  int iterations = 0;
  bool has_converged = false;
};

/// Newton's method on the standardised columns.
class Newton : public Found {
 public:
  Newton(const Problem& problem, const Options& options, double ridge)
      : problem_(problem), options_(options), ridge_(ridge) {}

  void run(Vector start) {
    beta = std::move(start);
    for (iterations = 1; iterations <= options_.iterations_max; ++iterations) {
      const Pass pass = evaluate(problem_, {beta.data(), problem_.size()}, true);
      deviance = pass.deviance;
      if (!factor(pass)) return;
      const Vector step = inverse * penalised_gradient(pass);
      const double decrement = std::sqrt(std::max(0.0, step.dot(penalised_gradient(pass))));
      if (!std::isfinite(decrement)) return;
      if (decrement <= options_.tolerance) {
        beta += step;
        has_converged = true;
        return;
      }
      if (ridge_ == 0 && is_separated()) return;
      if (!move(step)) return;
    }
  }

 private:
  double penalty(const Vector& b) const {
    double squares = 0;
    for (Eigen::Index i = 0; i < b.size(); ++i) {
      if (!is_intercept(i)) squares += b[i] * b[i];
    }
    return ridge_ * squares;
  }

  bool is_intercept(Eigen::Index i) const { return i % index(problem_.active.size()) == 0; }

  Vector penalised_gradient(const Pass& pass) const {
    Vector gradient = Eigen::Map<const Vector>(pass.gradient.data(), beta.size());
    for (Eigen::Index i = 0; i < beta.size(); ++i) {
      if (!is_intercept(i)) gradient[i] -= ridge_ * beta[i];
    }
    return gradient;
  }

  bool factor(const Pass& pass) {
    Matrix hessian = Eigen::Map<const Matrix>(pass.hessian.data(), beta.size(), beta.size());
    for (Eigen::Index i = 0; i < beta.size(); ++i) {
      if (!is_intercept(i)) hessian(i, i) += ridge_;
    }
    const Eigen::LLT<Matrix> llt(hessian);
    if (llt.info() != Eigen::Success) return false;
    inverse = llt.solve(Matrix::Identity(beta.size(), beta.size()));
    return inverse.allFinite();
  }

  /// A coefficient that is far out, with an error that says nothing holds it; both over the
  /// column's whole range.
  bool is_separated() const {
    for (Eigen::Index i = 0; i < beta.size(); ++i) {
      if (is_intercept(i)) continue;
      const std::size_t j = problem_.active[static_cast<std::size_t>(
                                i % index(problem_.active.size()))] - 1;
      const double range = problem_.sample.range[j] / problem_.sample.scale[j];
      const double error = std::sqrt(std::max(0.0, inverse(i, i))) * range;
      if (std::abs(beta[i]) * range > 8 && error > 50) return true;
    }
    return false;
  }

  bool move(const Vector& step) {
    const double before = deviance + penalty(beta);
    for (double size = 1; size > 1e-9; size /= 2) {
      const Vector next = beta + size * step;
      const double after =
          evaluate(problem_, {next.data(), problem_.size()}, false).deviance + penalty(next);
      // Rounding of a large sum is no reason to halve.
      if (std::isfinite(after) && after <= before + 1e-11 * std::abs(before) + 1e-10) {
        beta = next;
        return true;
      }
    }
    return false;
  }

  const Problem& problem_;
  const Options& options_;
  double ridge_;
};

/// Weight of each class, and which have any.
struct Classes {
  std::vector<double> weight;         // [classes]
  std::vector<std::size_t> present;   // Ascending.
  double total = 0;
  int rows_count = 0;
};

Result<Classes> classes_of(std::span<const std::uint8_t> y, std::span<const double> weight,
                           std::size_t classes) {
  Classes result{.weight = std::vector<double>(classes, 0.0)};
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    HOLDFAST_CHECK(y[r] < classes);
    result.weight[y[r]] += weight[r];
    result.total += weight[r];
    ++result.rows_count;
  }
  for (std::size_t c = 0; c < classes; ++c) {
    if (result.weight[c] > 0) result.present.push_back(c);
  }
  if (result.present.empty()) return Error{models::errors::kNoRows, {{"model", "multinomial"}}};
  if (result.present.size() == 1) {
    return Error{models::errors::kOneClass,
                 {{"model", "multinomial"}, {"outcome", std::to_string(result.present[0])}}};
  }
  return result;
}

Problem problem_of(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
                   const Classes& classes, double ridge) {
  Problem problem{.sample = logistic::standardised(x, y, weight),
                  .outputs = classes.present.size() - 1};
  for (const auto c : y) {
    const auto found = std::ranges::lower_bound(classes.present, c);
    problem.y.push_back(static_cast<std::uint8_t>(
        found == classes.present.end() ? 0 : found - classes.present.begin()));
  }
  if (ridge > 0) {
    for (std::size_t j = 0; j <= x.cols; ++j) {
      if (j == 0 || problem.sample.scale[j - 1] > 0) problem.active.push_back(j);
    }
  } else {
    problem.active = logistic::independent(gram_of(problem.sample), x.cols + 1);
  }
  return problem;
}

Vector null_beta(const Problem& problem, const Classes& classes) {
  Vector beta = Vector::Zero(index(problem.size()));
  for (std::size_t c = 0; c < problem.outputs; ++c) {
    beta[index(c * problem.active.size())] = std::log(classes.weight[classes.present[c + 1]] /
                                                      classes.weight[classes.present[0]]);
  }
  return beta;
}

Found run(const Problem& problem, const Classes& classes, const Options& options, double ridge) {
  Newton newton(problem, options, ridge);
  newton.run(null_beta(problem, classes));
  return newton;
}

/// Coefficients of every class but the first, of the columns as given, as combinations of those
/// that were estimated: of the classes present, against the first of them, standardised.
Matrix transform_of(const Problem& problem, const Classes& classes, std::size_t classes_count) {
  const std::size_t k = problem.sample.x.cols + 1;
  const std::size_t width = problem.active.size();
  // [k x active] one class.
  Matrix one = Matrix::Zero(index(k), index(width));
  for (std::size_t a = 0; a < width; ++a) {
    const std::size_t j = problem.active[a];
    one(index(j), index(a)) = j == 0 ? 1 : 1 / problem.sample.scale[j - 1];
    if (j > 0) one(0, index(a)) = -problem.sample.mean[j - 1] / problem.sample.scale[j - 1];
  }
  Matrix all = Matrix::Zero(index((classes_count - 1) * k), index(problem.size()));
  for (std::size_t c = 1; c < problem.outputs + 1; ++c) {
    const std::size_t output = classes.present[c] - 1;
    all.block(index(output * k), index((c - 1) * width), index(k), index(width)) = one;
  }
  return all;
}

void to_original_scale(const Found& found, const Problem& problem, const Classes& classes,
                       Fit& fit) {
  const std::size_t k = problem.sample.x.cols + 1;
  const Matrix transform = transform_of(problem, classes, fit.outputs + 1);
  const Vector beta = transform * found.beta;
  const Matrix covariance = transform * found.inverse * transform.transpose();
  fit.beta.assign(beta.data(), beta.data() + beta.size());
  fit.covariance.assign(covariance.data(), covariance.data() + covariance.size());
  for (Eigen::Index i = 0; i < beta.size(); ++i) {
    fit.errors.push_back(std::sqrt(std::max(0.0, covariance(i, i))));
  }
  for (std::size_t c = 0; c <= fit.outputs; ++c) {
    if (classes.weight[c] > 0) continue;
    fit.absent.push_back(c);
    if (c > 0) fit.beta[(c - 1) * k] = kAbsentLogit;
  }
  // The first class is as good as impossible: the others stand that much above it.
  if (!fit.absent.empty() && fit.absent[0] == 0) {
    for (std::size_t c = 1; c <= fit.outputs; ++c) {
      fit.beta[(c - 1) * k] = classes.weight[c] > 0 ? fit.beta[(c - 1) * k] - kAbsentLogit : 0;
    }
  }
}

}  // namespace

Result<Fit> fit(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
                std::size_t classes_count, const Options& options) {
  HOLDFAST_CHECK(y.size() == x.rows && weight.size() == x.rows && classes_count >= 2);
  HOLDFAST_TRY(const Classes classes, classes_of(y, weight, classes_count));
  Fit result{{.ridge = options.ridge, .rows_count = classes.rows_count}};
  result.outputs = classes_count - 1;
  for (const auto c : classes.present) {
    result.null_deviance -= 2 * classes.weight[c] * std::log(classes.weight[c] / classes.total);
  }
  Problem problem = problem_of(x, y, weight, classes, options.ridge);
  Found found = run(problem, classes, options, options.ridge);
  if (options.ridge == 0 && !found.has_converged) {
    result.is_separated = true;
    result.ridge = options.separated_ridge;
    // Aliased columns stay out, unless there are more columns than rows: then all share.
    if (problem.active.size() >= static_cast<std::size_t>(classes.rows_count)) {
      problem = problem_of(x, y, weight, classes, result.ridge);
    }
    found = run(problem, classes, options, result.ridge);
  }
  if (!found.has_converged) {
    return Error{models::errors::kNoEstimate,
                 {{"model", "multinomial"},
                  {"why", "Newton's method does not converge (牛顿法不收敛)"}}};
  }
  result.has_converged = true;
  result.iterations = found.iterations;
  result.rank = static_cast<int>(problem.size());
  result.deviance = found.deviance;
  result.aic = result.deviance + 2 * result.rank;
  for (std::size_t j = 1; j <= x.cols; ++j) {
    if (!std::ranges::binary_search(problem.active, j)) result.aliased.push_back(j - 1);
  }
  to_original_scale(found, problem, classes, result);
  return result;
}

}  // namespace holdfast::multinomial
