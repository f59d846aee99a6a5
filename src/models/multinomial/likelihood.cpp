#include "models/multinomial/likelihood.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "core/parallel.hpp"

namespace holdfast::multinomial {
namespace {

constexpr std::size_t kBlockRows = 256;
constexpr std::size_t kPartsMax = 32;  // Of a sum over rows, fixed by their number.

using Matrix = Eigen::MatrixXd;
using Map = Eigen::Map<const Matrix>;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

struct Part {
  double deviance = 0;
  Matrix gradient;  // [active x outputs]
  Matrix hessian;   // [size x size], lower half.
};

/// Standardised columns of a block of rows, zeros where a row has no weight.
void read(const logistic::Sample& sample, const std::vector<std::size_t>& active, std::size_t begin,
          std::size_t end, Matrix& z, Eigen::VectorXd& weight) {
  z.setZero(index(end - begin), index(active.size()));
  weight.setZero(index(end - begin));
  for (std::size_t r = begin; r < end; ++r) {
    if (!(sample.weight[r] > 0)) continue;
    const auto i = index(r - begin);
    weight[i] = sample.weight[r];
    for (std::size_t a = 0; a < active.size(); ++a) {
      const std::size_t j = active[a];
      z(i, index(a)) = j == 0 ? 1 : (sample.x(r, j - 1) - sample.mean[j - 1]) / sample.scale[j - 1];
    }
  }
}

/// Logits become probabilities of the classes but the first; −2 ln likelihood of the rows.
double to_probabilities(std::span<const std::uint8_t> y, const Eigen::VectorXd& weight, Matrix& eta) {
  double deviance = 0;
  for (Eigen::Index i = 0; i < eta.rows(); ++i) {
    const double most = std::max(0.0, eta.row(i).maxCoeff());
    const Eigen::Index own = y[static_cast<std::size_t>(i)];
    const double own_eta = own == 0 ? 0 : eta(i, own - 1);
    eta.row(i) = (eta.row(i).array() - most).exp();
    const double total = std::exp(-most) + eta.row(i).sum();
    deviance += 2 * weight[i] * (most + std::log(total) - own_eta);
    eta.row(i) /= total;
  }
  return deviance;
}

void add_block(const Problem& problem, const Map& beta, std::size_t begin, std::size_t end,
               bool wants_hessian, Part& part) {
  Matrix z;
  Eigen::VectorXd weight;
  read(problem.sample, problem.active, begin, end, z, weight);
  Matrix p = z * beta;
  const auto y = std::span(problem.y).subspan(begin, end - begin);
  part.deviance += to_probabilities(y, weight, p);
  Matrix residual = -p;
  for (Eigen::Index i = 0; i < p.rows(); ++i) {
    const Eigen::Index own = y[static_cast<std::size_t>(i)];
    if (own > 0) residual(i, own - 1) += 1;
  }
  part.gradient.noalias() += z.transpose() * (weight.asDiagonal() * residual);
  if (!wants_hessian) return;
  // diag(w p_a) on the diagonal less the square of √w p_a z over all classes at once.
  const auto k = index(problem.active.size());
  Matrix all(p.rows(), index(problem.size()));
  for (Eigen::Index a = 0; a < p.cols(); ++a) {
    all.middleCols(a * k, k) = weight.cwiseSqrt().cwiseProduct(p.col(a)).asDiagonal() * z;
    const Matrix scaled = weight.cwiseProduct(p.col(a)).cwiseSqrt().asDiagonal() * z;
    part.hessian.block(a * k, a * k, k, k)
        .selfadjointView<Eigen::Lower>()
        .rankUpdate(scaled.transpose());
  }
  part.hessian.selfadjointView<Eigen::Lower>().rankUpdate(all.transpose(), -1.0);
}

}  // namespace

Pass evaluate(const Problem& problem, std::span<const double> beta, bool wants_hessian) {
  const auto k = index(problem.active.size());
  const auto size = index(problem.size());
  const Map coefficients(beta.data(), k, index(problem.outputs));
  const std::size_t blocks = (problem.sample.rows() + kBlockRows - 1) / kBlockRows;
  const std::size_t rows_at_once = (blocks + kPartsMax - 1) / kPartsMax * kBlockRows;
  std::vector<Part> parts((problem.sample.rows() + rows_at_once - 1) / rows_at_once);
  parallel_for(problem.sample.rows(), rows_at_once, [&](std::size_t begin, std::size_t end) {
    Part& part = parts[begin / rows_at_once];
    part.gradient.setZero(k, index(problem.outputs));
    if (wants_hessian) part.hessian.setZero(size, size);
    for (std::size_t r = begin; r < end; r += kBlockRows) {
      add_block(problem, coefficients, r, std::min(end, r + kBlockRows), wants_hessian, part);
    }
  });
  Pass pass;
  Matrix gradient = Matrix::Zero(k, index(problem.outputs));
  Matrix hessian = Matrix::Zero(wants_hessian ? size : 0, wants_hessian ? size : 0);
  for (const auto& part : parts) {
    pass.deviance += part.deviance;
    gradient += part.gradient;
    if (wants_hessian) hessian += part.hessian;
  }
  pass.gradient.assign(gradient.data(), gradient.data() + gradient.size());
  if (wants_hessian) {
    const Matrix whole = hessian.selfadjointView<Eigen::Lower>();
    pass.hessian.assign(whole.data(), whole.data() + whole.size());
  }
  return pass;
}

std::vector<double> gram_of(const logistic::Sample& sample) {
  std::vector<std::size_t> varying;
  for (std::size_t j = 0; j <= sample.x.cols; ++j) {
    if (j == 0 || sample.scale[j - 1] > 0) varying.push_back(j);
  }
  const auto size = index(varying.size());
  const std::size_t blocks = (sample.rows() + kBlockRows - 1) / kBlockRows;
  const std::size_t rows_at_once = (blocks + kPartsMax - 1) / kPartsMax * kBlockRows;
  std::vector<Matrix> parts((sample.rows() + rows_at_once - 1) / rows_at_once);
  parallel_for(sample.rows(), rows_at_once, [&](std::size_t begin, std::size_t end) {
    Matrix& part = parts[begin / rows_at_once];
    part.setZero(size, size);
    Matrix z;
    Eigen::VectorXd weight;
    for (std::size_t r = begin; r < end; r += kBlockRows) {
      read(sample, varying, r, std::min(end, r + kBlockRows), z, weight);
      const Matrix scaled = weight.cwiseSqrt().asDiagonal() * z;
      part.selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose());
    }
  });
  Matrix sums = Matrix::Zero(size, size);
  for (const auto& part : parts) sums += part;
  const std::size_t k = sample.x.cols + 1;
  std::vector<double> gram(k * k, 0.0);
  for (Eigen::Index a = 0; a < size; ++a) {
    for (Eigen::Index b = 0; b <= a; ++b) {
      const std::size_t i = varying[static_cast<std::size_t>(a)];
      const std::size_t j = varying[static_cast<std::size_t>(b)];
      gram[i * k + j] = gram[j * k + i] = sums(a, b);
    }
  }
  return gram;
}

}  // namespace holdfast::multinomial
