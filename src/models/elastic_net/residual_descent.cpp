#include "models/elastic_net/residual_descent.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

namespace holdfast::elastic_net {
namespace {

constexpr int kSweepsMax = 100'000;
constexpr double kOfFirstSweep = 1e-2;  // A model that will be left behind is not solved to the end.

using Values = Eigen::Map<const Eigen::ArrayXd>;
using Written = Eigen::Map<Eigen::ArrayXd>;

/// The rows of one block.
template <typename Work>
void for_blocks(const Design& design, const Work& work) {
  for (std::size_t b = 0; b < design.blocks(); ++b) {
    work(b, b * Design::kBlockRows, static_cast<Eigen::Index>(design.block_rows(b)));
  }
}

/// The model as it stands after the changes so far.
class Model {
 public:
  Model(const Likelihood& likelihood, const Penalty& penalty, Point& point)
      : design_(likelihood.design()),
        curvature_(likelihood.curvature()),
        residual_(likelihood.residual()),
        penalty_(penalty),
        point_(point),
        of_column_(point.beta.size(), -1.0) {
    for (const double v : curvature_) total_ += v;
  }

  /// One coordinate to its minimum; curvature × change².
  double column(std::size_t j) {
    const double pull = gradient(j);
    const double now = point_.beta[j];
    const double threshold = penalty_.absolute(j);
    if (now == 0 && std::abs(pull) <= threshold) return 0;
    const double curvature = curvature_of_column(j);
    if (!(curvature > 0)) return 0;
    const double whole = pull + curvature * now;
    const double left = std::max(std::abs(whole) - threshold, 0.0);
    point_.beta[j] = std::copysign(left, whole) / (curvature + penalty_.square(j));
    const double by = point_.beta[j] - now;
    if (by != 0) move(j, by);
    return curvature * by * by;
  }

  double intercept() {
    double sum = 0;
    for (const double r : residual_) sum += r;
    const double by = sum / total_;
    point_.intercept += by;
    for_blocks(design_, [&](std::size_t, std::size_t begin, Eigen::Index count) {
      Written(residual_.data() + begin, count) -= by * Values(curvature_.data() + begin, count);
    });
    return total_ * by * by;
  }

  /// Of the whole move from `from`.
  double largest(const Point& from, const Indices& working) {
    const double by = point_.intercept - from.intercept;
    double most = total_ * by * by;
    for (const auto j : working) {
      const double d = point_.beta[j] - from.beta[j];
      if (d != 0) most = std::max(most, curvature_of_column(j) * d * d);
    }
    return most;
  }

 private:
  double gradient(std::size_t j) const {
    double sum = 0;
    for_blocks(design_, [&](std::size_t b, std::size_t begin, Eigen::Index count) {
      sum += (Values(design_.column(b, j), count) * Values(residual_.data() + begin, count)).sum();
    });
    return sum;
  }

  void move(std::size_t j, double by) {
    for_blocks(design_, [&](std::size_t b, std::size_t begin, Eigen::Index count) {
      Written(residual_.data() + begin, count) -=
          by * (Values(curvature_.data() + begin, count) * Values(design_.column(b, j), count));
    });
  }

  /// Σ v z²; found when first asked for.
  double curvature_of_column(std::size_t j) {
    double& sum = of_column_[j];
    if (sum >= 0) return sum;
    sum = 0;
    for_blocks(design_, [&](std::size_t b, std::size_t begin, Eigen::Index count) {
      const Values x(design_.column(b, j), count);
      sum += (Values(curvature_.data() + begin, count) * x * x).sum();
    });
    return sum;
  }

  const Design& design_;
  const std::vector<double>& curvature_;  // [rows]
  std::vector<double> residual_;          // [rows]
  const Penalty& penalty_;
  Point& point_;
  std::vector<double> of_column_;         // [p] −1: not asked yet.
  double total_ = 0;
};

}  // namespace

double descend_by_residuals(const Likelihood& likelihood, const Indices& working,
                            const Penalty& penalty, double tolerance, Point& point) {
  const Point from = point;
  Model model(likelihood, penalty, point);
  const auto sweep = [&](const Indices& columns) {
    double most = model.intercept();
    for (const auto j : columns) most = std::max(most, model.column(j));
    return most;
  };
  double limit = tolerance;
  int sweeps = 0;
  for (double most = 0; sweeps < kSweepsMax; ++sweeps) {
    most = sweep(working);
    if (sweeps == 0) limit = std::max(tolerance, kOfFirstSweep * most);
    if (most <= limit) break;
    // Those in the model to the end, before the others are asked again.
    Indices active;
    for (const auto j : working) {
      if (point.beta[j] != 0) active.push_back(j);
    }
    while (++sweeps < kSweepsMax && sweep(active) > limit) {
    }
  }
  return model.largest(from, working);
}

}  // namespace holdfast::elastic_net
