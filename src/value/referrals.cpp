#include "value/referrals.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "value/errors.hpp"

namespace holdfast::value {
namespace {

Result<void> check_row(const Referrals& input, std::size_t row) {
  if (!input.joined.empty() && !std::isfinite(input.joined[row])) {
    return Error(errors::kBadValue,
                 {{"what", "joined"}, {"row", row + 1}, {"value", input.joined[row]}});
  }
  const auto referrer = input.referrer[row];
  if (referrer == kNoReferrer) return {};
  if (referrer >= input.referrer.size()) {
    return Error(errors::kBadCustomer, {{"what", "referrer"},
                                        {"row", row + 1},
                                        {"customer", referrer + 1ULL},
                                        {"customers", input.referrer.size()}});
  }
  if (referrer == row) return Error(errors::kOwnReferrer, {{"row", row + 1}});
  if (!input.joined.empty() && input.joined[row] < input.joined[referrer]) {
    return Error(errors::kReferredEarlier, {{"row", row + 1}});
  }
  return {};
}

Result<void> check(const Referrals& input, const ReferralOptions& options) {
  const auto rows = input.referrer.size();
  if (!(options.level > 0 && options.level < 1)) {
    return Error(errors::kBadOption, {{"what", "the level must lie between 0 and 1"}});
  }
  if (options.from && input.joined.empty()) {
    return Error(errors::kBadOption, {{"what", "who is new needs the days of joining"}});
  }
  if (rows == 0) return Error(errors::kNoCustomers);
  const auto shape = [&](std::string_view what, std::size_t found) -> Result<void> {
    if (found == 0 || found == rows) return {};
    return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", rows}});
  };
  HOLDFAST_TRY_VOID(shape("joined", input.joined.size()));
  HOLDFAST_TRY_VOID(shape("has_left", input.has_left.size()));
  for (std::size_t row = 0; row < rows; ++row) {
    HOLDFAST_TRY_VOID(check_row(input, row));
  }
  return {};
}

// Each customer's root and how many steps away it is.
struct Roots {
  std::vector<std::uint32_t> root;
  std::vector<std::size_t> depth;
};

Result<Roots> roots_of(std::span<const std::uint32_t> referrer) {
  constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
  Roots roots{std::vector<std::uint32_t>(referrer.size()),
              std::vector<std::size_t>(referrer.size(), kUnknown)};
  std::vector<std::uint32_t> path;
  for (std::uint32_t row = 0; row < referrer.size(); ++row) {
    path.clear();
    auto at = row;
    while (roots.depth[at] == kUnknown && referrer[at] != kNoReferrer) {
      path.push_back(at);
      if (path.size() > referrer.size())
        return Error(errors::kReferralCircle, {{"row", row + 1ULL}});
      at = referrer[at];
    }
    if (roots.depth[at] == kUnknown) {
      roots.depth[at] = 0;
      roots.root[at] = at;
    }
    auto depth = roots.depth[at];
    for (auto next = path.rbegin(); next != path.rend(); ++next) {
      roots.depth[*next] = ++depth;
      roots.root[*next] = roots.root[at];
    }
  }
  return roots;
}

void add_trees(ReferralReport& report, const Roots& roots, std::size_t listed) {
  std::vector<ReferralTree> trees(roots.root.size());
  for (std::size_t row = 0; row < roots.root.size(); ++row) {
    auto& tree = trees[roots.root[row]];
    tree.root = roots.root[row];
    tree.customers += roots.depth[row] > 0 ? 1 : 0;
    tree.depth = std::max(tree.depth, roots.depth[row]);
  }
  std::erase_if(trees, [](const ReferralTree& tree) { return tree.customers == 0; });
  report.trees_count = trees.size();
  std::ranges::stable_sort(trees, std::greater<>(), &ReferralTree::customers);
  trees.resize(std::min(trees.size(), listed));
  report.trees = std::move(trees);
}

void add_churn(ReferralReport& report, const Referrals& input, double level) {
  std::size_t left[2] = {0, 0}, all[2] = {0, 0};
  for (std::size_t row = 0; row < input.referrer.size(); ++row) {
    const std::size_t is_referred = input.referrer[row] != kNoReferrer ? 1 : 0;
    ++all[is_referred];
    left[is_referred] += input.has_left[row] != 0 ? 1 : 0;
  }
  report.referred_churn = proportion(left[1], all[1], level);
  report.other_churn = proportion(left[0], all[0], level);
  report.churn_difference = difference(left[1], all[1], left[0], all[0], level);
}

}  // namespace

Result<ReferralReport> referrals(const Referrals& input, const ReferralOptions& options) {
  HOLDFAST_TRY_VOID(check(input, options));
  HOLDFAST_TRY(const auto roots, roots_of(input.referrer));
  ReferralReport report;
  const auto rows = input.referrer.size();
  std::vector<std::size_t> direct(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const bool is_referred = input.referrer[row] != kNoReferrer;
    if (is_referred) ++direct[input.referrer[row]];
    if (options.from && input.joined[row] < *options.from) continue;
    ++report.newcomers;
    report.referred += is_referred ? 1 : 0;
  }
  for (const auto count : direct) {
    report.referrers += count > 0 ? 1 : 0;
    if (report.referrals.size() <= count) report.referrals.resize(count + 1);
    ++report.referrals[count];
  }
  report.referred_share = proportion(report.referred, report.newcomers, options.level);
  report.referrer_share = proportion(report.referrers, rows, options.level);
  add_trees(report, roots, options.trees);
  if (!input.has_left.empty()) add_churn(report, input, options.level);
  return report;
}

}  // namespace holdfast::value
