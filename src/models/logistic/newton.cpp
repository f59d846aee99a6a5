#include "models/logistic/newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"
#include "models/logistic/gram.hpp"

namespace holdfast::logistic {
namespace {

constexpr std::size_t kBlockRows = 4096;  // Fixed: sums are joined in this order.
constexpr std::size_t kPanelRows = 64;    // Of one panel that stays in the first-level cache.

double dot(const double* a, const double* b, std::size_t width) {
  Vector sum = {};
  for (std::size_t j = 0; j < width; j += kLane) sum += load(a + j) * load(b + j);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void add_scaled(double* to, const double* from, double factor, std::size_t width) {
  for (std::size_t j = 0; j < width; j += kLane) {
    store(to + j, load(to + j) + factor * load(from + j));
  }
}

/// z = (x − mean) × inverse.
void standardise(const double* x, const double* mean, const double* inverse, double* z,
                 std::size_t count) {
  std::size_t j = 0;
  for (; j + kLane <= count; j += kLane) {
    store(z + j, (load(x + j) - load(mean + j)) * load(inverse + j));
  }
  for (; j < count; ++j) z[j] = (x[j] - mean[j]) * inverse[j];
}

struct Block {
  double deviance = 0;
  std::vector<double> gradient, gram;
};

/// The sums of one block of rows.
class BlockPass {
 public:
  BlockPass(const Sample& sample, std::span<const double> beta, bool wants_hessian)
      : sample_(sample),
        columns_(sample.x.cols),
        width_(padded(columns_ + 1)),
        beta_(width_, 0.0),
        inverse_(columns_),
        panel_(kPanelRows * width_, 0.0),
        wants_hessian_(wants_hessian) {
    std::ranges::copy(beta, beta_.begin());
    for (std::size_t j = 0; j < columns_; ++j) {
      inverse_[j] = sample.scale[j] > 0 ? 1 / sample.scale[j] : 0;
    }
    block_.gradient.assign(width_, 0.0);
    if (wants_hessian) block_.gram.assign(width_ * width_, 0.0);
  }

  Block run(std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; r += kPanelRows) panel(r, std::min(end, r + kPanelRows));
    return std::move(block_);
  }

 private:
  void panel(std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) row(r * sample_.stride, r - begin);
    if (wants_hessian_) add_gram(panel_.data(), end - begin, width_, block_.gram.data());
  }

  void row(std::size_t r, std::size_t in_panel) {
    double* z = panel_.data() + in_panel * width_;
    const double weight = sample_.weight[r];
    if (!(weight > 0)) {
      std::fill(z, z + width_, 0.0);
      return;
    }
    const double* x = sample_.x.data + r * columns_;
    z[0] = 1;
    standardise(x, sample_.mean.data(), inverse_.data(), z + 1, columns_);
    const bool churned = sample_.y[r] == 1;
    const double eta = dot(z, beta_.data(), width_);
    const double e = std::exp(-std::abs(eta));
    const double small = e / (1 + e);  // The smaller of mu and 1 − mu, with all its digits.
    const bool is_right = (eta > 0) == churned;
    const double residual = is_right ? small : 1 - small;
    // −2 ln likelihood, with all its digits at both ends.
    block_.deviance += 2 * weight * (std::log1p(e) + (is_right ? 0 : std::abs(eta)));
    add_scaled(block_.gradient.data(), z, (churned ? weight : -weight) * residual, width_);
    if (!wants_hessian_) return;
    const double root = std::sqrt(weight * small * (1 - small));
    for (std::size_t j = 0; j < width_; j += kLane) store(z + j, root * load(z + j));
  }

  const Sample& sample_;
  std::size_t columns_, width_;
  std::vector<double> beta_, inverse_, panel_;
  bool wants_hessian_;
  Block block_;
};

}  // namespace

Sample standardised(MatrixView x, std::span<const std::uint8_t> y,
                    std::span<const double> weight) {
  Sample sample{.x = x, .y = y, .weight = weight};
  const std::size_t p = x.cols;
  const std::size_t blocks = (x.rows + kBlockRows - 1) / kBlockRows;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> sums(blocks);
  std::vector<double> totals(blocks, 0.0);
  std::vector<std::vector<double>> lows(blocks), highs(blocks);
  parallel_for(x.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    const std::size_t b = begin / kBlockRows;
    sums[b].assign(p, 0.0);
    lows[b].assign(p, kInfinity);
    highs[b].assign(p, -kInfinity);
    for (std::size_t r = begin; r < end; ++r) {
      if (!(weight[r] > 0)) continue;
      totals[b] += weight[r];
      for (std::size_t j = 0; j < p; ++j) {
        sums[b][j] += weight[r] * x(r, j);
        lows[b][j] = std::min(lows[b][j], x(r, j));
        highs[b][j] = std::max(highs[b][j], x(r, j));
      }
    }
  });
  double total = 0;
  sample.mean.assign(p, 0.0);
  std::vector<double> low(p, kInfinity), high(p, -kInfinity);
  for (std::size_t b = 0; b < blocks; ++b) {
    total += totals[b];
    for (std::size_t j = 0; j < p; ++j) {
      sample.mean[j] += sums[b][j];
      low[j] = std::min(low[j], lows[b][j]);
      high[j] = std::max(high[j], highs[b][j]);
    }
  }
  for (double& mean : sample.mean) mean /= total;
  parallel_for(x.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    auto& squares = sums[begin / kBlockRows];
    std::ranges::fill(squares, 0.0);
    for (std::size_t r = begin; r < end; ++r) {
      if (!(weight[r] > 0)) continue;
      for (std::size_t j = 0; j < p; ++j) {
        const double d = x(r, j) - sample.mean[j];
        squares[j] += weight[r] * d * d;
      }
    }
  });
  sample.scale.assign(p, 0.0);
  for (const auto& squares : sums) {
    for (std::size_t j = 0; j < p; ++j) sample.scale[j] += squares[j];
  }
  for (std::size_t j = 0; j < p; ++j) {
    sample.range.push_back(std::max(0.0, high[j] - low[j]));
    sample.scale[j] = std::sqrt(sample.scale[j] / total);
    if (!(sample.scale[j] > 1e-13 * std::abs(sample.mean[j]))) sample.scale[j] = 0;
  }
  return sample;
}

Pass evaluate(const Sample& sample, std::span<const double> beta, bool wants_hessian) {
  const std::size_t rows = sample.rows();
  std::vector<Block> blocks((rows + kBlockRows - 1) / kBlockRows);
  parallel_for(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    blocks[begin / kBlockRows] = BlockPass(sample, beta, wants_hessian).run(begin, end);
  });
  const std::size_t k = sample.x.cols + 1;
  const std::size_t width = padded(k);
  Pass pass;
  pass.gradient.assign(k, 0.0);
  std::vector<double> gram(wants_hessian ? width * width : 0, 0.0);
  for (const auto& block : blocks) {
    pass.deviance += block.deviance;
    for (std::size_t j = 0; j < k; ++j) pass.gradient[j] += block.gradient[j];
    for (std::size_t i = 0; i < gram.size(); ++i) gram[i] += block.gram[i];
  }
  if (!wants_hessian) return pass;
  pass.hessian.resize(k * k);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = i; j < k; ++j) {
      pass.hessian[i * k + j] = pass.hessian[j * k + i] = gram[i * width + j];
    }
  }
  return pass;
}

}  // namespace holdfast::logistic
