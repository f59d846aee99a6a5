#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "value/proportion.hpp"

namespace holdfast::value {

/// Nobody referred this customer.
constexpr std::uint32_t kNoReferrer = 0xFFFFFFFF;

struct Referrals {
  std::span<const std::uint32_t> referrer;  // Row of who referred each, or kNoReferrer.
  std::span<const double> joined;           // When each joined; empty: not known.
  std::span<const std::uint8_t> has_left;   // 1: left; empty: not known.
};

struct ReferralOptions {
  double level = 0.95;         // Of the intervals.
  std::optional<double> from;  // New customers are those who joined from here on; nothing: all.
  std::size_t trees = 10;      // The largest are listed.
};

/// All who lead back to one customer whom nobody referred.
struct ReferralTree {
  std::uint32_t root = 0;
  std::size_t customers = 0;  // The root not counted.
  std::size_t depth = 0;      // 1: only direct referrals.
};

struct ReferralReport {
  std::size_t newcomers = 0, referred = 0;
  std::optional<Proportion> referred_share;  // Of the new customers.
  std::size_t referrers = 0;                 // Customers who referred somebody, ever.
  std::optional<Proportion> referrer_share;
  std::vector<std::size_t> referrals;  // Customers by how many they referred themselves: [n].
  std::vector<ReferralTree> trees;     // The largest first; equal ones by root.
  std::size_t trees_count = 0;
  /// Where has_left is given; all customers, the new and the old. `churn_difference`: of the
  /// referred minus of the others.
  std::optional<Proportion> referred_churn, other_churn;
  std::optional<Difference> churn_difference;
};

/// Who brings new customers, and do those stay? Errors: kNoCustomers, kShape, kBadCustomer,
/// kBadValue, kOwnReferrer, kReferredEarlier, kReferralCircle, kBadOption. Cost: linear.
Result<ReferralReport> referrals(const Referrals& input, const ReferralOptions& options = {});

}  // namespace holdfast::value
