#include "lifetime/bg_nbd.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/parallel.hpp"
#include "lifetime/ending.hpp"
#include "lifetime/maximum.hpp"

namespace holdfast::lifetime {
namespace {

constexpr std::size_t kBlockRows = 8192;
constexpr std::size_t kFewRows = 16384;
constexpr double kExponentMax = 600;
constexpr double kChanceMin = 1e-12;

// What the likelihood needs of the data, sorted out once. Its factors Γ(r+x)/Γ(r) and
// B(a,b+k)/B(a,b) are products over 0 … x−1 of r+i and (b+i)/(a+b+i), so their sums over customers
// need only how many have more than i purchases: no gamma function, and nothing cancels.
struct Counts {
  std::vector<double> frequency, recency, age, weight;  // Time scaled.
  std::vector<double> above;                            // [i] weight with frequency > i.
  double customers = 0;
  double shift = 0;  // 1: the first purchase may be the last one, too.

  std::size_t rows() const { return frequency.size(); }
};

Counts counts_of(const Purchases& purchases, bool is_modified, double scale, std::size_t stride) {
  Counts counts;
  counts.shift = is_modified ? 1 : 0;
  const auto rows = (purchases.rows() + stride - 1) / stride;
  for (auto* column : {&counts.frequency, &counts.recency, &counts.age}) column->reserve(rows);
  for (std::size_t row = 0; row < purchases.rows(); row += stride) {
    const double weight = purchases.weight_of(row);
    const double x = purchases.frequency[row];
    counts.frequency.push_back(x);
    counts.recency.push_back(purchases.recency[row] / scale);
    counts.age.push_back(purchases.age[row] / scale);
    if (!purchases.weight.empty()) counts.weight.push_back(weight);
    counts.customers += weight;
    const auto last = static_cast<std::size_t>(x);
    if (counts.above.size() <= last) counts.above.resize(last + 1);
    counts.above[last] += weight;
  }
  // From "exactly i" to "above i".
  double above = 0;
  for (auto at = counts.above.rbegin(); at != counts.above.rend(); ++at) {
    const double exactly = *at;
    *at = above;
    above += exactly;
  }
  return counts;
}

// The sum over rows of log{(α+T)^−(r+x) + δ a/(b+k−1) (α+t)^−(r+x)}: still there, or left at the
// last purchase t. With w the second term's share, the slope is the mix of the terms' slopes.
Slope tail_of(const Counts& counts, std::span<const double> parameters, std::size_t begin,
              std::size_t end) {
  const double r = parameters[0], alpha = parameters[1], a = parameters[2], b = parameters[3];
  const double per_a = 1 / a, log_a = std::log(a);
  Slope sum;
  auto& g = sum.gradient;
  auto& h = sum.hessian;
  for (std::size_t row = begin; row < end; ++row) {
    const double weight = counts.weight.empty() ? 1 : counts.weight[row];
    const double shape = r + counts.frequency[row];
    const double chances = counts.frequency[row] + counts.shift;
    const double now = alpha + counts.age[row];
    const double log_now = std::log(now);
    const double per_now = 1 / now;
    if (chances == 0) {
      sum.loglik -= weight * shape * log_now;
      g[0] -= weight * log_now;
      g[1] -= weight * shape * per_now;
      h[1][0] -= weight * per_now;
      h[1][1] += weight * shape * per_now * per_now;
      continue;
    }
    const double per_then = 1 / (alpha + counts.recency[row]);
    const double log_ratio = std::log(now * per_then);
    const double rest = b + chances - 1;
    const double per_rest = 1 / rest;
    const double power = shape * log_ratio;
    double share = 1;
    double log_sum = power + log_a - std::log(rest);
    if (power < kExponentMax) {
      const double odds = a * per_rest * std::exp(power);
      share = odds / (1 + odds);
      log_sum = std::log1p(odds);
    }
    const std::array<double, 4> step = {log_ratio, shape * (per_now - per_then), per_a, -per_rest};
    sum.loglik += weight * (log_sum - shape * log_now);
    g[0] += weight * (share * step[0] - log_now);
    g[1] += weight * (share * step[1] - shape * per_now);
    g[2] += weight * share * step[2];
    g[3] += weight * share * step[3];
    const double spread = weight * share * (1 - share);
    const double stays = weight * (1 - share), left = weight * share;
    h[0][0] += spread * step[0] * step[0];
    h[1][0] += spread * step[0] * step[1] - stays * per_now - left * per_then;
    h[1][1] += spread * step[1] * step[1] +
               shape * (stays * per_now * per_now + left * per_then * per_then);
    h[2][0] += spread * step[2] * step[0];
    h[2][1] += spread * step[2] * step[1];
    h[2][2] += spread * step[2] * step[2] - left * per_a * per_a;
    h[3][0] += spread * step[3] * step[0];
    h[3][1] += spread * step[3] * step[1];
    h[3][2] += spread * step[3] * step[2];
    h[3][3] += spread * step[3] * step[3] + left * per_rest * per_rest;
  }
  return sum;
}

// The products, and α^r.
Slope head_of(const Counts& counts, std::span<const double> parameters) {
  const double r = parameters[0], alpha = parameters[1], a = parameters[2], b = parameters[3];
  const double n = counts.customers;
  Slope sum;
  sum.loglik = n * r * std::log(alpha);
  sum.gradient[0] = n * std::log(alpha);
  sum.gradient[1] = n * r / alpha;
  sum.hessian[1][0] = n / alpha;
  sum.hessian[1][1] = -n * r / (alpha * alpha);
  const auto chance = [&](double i, double weight) {
    const double stay = b + i, all = a + b + i;
    sum.loglik -= weight * std::log1p(a / stay);
    sum.gradient[2] -= weight / all;
    sum.gradient[3] += weight * a / (stay * all);
    const double second = weight / (all * all);
    sum.hessian[2][2] += second;
    sum.hessian[3][2] += second;
    sum.hessian[3][3] += second - weight / (stay * stay);
  };
  if (counts.shift > 0) chance(0, n);
  for (std::size_t i = 0; i < counts.above.size(); ++i) {
    const double weight = counts.above[i];
    const double rate = r + static_cast<double>(i);
    sum.loglik += weight * std::log(rate);
    sum.gradient[0] += weight / rate;
    sum.hessian[0][0] -= weight / (rate * rate);
    chance(static_cast<double>(i) + counts.shift, weight);
  }
  return sum;
}

Slope slope_of(const Counts& counts, std::span<const double> parameters) {
  std::vector<Slope> parts((counts.rows() + kBlockRows - 1) / kBlockRows);
  parallel_for(counts.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
    parts[begin / kBlockRows] = tail_of(counts, parameters, begin, end);
  });
  Slope sum = head_of(counts, parameters);
  for (const auto& part : parts) sum += part;
  return sum;
}

Maximum search(const Counts& counts, std::span<const double> start, int iterations_max) {
  return maximise([&](std::span<const double> at) { return slope_of(counts, at); }, start,
                  iterations_max);
}

double chance_to_leave(const Maximum& maximum) {
  return maximum.parameters[2] / (maximum.parameters[2] + maximum.parameters[3]);
}

// Few customers may make it likeliest that some leave at once and the others never. The usual start
// lies on the other side of the valley, from where the climb ends at nobody leaving; so where it does,
// two starts of that kind are climbed from, too.
Maximum highest(const Counts& counts, std::span<const double> start, int iterations_max) {
  constexpr double kHigher = 0.01;  // Of log-likelihood: more than nobody leaving itself would gain.
  auto best = search(counts, start, iterations_max);
  if (best.end != Maximum::End::RanAway || chance_to_leave(best) > kNeverLeaves || counts.rows() > kFewRows)
    return best;
  for (const double leave : {0.05, 0.3}) {
    const std::array<double, 4> other = {best.parameters[0], best.parameters[1], 0.3 * leave,
                                         0.3 * (1 - leave)};
    auto found = search(counts, other, iterations_max);
    if (found.loglik > best.loglik + kHigher) best = std::move(found);
  }
  return best;
}

// Purchases in `horizon` of one who is there, with rate Gamma(shape, rate) and chance to leave
// Beta(a, stay): the sum over i of P(more than i would be made) · P(there after i). All terms are
// positive, and a = 1 is not special, where the closed form of the paper divides by a − 1.
double expected_purchases(double shape, double rate, double a, double stay, double horizon) {
  if (!(horizon > 0)) return 0;
  const double z = horizon / (rate + horizon);
  // The chance of exactly n, from its logarithm while that is too small for a double.
  double log_scale = shape * std::log1p(-z);
  double exactly = 1;
  double there = 1;  // P(there after n).
  double count = 0;  // Purchases made of n.
  double sum = 0;    // Of exactly · count, by e^log_scale.
  constexpr double kBig = 1e200;
  for (double n = 0;; n += 1) {
    const double ratio = (shape + n) / (n + 1) * z;
    sum += exactly * count;
    // What is to come is below a geometric series with this ratio, growing at most as n does.
    const double falls = ratio * (n + 2) / (n + 1);
    if (falls < 1 && count > 0 &&
        exactly * (count + 1) * falls < 1e-16 * sum * (1 - falls) * (1 - falls)) {
      break;
    }
    exactly *= ratio;
    count += there;
    there *= (stay + n) / (a + stay + n);
    if (exactly > kBig || sum > kBig) {
      exactly /= kBig;
      sum /= kBig;
      log_scale += std::log(kBig);
    }
  }
  return std::exp(log_scale + std::log(sum));
}

}  // namespace

