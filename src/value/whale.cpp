#include "value/whale.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "value/errors.hpp"

namespace holdfast::value {
namespace {

Result<void> check(std::span<const double> profit, const WhaleOptions& options) {
  const auto is_share = [](double value) { return value > 0 && value <= 1; };
  if (options.points < 1 || !is_share(options.top_share) || !is_share(options.profit_share)) {
    return Error(errors::kBadOption,
                 {{"what", "points must be from 1, the shares above 0 and at most 1"}});
  }
  if (profit.empty()) return Error(errors::kNoCustomers);
  for (std::size_t row = 0; row < profit.size(); ++row) {
    if (!std::isfinite(profit[row])) {
      return Error(errors::kBadValue,
                   {{"what", "profit"}, {"row", row + 1}, {"value", profit[row]}});
    }
  }
  return {};
}

// Which numbers of customers are points: evenly spaced, and both ends of the flat top.
std::vector<std::size_t> point_counts(const WhaleCurve& curve, std::size_t points) {
  std::vector<std::size_t> counts = {0, curve.gainers, curve.customers - curve.losers};
  const double customers = static_cast<double>(curve.customers);
  const double spacing = customers / static_cast<double>(std::min(points, curve.customers));
  for (double at = spacing; at < customers + 0.5 * spacing; at += spacing) {
    counts.push_back(std::min(curve.customers, static_cast<std::size_t>(std::lround(at))));
  }
  std::ranges::sort(counts);
  counts.erase(std::ranges::unique(counts).begin(), counts.end());
  return counts;
}

}  // namespace

Result<WhaleCurve> whale_curve(std::span<const double> profit, const WhaleOptions& options) {
  HOLDFAST_TRY_VOID(check(profit, options));
  std::vector<double> best(profit.begin(), profit.end());
  std::ranges::sort(best, std::greater<>());
  WhaleCurve curve;
  curve.customers = best.size();
  double ordered = 0;  // Σ over pairs of |yᵢ − yⱼ|, once each.
  const double customers = static_cast<double>(best.size());
  for (std::size_t i = 0; i < best.size(); ++i) {
    (best[i] > 0 ? curve.peak : curve.destroyed) += std::abs(best[i]);
    curve.gainers += best[i] > 0 ? 1 : 0;
    curve.losers += best[i] < 0 ? 1 : 0;
    ordered += (customers - 1 - 2 * static_cast<double>(i)) * best[i];
  }
  const double size = curve.peak + curve.destroyed;
  if (!(size > 0)) return Error(errors::kNoProfit, {{"customers", best.size()}});
  curve.total = curve.peak - curve.destroyed;
  if (best.size() > 1) curve.gini = ordered / ((customers - 1) * size);
  curve.top_customers = static_cast<std::size_t>(std::ceil(options.top_share * customers - 1e-9));

  const double wanted = options.profit_share * curve.total;
  const auto counts = point_counts(curve, options.points);
  auto point = counts.begin();
  double sum = 0;
  for (std::size_t taken = 0; taken <= best.size(); ++taken) {
    if (taken > 0) sum += best[taken - 1];
    if (taken == curve.top_customers) curve.top_profit = sum;
    if (curve.total > 0 && !curve.customers_for_share && sum >= wanted * (1 - 1e-12)) {
      curve.customers_for_share = taken;
    }
    if (point != counts.end() && *point == taken) {
      curve.points.push_back({taken, sum});
      ++point;
    }
  }
  if (curve.total > 0) {
    curve.peak_share = curve.peak / curve.total;
    curve.top_profit_share = curve.top_profit / curve.total;
  }
  return curve;
}

}  // namespace holdfast::value
