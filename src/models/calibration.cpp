#include "models/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "models/forms/double_trees.hpp"
#include "models/nonnegative_logistic.hpp"

namespace holdfast::models {
namespace {

constexpr double kEventsMin = 20;  // Of each outcome; below, a fitted curve is noise.

struct Weighted {
  double score, y, weight;
};

/// ln(1 + exp(x)) without overflow.
double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

double platt_loss(std::span<const Weighted> rows, double slope, double intercept) {
  double loss = 0;
  for (const auto& row : rows) {
    const double f = slope * row.score + intercept;
    loss += row.weight * (softplus(f) - row.y * f);
  }
  return loss;
}

struct Pool {
  double score_sum, y_sum, weight;
};

std::vector<Pool> pooled(std::vector<Weighted> rows) {
  std::ranges::stable_sort(rows, {}, &Weighted::score);
  std::vector<Pool> pools;
  for (std::size_t i = 0; i < rows.size();) {
    Pool pool{0, 0, 0};
    const double score = rows[i].score;
    for (; i < rows.size() && rows[i].score == score; ++i) {
      pool.score_sum += rows[i].weight * score;
      pool.y_sum += rows[i].weight * rows[i].y;
      pool.weight += rows[i].weight;
    }
    pools.push_back(pool);
    while (pools.size() > 1) {
      const Pool& last = pools.back();
      Pool& before = pools[pools.size() - 2];
      if (before.y_sum * last.weight < last.y_sum * before.weight) break;
      before.score_sum += last.score_sum;
      before.y_sum += last.y_sum;
      before.weight += last.weight;
      pools.pop_back();
    }
  }
  return pools;
}

/// Share of churners; half a row away from none and all, as nobody is certain.
double drawn_in(const Pool& pool) {
  const double low = 0.5 / (pool.weight + 1);
  return std::clamp(pool.y_sum / pool.weight, low, 1 - low);
}

/// A small pool of a single class says no more than half a row in its few rows; where that is not
/// beyond its neighbour, they are one pool. Else three stayers at the low end (1/8) would stand
/// above all others of a rare outcome and, kept in order, lift them.
std::vector<Pool> with_small_ends_joined(const std::vector<Pool>& pools) {
  std::vector<Pool> joined;
  for (const auto& pool : pools) {
    joined.push_back(pool);
    while (joined.size() > 1) {
      const Pool& last = joined.back();
      Pool& before = joined[joined.size() - 2];
      if (drawn_in(before) < drawn_in(last)) break;
      before.score_sum += last.score_sum;
      before.y_sum += last.y_sum;
      before.weight += last.weight;
      joined.pop_back();
    }
  }
  return joined;
}

/// How much each knot weighs in the sum of the rows' interpolated probabilities.
std::vector<double> weights_of_knots(const std::vector<double>& x,
                                     const std::vector<Weighted>& rows) {
  std::vector<double> weights(x.size(), 0.0);
  for (const auto& row : rows) {
    const auto above = std::ranges::upper_bound(x, row.score) - x.begin();
    const auto k = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(
        above, 1, static_cast<std::ptrdiff_t>(x.size()) - 1));
    const double t = std::clamp((row.score - x[k - 1]) / (x[k] - x[k - 1]), 0.0, 1.0);
    weights[k - 1] += row.weight * (1 - t);
    weights[k] += row.weight * t;
  }
  return weights;
}

/// Lines between the pools' centres move the mean answer a little where scores lie unevenly within
/// pools; one factor on all odds makes it the rows' rate again and keeps the order.
void keep_rate(forms::Calibration& curve, const std::vector<Weighted>& rows) {
  if (curve.x.size() < 2) return;
  const auto weights = weights_of_knots(curve.x, rows);
  double events = 0;
  for (const auto& row : rows) events += row.weight * row.y;
  const auto shifted = [&](double y, double shift) {
    return 1 / (1 + std::exp(-(std::log(y / (1 - y)) + shift)));
  };
  double low = -2, high = 2;
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      sum += weights[k] * shifted(curve.y[k], middle);
    }
    (sum < events ? low : high) = middle;
  }
  for (double& y : curve.y) y = shifted(y, 0.5 * (low + high));
}

std::vector<Weighted> gathered(std::span<const double> raw_score, std::span<const std::uint8_t> y,
                               std::span<const double> weight) {
  std::vector<Weighted> rows;
  for (std::size_t i = 0; i < raw_score.size(); ++i) {
    if (weight[i] > 0) rows.push_back({raw_score[i], y[i] == 1 ? 1.0 : 0.0, weight[i]});
  }
  return rows;
}

}  // namespace

