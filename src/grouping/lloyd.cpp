#include "grouping/lloyd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/parallel.hpp"
#include "grouping/centers.hpp"
#include "grouping/errors.hpp"

namespace holdfast::grouping {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// A bound has gathered rounding over its iterations; only a clear gap spares a computation.
constexpr double kSlack = 1 + 1e-10;
// Up to two groups of centres a new look at all of them costs no more than a first look at one.
constexpr std::size_t kGroupsSmall = 2;

/// Sums of the rows of each cluster, weighted.
struct Sums {
  std::vector<double> cells;  // [clusters x cols]
  std::vector<double> weight;
  std::vector<std::int64_t> count;  // Rows of weight above 0: exact, so empty is empty.

  Sums() = default;
  Sums(std::size_t clusters, std::size_t cols)
      : cells(clusters * cols), weight(clusters), count(clusters) {}

  void add(std::size_t cluster, std::span<const double> row, double w, std::int64_t rows) {
    double* to = cells.data() + cluster * row.size();
    for (std::size_t c = 0; c < row.size(); ++c) to[c] += w * row[c];
    weight[cluster] += w;
    count[cluster] += rows;
  }
  void add(const Sums& other) {
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] += other.cells[i];
    for (std::size_t k = 0; k < count.size(); ++k) {
      weight[k] += other.weight[k];
      count[k] += other.count[k];
    }
  }
};

/// What an assignment needs to know of how far the centres moved (Hamerly 2010, algorithm 1).
struct Moves {
  std::vector<double> each;
  std::size_t farthest = 0;
  double first = 0;   // The farthest move.
  double second = 0;  // The farthest of the other centres.
  double squared = 0;
  std::vector<double> half_gap;  // Half the distance to the nearest other centre, afterwards.
};

class Lloyd {
 public:
  Lloyd(const MatrixView& rows, std::span<const double> weight, std::vector<double> centers)
      : rows_(rows),
        weight_(weight),
        clusters_(centers.size() / rows.cols),
        centers_(std::move(centers)),
        labels_(rows.rows),
        upper_(rows.rows),
        lower_(rows.rows) {}

