#include "survival/horizon.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/parallel.hpp"
#include "survival/curves.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBlockRows = 8192;

// The chance of not having been lost; who leaves at a time can no longer be lost at it.
struct LossCurve {
  std::vector<double> time;
  std::vector<double> before;
  std::vector<double> after;

  explicit LossCurve(const Spells& spells) {
    Spells pooled = spells;
    pooled.stratum = {};
    double stay = 1;
    for (const auto& moment : moments_of(pooled)) {
      time.push_back(moment.time);
      before.push_back(stay);
      const double there = moment.at_risk - moment.events;
      if (moment.censored > 0 && there > 0) stay *= std::max(0.0, 1 - moment.censored / there);
      after.push_back(stay);
    }
  }
  double just_before(double when) const {
    const auto at = std::lower_bound(time.begin(), time.end(), when) - time.begin();
    return at == std::ssize(time) ? after.back() : before[static_cast<std::size_t>(at)];
  }
  double by(double when) const {
    const auto at = std::upper_bound(time.begin(), time.end(), when) - time.begin();
    return at == 0 ? 1 : after[static_cast<std::size_t>(at - 1)];
  }
};

Result<void> check_horizons(const Spells& spells, std::span<const double> values, std::size_t each,
                            std::span<const double> times) {
  HOLDFAST_TRY_VOID(check(spells));
  if (!spells.entry.empty()) {
    return Error(errors::kBadOption, {{"what", "measures at a horizon take no late entries"}});
  }
  if (values.size() != spells.rows() * each) {
    return Error(
        errors::kShape,
        {{"what", "predictions"}, {"found", values.size()}, {"expected", spells.rows() * each}});
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    return Error(errors::kBadValue,
                 {{"what", "prediction"}, {"row", i / each + 1}, {"value", values[i]}});
  }
  double last = 0;
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (spells.weight_of(row) > 0) last = std::max(last, spells.exit[row]);
  }
  for (const double time : times) {
    if (time >= 0 && time < last) continue;
    return Error(errors::kBadOption, {{"what", "a horizon lies outside of what was observed"}});
  }
  return {};
}

// 1/G of each row that has left, just before it did.
std::vector<double> event_weights(const Spells& spells, const LossCurve& loss) {
  std::vector<double> weight(spells.rows());
  for (std::size_t row = 0; row < weight.size(); ++row) {
    if (spells.event[row] == 0) continue;
    const double g = loss.just_before(spells.exit[row]);
    weight[row] = g > 0 ? spells.weight_of(row) / g : 0;
  }
  return weight;
}

}  // namespace

Result<std::vector<double>> brier_scores(const Spells& spells, MatrixView survival,
                                         std::span<const double> times) {
  if (survival.cols != times.size()) {
    return Error(errors::kShape,
                 {{"what", "survival"}, {"found", survival.cols}, {"expected", times.size()}});
  }
  HOLDFAST_TRY_VOID(
      check_horizons(spells, {survival.data, survival.rows * survival.cols}, times.size(), times));
  const LossCurve loss(spells);
  const auto weight = event_weights(spells, loss);
  const auto rows = spells.rows();
  const double total = parallel_sum(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (auto row = begin; row < end; ++row) sum += spells.weight_of(row);
    return sum;
  });
  std::vector<double> scores;
  for (std::size_t t = 0; t < times.size(); ++t) {
    const double there = loss.by(times[t]);
    const double sum = parallel_sum(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
      double part = 0;
      for (auto row = begin; row < end; ++row) {
        const double s = survival(row, t);
        if (spells.exit[row] > times[t])
          part += spells.weight_of(row) * (1 - s) * (1 - s) / there;
        else
          part += weight[row] * s * s;
      }
      return part;
    });
    scores.push_back(sum / total);
  }
  return scores;
}

Result<double> integrated_brier(std::span<const double> times, std::span<const double> scores) {
  const bool ascending =
      std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end();
  if (times.size() < 2 || !ascending || scores.size() != times.size()) {
    return Error(errors::kBadOption, {{"what", "an integral needs two or more ascending times"}});
  }
  double sum = 0;
  for (std::size_t t = 1; t < times.size(); ++t) {
    sum += (times[t] - times[t - 1]) * (scores[t] + scores[t - 1]) / 2;
  }
  return sum / (times.back() - times.front());
}

Result<std::vector<double>> horizon_aucs(const Spells& spells, std::span<const double> score,
                                         std::span<const double> times) {
  HOLDFAST_TRY_VOID(check_horizons(spells, score, 1, times));
  const auto weight = event_weights(spells, LossCurve(spells));
  std::vector<std::uint32_t> order(spells.rows());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return score[a] != score[b] ? score[a] < score[b] : a < b;
  });
  std::vector<double> aucs;
  for (const double time : times) {
    double there = 0;  // Controls with lower scores.
    double gone = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < order.size();) {
      double same_there = 0;
      double same_gone = 0;
      for (const double value = score[order[i]]; i < order.size() && score[order[i]] == value;
           ++i) {
        const auto row = order[i];
        if (spells.exit[row] > time)
          same_there += spells.weight_of(row);
        else
          same_gone += weight[row];
      }
      pairs += same_gone * (there + same_there / 2);
      there += same_there;
      gone += same_gone;
    }
    if (!(there > 0 && gone > 0)) return Error(errors::kNoPairs);
    aucs.push_back(pairs / (there * gone));
  }
  return aucs;
}

Result<std::vector<HorizonBin>> calibration_at(const Spells& spells,
                                               std::span<const double> predicted, double horizon,
                                               std::size_t bins) {
  HOLDFAST_TRY_VOID(check_horizons(spells, predicted, 1, {&horizon, 1}));
  if (bins == 0) return Error(errors::kBadOption, {{"what", "bins must be 1 or more"}});
  std::vector<std::uint32_t> order;
  for (std::uint32_t row = 0; row < spells.rows(); ++row) {
    if (spells.weight_of(row) > 0) order.push_back(row);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return predicted[a] != predicted[b] ? predicted[a] < predicted[b] : a < b;
  });
  std::vector<HorizonBin> found;
  for (std::size_t begin = 0; begin < order.size();) {
    auto end = std::max(begin + 1, order.size() * (found.size() + 1) / bins);
    end = std::min(end, order.size());
    while (end < order.size() && predicted[order[end]] == predicted[order[end - 1]]) ++end;
    std::vector<double> exit;
    std::vector<double> weight;
    std::vector<std::uint8_t> event;
    HorizonBin bin;
    double total = 0;
    for (; begin < end; ++begin) {
      const auto row = order[begin];
      exit.push_back(spells.exit[row]);
      event.push_back(spells.event[row]);
      weight.push_back(spells.weight_of(row));
      total += weight.back();
      bin.predicted += weight.back() * predicted[row];
    }
    bin.predicted /= total;
    bin.rows = exit.size();
    HOLDFAST_TRY(const auto curve,
                 survival_curve({{}, exit, event, weight, {}}, {0.95, Interval::LogLog}));
    const auto after = std::upper_bound(curve.time.begin(), curve.time.end(), horizon);
    if (after != curve.time.begin()) {
      const auto at = static_cast<std::size_t>(after - curve.time.begin() - 1);
      bin.observed = 1 - curve.survival[at];
      bin.lower = 1 - curve.upper[at];
      bin.upper = 1 - curve.lower[at];
    }
    found.push_back(bin);
  }
  return found;
}

}  // namespace holdfast::survival
