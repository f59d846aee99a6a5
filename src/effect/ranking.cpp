#include "effect/ranking.hpp"

#include <algorithm>
#include <cmath>

#include "effect/errors.hpp"

namespace holdfast::effect {
namespace {

Cut plus(const Cut& a, const Cut& b) {
  return {a.treated + b.treated, a.control + b.control, a.treated_sum + b.treated_sum,
          a.control_sum + b.control_sum};
}

Cut minus(const Cut& a, const Cut& b) {
  return {a.treated - b.treated, a.control - b.control, a.treated_sum - b.treated_sum,
          a.control_sum - b.control_sum};
}

std::vector<std::uint32_t> by_falling_score(std::span<const double> score) {
  struct Key {
    double score;
    std::uint32_t row;
  };
  std::vector<Key> keys(score.size());
  for (std::size_t row = 0; row < keys.size(); ++row) {
    keys[row] = {score[row], static_cast<std::uint32_t>(row)};
  }
  // By row within equal scores: sums of amounts then have the same bits every time.
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return a.score > b.score || (a.score == b.score && a.row < b.row);
  });
  std::vector<std::uint32_t> order(score.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = keys[i].row;
  return order;
}

// Rows × height under straight lines between cuts.
template <typename Height>
double area_under(const std::vector<Cut>& cuts, Height height) {
  double area = 0;
  for (std::size_t i = 1; i < cuts.size(); ++i) {
    area += (cuts[i].rows() - cuts[i - 1].rows()) * (height(cuts[i]) + height(cuts[i - 1])) / 2;
  }
  return area;
}

// The cuts of an order that puts whole groups of equal outcomes one after the other.
std::vector<Cut> cuts_of(std::initializer_list<Cut> groups) {
  std::vector<Cut> cuts(1);
  for (const auto& group : groups) {
    if (group.rows() > 0) cuts.push_back(plus(cuts.back(), group));
  }
  return cuts;
}

struct Outcomes {
  Cut treated_won, treated_lost, control_won, control_lost;
};

Outcomes outcomes_of(const Cut& all) {
  return {{all.treated_sum, 0, all.treated_sum, 0},
          {all.treated - all.treated_sum, 0, 0, 0},
          {0, all.control_sum, 0, all.control_sum},
          {0, all.control - all.control_sum, 0, 0}};
}

// Won though treated first, won though untreated last: the most a Qini curve can rise.
std::vector<Cut> best_for_qini(const Cut& all) {
  const auto of = outcomes_of(all);
  return cuts_of({of.treated_won, plus(of.treated_lost, of.control_lost), of.control_won});
}

// scikit-uplift's order: first whose outcome is as their treatment, then the rest, and within both
// the treated (the won, if more control rows won than treated rows lost) first.
std::vector<Cut> best_for_gain(const Cut& all) {
  const auto of = outcomes_of(all);
  if (of.control_won.rows() > of.treated_lost.rows()) {
    return cuts_of({of.treated_won, of.control_lost, of.control_won, of.treated_lost});
  }
  return cuts_of({of.treated_won, of.control_lost, of.treated_lost, of.control_won});
}

std::optional<double> share_of_best(double found, double random, double best) {
  if (std::abs(best - random) <= 1e-12 * std::max(std::abs(best), std::abs(random))) return {};
  return (found - random) / (best - random);
}

std::optional<double> uplift_of(const Cut& cut) {
  // A fraction of a row left by subtraction is nobody.
  if (cut.treated < 1e-9 || cut.control < 1e-9) return {};
  return cut.uplift();
}

}  // namespace

Cut Ranking::at(double share) const {
  const double rows = std::clamp(share, 0.0, 1.0) * all().rows();
  const auto above = std::lower_bound(cuts.begin() + 1, cuts.end() - 1, rows,
                                      [](const Cut& cut, double r) { return cut.rows() < r; });
  const auto& below = *(above - 1);
  const auto step = minus(*above, below);
  const double part = (rows - below.rows()) / step.rows();
  return {below.treated + part * step.treated, below.control + part * step.control,
          below.treated_sum + part * step.treated_sum, below.control_sum + part * step.control_sum};
}

Result<Ranking> rank(const Trial& trial, std::span<const double> score) {
  HOLDFAST_TRY_VOID(check(trial));
  if (score.size() != trial.rows()) {
    return Error(errors::kShape,
                 {{"what", "score"}, {"found", score.size()}, {"expected", trial.rows()}});
  }
  for (std::size_t row = 0; row < score.size(); ++row) {
    if (!std::isfinite(score[row])) {
      return Error(errors::kBadValue, {{"what", "score"}, {"row", row + 1}, {"value", score[row]}});
    }
  }
  Ranking ranking;
  ranking.cuts.emplace_back();
  ranking.is_binary = true;
  Cut so_far;
  const auto order = by_falling_score(score);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto row = order[i];
    const double y = trial.outcome[row];
    ranking.is_binary = ranking.is_binary && (y == 0 || y == 1);
    (trial.treated[row] != 0 ? so_far.treated : so_far.control) += 1;
    (trial.treated[row] != 0 ? so_far.treated_sum : so_far.control_sum) += y;
    if (i + 1 < order.size() && score[order[i + 1]] == score[row]) continue;
    ranking.scores.push_back(score[row]);
    ranking.cuts.push_back(so_far);
  }
  return ranking;
}

