#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"
#include "grouping/centers.hpp"
#include "grouping/errors.hpp"
#include "grouping/lloyd.hpp"

namespace holdfast::grouping {
namespace {

double weight_of(std::span<const double> weight, std::size_t row) {
  return weight.empty() ? 1.0 : weight[row];
}

/// Squared distance of every row to the nearest centre so far, and weighted sums per block.
class Potential {
 public:
  Potential(const MatrixView& rows, std::span<const double> weight)
      : rows_(rows),
        weight_(weight),
        squared_(rows.rows, std::numeric_limits<double>::infinity()),
        block_sums_((rows.rows + kRowBlock - 1) / kRowBlock) {}

  /// The first centre is drawn by weight alone.
  std::size_t draw_first(Random& random) const {
    if (weight_.empty()) return random.below(rows_.rows);
    double total = 0;
    for (const double w : weight_) total += w;
    double left = random.uniform() * total;
    std::size_t last = 0;
    for (std::size_t row = 0; row < rows_.rows; ++row) {
      if (weight_[row] == 0) continue;
      last = row;
      left -= weight_[row];
      if (left < 0) break;
    }
    return last;
  }

  double total() const {
    double sum = 0;
    for (const double part : block_sums_) sum += part;
    return sum;
  }

  std::size_t draw(Random& random, double all) const {
    double left = random.uniform() * all;
    std::size_t block = 0;
    std::size_t last = 0;  // The last block with anything in it, for what rounding leaves over.
    for (; block < block_sums_.size(); ++block) {
      if (block_sums_[block] > 0) last = block;
      if (block_sums_[block] > left) break;
      left -= block_sums_[block];
    }
    block = std::min(last, block);
    std::size_t found = 0;
    const auto end = std::min(rows_.rows, (block + 1) * kRowBlock);
    for (std::size_t row = block * kRowBlock; row < end; ++row) {
      const double part = weight_of(weight_, row) * squared_[row];
      if (part == 0) continue;
      found = row;
      left -= part;
      if (left < 0) break;
    }
    return found;
  }

  /// What total() would be with each candidate as a centre. At most one group of candidates.
  std::vector<double> with_each(const Centers& candidates) const {
    constexpr auto kLanes = Centers::kLanes;
    std::vector<double> parts(block_sums_.size() * kLanes);
    parallel_for(rows_.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
      double sums[kLanes] = {};
      double to[kLanes];
      for (std::size_t row = begin; row < end; ++row) {
        candidates.squared(rows_.data + row * rows_.cols, 0, to);
        const double w = weight_of(weight_, row);
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          sums[lane] += w * std::min(to[lane], squared_[row]);
        }
      }
      std::copy_n(sums, kLanes,
                  parts.begin() + static_cast<std::ptrdiff_t>(begin / kRowBlock * kLanes));
    });
    std::vector<double> sums(kLanes);
    for (std::size_t i = 0; i < parts.size(); ++i) sums[i % kLanes] += parts[i];
    return sums;
  }

  void add(const double* center) {
    parallel_for(rows_.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
      double sum = 0;
      for (std::size_t row = begin; row < end; ++row) {
        const double d = squared_distance(rows_.data + row * rows_.cols, center, rows_.cols);
        squared_[row] = std::min(squared_[row], d);
        sum += weight_of(weight_, row) * squared_[row];
      }
      block_sums_[begin / kRowBlock] = sum;
    });
  }

 private:
  const MatrixView& rows_;
  std::span<const double> weight_;
  std::vector<double> squared_;
  std::vector<double> block_sums_;
};

}  // namespace

Result<std::vector<double>> seed_centers(const MatrixView& rows, std::span<const double> weight,
                                         std::size_t clusters, Random& random) {
  const auto tries = std::min(
      Centers::kLanes, 2 + static_cast<std::size_t>(std::log(static_cast<double>(clusters))));
  Potential potential(rows, weight);
  std::vector<double> centers;
  const auto take = [&](std::size_t row) {
    const auto cells = rows.row(row);
    centers.insert(centers.end(), cells.begin(), cells.end());
    potential.add(cells.data());
  };
  take(potential.draw_first(random));
  for (std::size_t found = 1; found < clusters; ++found) {
    const double all = potential.total();
    if (!(all > 0)) {
      return Error(errors::kTooFewDistinct, {{"clusters", clusters}, {"distinct", found}});
    }
    std::vector<std::size_t> drawn;
    std::vector<double> cells;
    for (std::size_t t = 0; t < tries; ++t) {
      drawn.push_back(potential.draw(random, all));
      const auto row = rows.row(drawn.back());
      cells.insert(cells.end(), row.begin(), row.end());
    }
    const auto sums = potential.with_each(Centers(cells, tries, rows.cols));
    const auto end = sums.begin() + static_cast<std::ptrdiff_t>(tries);
    take(drawn[static_cast<std::size_t>(std::min_element(sums.begin(), end) - sums.begin())]);
  }
  return centers;
}

}  // namespace holdfast::grouping
