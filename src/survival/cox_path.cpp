#include "survival/cox_path.hpp"

#include <algorithm>
#include <cmath>

#include "survival/cox_design.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

// Where a path of its own choice ends (as glmnet's).
constexpr std::size_t kLambdasMin = 5;
constexpr double kExplainedChangeMin = 1e-5;
constexpr double kExplainedMax = 0.999;
constexpr int kStepsMax = 200;
constexpr int kSweepsMax = 100'000;

using Columns = std::vector<std::size_t>;

// The same rows with some of the columns.
CoxDesign narrowed(const CoxDesign& design, const Columns& columns) {
  CoxDesign part = design;
  part.cols = columns.size();
  part.x.assign(design.rows * columns.size(), 0);
  for (std::size_t i = 0; i < design.rows; ++i) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      part.x[i * columns.size() + k] = design.row(i)[columns[k]];
    }
  }
  return part;
}

double soft(double value, double threshold) {
  if (value > threshold) return value - threshold;
  if (value < -threshold) return value + threshold;
  return 0;
}

// One minimum after the other, each from the one before. Coefficients are the design's.
class PathSolver {
 public:
  PathSolver(const CoxDesign& design, const CoxPathOptions& options)
      : design_(design), options_(options), beta_(design.cols), stretch_(design.cols) {
    for (const double w : design.weight) total_ += w;
    for (std::size_t c = 0; c < design.cols; ++c) stretch_[c] = spread_of(c);
    const auto slope = slope_of(design, beta_, Ties::Breslow, false);
    loglik_null_ = slope.loglik;
    loglik_ = slope.loglik;
    gradient_ = slope.gradient;
    // −Σ d log d of each time's events, the most the likelihood can be.
    for (const auto& group : design.groups) {
      saturated_ -= group.event_weight * std::log(group.event_weight);
    }
  }

  double lambda_max() const {
    double most = 0;
    for (std::size_t c = 0; c < design_.cols; ++c) {
      if (stretch_[c] > 0) most = std::max(most, std::abs(gradient_[c]) / stretch_[c]);
    }
    return most / total_ / std::max(options_.mix, 1e-3);
  }
  double explained() const {
    const double most = saturated_ - loglik_null_;
    return most > 0 ? (loglik_ - loglik_null_) / most : 0;
  }
  const std::vector<double>& beta() const { return beta_; }

  Result<void> solve(double lambda) {
    take_columns([&](std::size_t c) {
      return std::abs(gradient_[c]) >= border(c, 2 * lambda - last_lambda_);
    });
    last_lambda_ = lambda;
    lambda_ = lambda;
    for (;;) {
      HOLDFAST_TRY_VOID(solve_columns());
      gradient_ = slope_of(design_, beta_, Ties::Breslow, false).gradient;
      // Those the strong rule left out by mistake.
      const auto before = columns_.size();
      take_columns(
          [&](std::size_t c) { return std::abs(gradient_[c]) > border(c, lambda) * (1 + 1e-9); });
      if (columns_.size() == before) return {};
    }
  }

 private:
  // What a coefficient of the standardised column is, of one of the design's.
  double spread_of(std::size_t c) const {
    double mean = 0;
    double squares = 0;
    for (std::size_t i = 0; i < design_.rows; ++i) mean += design_.weight[i] * design_.row(i)[c];
    mean /= total_;
    for (std::size_t i = 0; i < design_.rows; ++i) {
      const double away = design_.row(i)[c] - mean;
      squares += design_.weight[i] * away * away;
    }
    return std::sqrt(squares / total_);
  }
  double border(std::size_t c, double lambda) const {
    return total_ * lambda * options_.mix * stretch_[c];
  }
  double square(std::size_t c) const {
    return total_ * lambda_ * (1 - options_.mix) * stretch_[c] * stretch_[c];
  }

  template <typename Wanted>
  void take_columns(const Wanted& is_wanted) {
    const auto before = columns_.size();
    for (std::size_t c = 0; c < design_.cols; ++c) {
      if (!(stretch_[c] > 0) || !is_wanted(c)) continue;
      if (std::find(columns_.begin(), columns_.end(), c) == columns_.end()) columns_.push_back(c);
    }
    if (columns_.size() == before) return;
    std::sort(columns_.begin(), columns_.end());
    part_ = narrowed(design_, columns_);
  }