double BgNbd::alive(const Customer& customer) const {
  const double chances = customer.frequency + (is_modified ? 1 : 0);
  if (chances == 0) return 1;
  const double log_odds =
      std::log(a / (b + chances - 1)) +
      (r + customer.frequency) * std::log((alpha + customer.age) / (alpha + customer.recency));
  return 1 / (1 + std::exp(log_odds));
}

double BgNbd::expected(const Customer& customer, double horizon) const {
  const double chances = customer.frequency + (is_modified ? 1 : 0);
  return alive(customer) *
         expected_purchases(r + customer.frequency, alpha + customer.age, a, b + chances, horizon);
}

std::vector<double> BgNbd::chances(const Customer& customer, double horizon) const {
  const double is_here = alive(customer);
  const double shape = r + customer.frequency;
  const double stay = b + customer.frequency + (is_modified ? 1 : 0);
  const double z = horizon > 0 ? horizon / (alpha + customer.age + horizon) : 0;
  // Purchases a customer who never leaves would make are negative binomial, NB(shape, z); of these
  // the n-th is made if none of the n − 1 before it was the last.
  double log_exactly = shape * std::log1p(-z);
  double more = -std::expm1(log_exactly);  // The chance that more than n would be made.
  double there = 1;                        // The chance to be there after n − 1.
  std::vector<double> chances = {1 - is_here + is_here * std::exp(log_exactly)};
  const double mean = shape * z / (1 - z);
  for (double n = 1; is_here * more * there > kChanceMin; n += 1) {
    log_exactly += std::log((shape + n - 1) / n * z);
    const double exactly = std::exp(log_exactly);
    more = std::max(0.0, more - exactly);
    if (n > mean && exactly < 1e-4 * kChanceMin) break;  // The rest of `more` is rounding.
    // Would make exactly n; or more, and leaves after the n-th.
    const double leaves = a / (a + stay + n - 1);
    chances.push_back(is_here * there * (exactly + more * leaves));
    there *= 1 - leaves;
  }
  return chances;
}

