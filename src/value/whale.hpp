#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::value {

struct WhaleOptions {
  std::size_t points = 100;   // Of the curve, beside its beginning.
  double top_share = 0.2;     // "The best 20 % of customers make …"
  double profit_share = 0.8;  // "… 80 % of the profit comes from the best … %"
};

/// The best `customers` customers together bring `profit`.
struct WhalePoint {
  std::size_t customers = 0;
  double profit = 0;
};

/// Cumulative profit by customers from the best down: it climbs to the peak and falls from where
/// customers cost more than they bring.
struct WhaleCurve {
  std::vector<WhalePoint> points;  // From none to all; the peak and the turn are among them.
  std::size_t customers = 0;
  double total = 0;
  double peak = 0;       // What those with a profit bring together: the total without the losses.
  double destroyed = 0;  // What those with a loss cost together; not below 0.
  std::size_t gainers = 0, losers = 0;  // With a profit, with a loss; the rest bring nothing.
  double top_profit = 0;                // Of the best options.top_share of customers.
  std::size_t top_customers = 0;
  /// As shares of the total; nothing where the total is not above 0.
  std::optional<double> peak_share, top_profit_share;
  /// The fewest customers from the best down who bring options.profit_share of the total.
  std::optional<std::size_t> customers_for_share;
  /// From 0 (all alike) to 1 (one has all), losses included; nothing of one customer.
  std::optional<double> gini;
};

/// Errors: kNoCustomers, kBadValue, kNoProfit where every profit is 0, kBadOption. Cost: one sort.
/// Source: Kaplan & Narayanan 2001 (the whale curve); Raffinetti, Siletti & Vernizzi 2015 (the Gini
/// coefficient where some values are negative: Σ|yᵢ−yⱼ| / {2 (n−1) Σ|yᵢ|}).
Result<WhaleCurve> whale_curve(std::span<const double> profit, const WhaleOptions& options = {});

}  // namespace holdfast::value
