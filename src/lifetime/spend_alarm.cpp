#include "lifetime/spend_alarm.hpp"

#include <algorithm>
#include <cmath>

#include "core/log_gamma.hpp"
#include "core/parallel.hpp"
#include "core/special_functions.hpp"
#include "lifetime/errors.hpp"

namespace holdfast::lifetime {
namespace {

constexpr std::size_t kBlockRows = 64;
constexpr double kLogMax = 200;      // Of spend over its scale.
constexpr double kChanceMin = 1e-9;  // Rarer numbers of purchases do not move an interval.

// One customer's spend in the period.
struct Forecast {
  std::vector<double> chances;  // Of n purchases.
  double shape = 1;             // Of one purchase.
  double tail = 1;              // q + p·x.
  double scale = 1;             // gamma + x·mean.

  // The chance of spending at most `amount`, and its slope by log(amount).
  struct Point {
    double below = 0, slope = 0;
  };
  Point at(double amount) const {
    if (!(amount >= 0)) return {};
    Point point{chances[0], 0};
    if (!(amount > 0)) return point;
    const double odds = amount / scale;
    const double u = odds / (1 + odds), log_u = -std::log1p(1 / odds), log_v = -std::log1p(odds);
    for (std::size_t n = 1; n < chances.size(); ++n) {
      if (chances[n] < kChanceMin) continue;
      const double a = shape * static_cast<double>(n);
      point.below += chances[n] * incomplete_beta(u, a, tail);
      point.slope += chances[n] * std::exp(log_gamma(a + tail) - log_gamma(a) - log_gamma(tail) +
                                           a * log_u + tail * log_v);
    }
    return point;
  }

  double purchases() const {
    double sum = 0;
    for (std::size_t n = 1; n < chances.size(); ++n) sum += static_cast<double>(n) * chances[n];
    return sum;
  }

  // Of spend; nothing where it is not finite.
  std::optional<double> variance(double mean) const {
    if (!(tail > 2)) return std::nullopt;
    double square = 0;
    for (std::size_t n = 1; n < chances.size(); ++n) {
      const double a = shape * static_cast<double>(n);
      square += chances[n] * a * (a + 1);
    }
    return scale * scale * square / ((tail - 1) * (tail - 2)) - mean * mean;
  }
};

// Newton on the logarithm of the amount, within a bracket.
double quantile(const Forecast& forecast, double probability) {
  if (probability <= forecast.chances[0]) return 0;
  double low = -kLogMax, high = kLogMax, at = 0;
  for (int step = 0; step < 200; ++step) {
    const auto point = forecast.at(forecast.scale * std::exp(at));
    const double difference = point.below - probability;
    (difference < 0 ? low : high) = at;
    double next = point.slope > 0 ? at - difference / point.slope : low;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - at) < 1e-10) break;
    at = next;
  }
  return forecast.scale * std::exp(at);
}

Error wrong_shape(std::string_view what, std::size_t found, std::size_t expected) {
  return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", expected}});
}

Result<void> check(const SpendPeriod& period, const SpendAlarmOptions& options) {
  const auto rows = period.before.rows();
  HOLDFAST_TRY_VOID(check_rows(period.before));
  if (rows == 0) return Error(errors::kTooFew, {{"found", 0}, {"expected", 1}});
  if (period.mean_spend.size() != rows) {
    return wrong_shape("mean_spend", period.mean_spend.size(), rows);
  }
  if (period.actual.size() != rows) return wrong_shape("actual", period.actual.size(), rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const double mean = period.mean_spend[row];
    if (period.before.frequency[row] > 0 && (!(mean > 0) || !std::isfinite(mean))) {
      return Error(errors::kBadSpend, {{"row", row + 1}, {"value", mean}});
    }
    if (!std::isfinite(period.actual[row])) {
      return Error(errors::kBadValue,
                   {{"what", "actual"}, {"row", row + 1}, {"value", period.actual[row]}});
    }
  }
  const auto is_share = [](double value) { return value > 0 && value < 1; };
  if (!is_share(options.level) || !is_share(options.chance_max)) {
    return Error(errors::kBadOption, {{"what", "level and chance_max must lie between 0 and 1"}});
  }
  return {};
}

}  // namespace

std::vector<double> chances_if_here(const PurchaseRates& rates, const Customer& customer,
                                    double horizon) {
  const double shape = rates.r + customer.frequency;
  const double z = horizon > 0 ? horizon / (rates.alpha + customer.age + horizon) : 0;
  const double mean = shape * z / (1 - z);
  double log_exactly = shape * std::log1p(-z);
  double more = -std::expm1(log_exactly);
  std::vector<double> chances = {std::exp(log_exactly)};
  for (double n = 1; more > 1e-12; n += 1) {
    log_exactly += std::log((shape + n - 1) / n * z);
    chances.push_back(std::exp(log_exactly));
    more -= chances.back();
    if (n > mean && chances.back() < 1e-16) break;  // The rest of `more` is rounding.
  }
  return chances;
}

Result<SpendAlarms> spend_alarms(const PeriodChances& chances, const GammaGamma& spend,
                                 const SpendPeriod& period, const SpendAlarmOptions& options) {
  HOLDFAST_TRY_VOID(check(period, options));
  const auto rows = period.before.rows();
  const auto spend_before = [&](std::size_t row) {
    return period.before.frequency[row] > 0 ? period.mean_spend[row] : 0;
  };
  for (std::size_t row = 0; row < rows; ++row) {
    HOLDFAST_TRY_VOID(spend.expected(period.before.frequency[row], spend_before(row)));
  }
  SpendAlarms alarms;
  alarms.customers.resize(rows);
  std::vector<std::optional<double>> variances(rows);
  parallel_for(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      const double x = period.before.frequency[row], mean = spend_before(row);
      const auto customer = period.before.customer(row);
      Forecast forecast{chances.all(customer), spend.p, spend.q + spend.p * x,
                        spend.gamma + x * mean};
      auto& alarm = alarms.customers[row];
      alarm.purchases = forecast.purchases();
      alarm.expected = alarm.purchases * *spend.expected(x, mean);
      alarm.low = quantile(forecast, 0.5 * (1 - options.level));
      alarm.high = quantile(forecast, 0.5 * (1 + options.level));
      alarm.chance = forecast.at(period.actual[row]).below;
      alarm.is_above = period.actual[row] > 0 && 1 - alarm.chance <= options.chance_max;
      variances[row] = forecast.variance(alarm.expected);
      forecast.chances = chances.if_here(customer);
      alarm.chance_if_here = forecast.at(period.actual[row]).below;
      alarm.is_below = alarm.chance_if_here <= options.chance_max;
    }
  });
  double variance = 0;
  bool is_finite = true;
  for (std::size_t row = 0; row < rows; ++row) {
    const double weight = period.before.weight_of(row);
    alarms.expected += weight * alarms.customers[row].expected;
    alarms.actual += weight * period.actual[row];
    is_finite = is_finite && variances[row].has_value();
    variance += weight * variances[row].value_or(0);
  }
  if (is_finite) {
    const double spread = normal_quantile(0.5 * (1 + options.level)) * std::sqrt(variance);
    alarms.low = alarms.expected - spread;
    alarms.high = alarms.expected + spread;
  }
  return alarms;
}

}  // namespace holdfast::lifetime