forms::Calibration fit_platt(std::span<const double> raw_score, std::span<const std::uint8_t> y,
                             std::span<const double> weight) {
  auto rows = gathered(raw_score, y, weight);
  double ones = 0;
  double zeros = 0;
  for (const auto& row : rows) (row.y > 0 ? ones : zeros) += row.weight;
  for (auto& row : rows) row.y = row.y > 0 ? (ones + 1) / (ones + 2) : 1 / (zeros + 2);

  double slope = 0;
  double intercept = std::log((ones + 1) / (zeros + 1));
  double loss = platt_loss(rows, slope, intercept);
  for (int iteration = 0; iteration < 100; ++iteration) {
    double h11 = 1e-12, h12 = 0, h22 = 1e-12, g1 = 0, g2 = 0;
    for (const auto& row : rows) {
      const double f = slope * row.score + intercept;
      const double p = f >= 0 ? 1 / (1 + std::exp(-f)) : std::exp(f) / (1 + std::exp(f));
      const double d = row.weight * (p - row.y);
      const double h = row.weight * p * (1 - p);
      g1 += d * row.score;
      g2 += d;
      h11 += h * row.score * row.score;
      h12 += h * row.score;
      h22 += h;
    }
    const double determinant = h11 * h22 - h12 * h12;
    if (!(determinant > 0)) break;
    const double step1 = -(h22 * g1 - h12 * g2) / determinant;
    const double step2 = -(h11 * g2 - h12 * g1) / determinant;
    double size = 1;
    double next = platt_loss(rows, slope + step1, intercept + step2);
    while (next > loss && size > 1e-10) {
      size /= 2;
      next = platt_loss(rows, slope + size * step1, intercept + size * step2);
    }
    if (next > loss) break;
    slope += size * step1;
    intercept += size * step2;
    const bool is_done = loss - next <= 1e-13 * (1 + std::abs(next));
    loss = next;
    if (is_done) break;
  }
  return {.kind = forms::Calibration::Kind::Platt, .slope = slope, .intercept = intercept};
}

forms::Calibration fit_isotonic(std::span<const double> raw_score, std::span<const std::uint8_t> y,
                                std::span<const double> weight) {
  forms::Calibration result{.kind = forms::Calibration::Kind::Isotonic};
  const auto rows = gathered(raw_score, y, weight);
  if (rows.empty()) return result;
  for (const auto& pool : with_small_ends_joined(pooled(rows))) {
    result.x.push_back(pool.score_sum / pool.weight);
    result.y.push_back(drawn_in(pool));
  }
  // Beyond the outer knots the line goes on to the outermost score, as far as a probability can.
  const auto [low, high] = std::ranges::minmax(rows, {}, &Weighted::score);
  if (result.x.size() > 1) {
    const std::size_t n = result.x.size();
    const double first = (result.y[1] - result.y[0]) / (result.x[1] - result.x[0]);
    const double last = (result.y[n - 1] - result.y[n - 2]) / (result.x[n - 1] - result.x[n - 2]);
    if (high.score > result.x[n - 1]) {
      const double reach = result.y[n - 1] + last * (high.score - result.x[n - 1]);
      result.y.push_back(std::min(reach, (1 + result.y[n - 1]) / 2));
      result.x.push_back(high.score);
    }
    if (low.score < result.x[0]) {
      const double reach = result.y[0] - first * (result.x[0] - low.score);
      result.y.insert(result.y.begin(), std::max(reach, result.y[0] / 2));
      result.x.insert(result.x.begin(), low.score);
    }
  }
  keep_rate(result, rows);
  return result;
}

forms::Calibration fit_beta(const forms::Calibration& own, std::span<const double> raw_score,
                            std::span<const std::uint8_t> y, std::span<const double> weight) {
  using Kind = forms::Calibration::Kind;
  forms::Calibration result{.kind = Kind::Beta, .is_logit = own.kind != Kind::Identity && own.kind != Kind::Beta};
  if (own.kind == Kind::Platt) {
    result.own_slope = own.slope;
    result.own_intercept = own.intercept;
  }
  std::vector<double> x(2 * raw_score.size());
  for (std::size_t i = 0; i < raw_score.size(); ++i) {
    const auto logs = forms::log_pair(result, raw_score[i]);
    x[2 * i] = logs.high;
    x[2 * i + 1] = -logs.low;
  }
  const auto fit = fit_nonnegative_logistic({x.data(), raw_score.size(), 2}, y, weight);
  result.slope = fit.coefficients[0];
  result.low_slope = fit.coefficients[1];
  result.intercept = fit.intercept;
  return result;
}

void correct_share(FittedModel& model, double sampled_share, double true_share) {
  using Kind = forms::Calibration::Kind;
  auto& own = model.calibration;
  if (outputs_count(model) != 1 || own.kind == Kind::Isotonic) return;
  const double shift = std::log(true_share / (1 - true_share)) -
                       std::log(sampled_share / (1 - sampled_share));
  if (own.kind == Kind::Identity) own.kind = Kind::Beta;
  else if (own.kind != Kind::Beta) own.kind = Kind::Platt;
  own.intercept += shift;
}

void calibrate(FittedModel& model, const dataset::Columns& validation,
               std::span<const std::uint8_t> y, std::span<const double> weight,
               std::string_view kind) {
  model.own_calibration = model.calibration;
  if (kind == "none" || outputs_count(model) != 1) return;
  double ones = 0;
  double zeros = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (weight[i] > 0) (y[i] == 1 ? ones : zeros) += 1;
  }
  if (ones < kEventsMin || zeros < kEventsMin) {
    model.notes.push_back(
        {fmt::format("not calibrated: {} churners and {} others in validation, {} of each needed",
                     ones, zeros, kEventsMin),
         fmt::format("未做概率校准:验证样本有 {} 个流失、{} 个未流失,各需至少 {} 个", ones, zeros,
                     kEventsMin)});
    return;
  }
  // A steep curve makes much of the rounding of sums in float, and others who run the model round unlike.
  if (auto* trees = std::get_if<forms::TreeEnsemble>(&model.form)) forms::use_doubles(*trees);
  const auto scores = raw_score(model, validation);
  if (std::ranges::all_of(scores, [&](double s) { return s == scores.front(); })) {
    model.calibration = fit_platt(scores, y, weight);
    return;
  }
  model.calibration = kind == "platt"  ? fit_platt(scores, y, weight)
                      : kind == "beta" ? fit_beta(model.own_calibration, scores, y, weight)
                                       : fit_isotonic(scores, y, weight);
}

}  // namespace holdfast::models
