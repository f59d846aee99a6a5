#include "models/logistic/firth.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <Eigen/Dense>

#include "core/parallel.hpp"
#include "models/errors.hpp"
#include "models/logistic/independent.hpp"
#include "models/logistic/logistic.hpp"
#include "models/logistic/newton.hpp"
#include "models/logistic/totals.hpp"

namespace holdfast::logistic {
namespace {

constexpr std::size_t kBlockRows = 512;  // Fixed: sums are joined in this order.
constexpr double kChiSquared95 = 3.841458820694124;  // 95 % of chi-squared, one degree of freedom.
constexpr double kNormal975 = 1.959963984540054;
constexpr double kStepMax = 5;           // Of a standardised coefficient at once, as logistf.

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

/// The penalised likelihood over the columns that are estimated, divided by their deviations but not
/// centred, so that the intercept is the one of the columns as given.
class Penalised {
 public:
  Penalised(const Sample& sample, std::vector<std::size_t> active)
      : sample_(sample), active_(std::move(active)) {}

  struct At {
    double log_likelihood = 0;  // Without the penalty.
    double penalised = 0;
    Matrix information;
    Eigen::LLT<Matrix> factor;
    bool is_sound = false;      // The information has full rank.
  };

  std::size_t size() const { return active_.size(); }
  const std::vector<std::size_t>& active() const { return active_; }

  At at(const Vector& beta) const {
    std::vector<std::optional<Part>> parts(blocks());
    parallel_for(sample_.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
      const Rows rows = read(begin, end, beta);
      Part part{.log_likelihood = rows.log_likelihood};
      const RowMajor scaled = rows.curvature.cwiseSqrt().asDiagonal() * rows.z;
      part.sums.setZero(index(size()), index(size()));
      part.sums.selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose());
      parts[begin / kBlockRows] = std::move(part);
    });
    At result;
    result.information.setZero(index(size()), index(size()));
    for (const auto& part : parts) {
      result.log_likelihood += part->log_likelihood;
      result.information += part->sums;
    }
    result.information = result.information.selfadjointView<Eigen::Lower>();
    result.factor.compute(result.information);
    result.is_sound = result.factor.info() == Eigen::Success;
    if (!result.is_sound) return result;
    const Matrix lower = result.factor.matrixL();
    result.penalised = result.log_likelihood + lower.diagonal().array().log().sum();
    return result;
  }

  /// Gradient of the penalised likelihood: Σ (w (y − mu) + h (½ − mu)) z, h the leverages.
  Vector score(const Vector& beta, const At& at) const {
    std::vector<Vector> parts(blocks());
    parallel_for(sample_.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
      const Rows rows = read(begin, end, beta);
      const Vector pull = rows.residual + leverages(rows, at).cwiseProduct(
                              (0.5 - rows.probability.array()).matrix());
      parts[begin / kBlockRows] = rows.z.transpose() * pull;
    });
    Vector sum = Vector::Zero(index(size()));
    for (const auto& part : parts) sum += part;
    return sum;
  }

  /// Information of the rows with h/2 of each outcome added, of which the maximum is the ordinary
  /// one: Σ (w + h) mu (1 − mu) z zᵀ. Its inverse gives logistf's errors.
  Matrix augmented(const Vector& beta, const At& at) const {
    std::vector<Matrix> parts(blocks());
    parallel_for(sample_.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
      const Rows rows = read(begin, end, beta);
      const Vector added = leverages(rows, at).array() * rows.probability.array() *
                           (1 - rows.probability.array());
      parts[begin / kBlockRows] =
          rows.z.transpose() * (rows.curvature + added).asDiagonal() * rows.z;
    });
    Matrix sum = Matrix::Zero(index(size()), index(size()));
    for (const auto& part : parts) sum += part;
    return sum;
  }

 private:
  struct Part {
    double log_likelihood = 0;
    Matrix sums;
  };
  struct Rows {
    RowMajor z;  // [rows x active]
    Vector probability, residual, curvature;
    double log_likelihood = 0;
  };

  std::size_t blocks() const { return (sample_.rows() + kBlockRows - 1) / kBlockRows; }

  static Vector leverages(const Rows& rows, const At& at) {
    const Matrix solved = at.factor.matrixL().solve(rows.z.transpose());
    return rows.curvature.cwiseProduct(solved.colwise().squaredNorm().transpose());
  }

  Rows read(std::size_t begin, std::size_t end, const Vector& beta) const {
    const auto count = index(end - begin);
    Rows rows{RowMajor::Zero(count, index(size())), Vector(count), Vector::Zero(count),
              Vector::Zero(count)};
    for (std::size_t r = begin; r < end; ++r) {
      if (!(sample_.weight[r] > 0)) continue;
      const auto i = index(r - begin);
      for (std::size_t a = 0; a < size(); ++a) {
        const std::size_t j = active_[a];
        rows.z(i, index(a)) = j == 0 ? 1 : sample_.x(r, j - 1) / sample_.scale[j - 1];
      }
    }
    const Vector eta = rows.z * beta;
    for (std::size_t r = begin; r < end; ++r) {
      const auto i = index(r - begin);
      const double weight = std::max(sample_.weight[r], 0.0);
      const bool churned = sample_.y[r] == 1;
      const double e = std::exp(-std::abs(eta[i]));
      const double small = e / (1 + e);  // The smaller of mu and 1 − mu.
      const bool is_right = (eta[i] > 0) == churned;
      rows.probability[i] = eta[i] > 0 ? 1 / (1 + e) : small;
      rows.residual[i] = (churned ? weight : -weight) * (is_right ? small : 1 / (1 + e));
      rows.curvature[i] = weight * small / (1 + e);
      rows.log_likelihood -= weight * (std::log1p(e) + (is_right ? 0 : std::abs(eta[i])));
    }
    return rows;
  }

  const Sample& sample_;
  std::vector<std::size_t> active_;
};