double BgNbd::expected_new(double horizon) const { return expected({}, horizon); }

Result<BgNbd> fit_bg_nbd(const Purchases& purchases, const BgNbdOptions& options) {
  HOLDFAST_TRY_VOID(check(purchases));
  double age = 0, repeats = 0, customers = 0;
  for (std::size_t row = 0; row < purchases.rows(); ++row) {
    age += purchases.weight_of(row) * purchases.age[row];
    repeats += purchases.weight_of(row) * purchases.frequency[row];
    customers += purchases.weight_of(row);
  }
  const double scale = age / customers;
  std::vector<double> start = {0.5, 0.5 / (repeats / customers), 1, 3};
  const auto stride = purchases.rows() / kFewRows;
  if (stride > 1) {
    const auto few = counts_of(purchases, options.is_modified, scale, stride);
    const auto near = search(few, start, options.iterations_max);
    if (near.end == Maximum::End::Settled) start = near.parameters;
  }
  const auto counts = counts_of(purchases, options.is_modified, scale, 1);
  const auto maximum = highest(counts, start, options.iterations_max);
  const auto& at = maximum.parameters;
  if (maximum.end != Maximum::End::Settled) {
    constexpr std::array<std::string_view, 4> kNames = {"r", "alpha", "a", "b"};
    return purchase_failure(maximum, kNames[maximum.runaway], chance_to_leave(maximum));
  }
  BgNbd fit{options.is_modified, at[0], at[1] * scale, at[2], at[3], maximum.variance, 0, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    fit.variance[4 + i] *= scale;
    fit.variance[4 * i + 1] *= scale;
  }
  fit.loglik = maximum.loglik - repeats * std::log(scale);
  fit.iterations = maximum.iterations;
  return fit;
}

}  // namespace holdfast::lifetime