Areas areas(const Ranking& ranking) {
  const auto& all = ranking.all();
  const auto qini = [](const Cut& cut) { return cut.qini(); };
  const auto gain = [](const Cut& cut) { return cut.gain(); };
  const double qini_area = area_under(ranking.cuts, qini);
  const double gain_area = area_under(ranking.cuts, gain);
  const double qini_random = all.rows() * all.qini() / 2;
  const double gain_random = all.rows() * all.gain() / 2;
  Areas found;
  found.qini = (qini_area - qini_random) / all.rows() / all.treated;
  found.auuc = gain_area / all.rows() / all.rows();
  if (ranking.is_binary) {
    found.qini_coefficient =
        share_of_best(qini_area, qini_random, area_under(best_for_qini(all), qini));
    found.auuc_coefficient =
        share_of_best(gain_area, gain_random, area_under(best_for_gain(all), gain));
  }
  return found;
}

Result<std::vector<RankGroup>> rank_groups(const Ranking& ranking, std::size_t count) {
  if (count == 0 || static_cast<double>(count) > ranking.all().rows()) {
    return Error(errors::kBadOption, {{"what", "there must be from 1 group to one for each row"}});
  }
  const auto overall = uplift_of(ranking.all());
  std::vector<RankGroup> groups(count);
  Cut before;
  for (std::size_t g = 0; g < count; ++g) {
    auto& group = groups[g];
    group.from_share = static_cast<double>(g) / static_cast<double>(count);
    group.to_share = static_cast<double>(g + 1) / static_cast<double>(count);
    group.so_far = g + 1 == count ? ranking.all() : ranking.at(group.to_share);
    group.inside = minus(group.so_far, before);
    group.uplift = uplift_of(group.inside);
    group.uplift_so_far = uplift_of(group.so_far);
    if (group.uplift_so_far && *overall != 0) group.liftup = *group.uplift_so_far / *overall;
    before = group.so_far;
  }
  return groups;
}

Result<MaximumProfit> maximum_profit(const Ranking& ranking, const CampaignMoney& money) {
  if (!ranking.is_binary) {
    return Error(errors::kBadOption, {{"what", "a maximum profit needs outcomes 0 or 1 (stayed)"}});
  }
  for (const double value :
       {money.customer_value, money.offer_cost, money.contact_cost, money.fixed_cost}) {
    if (!std::isfinite(value) || value < 0) {
      return Error(errors::kBadOption, {{"what", "money must be numbers from 0 on"}});
    }
  }
  MaximumProfit best;
  const double rows = ranking.all().rows();
  for (std::size_t i = 1; i < ranking.cuts.size(); ++i) {
    const auto& cut = ranking.cuts[i];
    if (cut.treated == 0 || cut.control == 0) continue;
    const double each = cut.uplift() * money.customer_value - money.contact_cost -
                        cut.treated_mean() * money.offer_cost;
    const double profit = (cut.rows() * each - money.fixed_cost) / rows;
    if (profit > best.profit_per_customer) {
      best = {profit, cut.rows() / rows, ranking.scores[i - 1]};
    }
  }
  return best;
}

Result<std::vector<GroupEffect>> group_effects(const Trial& trial,
                                               std::span<const std::int32_t> group,
                                               std::span<const std::string> names) {
  HOLDFAST_TRY_VOID(check(trial));
  if (group.size() != trial.rows()) {
    return Error(errors::kShape,
                 {{"what", "group"}, {"found", group.size()}, {"expected", trial.rows()}});
  }
  std::vector<std::vector<double>> outcome(names.size());
  std::vector<std::vector<std::int32_t>> arm(names.size());
  for (std::size_t row = 0; row < group.size(); ++row) {
    if (group[row] < 0 || static_cast<std::size_t>(group[row]) >= names.size()) {
      return Error(errors::kBadValue, {{"what", "group"}, {"row", row + 1}, {"value", group[row]}});
    }
    const auto g = static_cast<std::size_t>(group[row]);
    outcome[g].push_back(trial.outcome[row]);
    arm[g].push_back(trial.treated[row]);
  }
  std::vector<GroupEffect> effects(names.size());
  for (std::size_t g = 0; g < names.size(); ++g) {
    effects[g].group = names[g];
    effects[g].treated_count = std::count(arm[g].begin(), arm[g].end(), 1);
    effects[g].control_count = std::count(arm[g].begin(), arm[g].end(), 0);
    if (effects[g].treated_count < 2 || effects[g].control_count < 2) continue;
    const std::string arms[] = {"control", "treated"};
    auto found = average_effects(outcome[g], arm[g], arms, 0);
    if (found.ok()) effects[g].effect = std::move(found->front());
  }
  return effects;
}

}  // namespace holdfast::effect
