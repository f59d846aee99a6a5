#include "models/logistic/newton.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include <Eigen/Core>

#include "core/parallel.hpp"
#include "models/logistic/gram.hpp"
#include "models/logistic/lanes.hpp"

namespace holdfast::logistic {
namespace {

constexpr std::size_t kBlockRows = 4096;  // Fixed: sums are joined in this order.
constexpr std::size_t kPanelRows = 64;    // Of one panel that stays in the first-level cache.
constexpr std::size_t kRowsAtOnce = 4;    // Whose sums run side by side.

/// One number a row of the panel.
using PerRow = Eigen::Array<double, kPanelRows, 1>;

/// ln(1 + e) with all its digits, for e in [0, 1]: the rounding of 1 + e is divided out (Kahan).
PerRow log_one_plus(const PerRow& e) {
  const PerRow u = 1 + e;
  return (u == 1).select(e, u.log() * e / (u - 1));
}

struct Block {
  double deviance = 0;
  std::vector<double> gradient;  // [p + 1] intercept last, columns centred but not scaled.
  std::vector<double> gram;      // [width x width] of standardised columns, intercept last.
};

/// The sums of one block of rows.
class BlockPass {
 public:
  BlockPass(const Sample& sample, std::span<const double> beta, bool wants_hessian)
      : sample_(sample),
        columns_(sample.x.cols),
        width_(padded(columns_ + 1)),
        intercept_(beta[0]),
        beta_(columns_),
        inverse_(columns_) {
    for (std::size_t j = 0; j < columns_; ++j) {
      inverse_[j] = sample.scale[j] > 0 ? 1 / sample.scale[j] : 0;
      beta_[j] = beta[j + 1] * inverse_[j];
    }
    block_.gradient.assign(columns_ + 1, 0.0);
    if (!wants_hessian) return;
    panel_.assign(kPanelRows * width_, 0.0);
    block_.gram.assign(width_ * width_, 0.0);
  }

  Block run(std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; r += kPanelRows) {
      find_rows(r, std::min(end, r + kPanelRows));
      find_eta();
      find_residuals();
      add_gradient();
      if (!panel_.empty()) add_hessian();
    }
    return std::move(block_);
  }

 private:
  /// Rows of weight 0, and those beyond the last, stand as the mean, which is zero once centred.
  void find_rows(std::size_t begin, std::size_t end) {
    for (std::size_t i = 0; i < kPanelRows; ++i) {
      const std::size_t r = begin + i;
      const bool is_row = r < end && sample_.weight[r] > 0;
      const auto at = static_cast<Eigen::Index>(i);
      rows_[i] = is_row ? sample_.x.data + r * columns_ : sample_.mean.data();
      weight_[at] = is_row ? sample_.weight[r] : 0;
      sign_[at] = is_row && sample_.y[r] == 1 ? 1 : -1;
    }
    count_ = (end - begin + kRowsAtOnce - 1) / kRowsAtOnce * kRowsAtOnce;
  }