  void assign_first() {
    const Centers centers(centers_, clusters_, rows_.cols);
    parallel_for(rows_.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
      NearestOfMany near(centers, rows_, [&](std::size_t row, const auto& found) { take(row, found); });
      for (std::size_t row = begin; row < end; ++row) near.ask(row);
      near.finish();
    });
    sums_ = all_sums();
  }

  /// Returns how many rows changed their cluster.
  std::int64_t assign_next(const Moves& moves) {
    const Centers centers(centers_, clusters_, rows_.cols);
    const auto blocks = (rows_.rows + kRowBlock - 1) / kRowBlock;
    std::vector<Sums> change(blocks);
    std::vector<std::int64_t> changed(blocks);
    parallel_for(rows_.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
      auto& count = changed[begin / kRowBlock];
      auto& sums = change[begin / kRowBlock];
      NearestOfMany near(centers, rows_, [&](std::size_t row, const auto& found) {
        const auto old = labels_[row];
        take(row, found);
        if (found.center == old) return;
        if (count++ == 0) sums = Sums(clusters_, rows_.cols);
        const double w = weight_of(row);
        if (w == 0) return;
        sums.add(old, rows_.row(row), -w, -1);
        sums.add(found.center, rows_.row(row), w, 1);
      });
      for (std::size_t row = begin; row < end; ++row) {
        if (may_change(centers, moves, row)) near.ask(row);
      }
      near.finish();
    });
    std::int64_t all = 0;
    for (std::size_t b = 0; b < blocks; ++b) {
      if (changed[b] > 0) sums_.add(change[b]);
      all += changed[b];
    }
    return all;
  }

  /// Centres to the means of their rows. Errors: kTooFewDistinct.
  Result<Moves> move_centers() {
    HOLDFAST_TRY_VOID(fill_empty());
    Moves moves;
    moves.each.resize(clusters_);
    for (std::size_t k = 0; k < clusters_; ++k) {
      double* center = centers_.data() + k * rows_.cols;
      double squared = 0;
      for (std::size_t c = 0; c < rows_.cols; ++c) {
        const double mean = sums_.cells[k * rows_.cols + c] / sums_.weight[k];
        squared += (mean - center[c]) * (mean - center[c]);
        center[c] = mean;
      }
      moves.squared += squared;
      moves.each[k] = std::sqrt(squared);
      if (moves.each[k] > moves.first) {
        moves.second = moves.first;
        moves.first = moves.each[k];
        moves.farthest = k;
      } else {
        moves.second = std::max(moves.second, moves.each[k]);
      }
    }
    moves.half_gap = half_gaps();
    return moves;
  }

  /// Sums by differences have gathered rounding; the last centres are means of their rows anew.
  void settle() {
    sums_ = all_sums();
    for (std::size_t i = 0; i < centers_.size(); ++i) {
      centers_[i] = sums_.cells[i] / sums_.weight[i / rows_.cols];
    }
  }

  KMeans result() && {
    KMeans fit;
    fit.inertia = inertia_of(rows_, weight_, centers_, labels_);
    fit.centers = std::move(centers_);
    fit.labels = std::move(labels_);
    fit.weight = std::move(sums_.weight);
    fit.cols = rows_.cols;
    return fit;
  }

 private:
  double weight_of(std::size_t row) const { return weight_.empty() ? 1.0 : weight_[row]; }

  void take(std::size_t row, const Centers::Nearest& found) {
    labels_[row] = found.center;
    upper_[row] = std::sqrt(found.squared);
    lower_[row] = std::sqrt(found.second);
  }

  /// Whether another centre may now be nearer to the row, as far as its bounds say.
  bool may_change(const Centers& centers, const Moves& moves, std::size_t row) {
    const auto old = labels_[row];
    double upper = upper_[row] + moves.each[old];
    const double lower = lower_[row] - (old == moves.farthest ? moves.second : moves.first);
    const double apart = std::max(lower, moves.half_gap[old]);
    upper_[row] = upper;
    lower_[row] = lower;
    if (upper * kSlack < apart) return false;
    if (centers.groups() <= kGroupsSmall) return true;
    const double* cells = rows_.data + row * rows_.cols;
    upper = std::sqrt(squared_distance(cells, centers_.data() + old * rows_.cols, rows_.cols));
    upper_[row] = upper;
    return upper * kSlack >= apart;
  }

  Sums all_sums() const {
    const auto blocks = (rows_.rows + kRowBlock - 1) / kRowBlock;
    std::vector<Sums> parts(blocks);
    parallel_for(rows_.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
      Sums sums(clusters_, rows_.cols);
      for (std::size_t row = begin; row < end; ++row) {
        const double w = weight_of(row);
        if (w > 0) sums.add(labels_[row], rows_.row(row), w, 1);
      }
      parts[begin / kRowBlock] = std::move(sums);
    });
    Sums all(clusters_, rows_.cols);
    for (const auto& part : parts) all.add(part);
    return all;
  }

  std::vector<double> half_gaps() const {
    std::vector<double> gaps(clusters_, kInfinity);
    for (std::size_t a = 0; a < clusters_; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const double d = squared_distance(centers_.data() + a * rows_.cols,
                                          centers_.data() + b * rows_.cols, rows_.cols);
        gaps[a] = std::min(gaps[a], d);
        gaps[b] = std::min(gaps[b], d);
      }
    }
    for (double& gap : gaps) gap = std::sqrt(gap) / 2;
    return gaps;
  }

  Result<void> fill_empty() {
    for (std::size_t k = 0; k < clusters_; ++k) {
      if (sums_.count[k] > 0) continue;
      const auto row = farthest_row();
      if (!row)
        return Error(errors::kTooFewDistinct, {{"clusters", clusters_}, {"distinct", used()}});
      sums_.add(labels_[*row], rows_.row(*row), -weight_of(*row), -1);
      std::fill_n(sums_.cells.begin() + static_cast<std::ptrdiff_t>(k * rows_.cols), rows_.cols,
                  0.0);
      sums_.weight[k] = 0;
      sums_.add(k, rows_.row(*row), weight_of(*row), 1);
      labels_[*row] = static_cast<std::uint32_t>(k);
      upper_[*row] = kInfinity;  // Its bounds say nothing any more.
      lower_[*row] = 0;
    }
    return {};
  }

  /// Away from its centre, in a cluster of two rows or more. None: every row lies on its centre,
  /// so that there are no more different rows than clusters in use.
  std::optional<std::size_t> farthest_row() const {
    std::optional<std::size_t> found;
    double farthest = 0;
    for (std::size_t row = 0; row < rows_.rows; ++row) {
      if (weight_of(row) == 0 || sums_.count[labels_[row]] < 2) continue;
      const double d = squared_distance(rows_.data + row * rows_.cols,
                                        centers_.data() + labels_[row] * rows_.cols, rows_.cols);
      if (d > farthest) {
        farthest = d;
        found = row;
      }
    }
    return found;
  }

  std::size_t used() const {
    return clusters_ - static_cast<std::size_t>(std::ranges::count(sums_.count, 0));
  }

  const MatrixView& rows_;
  std::span<const double> weight_;
  std::size_t clusters_;
  std::vector<double> centers_;
  std::vector<std::uint32_t> labels_;
  std::vector<double> upper_;  // No less than the distance to the own centre.
  std::vector<double> lower_;  // No more than the distance to any other.
  Sums sums_;
};

}  // namespace

Result<KMeans> lloyd(const MatrixView& rows, std::span<const double> weight,
                     std::vector<double> centers, int iterations_max, double move_max) {
  Lloyd work(rows, weight, std::move(centers));
  int iterations = 1;
  bool still = false;
  bool converged = false;
  work.assign_first();
  while (true) {
    HOLDFAST_TRY(const auto moves, work.move_centers());
    converged = still || moves.squared <= move_max;
    if (still) break;
    const auto changed = work.assign_next(moves);
    if (converged || iterations == iterations_max) break;
    ++iterations;
    still = changed == 0;
  }
  if (still) work.settle();
  auto fit = std::move(work).result();
  fit.iterations = iterations;
  fit.converged = converged;
  return fit;
}

double inertia_of(const MatrixView& rows, std::span<const double> weight,
                  std::span<const double> centers, std::span<const std::uint32_t> labels) {
  return parallel_sum(rows.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t row = begin; row < end; ++row) {
      sum += (weight.empty() ? 1.0 : weight[row]) *
             squared_distance(rows.data + row * rows.cols, centers.data() + labels[row] * rows.cols,
                              rows.cols);
    }
    return sum;
  });
}

}  // namespace holdfast::grouping