  double goal(double loglik, const std::vector<double>& part_beta) const {
    double penalty = 0;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      const double b = part_beta[k];
      penalty += border(columns_[k], lambda_) * std::abs(b) + square(columns_[k]) / 2 * b * b;
    }
    return penalty - loglik;
  }

  // Newton's method, the penalised quadratic by coordinate descent.
  Result<void> solve_columns() {
    if (columns_.empty()) return {};
    std::vector<double> now;
    for (const auto c : columns_) now.push_back(beta_[c]);
    auto slope = slope_of(part_, now, Ties::Breslow);
    const double enough = options_.tolerance * 2 * (saturated_ - loglik_null_);
    for (int step = 0; step < kStepsMax; ++step) {
      const auto wanted = descended(slope, now, enough * 1e-2);
      double most = 0;
      for (std::size_t k = 0; k < now.size(); ++k) {
        const double by = wanted[k] - now[k];
        most = std::max(most, slope.information[k * now.size() + k] * by * by);
      }
      const double before = goal(slope.loglik, now);
      bool is_lower = false;
      for (double share = 1; share > 1e-9 && !is_lower; share /= 2) {
        std::vector<double> next(now.size());
        for (std::size_t k = 0; k < now.size(); ++k)
          next[k] = now[k] + share * (wanted[k] - now[k]);
        auto tried = slope_of(part_, next, Ties::Breslow);
        is_lower = goal(tried.loglik, next) <= before + 1e-11 * (1 + std::abs(before));
        if (!is_lower) continue;
        slope = std::move(tried);
        now = std::move(next);
      }
      if (!is_lower) break;
      if (most > enough) continue;
      for (std::size_t k = 0; k < now.size(); ++k) beta_[columns_[k]] = now[k];
      loglik_ = slope.loglik;
      return {};
    }
    return Error(errors::kNotConverged, {{"iterations", kStepsMax}});
  }

  std::vector<double> descended(const Slope& slope, const std::vector<double>& from,
                                double enough) const {
    const auto p = from.size();
    auto b = from;
    std::vector<double> pull = slope.gradient;  // Less information × (b − from).
    for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
      double most = 0;
      for (std::size_t k = 0; k < p; ++k) {
        const double curvature = slope.information[k * p + k];
        if (!(curvature > 0)) continue;
        const double next = soft(pull[k] + curvature * b[k], border(columns_[k], lambda_)) /
                            (curvature + square(columns_[k]));
        const double by = next - b[k];
        if (by == 0) continue;
        b[k] = next;
        const double* row = slope.information.data() + k * p;
        for (std::size_t j = 0; j < p; ++j) pull[j] -= row[j] * by;
        most = std::max(most, curvature * by * by);
      }
      if (most <= enough) break;
    }
    return b;
  }

  const CoxDesign& design_;
  const CoxPathOptions& options_;
  CoxDesign part_;
  Columns columns_;  // Of part_.
  std::vector<double> beta_;
  std::vector<double> stretch_;
  std::vector<double> gradient_;
  double total_ = 0;
  double loglik_null_ = 0;
  double loglik_ = 0;
  double saturated_ = 0;
  double lambda_ = 0;
  double last_lambda_ = 0;
};

Result<void> check_options(const CoxPathOptions& options) {
  const auto wrong = [](const char* what) { return Error(errors::kBadOption, {{"what", what}}); };
  if (!(options.mix >= 0 && options.mix <= 1)) return wrong("mix must lie between 0 and 1");
  if (options.lambdas_count < 1) return wrong("a path needs one lambda or more");
  if (!(options.lambda_share_min >= 0 && options.lambda_share_min < 1)) {
    return wrong("the last lambda's share of the first must lie between 0 and 1");
  }
  for (std::size_t k = 0; k < options.lambdas.size(); ++k) {
    const double lambda = options.lambdas[k];
    if (!(lambda >= 0) || !std::isfinite(lambda) || (k > 0 && lambda > options.lambdas[k - 1])) {
      return wrong("lambdas must be 0 or more, and fall");
    }
  }
  return {};
}

std::vector<double> falling(const PathSolver& solver, const CoxDesign& design,
                            const CoxPathOptions& options) {
  const double share = options.lambda_share_min > 0 ? options.lambda_share_min
                       : design.rows < design.cols  ? 1e-2
                                                    : 1e-4;
  std::vector<double> lambdas;
  for (int k = 0; k < options.lambdas_count; ++k) {
    const double at =
        options.lambdas_count > 1 ? static_cast<double>(k) / (options.lambdas_count - 1) : 0;
    lambdas.push_back(solver.lambda_max() * std::pow(share, at));
  }
  return lambdas;
}

bool is_over(const std::vector<double>& explained) {
  const auto count = explained.size();
  if (count < kLambdasMin) return false;
  return explained[count - 1] > kExplainedMax ||
         explained[count - 1] - explained[count - 2] < kExplainedChangeMin * explained[count - 1];
}

}  // namespace

Result<CoxPath> cox_path(const Spells& spells, MatrixView x, const CoxPathOptions& options) {
  HOLDFAST_TRY_VOID(check_options(options));
  HOLDFAST_TRY(const auto design, design_of(spells, x, {}));
  PathSolver solver(design, options);
  const bool is_ours = options.lambdas.empty();
  const auto lambdas = is_ours ? falling(solver, design, options) : options.lambdas;
  CoxPath path;
  for (const double lambda : lambdas) {
    HOLDFAST_TRY_VOID(solver.solve(lambda));
    const auto zeros = std::count(solver.beta().begin(), solver.beta().end(), 0.0);
    const auto nonzero = design.cols - static_cast<std::size_t>(zeros);
    if (options.nonzero_max > 0 && nonzero > options.nonzero_max) break;
    path.lambdas.push_back(lambda);
    path.nonzero.push_back(static_cast<int>(nonzero));
    for (std::size_t c = 0; c < design.cols; ++c) {
      path.coefficients.push_back(solver.beta()[c] / design.scale[c]);
    }
    path.deviance_explained.push_back(solver.explained());
    if (is_ours && is_over(path.deviance_explained)) break;
  }
  return path;
}

}  // namespace holdfast::survival
