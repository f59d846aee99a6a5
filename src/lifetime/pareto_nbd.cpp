#include "lifetime/pareto_nbd.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/parallel.hpp"
#include "lifetime/ending.hpp"
#include "lifetime/maximum.hpp"

namespace holdfast::lifetime {
namespace {

constexpr std::size_t kBlockRows = 512;
constexpr std::size_t kNodes = 32;
constexpr double kPanel = 8;  // Widest piece of the logarithmic axis for one rule.
constexpr double kHills = 6;  // Standard deviations one rule can follow.
constexpr double kChanceMin = 1e-12;
constexpr double kNothing = 45;  // e^−45 of the greatest value is left out.

struct Rule {
  std::array<double, kNodes> at{}, weight{};  // On [0, 1].
};

// Gauss–Legendre by Newton on the polynomial.
Rule gauss_legendre() {
  Rule rule;
  const double n = kNodes;
  for (std::size_t i = 0; i < kNodes; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    double slope = 1;
    for (int step = 0; step < 100; ++step) {
      double before = 1, now = x;
      for (double k = 2; k <= n; k += 1) {
        const double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
        before = now;
        now = next;
      }
      slope = n * (x * now - before) / (x * x - 1);
      const double move = now / slope;
      x -= move;
      if (std::abs(move) < 1e-15) break;
    }
    rule.at[i] = 0.5 * (1 + x);
    rule.weight[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return rule;
}

struct Parameters {
  double r, alpha, s, beta;
};

// The chance to be there at the end and the chance to have left between the last purchase and the
// end, both without factors they share.
struct Ends {
  double log_stays = 0;
  double log_left = 0;
  bool can_have_left = false;
};

// Goes over the integral of s (α+y)^−(r+x) (β+y)^−(s+1) for y from the last purchase to the end.
// On the axis v = log(m+y), m the lesser of α and β, one power is an exponential and the other a
// smooth bend. visit(log_factor, y): the integrand times the rule's weight, by e^log_top.
template <typename Visit>
double over_leaving(const Parameters& p, const Customer& customer, const Visit& visit) {
  static const Rule rule = gauss_legendre();
  const double shape = p.r + customer.frequency;
  const double least = std::min(p.alpha, p.beta);
  const double from = least + customer.recency;
  double width = std::log((least + customer.age) / from);
  // The logarithm of the integrand falls at least this fast.
  const bool is_alpha = p.alpha <= p.beta;
  const double bend = from / (std::max(p.alpha, p.beta) + customer.recency);
  const double falls = (is_alpha ? shape + (p.s + 1) * bend : p.s + 1 + shape * bend) - 1;
  if (falls > 0) width = std::min(width, kNothing / falls);
  const double log_top = std::log(p.s) - shape * std::log(p.alpha + customer.recency) -
                         (p.s + 1) * std::log(p.beta + customer.recency) + std::log(from);
  const double panels = std::max(1.0, std::ceil(width / kPanel));
  for (double panel = 0; panel < panels; panel += 1) {
    for (std::size_t i = 0; i < kNodes; ++i) {
      const double v = width * (panel + rule.at[i]) / panels;
      const double y = from * std::expm1(v) + customer.recency;
      const double log_alpha = std::log(p.alpha + y), log_beta = std::log(p.beta + y);
      const double log_value =
          std::log(p.s) - shape * log_alpha - (p.s + 1) * log_beta + std::log(from) + v - log_top;
      visit(rule.weight[i] * width / panels * std::exp(log_value), y, log_alpha, log_beta);
    }
  }
  return log_top;
}

Ends ends_of(const Parameters& p, const Customer& customer) {
  Ends ends;
  ends.log_stays = -(p.r + customer.frequency) * std::log(p.alpha + customer.age) -
                   p.s * std::log(p.beta + customer.age);
  ends.can_have_left = customer.age > customer.recency;
  if (!ends.can_have_left) return ends;
  double sum = 0;
  const double log_top =
      over_leaving(p, customer, [&](double factor, double, double, double) { sum += factor; });
  ends.log_left = log_top + std::log(sum);
  return ends;
}

using Vector = std::array<double, 4>;

// Adds weight · share · (H + g gᵀ) to the lower half: the second derivative of e^f over e^f.
void add_second(Slope& slope, double weight, const Vector& g, const Parameters& p, double shape,
                double y, double power) {
  auto& h = slope.hessian;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j <= i; ++j) h[i][j] += weight * g[i] * g[j];
  }
  const double per_alpha = 1 / (p.alpha + y), per_beta = 1 / (p.beta + y);
  h[1][0] -= weight * per_alpha;
  h[1][1] += weight * shape * per_alpha * per_alpha;
  h[3][2] -= weight * per_beta;
  h[3][3] += weight * power * per_beta * per_beta;
}

Slope tail_of(const Parameters& p, const Customer& customer) {
  const double shape = p.r + customer.frequency;
  const double end = customer.age;
  const double log_alpha = std::log(p.alpha + end), log_beta = std::log(p.beta + end);
  const double log_stays = -shape * log_alpha - p.s * log_beta;
  const Vector stays = {-log_alpha, -shape / (p.alpha + end), -log_beta, -p.s / (p.beta + end)};
  Slope left;  // Derivatives of the integral, over e^log_top.
  double log_left = 0;
  const bool can_have_left = customer.age > customer.recency;
  if (can_have_left) {
    const double log_top =
        over_leaving(p, customer, [&](double factor, double y, double log_a, double log_b) {
          const Vector g = {-log_a, -shape / (p.alpha + y), 1 / p.s - log_b,
                            -(p.s + 1) / (p.beta + y)};
          left.loglik += factor;
          for (std::size_t i = 0; i < 4; ++i) left.gradient[i] += factor * g[i];
          add_second(left, factor, g, p, shape, y, p.s + 1);
          left.hessian[2][2] -= factor / (p.s * p.s);
        });
    log_left = log_top + std::log(left.loglik);
  }
  const double share = can_have_left ? 1 / (1 + std::exp(log_stays - log_left)) : 0;
  Slope sum;
  sum.loglik = share > 0.5 ? log_left - std::log(share) : log_stays - std::log1p(-share);
  const double part = can_have_left ? share / left.loglik : 0;
  add_second(sum, 1 - share, stays, p, shape, end, p.s);
  for (std::size_t i = 0; i < 4; ++i) {
    sum.gradient[i] = (1 - share) * stays[i] + part * left.gradient[i];
  }
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      sum.hessian[i][j] += part * left.hessian[i][j] - sum.gradient[i] * sum.gradient[j];
    }
  }
  return sum;
}

