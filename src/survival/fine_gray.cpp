#include "survival/fine_gray.hpp"

#include <algorithm>
#include <cmath>

#include "survival/errors.hpp"
#include "survival/fine_gray_design.hpp"
#include "survival/lanes.hpp"
#include "survival/newton.hpp"
#include "survival/outer_sum.hpp"

namespace holdfast::survival {
namespace {

// Sums over those at risk and hazards, at some coefficients. Vectors have 1 + columns numbers a
// time: of the risks, and of the risks times the columns.
struct State {
  const FineGrayDesign& design;
  std::vector<double> log_risk, risk;
  double shift = 0;
  std::vector<double> sums;        // [times × width]
  std::vector<double> step;        // [times] dΛ.

  std::size_t width() const { return design.cols + 1; }
  std::size_t times() const { return design.time.size(); }

  State(const FineGrayDesign& given, const std::vector<double>& coefficients)
      : design(given), log_risk(given.rows), risk(given.rows) {
    double top = -1e300;
    for (std::size_t i = 0; i < design.rows; ++i) {
      log_risk[i] = dot(design.row(i), coefficients.data(), design.cols);
      top = std::max(top, log_risk[i]);
    }
    shift = top;
    for (std::size_t i = 0; i < design.rows; ++i) {
      risk[i] = design.weight[i] * std::exp(log_risk[i] - shift);
    }
    add_up();
    for (std::size_t g = 0; g < times(); ++g) step.push_back(design.event_weight[g] / sums[g * width()]);
  }

  void add(double factor, std::size_t i, double* to) const {
    to[0] += factor * risk[i];
    add_scaled(factor * risk[i], design.row(i), design.cols, to + 1);
  }

  void add_up() {
    sums.assign(times() * width(), 0);
    std::vector<double> others(times() * width());  // Who left by another exit, from then on.
    for (std::size_t i = 0; i < design.rows; ++i) {
      if (design.end[i] > 0) add(1, i, sums.data() + (design.end[i] - 1) * width());
      if (design.begin[i] > 0) add(-1, i, sums.data() + (design.begin[i] - 1) * width());
      if (design.lasting[i] > 0 && design.end[i] < times()) {
        add(design.lasting[i], i, others.data() + design.end[i] * width());
      }
    }
    for (std::size_t g = times(); g-- > 1;) {
      add_scaled(1, sums.data() + g * width(), width(), sums.data() + (g - 1) * width());
    }
    for (std::size_t g = 0; g < times(); ++g) {
      if (g > 0) add_scaled(1, others.data() + (g - 1) * width(), width(), others.data() + g * width());
      add_scaled(design.loss[g], others.data() + g * width(), width(), sums.data() + g * width());
    }
  }

