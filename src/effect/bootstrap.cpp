#include "effect/bootstrap.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "effect/errors.hpp"

namespace holdfast::effect {
namespace {

constexpr std::size_t kMeasures = 4;
// A replicate's top share then lacks one group with a probability of e⁻²⁰ only.
constexpr double kTopCountMin = 20;
using Values = std::array<double, kMeasures>;

struct RankedRow {
  double outcome;
  std::uint32_t rank;
};

// Both groups with the position of each row's score, so that a replicate needs no sort.
struct RankedTrial {
  std::vector<RankedRow> treated, control;
  std::size_t ranks = 0;
};

RankedTrial ranked(const Trial& trial, std::span<const double> score, const Ranking& ranking) {
  RankedTrial rows;
  rows.ranks = ranking.scores.size();
  for (std::size_t row = 0; row < trial.rows(); ++row) {
    const auto at = std::lower_bound(ranking.scores.begin(), ranking.scores.end(), score[row],
                                     std::greater<>());
    const RankedRow found{trial.outcome[row],
                          static_cast<std::uint32_t>(at - ranking.scores.begin())};
    (trial.treated[row] != 0 ? rows.treated : rows.control).push_back(found);
  }
  return rows;
}

Values measure(const Ranking& ranking, double top_share) {
  const auto found = areas(ranking);
  return {ranking.all().uplift(), ranking.at(top_share).uplift(), found.qini, found.auuc};
}

Values replicate(const RankedTrial& rows, double top_share, Random random) {
  std::vector<Cut> steps(rows.ranks);
  for (std::size_t i = 0; i < rows.treated.size(); ++i) {
    const auto& row = rows.treated[random.below(rows.treated.size())];
    steps[row.rank].treated += 1;
    steps[row.rank].treated_sum += row.outcome;
  }
  for (std::size_t i = 0; i < rows.control.size(); ++i) {
    const auto& row = rows.control[random.below(rows.control.size())];
    steps[row.rank].control += 1;
    steps[row.rank].control_sum += row.outcome;
  }
  Ranking drawn;
  drawn.cuts.reserve(rows.ranks + 1);
  Cut so_far;
  drawn.cuts.push_back(so_far);
  for (const auto& step : steps) {
    if (step.rows() == 0) continue;
    so_far.treated += step.treated;
    so_far.control += step.control;
    so_far.treated_sum += step.treated_sum;
    so_far.control_sum += step.control_sum;
    drawn.cuts.push_back(so_far);
  }
  return measure(drawn, top_share);
}

// Between order statistics, as R's default (type 7).
double quantile(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval interval(double value, std::vector<double> drawn, double level) {
  double mean = 0;
  for (const double v : drawn) mean += v / static_cast<double>(drawn.size());
  double squares = 0;
  for (const double v : drawn) squares += (v - mean) * (v - mean);
  std::sort(drawn.begin(), drawn.end());
  return {value, std::sqrt(squares / static_cast<double>(drawn.size() - 1)),
          quantile(drawn, (1 - level) / 2), quantile(drawn, (1 + level) / 2)};
}

}  // namespace

Result<BootstrapIntervals> bootstrap(const Trial& trial, std::span<const double> score,
                                     const BootstrapOptions& options) {
  if (options.replicates < 2 || !(options.level > 0 && options.level < 1) ||
      !(options.top_share > 0 && options.top_share <= 1)) {
    return Error(errors::kBadOption, {{"what",
                                       "a bootstrap needs 2 replicates or more, a level between 0 "
                                       "and 1, and a top share above 0 and up to 1"}});
  }
  HOLDFAST_TRY(const auto ranking, rank(trial, score));
  const auto top = ranking.at(options.top_share);
  if (std::min(top.treated, top.control) < kTopCountMin) {
    return Error(errors::kTooFew, {{"what", "rows of either group in the top share"},
                                   {"found", std::min(top.treated, top.control)},
                                   {"expected", kTopCountMin}});
  }
  const auto rows = ranked(trial, score, ranking);
  const auto count = static_cast<std::size_t>(options.replicates);
  std::vector<Values> drawn(count);
  const Random random(options.seed);
  parallel_for(count, 1, [&](std::size_t begin, std::size_t end) {
    for (auto r = begin; r < end; ++r) {
      drawn[r] = replicate(rows, options.top_share, random.split(r));
    }
  });
  const auto values = measure(ranking, options.top_share);
  std::array<Interval, kMeasures> found;
  for (std::size_t m = 0; m < kMeasures; ++m) {
    std::vector<double> column(count);
    for (std::size_t r = 0; r < count; ++r) column[r] = drawn[r][m];
    found[m] = interval(values[m], std::move(column), options.level);
  }
  return BootstrapIntervals{found[0], found[1], found[2], found[3]};
}

}  // namespace holdfast::effect
