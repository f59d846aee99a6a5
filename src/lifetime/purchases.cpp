#include "lifetime/purchases.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "lifetime/errors.hpp"

namespace holdfast::lifetime {
namespace {

constexpr double kFrequencyMax = 1e7;

Error bad_value(std::string_view what, std::size_t row, double value) {
  return Error(errors::kBadValue, {{"what", what}, {"row", row + 1}, {"value", value}});
}

Result<void> check_row(const Customer& customer, std::size_t row) {
  const auto [frequency, recency, age] = customer;
  if (!(frequency >= 0 && frequency <= kFrequencyMax) || frequency != std::floor(frequency)) {
    return bad_value("frequency", row, frequency);
  }
  if (!(age >= 0) || !std::isfinite(age)) return bad_value("age", row, age);
  if (!std::isfinite(recency)) return bad_value("recency", row, recency);
  const bool is_right = frequency > 0 ? recency > 0 && recency <= age : recency == 0;
  if (is_right) return {};
  return Error(errors::kBadRecency,
               {{"row", row + 1}, {"recency", recency}, {"age", age}, {"frequency", frequency}});
}

// Takes one customer's lines, in order of time.
void add_customer(PurchaseSummary& summary, std::span<const Transaction> lines,
                  const SummaryOptions& options) {
  const double first = lines.front().time;
  if (first > options.end) return;
  double purchases = 0, last = first, repeat_spend = 0, total = 0, holdout = 0, later_spend = 0;
  double before = first;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    const bool is_new = i == 0 || line.time != before;
    before = line.time;
    if (line.time > options.end) {
      if (line.time > options.holdout_end) continue;
      holdout += is_new ? 1 : 0;
      later_spend += line.spend;
      continue;
    }
    purchases += is_new ? 1 : 0;
    last = line.time;
    total += line.spend;
    if (line.time != first) repeat_spend += line.spend;
  }
  summary.customer.push_back(lines.front().customer);
  summary.first.push_back(first);
  summary.frequency.push_back(purchases - 1);
  summary.recency.push_back((last - first) / options.unit);
  summary.age.push_back((options.end - first) / options.unit);
  summary.spend.push_back(purchases > 1 ? repeat_spend / (purchases - 1) : 0);
  summary.total_spend.push_back(total);
  summary.holdout.push_back(holdout);
  summary.holdout_spend.push_back(later_spend);
}

}  // namespace

Result<void> check_rows(const Purchases& purchases) {
  const auto rows = purchases.rows();
  const auto shape = [&](std::string_view what, std::size_t found) -> Result<void> {
    if (found == rows) return {};
    return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", rows}});
  };
  HOLDFAST_TRY_VOID(shape("recency", purchases.recency.size()));
  HOLDFAST_TRY_VOID(shape("age", purchases.age.size()));
  HOLDFAST_TRY_VOID(shape("weight", purchases.weight.empty() ? rows : purchases.weight.size()));
  for (std::size_t row = 0; row < rows; ++row) {
    HOLDFAST_TRY_VOID(check_row(purchases.customer(row), row));
    const double weight = purchases.weight_of(row);
    if (!(weight >= 0) || !std::isfinite(weight)) return bad_value("weight", row, weight);
  }
  return {};
}

Result<void> check(const Purchases& purchases) {
  HOLDFAST_TRY_VOID(check_rows(purchases));
  double customers = 0, repeats = 0;
  for (std::size_t row = 0; row < purchases.rows(); ++row) {
    customers += purchases.weight_of(row);
    repeats += purchases.weight_of(row) * purchases.frequency[row];
  }
  if (customers < 2) return Error(errors::kTooFew, {{"found", customers}, {"expected", 2}});
  if (!(repeats > 0)) return Error(errors::kNoRepeat, {{"customers", customers}});
  return {};
}

GroupedPurchases group(const Purchases& purchases) {
  std::vector<std::size_t> order(purchases.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t row) {
    return std::tuple(purchases.frequency[row], purchases.recency[row], purchases.age[row]);
  };
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  GroupedPurchases grouped;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto row = order[i];
    if (i == 0 || key(order[i - 1]) != key(row)) {
      grouped.frequency.push_back(purchases.frequency[row]);
      grouped.recency.push_back(purchases.recency[row]);
      grouped.age.push_back(purchases.age[row]);
      grouped.weight.push_back(0);
    }
    grouped.weight.back() += purchases.weight_of(row);
  }
  return grouped;
}

Result<PurchaseSummary> summarise(std::span<const Transaction> log, const SummaryOptions& options) {
  if (!(options.unit > 0) || !std::isfinite(options.unit) || !std::isfinite(options.end)) {
    return Error(errors::kBadOption, {{"what", "unit must be above 0 and end a number"}});
  }
  for (std::size_t row = 0; row < log.size(); ++row) {
    if (!std::isfinite(log[row].time)) return bad_value("time", row, log[row].time);
    if (!std::isfinite(log[row].spend)) return bad_value("spend", row, log[row].spend);
  }
  std::vector<Transaction> lines(log.begin(), log.end());
  // Stable: sums are then made in the log's order.
  std::ranges::stable_sort(lines, [](const Transaction& a, const Transaction& b) {
    return std::tie(a.customer, a.time) < std::tie(b.customer, b.time);
  });
  PurchaseSummary summary;
  for (std::size_t begin = 0; begin < lines.size();) {
    std::size_t end = begin + 1;
    while (end < lines.size() && lines[end].customer == lines[begin].customer) ++end;
    add_customer(summary, std::span(lines).subspan(begin, end - begin), options);
    begin = end;
  }
  if (summary.customer.empty()) {
    return Error(errors::kTooFew, {{"found", 0}, {"expected", 1}});
  }
  return summary;
}

}  // namespace holdfast::lifetime
