#include "models/elastic_net/likelihood.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "core/parallel.hpp"

namespace holdfast::elastic_net {
namespace {

constexpr std::size_t kPartsMax = 64;            // Of a sum over rows.
constexpr double kPartNumbersMax = 1 << 24;      // Of all parts of a Hessian.
constexpr double kCurvatureMin = 1e-9;           // Of a row's weight, so that no direction is flat.

/// One number a row of a block, without memory of its own.
using PerRow = Eigen::Array<double, Eigen::Dynamic, 1, 0, Design::kBlockRows, 1>;
using Values = Eigen::Map<const Eigen::ArrayXd>;
using Written = Eigen::Map<Eigen::ArrayXd>;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

Values column(const Design& design, std::size_t block, std::size_t j) {
  return {design.column(block, j), index(design.block_rows(block))};
}

/// ln(1 + e) with all its digits, for e in [0, 1]: the rounding of 1 + e is divided out (Kahan).
PerRow log_one_plus(const PerRow& e) {
  const PerRow u = 1 + e;
  return (u == 1).select(e, u.log() * e / (u - 1));
}

}  // namespace

struct Likelihood::Sums {
  double deviance = 0, residual = 0;
  std::vector<double> gradient;  // [wanted]
};

Likelihood::Likelihood(const Design& design, std::span<const std::uint8_t> y,
                       std::span<const double> weight)
    : design_(&design),
      sign_(design.rows()),
      weight_(design.rows()),
      curvature_(design.rows()),
      residual_(design.rows()),
      gradient_(design.columns(), 0.0) {
  double churned = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    weight_[r] = std::max(weight[r], 0.0);
    sign_[r] = y[r] == 1 ? 1 : -1;
    total_ += weight_[r];
    if (y[r] == 1) churned += weight_[r];
  }
  for (double& w : weight_) w /= total_;
  share_ = churned / total_;
}

double Likelihood::null_deviance() const {
  return -2 * (share_ * std::log(share_) + (1 - share_) * std::log(1 - share_));
}

void Likelihood::evaluate_block(std::size_t block, const Point& point, const Indices& active,
                                const Indices& wanted, Sums& sums) {
  const std::size_t begin = block * Design::kBlockRows;
  const auto count = index(design_->block_rows(block));
  const Values sign(sign_.data() + begin, count);
  const Values weight(weight_.data() + begin, count);
  PerRow eta = PerRow::Constant(count, point.intercept);
  for (const auto j : active) eta += point.beta[j] * column(*design_, block, j);
  const PerRow distance = eta.abs();
  const PerRow e = (-distance).exp();
  const PerRow small = e / (1 + e);  // The smaller of mu and 1 − mu, with all its digits.
  const PerRow zero = PerRow::Zero(count);
  const PerRow wrong = 1 - small;
  const auto is_right = (sign * eta > 0).eval();
  const PerRow beyond = is_right.select(zero, distance);
  sums.deviance += 2 * (weight * (log_one_plus(e) + beyond)).sum();
  const PerRow residual = sign * weight * is_right.select(small, wrong);
  sums.residual += residual.sum();
  Written(residual_.data() + begin, count) = residual;
  Written(curvature_.data() + begin, count) = weight * (small * wrong).max(kCurvatureMin);
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    sums.gradient[k] += (residual * column(*design_, block, wanted[k])).sum();
  }
}

double Likelihood::evaluate(const Point& point, const Indices& active, const Indices& wanted) {
  const std::size_t at_once = design_->blocks_at_once(kPartsMax);
  std::vector<Sums> parts((design_->blocks() + at_once - 1) / at_once);
  parallel_for(design_->blocks(), at_once, [&](std::size_t begin, std::size_t end) {
    Sums& sums = parts[begin / at_once];
    sums.gradient.assign(wanted.size(), 0.0);
    for (std::size_t b = begin; b < end; ++b) evaluate_block(b, point, active, wanted, sums);
  });
  double deviance = 0;
  intercept_gradient_ = 0;
  for (const auto j : wanted) gradient_[j] = 0;
  for (const auto& part : parts) {
    deviance += part.deviance;
    intercept_gradient_ += part.residual;
    for (std::size_t k = 0; k < wanted.size(); ++k) gradient_[wanted[k]] += part.gradient[k];
  }
  return deviance;
}

void Hessian::renew(const Likelihood& likelihood) {
  curvature_ = likelihood.curvature();
  const Indices members = std::move(members_);
  members_.clear();
  std::ranges::fill(place_, std::size_t{0});
  double total = 0;
  for (const double v : curvature_) total += v;
  matrix_ = {total};
  add(members);
}

void Hessian::add(const Indices& columns) {
  Indices added;
  for (const auto j : columns) {
    if (place_[j] == 0) added.push_back(j);
  }
  if (added.empty()) return;
  const std::size_t before = size();
  for (const auto j : added) {
    members_.push_back(j);
    place_[j] = members_.size();
  }
  // Σ v z_a z_b of every member (and the intercept) with every one added.
  const auto high = index(size());
  const auto wide = index(added.size());
  const auto parts_max = static_cast<std::size_t>(std::clamp(
      kPartNumbersMax / static_cast<double>(high * wide), 2.0, static_cast<double>(kPartsMax)));
  const std::size_t at_once = design_->blocks_at_once(parts_max);
  std::vector<Eigen::MatrixXd> parts((design_->blocks() + at_once - 1) / at_once);
  parallel_for(design_->blocks(), at_once, [&](std::size_t begin, std::size_t end) {
    Eigen::MatrixXd& sums = parts[begin / at_once];
    sums.setZero(high, wide);
    Eigen::MatrixXd left(index(Design::kBlockRows), high);
    Eigen::MatrixXd right(index(Design::kBlockRows), wide);
    for (std::size_t b = begin; b < end; ++b) {
      const auto count = index(design_->block_rows(b));
      const Values v(curvature_.data() + b * Design::kBlockRows, count);
      left.col(0).head(count) = v;
      for (std::size_t k = 0; k < members_.size(); ++k) {
        left.col(index(k + 1)).head(count) = v * column(*design_, b, members_[k]);
      }
      for (std::size_t k = 0; k < added.size(); ++k) {
        right.col(index(k)).head(count) = column(*design_, b, added[k]);
      }
      sums.noalias() += left.topRows(count).transpose() * right.topRows(count);
    }
  });
  std::vector<double> grown(size() * size(), 0.0);
  for (std::size_t a = 0; a < before; ++a) {
    std::copy_n(matrix_.data() + a * before, before, grown.data() + a * size());
  }
  for (const auto& part : parts) {
    for (std::size_t a = 0; a < size(); ++a) {
      for (std::size_t k = 0; k < added.size(); ++k) {
        grown[a * size() + before + k] += part(index(a), index(k));
      }
    }
  }
  for (std::size_t a = 0; a < before; ++a) {
    for (std::size_t k = before; k < size(); ++k) grown[k * size() + a] = grown[a * size() + k];
  }
  matrix_ = std::move(grown);
}

}  // namespace holdfast::elastic_net
