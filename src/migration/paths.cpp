#include "migration/paths.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/distributions.hpp"
#include "core/parallel.hpp"
#include "migration/errors.hpp"
#include "migration/moments.hpp"

namespace holdfast::migration {
namespace {

Result<void> check(const PathOptions& options) {
  const auto bad = [](const char* option, double value, const char* needed) {
    return Error(errors::kBadOption, {{"option", option}, {"value", value}, {"needed", needed}});
  };
  if (options.length_max == 0 || options.length_max > 10)
    return bad("length_max", static_cast<double>(options.length_max), "[1, 10]");
  if (options.gap_days_max < 0) return bad("gap_days_max", options.gap_days_max, "[0, ∞)");
  if (options.after_days < 1) return bad("after_days", options.after_days, "[1, ∞)");
  if (!(options.fall_share > 0 && options.fall_share <= 1))
    return bad("fall_share", options.fall_share, "(0, 1]");
  if (options.period_days < 1) return bad("period_days", options.period_days, "[1, ∞)");
  if (options.balance_bands == 0 || options.balance_bands > 1000)
    return bad("balance_bands", static_cast<double>(options.balance_bands), "[1, 1000]");
  if (!(options.level > 0 && options.level < 1)) return bad("level", options.level, "(0, 1)");
  return {};
}

// What one stratum holds of one outcome: sums over all its moments and over those of the path.
struct Outcome {
  double all = 0, with = 0, squares = 0;

  void add(double value, bool is_with) {
    all += value;
    squares += value * value;
    if (is_with) with += value;
  }
};

struct Stratum {
  double all = 0;
  double with = 0;
  Outcome falls, fallen;

  bool is_informative() const { return with > 0 && with < all; }
};

// |a − d b|² ≤ z² (aa − 2 d ab + d² bb) for the differences d of the interval.
struct Variance {
  double aa = 0, ab = 0, bb = 0;

  void add(double weight, double yy, double xy, double xx) {
    aa += weight * yy;
    ab += weight * xy;
    bb += weight * xx;
  }
};

// a = Σ x̃ỹ and b = Σ x̃², with what a − d b varies by: from customer to customer, and from moment to
// moment within strata.
struct Score {
  double a = 0, b = 0;
  Variance customers, moments;