// The factors Γ(r+x)/Γ(r) α^r β^s of all rows; Γ's as in bg_nbd.cpp, by how many have more than i.
Slope head_of(const Parameters& p, const std::vector<double>& above, double customers) {
  Slope sum;
  sum.loglik = customers * (p.r * std::log(p.alpha) + p.s * std::log(p.beta));
  sum.gradient = {customers * std::log(p.alpha), customers * p.r / p.alpha,
                  customers * std::log(p.beta), customers * p.s / p.beta};
  sum.hessian[1][0] = customers / p.alpha;
  sum.hessian[1][1] = -customers * p.r / (p.alpha * p.alpha);
  sum.hessian[3][2] = customers / p.beta;
  sum.hessian[3][3] = -customers * p.s / (p.beta * p.beta);
  for (std::size_t i = 0; i < above.size(); ++i) {
    const double rate = p.r + static_cast<double>(i);
    sum.loglik += above[i] * std::log(rate);
    sum.gradient[0] += above[i] / rate;
    sum.hessian[0][0] -= above[i] / (rate * rate);
  }
  return sum;
}

Slope weighted(Slope slope, double weight) {
  slope.loglik *= weight;
  for (auto& value : slope.gradient) value *= weight;
  for (auto& row : slope.hessian) {
    for (auto& value : row) value *= weight;
  }
  return slope;
}

Slope slope_of(const Purchases& rows, const std::vector<double>& above, double customers,
               std::span<const double> at) {
  const Parameters p{at[0], at[1], at[2], at[3]};
  std::vector<Slope> parts((rows.rows() + kBlockRows - 1) / kBlockRows);
  parallel_for(rows.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
    Slope sum;
    for (std::size_t row = begin; row < end; ++row) {
      sum += weighted(tail_of(p, rows.customer(row)), rows.weight[row]);
    }
    parts[begin / kBlockRows] = sum;
  });
  Slope sum = head_of(p, above, customers);
  for (const auto& part : parts) sum += part;
  return sum;
}

}  // namespace

double ParetoNbd::alive(const Customer& customer) const {
  const auto ends = ends_of({r, alpha, s, beta}, customer);
  return ends.can_have_left ? 1 / (1 + std::exp(ends.log_left - ends.log_stays)) : 1;
}