  void find_eta() {
    const double* mean = sample_.mean.data();
    for (std::size_t i = 0; i < count_; i += kRowsAtOnce) {
      Vector vectors[kRowsAtOnce] = {};
      double rest[kRowsAtOnce] = {};
      by_lanes(columns_, [&]<typename T>(std::size_t j) {
        const T m = load<T>(mean + j);
        const T b = load<T>(beta_.data() + j);
        for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
          const T product = (load<T>(rows_[i + k] + j) - m) * b;
          if constexpr (std::is_same_v<T, Vector>) vectors[k] += product;
          else rest[k] += product;
        }
      });
      for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
        eta_[static_cast<Eigen::Index>(i + k)] = intercept_ + (sum_of(vectors[k]) + rest[k]);
      }
    }
    for (std::size_t i = count_; i < kPanelRows; ++i) eta_[static_cast<Eigen::Index>(i)] = 0;
  }

  void find_residuals() {
    const PerRow distance = eta_.abs();
    const PerRow e = (-distance).exp();
    const PerRow small = e / (1 + e);  // The smaller of mu and 1 − mu, with all its digits.
    const auto is_right = (sign_ * eta_ > 0).eval();
    const PerRow beyond = is_right.select(PerRow::Zero(), distance);
    // −2 ln likelihood, with all its digits at both ends.
    block_.deviance += 2 * (weight_ * (log_one_plus(e) + beyond)).sum();
    residual_ = sign_ * weight_ * is_right.select(small, 1 - small);
    root_ = (weight_ * small * (1 - small)).sqrt();
  }

  void add_gradient() {
    const double* mean = sample_.mean.data();
    by_lanes(columns_, [&]<typename T>(std::size_t j) {
      const T m = load<T>(mean + j);
      T even = {};
      T odd = {};
      for (std::size_t i = 0; i < count_; i += 2) {
        const auto at = static_cast<Eigen::Index>(i);
        even += residual_[at] * (load<T>(rows_[i] + j) - m);
        odd += residual_[at + 1] * (load<T>(rows_[i + 1] + j) - m);
      }
      store(&block_.gradient[j], load<T>(&block_.gradient[j]) + (even + odd));
    });
    block_.gradient[columns_] += residual_.sum();
  }

  void add_hessian() {
    const double* mean = sample_.mean.data();
    for (std::size_t i = 0; i < count_; ++i) {
      const double root = root_[static_cast<Eigen::Index>(i)];
      double* z = panel_.data() + i * width_;
      by_lanes(columns_, [&]<typename T>(std::size_t j) {
        store(z + j, (load<T>(rows_[i] + j) - load<T>(mean + j)) *
                         (root * load<T>(inverse_.data() + j)));
      });
      z[columns_] = root;
    }
    add_gram(panel_.data(), count_, width_, block_.gram.data());
  }

  const Sample& sample_;
  std::size_t columns_, width_;
  double intercept_;
  std::vector<double> beta_, inverse_;  // [p] beta of columns centred but not scaled; 1 / scale.
  std::array<const double*, kPanelRows> rows_ = {};
  PerRow weight_, sign_, eta_, residual_, root_;  // sign: 1 churned, −1 not.
  std::size_t count_ = 0;                         // Rows of the panel, up to whole kRowsAtOnce.
  std::vector<double> panel_;                     // [kPanelRows x width] √w z; empty: no Hessian.
  Block block_;
};

/// Where coefficient i, intercept first, stands in sums with the intercept last.
std::size_t last_first(std::size_t i, std::size_t columns) { return i == 0 ? columns : i - 1; }

}  // namespace

Pass evaluate(const Sample& sample, std::span<const double> beta, bool wants_hessian) {
  std::vector<Block> blocks((sample.rows() + kBlockRows - 1) / kBlockRows);
  parallel_for(sample.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
    blocks[begin / kBlockRows] = BlockPass(sample, beta, wants_hessian).run(begin, end);
  });
  const std::size_t columns = sample.x.cols;
  const std::size_t k = columns + 1;
  const std::size_t width = padded(k);
  Pass pass;
  std::vector<double> gradient(k, 0.0);
  std::vector<double> gram(wants_hessian ? width * width : 0, 0.0);
  for (const auto& block : blocks) {
    pass.deviance += block.deviance;
    for (std::size_t j = 0; j < k; ++j) gradient[j] += block.gradient[j];
    for (std::size_t i = 0; i < gram.size(); ++i) gram[i] += block.gram[i];
  }
  pass.gradient.push_back(gradient[columns]);
  for (std::size_t j = 0; j < columns; ++j) {
    pass.gradient.push_back(sample.scale[j] > 0 ? gradient[j] / sample.scale[j] : 0);
  }
  if (!wants_hessian) return pass;
  pass.hessian.resize(k * k);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = i; j < k; ++j) {
      const auto [a, b] = std::minmax({last_first(i, columns), last_first(j, columns)});
      pass.hessian[i * k + j] = pass.hessian[j * k + i] = gram[a * width + b];
    }
  }
  return pass;
}

}  // namespace holdfast::logistic