  void add_customer(double own_a, double own_b) {
    a += own_a;
    b += own_b;
    customers.add(1, own_a * own_a, own_a * own_b, own_b * own_b);
  }
  void add_stratum(const Stratum& own, const Outcome& y) {
    const double xx = own.with * (own.all - own.with) / own.all;
    const double xy = y.with - own.with * (y.all / own.all);
    const double yy = std::max(0.0, y.squares - y.all * (y.all / own.all));
    moments.add(xx / (own.all - 1), yy, xy, xx);
  }
  // False where the interval has no end: too few customers.
  bool fill(Contrast& contrast, double z) const {
    contrast.difference = contrast.lower = contrast.upper = a / b;
    contrast.without = contrast.with - contrast.difference;
    contrast.p = 0;
    for (const auto& [aa, ab, bb] : {customers, moments}) {
      const double square = b * b - z * z * bb;
      if (!(square > 1e-9 * b * b)) return false;
      const double middle = (a * b - z * z * ab) / square;
      const double half =
          std::sqrt(std::max(0.0, middle * middle - (a * a - z * z * aa) / square));
      contrast.lower = std::min(contrast.lower, middle - half);
      contrast.upper = std::max(contrast.upper, middle + half);
      contrast.p =
          std::max(contrast.p, aa > 0 ? 2 * normal_cdf(-std::abs(a) / std::sqrt(aa)) : 1.0);
    }
    return true;
  }
};

struct Compared {
  Contrast frequency;
  Contrast amount;
};

// Which of the candidates belong to the comparison: all but those soon after the path.
struct Chosen {
  std::vector<std::uint32_t> moments;
  std::vector<std::uint8_t> is_with;
};

Chosen choose(const Moments& all, const std::vector<std::uint32_t>& candidates,
              const std::vector<std::uint32_t>& ends, std::int32_t after_days) {
  Chosen chosen;
  std::size_t next = 0;  // The first end not passed yet.
  for (const auto m : candidates) {
    const auto& moment = all.moments[m];
    while (next < ends.size() && ends[next] < m) ++next;
    const bool is_with = next < ends.size() && ends[next] == m;
    if (!is_with && next > 0) {
      const auto& end = all.moments[ends[next - 1]];
      if (end.customer == moment.customer &&
          static_cast<std::int64_t>(moment.day) - end.day < after_days)
        continue;
    }
    chosen.moments.push_back(m);
    chosen.is_with.push_back(is_with ? 1 : 0);
  }
  return chosen;
}

std::optional<Compared> compare(const Moments& all, const Chosen& chosen, double z) {
  std::vector<Stratum> strata(all.strata);
  for (std::size_t i = 0; i < chosen.moments.size(); ++i) {
    const auto& moment = all.moments[chosen.moments[i]];
    const bool is_with = chosen.is_with[i] != 0;
    auto& own = strata[moment.stratum];
    ++own.all;
    own.with += is_with ? 1 : 0;
    own.falls.add(moment.falls, is_with);
    own.fallen.add(moment.fallen, is_with);
  }
  double weights = 0;
  Compared compared;
  Score frequency, amount;
  for (const auto& own : strata) {
    if (!own.is_informative()) continue;
    const double weight = (own.all - own.with) / own.all;  // n₁n₀/n of the mean over n₁.
    weights += own.with * weight;
    compared.frequency.with += weight * own.falls.with;
    compared.amount.with += weight * own.fallen.with;
    frequency.add_stratum(own, own.falls);
    amount.add_stratum(own, own.fallen);
  }
  if (!(weights > 0)) return std::nullopt;
  compared.frequency.with /= weights;
  compared.amount.with /= weights;
  for (std::size_t i = 0; i < chosen.moments.size();) {
    const auto customer = all.moments[chosen.moments[i]].customer;
    double a_frequency = 0, a_amount = 0, b = 0;
    for (; i < chosen.moments.size(); ++i) {
      const auto& moment = all.moments[chosen.moments[i]];
      if (moment.customer != customer) break;
      const auto& own = strata[moment.stratum];
      if (!own.is_informative()) continue;
      const double x = (chosen.is_with[i] != 0 ? 1.0 : 0.0) - own.with / own.all;
      a_frequency += x * (moment.falls - own.falls.all / own.all);
      a_amount += x * (moment.fallen - own.fallen.all / own.all);
      b += x * x;
    }
    frequency.add_customer(a_frequency, b);
    amount.add_customer(a_amount, b);
  }
  if (!frequency.fill(compared.frequency, z) || !amount.fill(compared.amount, z))
    return std::nullopt;
  // Shares cannot differ by more; few customers let the score's interval reach beyond.
  compared.frequency.lower = std::max(compared.frequency.lower, -1.0);
  compared.frequency.upper = std::min(compared.frequency.upper, 1.0);
  return compared;
}

// Holm's step-down: the i-th smallest p times the number not yet decided, never falling.
void adjust(std::vector<Contrast*> contrasts) {
  std::stable_sort(contrasts.begin(), contrasts.end(),
                   [](const Contrast* a, const Contrast* b) { return a->p < b->p; });
  double least = 0;
  for (std::size_t i = 0; i < contrasts.size(); ++i) {
    least = std::max(least, static_cast<double>(contrasts.size() - i) * contrasts[i]->p);
    contrasts[i]->p_adjusted = std::min(1.0, least);
  }
}

void adjust_all(std::vector<PathEffect>& paths) {
  std::vector<Contrast*> frequencies, amounts, beyond;
  for (auto& path : paths) {
    frequencies.push_back(&path.frequency);
    amounts.push_back(&path.amount);
    if (path.beyond) beyond.push_back(&*path.beyond);
  }
  adjust(std::move(frequencies));
  adjust(std::move(amounts));
  adjust(std::move(beyond));
}

}  // namespace

Result<PathEffects> path_effects(const Journeys& journeys, const Balances& balances,
                                 const PathOptions& options) {
  HOLDFAST_TRY_VOID(check(journeys));
  HOLDFAST_TRY_VOID(check(balances, journeys.customers()));
  HOLDFAST_TRY_VOID(check(options));
  const auto all = moments_of(journeys, balances, options);
  if (all.moments.empty()) return Error(errors::kNoMoments, {{"moments", journeys.step.size()}});
  const auto found = find_paths(journeys, all, options);
  PathEffects effects{.paths = {},
                      .moments = all.moments.size(),
                      .unwatched = all.unwatched,
                      .left_out = found.left_out};
  for (const auto& moment : all.moments) effects.fall_share += moment.falls;
  effects.fall_share /= static_cast<double>(all.moments.size());
  std::vector<std::uint32_t> everybody(all.moments.size());
  std::iota(everybody.begin(), everybody.end(), std::uint32_t{0});
  std::map<std::vector<Step>, std::size_t> place;
  for (std::size_t p = 0; p < found.paths.size(); ++p) place.emplace(found.paths[p].steps, p);
  const double z = normal_quantile(0.5 + options.level / 2);
  std::vector<std::optional<PathEffect>> tested(found.paths.size());
  parallel_for(found.paths.size(), 1, [&](std::size_t p, std::size_t) {
    const auto& path = found.paths[p];
    const auto compared =
        compare(all, choose(all, everybody, path.ends, options.after_days), z);
    if (!compared) return;
    PathEffect effect{.steps = path.steps,
                      .moments = path.ends.size(),
                      .customers = path.customers,
                      .frequency = compared->frequency,
                      .amount = compared->amount,
                      .beyond = {}};
    for (const auto m : path.ends) {
      effect.falls += all.moments[m].falls > 0 ? 1 : 0;
      effect.fallen += all.moments[m].fallen;
    }
    const auto shorter = place.find({path.steps.begin() + 1, path.steps.end()});
    if (path.steps.size() > 1 && shorter != place.end()) {
      const auto& candidates = found.paths[shorter->second].ends;
      const auto more = compare(all, choose(all, candidates, path.ends, options.after_days), z);
      if (more) effect.beyond = more->frequency;
    }
    tested[p] = std::move(effect);
  });
  for (auto& effect : tested) {
    if (effect) effects.paths.push_back(std::move(*effect));
  }
  adjust_all(effects.paths);
  std::stable_sort(effects.paths.begin(), effects.paths.end(),
                   [](const PathEffect& a, const PathEffect& b) {
                     return a.frequency.difference > b.frequency.difference;
                   });
  return effects;
}

}  // namespace holdfast::migration
