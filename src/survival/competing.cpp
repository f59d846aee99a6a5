#include "survival/competing.hpp"

#include <algorithm>
#include <cmath>

#include "core/distributions.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

// Weighted exits by kind at each moment of one stratum, row-major.
std::vector<double> counts_by_exit(const Spells& spells, const std::vector<Moment>& moments,
                                   const std::vector<std::uint8_t>& kinds) {
  std::vector<double> counts(moments.size() * kinds.size());
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (spells.event[row] == 0 || !(spells.weight_of(row) > 0)) continue;
    const auto at = std::lower_bound(moments.begin(), moments.end(), spells.exit[row],
                                     [](const Moment& m, double t) { return m.time < t; });
    const auto kind = std::lower_bound(kinds.begin(), kinds.end(), spells.event[row]);
    counts[static_cast<std::size_t>(at - moments.begin()) * kinds.size() +
           static_cast<std::size_t>(kind - kinds.begin())] += spells.weight_of(row);
  }
  return counts;
}

// The variance of P(t) = Σ_j of [(P(t) − P_j)² a_j − 2 (P(t) − P_j) b_j + c_j], expanded in P(t) so
// that all times take one pass.
struct VarianceSums {
  double a = 0, ap = 0, app = 0, b = 0, bp = 0, c = 0;

  void add(double all, double own, double n, double staying, double p) {
    const double left = n - all;
    const double share = left > 1e-12 * n ? all / (n * left) : 0;
    a += share;
    ap += share * p;
    app += share * p * p;
    const double direct = staying * own / (n * n);
    b += direct;
    bp += direct * p;
    c += staying * staying * own * (n - own) / (n * n * n);
  }
  double at(double p) const {
    return std::max(0.0, p * p * a - 2 * p * ap + app - 2 * (p * b - bp) + c);
  }
};

void add_bounds(CompetingCurves::Exit& exit, double p, double error, double z) {
  Bounds bounds{p, p};
  if (p > 0 && p < 1) {
    const double log_p = std::log(p);
    const double half = z * error / (p * std::abs(log_p));
    bounds = {std::exp(log_p * std::exp(half)), std::exp(log_p * std::exp(-half))};
  }
  exit.lower.push_back(bounds.lower);
  exit.upper.push_back(bounds.upper);
}

}  // namespace

double CompetingCurves::probability_at(std::size_t e, double when) const {
  const auto after = std::upper_bound(time.begin(), time.end(), when) - time.begin();
  return after == 0 ? 0.0 : exits[e].probability[static_cast<std::size_t>(after - 1)];
}

Result<CompetingCurves> competing_curves(const Spells& spells, double level) {
  HOLDFAST_TRY_VOID(check(spells));
  if (!(level > 0 && level < 1)) {
    return Error(errors::kBadOption, {{"what", "level must lie between 0 and 1"}});
  }
  Spells pooled = spells;
  pooled.stratum = {};
  std::vector<std::uint8_t> kinds;
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (spells.event[row] != 0 && spells.weight_of(row) > 0) kinds.push_back(spells.event[row]);
  }
  if (kinds.empty()) return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  const auto moments = moments_of(pooled);
  const auto counts = counts_by_exit(pooled, moments, kinds);
  const double z = normal_quantile(0.5 + level / 2);
  CompetingCurves curves;
  for (const auto kind : kinds) curves.exits.push_back({kind, {}, {}, {}, {}});
  std::vector<VarianceSums> sums(kinds.size());
  std::vector<double> probability(kinds.size());
  double staying = 1;
  for (std::size_t m = 0; m < moments.size(); ++m) {
    const double n = moments[m].at_risk;
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      const double own = counts[m * kinds.size() + k];
      probability[k] += staying * own / n;
      sums[k].add(moments[m].events, own, n, staying, probability[k]);
      const double error = std::sqrt(sums[k].at(probability[k]));
      curves.exits[k].probability.push_back(probability[k]);
      curves.exits[k].error.push_back(error);
      add_bounds(curves.exits[k], probability[k], error, z);
    }
    staying *= std::max(0.0, 1 - moments[m].events / n);
    curves.time.push_back(moments[m].time);
    curves.staying.push_back(staying);
  }
  return curves;
}

Result<FineGrayRows> fine_gray_rows(const Spells& spells, std::uint8_t exit, LossTies ties) {
  HOLDFAST_TRY_VOID(check(spells));
  if (!spells.entry.empty() || !spells.stratum.empty() || exit == 0) {
    return Error(
        errors::kBadOption,
        {{"what", "Fine-Gray rows are made without late entries and strata, for an exit"}});
  }
  const auto moments = moments_of(spells);
  std::vector<std::uint8_t> is_exit(moments.size());
  bool has_events = false;
  const auto moment_of = [&](double time) {
    return static_cast<std::size_t>(
        std::lower_bound(moments.begin(), moments.end(), time,
                         [](const Moment& m, double t) { return m.time < t; }) -
        moments.begin());
  };
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (spells.event[row] != exit || !(spells.weight_of(row) > 0)) continue;
    is_exit[moment_of(spells.exit[row])] = 1;
    has_events = true;
  }
  if (!has_events) return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  // G, the chance of not having been lost, just before each moment.
  std::vector<double> before;
  double stay = 1;
  for (const auto& moment : moments) {
    before.push_back(stay);
    const double there = moment.at_risk - (ties == LossTies::After ? moment.events : 0);
    if (there > 0) stay *= std::max(0.0, 1 - moment.censored / there);
  }
  // The times of the exit, in runs of one G.
  std::vector<std::size_t> runs;  // The last moment of each.
  for (std::size_t m = 0; m < moments.size(); ++m) {
    if (is_exit[m] == 0) continue;
    if (!runs.empty() && before[runs.back()] == before[m])
      runs.back() = m;
    else
      runs.push_back(m);
  }
  FineGrayRows rows;
  const auto push = [&](std::size_t row, double start, double stop, bool event, double weight) {
    rows.row.push_back(static_cast<std::uint32_t>(row));
    rows.start.push_back(start);
    rows.stop.push_back(stop);
    rows.event.push_back(event ? 1 : 0);
    rows.weight.push_back(weight);
  };
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    const double weight = spells.weight_of(row);
    if (!(weight > 0)) continue;
    const double time = spells.exit[row];
    push(row, -1, time, spells.event[row] == exit, weight);
    if (spells.event[row] == 0 || spells.event[row] == exit) continue;
    const auto own = moment_of(time);
    double start = time;
    for (auto run = std::upper_bound(runs.begin(), runs.end(), own); run != runs.end(); ++run) {
      const double part = before[*run] / before[own];
      if (!(part > 0)) break;
      push(row, start, moments[*run].time, false, weight * part);
      start = moments[*run].time;
    }
  }
  return rows;
}

}  // namespace holdfast::survival