  // Σ over times before each of `of`(g), where `backward` over times from each on; one more, 0.
  template <typename Of>
  std::vector<double> cumulated(std::size_t columns, bool backward, const Of& of) const {
    std::vector<double> sum((times() + 1) * columns);
    for (std::size_t k = 0; k < times(); ++k) {
      const auto g = backward ? times() - 1 - k : k;
      double* to = sum.data() + (backward ? g : g + 1) * columns;
      std::copy_n(sum.data() + (backward ? g + 1 : g) * columns, columns, to);
      of(g, to);
    }
    return sum;
  }
};

Slope slope_of(const FineGrayDesign& design, const std::vector<double>& coefficients) {
  const State state(design, coefficients);
  const auto p = design.cols;
  Slope slope{0, std::vector<double>(p), {}};
  OuterSum given(p), taken(p);
  for (std::size_t g = 0; g < state.times(); ++g) {
    const double* sum = state.sums.data() + g * state.width();
    slope.loglik -= design.event_weight[g] * std::log(sum[0]);
    scale_into(std::sqrt(design.event_weight[g]) / sum[0], sum + 1, p, taken.next());
  }
  const auto hazard = state.cumulated(
      1, false, [&](std::size_t g, double* to) { *to += state.step[g]; });
  const auto lasting = state.cumulated(
      1, true, [&](std::size_t g, double* to) { *to += design.loss[g] * state.step[g]; });
  for (std::size_t i = 0; i < design.rows; ++i) {
    const double own = hazard[design.end[i]] - hazard[design.begin[i]] +
                       design.lasting[i] * lasting[design.end[i]];
    const double expected = std::max(0.0, own * state.risk[i]);
    const double observed = design.is_event[i] != 0 ? design.weight[i] : 0;
    if (observed > 0) slope.loglik += observed * (state.log_risk[i] - state.shift);
    add_scaled(observed - expected, design.row(i), p, slope.gradient.data());
    if (expected > 0) scale_into(std::sqrt(expected), design.row(i), p, given.next());
  }
  slope.information = given.total();
  const auto less = taken.total();
  for (std::size_t k = 0; k < less.size(); ++k) slope.information[k] -= less[k];
  return slope;
}

// Score residuals by row, weighted, on the design's scale.
std::vector<double> residuals_of(const FineGrayDesign& design, const State& state) {
  const auto p = design.cols;
  const auto width = state.width();
  // Of each time: dΛ and x̄ dΛ.
  const auto take = [&](double factor, std::size_t g, double* to) {
    const double* sum = state.sums.data() + g * width;
    to[0] += factor * state.step[g];
    add_scaled(factor * state.step[g] / sum[0], sum + 1, p, to + 1);
  };
  const auto until = state.cumulated(width, false, [&](std::size_t g, double* to) { take(1, g, to); });
  const auto from = state.cumulated(
      width, true, [&](std::size_t g, double* to) { take(design.loss[g], g, to); });
  std::vector<double> score(design.rows * p), sum(width);
  for (std::size_t i = 0; i < design.rows; ++i) {
    std::copy_n(until.data() + design.end[i] * width, width, sum.data());
    add_scaled(-1, until.data() + design.begin[i] * width, width, sum.data());
    add_scaled(design.lasting[i], from.data() + design.end[i] * width, width, sum.data());
    double* to = score.data() + i * p;
    scale_into(-state.risk[i] * sum[0], design.row(i), p, to);
    add_scaled(state.risk[i], sum.data() + 1, p, to);
    if (design.is_event[i] == 0) continue;
    const double* at = state.sums.data() + (design.end[i] - 1) * width;
    add_scaled(design.weight[i], design.row(i), p, to);
    add_scaled(-design.weight[i] / at[0], at + 1, p, to);
  }
  return score;
}

std::vector<double> sandwich(const FineGrayDesign& design, const NewtonTop& top,
                             const FineGrayOptions& options) {
  const auto p = design.cols;
  const State state(design, top.coefficients);
  const auto score = residuals_of(design, state);
  std::vector<std::pair<std::int64_t, std::size_t>> members(design.rows);
  for (std::size_t i = 0; i < design.rows; ++i) {
    members[i] = {options.cluster.empty() ? design.order[i] : options.cluster[design.order[i]], i};
  }
  std::sort(members.begin(), members.end());
  OuterSum outer(p);
  for (std::size_t i = 0; i < members.size();) {
    double* pooled = outer.next();
    std::fill_n(pooled, p, 0.0);
    const auto cluster = members[i].first;
    for (; i < members.size() && members[i].first == cluster; ++i) {
      add_scaled(1, score.data() + members[i].second * p, p, pooled);
    }
  }
  // inverse · outer · inverse.
  const auto middle = outer.total();
  std::vector<double> half(p * p), whole(p * p);
  for (std::size_t a = 0; a < p; ++a) {
    for (std::size_t b = 0; b < p; ++b) {
      add_scaled(top.inverse[a * p + b], middle.data() + b * p, p, half.data() + a * p);
    }
  }
  for (std::size_t a = 0; a < p; ++a) {
    for (std::size_t b = 0; b < p; ++b) {
      add_scaled(half[a * p + b], top.inverse.data() + b * p, p, whole.data() + a * p);
    }
  }
  return whole;
}

}  // namespace

Result<FineGrayFit> fit_fine_gray(const Spells& spells, MatrixView x, std::uint8_t exit,
                                  const FineGrayOptions& options) {
  HOLDFAST_TRY(const auto design, fine_gray_design(spells, x, exit, options));
  const auto p = design.cols;
  HOLDFAST_TRY(const auto top,
               climb({.columns = p,
                      .scale = design.scale,
                      .penalty = {},
                      .start = {},
                      .events = static_cast<double>(design.events),
                      .gain_enough = 0,
                      .iterations_max = options.iterations_max,
                      .slope_at = [&](const std::vector<double>& coefficients) -> Result<Slope> {
                        return slope_of(design, coefficients);
                      },
                      .gradient_at = {}}));
  FineGrayFit fit;
  fit.variance = sandwich(design, top, options);
  for (std::size_t a = 0; a < p; ++a) {
    fit.coefficients.push_back(top.coefficients[a] / design.scale[a]);
    for (std::size_t b = 0; b < p; ++b) fit.variance[a * p + b] /= design.scale[a] * design.scale[b];
  }
  fit.means = design.mean;
  fit.loglik_null = top.null.loglik;
  fit.loglik = top.slope.loglik;
  fit.rows = design.rows;
  fit.events = design.events;
  fit.iterations = top.iterations;
  fit.time = design.time;
  const State state(design, top.coefficients);
  double hazard = 0;
  for (const double step : state.step) fit.hazard.push_back(hazard += step * std::exp(-state.shift));
  return fit;
}

}  // namespace holdfast::survival