/// A point on the way to a maximum.
struct Point {
  Vector beta;
  Penalised::At at;
  Vector score;
  int iterations = 0;
};

/// The maximum over all coefficients, or over all but the one held.
class Climb {
 public:
  Climb(const Penalised& likelihood, const FirthOptions& options)
      : likelihood_(likelihood), options_(options) {}

  /// nullopt: no step raises the likelihood.
  std::optional<Point> run(Vector start, std::optional<std::size_t> held = {}) const {
    Point point{std::move(start), {}, {}, 0};
    point.at = likelihood_.at(point.beta);
    if (!point.at.is_sound) return std::nullopt;
    for (point.iterations = 1; point.iterations <= options_.iterations_max; ++point.iterations) {
      point.score = likelihood_.score(point.beta, point.at);
      const Vector step = step_of(point, held);
      const double decrement = std::sqrt(std::max(0.0, step.dot(point.at.information * step)));
      if (decrement <= options_.tolerance) return point;
      if (!move(point, step)) {
        // Rounding of the likelihood hides what is left to gain.
        if (decrement <= 1e3 * options_.tolerance) return point;
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  Vector step_of(const Point& point, std::optional<std::size_t> held) const {
    if (!held) return point.at.factor.solve(point.score);
    // Held: its row and column become those of the identity.
    const auto h = index(*held);
    Matrix information = point.at.information;
    information.row(h).setZero();
    information.col(h).setZero();
    information(h, h) = 1;
    Vector score = point.score;
    score[h] = 0;
    return information.llt().solve(score);
  }

  bool move(Point& point, Vector step) const {
    const double largest = step.cwiseAbs().maxCoeff();
    if (!std::isfinite(largest)) return false;
    if (largest > kStepMax) step *= kStepMax / largest;
    for (double size = 1; size > 1e-10; size /= 2) {
      const Vector beta = point.beta + size * step;
      auto at = likelihood_.at(beta);
      const double slack = 1e-14 * std::abs(point.at.penalised);
      if (at.is_sound && at.penalised >= point.at.penalised - slack) {
        point.beta = beta;
        point.at = std::move(at);
        return true;
      }
    }
    return false;
  }

  const Penalised& likelihood_;
  const FirthOptions& options_;
};

/// Where the profile of one coefficient falls to `target`, from the maximum towards `direction`.
std::optional<double> bound(const Climb& climb, const Point& top, std::size_t a, double error,
                            double direction, double target) {
  const auto i = index(a);
  double inside = top.beta[i];
  std::optional<double> outside;
  double value = top.beta[i] + direction * kNormal975 * error;
  Vector start = top.beta;
  for (int step = 0; step < 100; ++step) {
    start[i] = value;
    const auto point = climb.run(start, a);
    if (!point) return std::nullopt;
    const double above = point->at.penalised - target;
    if (std::abs(above) <= 1e-10 * std::max(1.0, std::abs(target))) return value;
    if (above > 0) inside = value;
    else outside = value;
    start = point->beta;
    // Newton's step on the profile, whose slope is the score of the one held; halved into the
    // bracket where it leaves it.
    double next = value - above / point->score[i];
    const double far = direction * (next - inside);
    if (outside && !(far > 0 && direction * (*outside - next) > 0)) next = (inside + *outside) / 2;
    if (!outside && !(far > 0 && far < 10 * error)) next = inside + direction * 2 * error;
    if (std::abs(next - value) <= 1e-12 * error) return next;
    value = next;
  }
  return std::nullopt;
}

/// Twice what the penalised likelihood loses when one coefficient is held at zero.
std::optional<double> loss_without(const Climb& climb, const Point& top, std::size_t a) {
  Vector start = top.beta;
  start[index(a)] = 0;
  const auto point = climb.run(start, a);
  if (!point) return std::nullopt;
  return std::max(0.0, 2 * (top.at.penalised - point->at.penalised));
}

Error no_estimate() {
  return {models::errors::kNoEstimate,
          {{"model", "logistic"},
           {"why", "the penalised likelihood has no maximum that steps reach (惩罚似然无法收敛)"}}};
}

/// Interval and test of one coefficient, on the scale of the likelihood's columns.
struct Inference {
  double low = 0, high = 0, chi_squared = 0;
};

std::optional<Inference> profiled(const Climb& climb, const Point& top, std::size_t a,
                                  double error) {
  const double target = top.at.penalised - kChiSquared95 / 2;
  const auto low = bound(climb, top, a, error, -1, target);
  const auto high = bound(climb, top, a, error, 1, target);
  const auto loss = loss_without(climb, top, a);
  if (!low || !high || !loss) return std::nullopt;
  return Inference{*low, *high, *loss};
}

Inference by_wald(double beta, double error) {
  return {beta - kNormal975 * error, beta + kNormal975 * error, beta * beta / (error * error)};
}

}  // namespace

Result<FirthFit> fit_firth(MatrixView x, std::span<const std::uint8_t> y,
                           std::span<const double> weight, const FirthOptions& options) {
  HOLDFAST_TRY(const Totals totals, totals_of(x, y, weight));
  const Sample sample = standardised(x, y, weight);
  const std::size_t k = x.cols + 1;
  FirthFit fit{.null_deviance = totals.null_deviance(), .rows_count = totals.rows_count};
  const auto null_beta = totals.null_beta(k);
  const Penalised likelihood(sample, independent(evaluate(sample, null_beta, true).hessian, k));
  const Climb climb(likelihood, options);
  Vector start = Vector::Zero(index(likelihood.size()));
  start[0] = null_beta[0];
  const auto top = climb.run(start);
  if (!top) return no_estimate();
  const Matrix inverse = likelihood.augmented(top->beta, top->at).llt().solve(
      Matrix::Identity(index(likelihood.size()), index(likelihood.size())));
  fit.iterations = top->iterations;
  fit.deviance = -2 * top->at.log_likelihood;
  fit.log_likelihood = top->at.penalised;
  for (auto* numbers : {&fit.beta, &fit.errors, &fit.low, &fit.high, &fit.chi_squared}) {
    numbers->assign(k, 0.0);
  }
  fit.p.assign(k, 1.0);
  fit.covariance.assign(k * k, 0.0);
  const auto scale = [&](std::size_t j) { return j == 0 ? 1.0 : sample.scale[j - 1]; };
  for (std::size_t a = 0; a < likelihood.size(); ++a) {
    const std::size_t j = likelihood.active()[a];
    const double beta = top->beta[index(a)];
    const double error = std::sqrt(inverse(index(a), index(a)));
    const auto found = options.has_profiles ? profiled(climb, *top, a, error)
                                            : std::optional(by_wald(beta, error));
    if (!found) return no_estimate();
    fit.log_likelihood += std::log(scale(j));  // Of the columns as given.
    fit.beta[j] = beta / scale(j);
    fit.errors[j] = error / scale(j);
    fit.low[j] = found->low / scale(j);
    fit.high[j] = found->high / scale(j);
    fit.chi_squared[j] = found->chi_squared;
    fit.p[j] = chi_squared_p(found->chi_squared, 1);
    for (std::size_t b = 0; b < likelihood.size(); ++b) {
      const std::size_t i = likelihood.active()[b];
      fit.covariance[j * k + i] = inverse(index(a), index(b)) / (scale(j) * scale(i));
    }
  }
  for (std::size_t j = 1; j < k; ++j) {
    if (!std::ranges::binary_search(likelihood.active(), j)) fit.aliased.push_back(j - 1);
  }
  return fit;
}

}  // namespace holdfast::logistic
