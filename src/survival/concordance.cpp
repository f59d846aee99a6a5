#include "survival/concordance.hpp"

#include <algorithm>
#include <cmath>

#include "survival/curves.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

// Weights by rank with sums over ranks below (Fenwick 1994).
class RankSums {
 public:
  explicit RankSums(std::size_t ranks) : sums_(ranks + 1), at_(ranks) {}

  void add(std::size_t rank, double weight) {
    total_ += weight;
    at_[rank] += weight;
    for (auto i = rank + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += weight;
  }
  double below(std::size_t rank) const {
    double sum = 0;
    for (auto i = rank; i > 0; i -= i & (~i + 1)) sum += sums_[i];
    return sum;
  }
  double at(std::size_t rank) const { return at_[rank]; }
  double total() const { return total_; }

 private:
  std::vector<double> sums_;
  std::vector<double> at_;
  double total_ = 0;
};

// Dense ranks from 0; equal scores have one.
std::vector<std::uint32_t> ranks_of(std::span<const double> score) {
  struct Key {
    double score;
    std::uint32_t row;
  };
  std::vector<Key> keys(score.size());
  for (std::size_t row = 0; row < keys.size(); ++row) {
    keys[row] = {score[row], static_cast<std::uint32_t>(row)};
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.score < b.score; });
  std::vector<std::uint32_t> rank(score.size());
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0 && keys[i].score != keys[i - 1].score) ++next;
    rank[keys[i].row] = next;
  }
  return rank;
}

// 1/G(t−)² at every exit, in the order of the rows; G of all strata together.
Result<std::vector<double>> censoring_weights(const Spells& spells) {
  std::vector<double> weight(spells.rows(), 1.0);
  Spells pooled = spells;
  pooled.stratum = {};
  const auto moments = moments_of(pooled);
  std::vector<double> before;  // G just before each moment.
  double stay = 1;
  for (const auto& moment : moments) {
    before.push_back(stay);
    // Those who leave at a time are no longer there to be lost at it.
    const double there = moment.at_risk - moment.events;
    if (moment.censored > 0 && there > 0) stay *= std::max(0.0, 1 - moment.censored / there);
  }
  for (std::size_t row = 0; row < weight.size(); ++row) {
    const auto at = std::lower_bound(moments.begin(), moments.end(), spells.exit[row],
                                     [](const Moment& m, double t) { return m.time < t; });
    if (at == moments.end()) continue;
    const double g = before[static_cast<std::size_t>(at - moments.begin())];
    if (spells.event[row] != 0 && g > 0) weight[row] = 1 / (g * g);
  }
  return weight;
}

struct Counter {
  const Spells& spells;
  const std::vector<std::uint32_t>& rank;
  const std::vector<double>& pair_weight;
  double horizon;
  RankSums there;
  Concordance found;

  void count(std::uint32_t row) {
    const double w = spells.weight_of(row) * (pair_weight.empty() ? 1 : pair_weight[row]);
    const double below = there.below(rank[row]);
    const double same = there.at(rank[row]);
    found.concordant += w * below;
    found.tied_score += w * same;
    found.discordant += w * (there.total() - below - same);
  }

  // Pairs among those who leave at one time.
  void count_tied(std::span<const std::uint32_t> rows) {
    std::vector<std::pair<std::uint32_t, double>> left;
    double sum = 0;
    double squares = 0;
    double factor = 1;
    for (const auto row : rows) {
      if (spells.event[row] == 0) continue;
      const double w = spells.weight_of(row);
      if (!pair_weight.empty()) factor = pair_weight[row];
      left.emplace_back(rank[row], w);
      sum += w;
      squares += w * w;
    }
    if (left.size() < 2) return;
    std::sort(left.begin(), left.end());
    double both = 0;
    for (std::size_t i = 0; i < left.size();) {
      double part = 0;
      double part_squares = 0;
      for (const auto r = left[i].first; i < left.size() && left[i].first == r; ++i) {
        part += left[i].second;
        part_squares += left[i].second * left[i].second;
      }
      both += (part * part - part_squares) / 2;
    }
    found.tied_both += factor * both;
    found.tied_time += factor * ((sum * sum - squares) / 2 - both);
  }
};

}  // namespace

Result<Concordance> concordance(const Spells& spells, std::span<const double> score,
                                const ConcordanceOptions& options) {
  HOLDFAST_TRY_VOID(check(spells));
  if (score.size() != spells.rows()) {
    return Error(errors::kShape,
                 {{"what", "score"}, {"found", score.size()}, {"expected", spells.rows()}});
  }
  for (std::size_t row = 0; row < score.size(); ++row) {
    if (std::isfinite(score[row])) continue;
    return Error(errors::kBadValue, {{"what", "score"}, {"row", row + 1}, {"value", score[row]}});
  }
  std::vector<double> pair_weight;
  if (options.weight == PairWeight::Uno) {
    HOLDFAST_TRY(pair_weight, censoring_weights(spells));
  }
  const auto rank = ranks_of(score);
  const auto by_exit = ordered(spells, spells.exit, true);
  std::vector<std::uint32_t> by_entry;
  if (!spells.entry.empty()) by_entry = ordered(spells, spells.entry, true);
  const auto top = rank.empty() ? 0 : *std::max_element(rank.begin(), rank.end()) + std::size_t{1};
  Counter counter{spells, rank, pair_weight, options.horizon, RankSums(top), {}};
  std::size_t entered = 0;
  // Takes the rows of [from, to) out again, so that a stratum begins with nobody.
  const auto move = [&](std::uint32_t row, double sign) {
    counter.there.add(rank[row], sign * spells.weight_of(row));
  };
  std::size_t stratum_begin = 0;
  std::size_t entry_begin = 0;
  for (std::size_t i = 0; i < by_exit.size();) {
    const auto stratum = spells.stratum_of(by_exit[i]);
    if (i > 0 && spells.stratum_of(by_exit[i - 1]) != stratum) {
      for (; stratum_begin < i; ++stratum_begin) move(by_exit[stratum_begin], -1);
      for (; entry_begin < entered; ++entry_begin) move(by_entry[entry_begin], 1);
      while (entered < by_entry.size() && spells.stratum_of(by_entry[entered]) < stratum) ++entered;
      entry_begin = entered;
    }
    const double time = spells.exit[by_exit[i]];
    auto end = i;
    while (end < by_exit.size() && spells.exit[by_exit[end]] == time &&
           spells.stratum_of(by_exit[end]) == stratum) {
      ++end;
    }
    const std::span<const std::uint32_t> tied(by_exit.data() + i, end - i);
    // Lost at this time: longer there than those who leave at it.
    for (const auto row : tied) {
      if (spells.event[row] == 0) move(row, 1);
    }
    for (; entered < by_entry.size() && spells.stratum_of(by_entry[entered]) == stratum &&
           spells.entry[by_entry[entered]] >= time;
         ++entered) {
      move(by_entry[entered], -1);
    }
    if (time <= options.horizon) {
      for (const auto row : tied) {
        if (spells.event[row] != 0) counter.count(row);
      }
      counter.count_tied(tied);
    }
    for (const auto row : tied) {
      if (spells.event[row] != 0) move(row, 1);
    }
    i = end;
  }
  auto& found = counter.found;
  const double pairs = found.concordant + found.discordant + found.tied_score;
  if (!(pairs > 0)) return Error(errors::kNoPairs);
  found.value = (found.concordant + found.tied_score / 2) / pairs;
  return found;
}

}  // namespace holdfast::survival
