#include "lifetime/nbd.hpp"

#include <array>
#include <cmath>

#include "core/parallel.hpp"
#include "lifetime/ending.hpp"
#include "lifetime/maximum.hpp"
#include "lifetime/spend_alarm.hpp"

namespace holdfast::lifetime {
namespace {

constexpr std::size_t kBlockRows = 8192;

// What the likelihood needs: as in bg_nbd.cpp, Γ(r+x)/Γ(r) by how many have more than i purchases.
struct Counts {
  std::vector<double> above;  // [i] weight with frequency > i.
  double customers = 0, repeats = 0, age = 0;
};

Counts counts_of(const Purchases& purchases) {
  Counts counts;
  for (std::size_t row = 0; row < purchases.rows(); ++row) {
    const double weight = purchases.weight_of(row), x = purchases.frequency[row];
    counts.customers += weight;
    counts.repeats += weight * x;
    counts.age += weight * purchases.age[row];
    const auto last = static_cast<std::size_t>(x);
    if (counts.above.size() <= last) counts.above.resize(last + 1);
    counts.above[last] += weight;
  }
  double above = 0;
  for (auto at = counts.above.rbegin(); at != counts.above.rend(); ++at) {
    const double exactly = *at;
    *at = above;
    above += exactly;
  }
  return counts;
}

// The sum over rows of −(r+x) log(α+T).
Slope tail_of(const Purchases& purchases, double scale, double r, double alpha, std::size_t begin,
              std::size_t end) {
  Slope sum;
  for (std::size_t row = begin; row < end; ++row) {
    const double weight = purchases.weight_of(row), shape = r + purchases.frequency[row];
    const double now = alpha + purchases.age[row] / scale, log_now = std::log(now);
    sum.loglik -= weight * shape * log_now;
    sum.gradient[0] -= weight * log_now;
    sum.gradient[1] -= weight * shape / now;
    sum.hessian[1][0] -= weight / now;
    sum.hessian[1][1] += weight * shape / (now * now);
  }
  return sum;
}

Slope slope_of(const Purchases& purchases, const Counts& counts, double scale,
               std::span<const double> at) {
  const double r = at[0], alpha = at[1], n = counts.customers;
  std::vector<Slope> parts((purchases.rows() + kBlockRows - 1) / kBlockRows);
  parallel_for(purchases.rows(), kBlockRows, [&](std::size_t begin, std::size_t end) {
    parts[begin / kBlockRows] = tail_of(purchases, scale, r, alpha, begin, end);
  });
  Slope sum;
  sum.loglik = n * r * std::log(alpha);
  sum.gradient = {n * std::log(alpha), n * r / alpha, 0, 0};
  sum.hessian[1][0] = n / alpha;
  sum.hessian[1][1] = -n * r / (alpha * alpha);
  for (std::size_t i = 0; i < counts.above.size(); ++i) {
    const double rate = r + static_cast<double>(i);
    sum.loglik += counts.above[i] * std::log(rate);
    sum.gradient[0] += counts.above[i] / rate;
    sum.hessian[0][0] -= counts.above[i] / (rate * rate);
  }
  for (const auto& part : parts) sum += part;
  return sum;
}

}  // namespace

double Nbd::expected(const Customer& customer, double horizon) const {
  return (r + customer.frequency) / (alpha + customer.age) * horizon;
}

std::vector<double> Nbd::chances(const Customer& customer, double horizon) const {
  return chances_if_here({r, alpha}, customer, horizon);
}

Result<Nbd> fit_nbd(const Purchases& purchases, int iterations_max) {
  HOLDFAST_TRY_VOID(check(purchases));
  const auto counts = counts_of(purchases);
  const double scale = counts.age / counts.customers;
  const std::array<double, 2> start = {0.5, 0.5 / (counts.repeats / counts.customers)};
  const auto maximum =
      maximise([&](std::span<const double> at) { return slope_of(purchases, counts, scale, at); },
               start, iterations_max);
  const auto& at = maximum.parameters;
  if (maximum.end != Maximum::End::Settled) {
    constexpr std::array<std::string_view, 2> kNames = {"r", "alpha"};
    constexpr double kSome = 1;  // Leaving is no question here.
    return purchase_failure(maximum, kNames[maximum.runaway % 2], kSome);
  }
  Nbd fit{at[0], at[1] * scale, maximum.variance, 0, maximum.iterations};
  fit.variance[1] *= scale;
  fit.variance[2] *= scale;
  fit.variance[3] *= scale * scale;
  fit.loglik = maximum.loglik - counts.repeats * std::log(scale);
  return fit;
}

}  // namespace holdfast::lifetime