double ParetoNbd::expected(const Customer& customer, double horizon) const {
  if (!(horizon > 0)) return 0;
  const double end = beta + customer.age;
  const double stretch = std::log1p(horizon / end);
  const double power = (s - 1) * stretch;
  // {1 − (end/(end+horizon))^(s−1)} / (s − 1), its limit at s = 1.
  const double stay = power == 0 ? stretch : -std::expm1(-power) / (s - 1);
  return alive(customer) * (r + customer.frequency) / (alpha + customer.age) * end * stay;
}

std::vector<double> ParetoNbd::chances(const Customer& customer, double horizon) const {
  const double is_here = alive(customer);
  if (!(horizon > 0)) return {1};
  const double shape = r + customer.frequency, rate = alpha + customer.age;
  const double end = beta + customer.age;
  // One who leaves after y makes NB(shape, y/(rate+y)) purchases. On the axis v = log(end+y) the
  // chance to leave falls as e^(−s·v); who stays is one node more.
  struct Node {
    double weight, log_exactly, z;
  };
  std::vector<Node> nodes;
  const auto add = [&](double weight, double y) {
    nodes.push_back({weight, -shape * std::log1p(y / rate), y / (rate + y)});
  };
  static const Rule rule = gauss_legendre();
  const double width = std::log1p(horizon / end);
  const double mean = shape * horizon / rate;  // Of one who stays.
  // The chance of n, seen along v, is a hill no narrower than this.
  const double hill = std::sqrt(1 / shape + 1 / std::max(1.0, mean)) * horizon / (end + horizon);
  const double panels = std::ceil(std::max({1.0, width * s / kPanel, width / (kHills * hill)}));
  for (double panel = 0; panel < panels; panel += 1) {
    for (std::size_t i = 0; i < kNodes; ++i) {
      const double v = width * (panel + rule.at[i]) / panels;
      add(rule.weight[i] * width / panels * s * std::exp(-s * v), end * std::expm1(v));
    }
  }
  add(std::exp(-s * width), horizon);
  std::vector<double> chances;
  for (double n = 0, more = 1; more > kChanceMin; n += 1) {
    double exactly = 0;
    for (auto& node : nodes) {
      if (n > 0) node.log_exactly += std::log((shape + n - 1) / n * node.z);
      exactly += node.weight * std::exp(node.log_exactly);
    }
    chances.push_back(is_here * exactly + (n == 0 ? 1 - is_here : 0));
    more -= chances.back();
    if (n > mean && exactly < 1e-4 * kChanceMin) break;  // The rest of `more` is rounding.
  }
  return chances;
}

double ParetoNbd::expected_new(double horizon) const { return expected({}, horizon); }

Result<ParetoNbd> fit_pareto_nbd(const Purchases& purchases, int iterations_max) {
  HOLDFAST_TRY_VOID(check(purchases));
  auto rows = group(purchases);
  double age = 0, repeats = 0, customers = 0;
  std::vector<double> above;  // [i]: how many have more than i repeats.
  for (std::size_t row = 0; row < rows.age.size(); ++row) {
    const double weight = rows.weight[row];
    age += weight * rows.age[row];
    repeats += weight * rows.frequency[row];
    customers += weight;
    above.resize(std::max(above.size(), static_cast<std::size_t>(rows.frequency[row]) + 1));
    above[static_cast<std::size_t>(rows.frequency[row])] += weight;
  }
  double sum = 0;
  for (auto at = above.rbegin(); at != above.rend(); ++at) {
    const double exactly = *at;
    *at = sum;
    sum += exactly;
  }
  const double scale = age / customers;
  for (auto& value : rows.age) value /= scale;
  for (auto& value : rows.recency) value /= scale;
  const std::array<double, 4> start = {0.5, 0.5 / (repeats / customers), 0.5, 0.5};
  const auto view = rows.view();
  const auto maximum =
      maximise([&](std::span<const double> at) { return slope_of(view, above, customers, at); },
               start, iterations_max);
  const auto& at = maximum.parameters;
  if (maximum.end != Maximum::End::Settled) {
    constexpr std::array<std::string_view, 4> kNames = {"r", "alpha", "s", "beta"};
    return purchase_failure(maximum, kNames[maximum.runaway], at[2] / (at[2] + at[3]));
  }
  ParetoNbd fit{at[0], at[1] * scale, at[2], at[3] * scale, maximum.variance, 0, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    for (const std::size_t j : {std::size_t{1}, std::size_t{3}}) {
      fit.variance[4 * i + j] *= scale;
      fit.variance[4 * j + i] *= scale;
    }
  }
  fit.loglik = maximum.loglik - repeats * std::log(scale);
  fit.iterations = maximum.iterations;
  return fit;
}

}  // namespace holdfast::lifetime
