#include "models/logistic/robust.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Dense>

#include "core/parallel.hpp"
#include "models/logistic/sample.hpp"

namespace holdfast::logistic {
namespace {

constexpr std::size_t kBlockGroups = 1024;  // Fixed: sums are joined in this order.
constexpr std::array<std::string_view, 6> kNames = {"model", "hc0", "hc1",
                                                    "hc2",   "hc3", "clustered"};

using Matrix = Eigen::MatrixXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

/// The standardised columns that are estimated, and what turns coefficients of those as given into
/// theirs: sums over centred columns cancel less.
class Standard {
 public:
  Standard(const Sample& sample, const Fit& fit) : sample_(sample) {
    const std::size_t k = fit.beta.size();
    active_.push_back(0);
    for (std::size_t j = 1; j < k; ++j) {
      const bool is_aliased = std::ranges::binary_search(fit.aliased, j - 1);
      if (!is_aliased && sample.scale[j - 1] > 0) active_.push_back(j);
    }
    transform_.setIdentity(size(), size());
    for (Eigen::Index a = 1; a < size(); ++a) {
      const std::size_t j = active_[static_cast<std::size_t>(a)];
      transform_(a, a) = 1 / sample.scale[j - 1];
      transform_(0, a) = -sample.mean[j - 1] / sample.scale[j - 1];
    }
    Eigen::VectorXd beta(size());
    Matrix covariance(size(), size());
    for (Eigen::Index a = 0; a < size(); ++a) {
      const std::size_t i = active_[static_cast<std::size_t>(a)];
      beta[a] = fit.beta[i];
      for (Eigen::Index b = 0; b < size(); ++b) {
        covariance(a, b) = fit.covariance[i * k + active_[static_cast<std::size_t>(b)]];
      }
    }
    const Matrix inverse = transform_.triangularView<Eigen::Upper>().solve(
        Matrix::Identity(size(), size()));
    beta_ = inverse * beta;
    bread_ = inverse * covariance * inverse.transpose();
  }

  Eigen::Index size() const { return index(active_.size()); }
  const Matrix& bread() const { return bread_; }

  /// z of one row, its y − mu times the weight, and its curvature.
  struct Row {
    double residual = 0, curvature = 0;
  };
  template <typename Z>
  Row row(std::size_t r, Z&& z) const {
    z[0] = 1;
    for (Eigen::Index a = 1; a < size(); ++a) {
      const std::size_t j = active_[static_cast<std::size_t>(a)] - 1;
      z[a] = (sample_.x(r, j) - sample_.mean[j]) / sample_.scale[j];
    }
    const double p = 1 / (1 + std::exp(-z.dot(beta_)));
    const double weight = sample_.weight[r];
    return {weight * ((sample_.y[r] == 1 ? 1 : 0) - p), weight * p * (1 - p)};
  }

  /// Of the columns as given, zeros for those that are not estimated.
  std::vector<double> as_given(const Matrix& covariance, std::size_t k) const {
    const Matrix given = transform_ * covariance * transform_.transpose();
    std::vector<double> result(k * k, 0.0);
    for (Eigen::Index a = 0; a < size(); ++a) {
      for (Eigen::Index b = 0; b < size(); ++b) {
        result[active_[static_cast<std::size_t>(a)] * k + active_[static_cast<std::size_t>(b)]] =
            given(a, b);
      }
    }
    return result;
  }

 private:
  const Sample& sample_;
  std::vector<std::size_t> active_;
  Matrix transform_;  // Coefficients as given = transform × those of standardised columns.
  Eigen::VectorXd beta_;
  Matrix bread_;
};

/// Rows of weight, those of a group together; where groups begin, and the end.
struct Grouped {
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> begins;
};

Grouped grouped(std::span<const double> weight, std::span<const std::uint32_t> group) {
  Grouped result;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (weight[r] > 0) result.rows.push_back(static_cast<std::uint32_t>(r));
  }
  if (!group.empty()) {
    std::ranges::stable_sort(result.rows, {}, [&](std::uint32_t r) { return group[r]; });
  }
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    if (group.empty() || i == 0 || group[result.rows[i]] != group[result.rows[i - 1]]) {
      result.begins.push_back(i);
    }
  }
  result.begins.push_back(result.rows.size());
  return result;
}

/// What a row's pull is multiplied with.
double leverage_factor(Variance kind, double leverage) {
  const double left = std::max(1 - leverage, 1e-12);
  if (kind == Variance::Hc2) return 1 / std::sqrt(left);
  if (kind == Variance::Hc3) return 1 / left;
  return 1;
}

/// Σ over groups of the square of their pull.
Matrix meat_of(const Standard& standard, const Grouped& rows, Variance kind) {
  const std::size_t groups = rows.begins.size() - 1;
  std::vector<Matrix> parts((groups + kBlockGroups - 1) / kBlockGroups);
  parallel_for(groups, kBlockGroups, [&](std::size_t begin, std::size_t end) {
    RowMajor pulls = RowMajor::Zero(index(end - begin), standard.size());
    Eigen::VectorXd z(standard.size());
    for (std::size_t g = begin; g < end; ++g) {
      for (std::size_t i = rows.begins[g]; i < rows.begins[g + 1]; ++i) {
        const auto row = standard.row(rows.rows[i], z);
        double factor = 1;
        if (kind == Variance::Hc2 || kind == Variance::Hc3) {
          factor = leverage_factor(kind, row.curvature * z.dot(standard.bread() * z));
        }
        pulls.row(index(g - begin)) += (factor * row.residual) * z.transpose();
      }
    }
    parts[begin / kBlockGroups] = pulls.transpose() * pulls;
  });
  Matrix meat = Matrix::Zero(standard.size(), standard.size());
  for (const auto& part : parts) meat += part;
  return meat;
}

}  // namespace

Variance variance_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  return found == kNames.end() ? Variance::Model
                               : static_cast<Variance>(found - kNames.begin());
}

std::vector<double> robust_covariance(MatrixView x, std::span<const std::uint8_t> y,
                                      std::span<const double> weight,
                                      std::span<const std::uint32_t> group, const Fit& fit,
                                      Variance kind) {
  if (kind == Variance::Model) return fit.covariance;
  const Sample sample = standardised(x, y, weight);
  const Standard standard(sample, fit);
  const Grouped rows =
      grouped(weight, kind == Variance::Clustered ? group : std::span<const std::uint32_t>{});
  const Matrix meat = meat_of(standard, rows, kind);
  const auto units = static_cast<double>(rows.begins.size() - 1);
  double factor = 1;
  if (kind == Variance::Hc1) {
    factor = units / std::max(1.0, units - static_cast<double>(standard.size()));
  }
  if (kind == Variance::Clustered) factor = units / std::max(1.0, units - 1);
  const Matrix covariance = factor * standard.bread() * meat * standard.bread();
  return standard.as_given(covariance, fit.beta.size());
}

void set_covariance(std::vector<double> covariance, Fit& fit) {
  const std::size_t k = fit.beta.size();
  for (std::size_t j = 0; j < k; ++j) {
    fit.errors[j] = std::sqrt(std::max(0.0, covariance[j * k + j]));
  }
  fit.covariance = std::move(covariance);
}

}  // namespace holdfast::logistic
