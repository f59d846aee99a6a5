#include "migration/sankey.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "migration/errors.hpp"

namespace holdfast::migration {
namespace {

struct Sum {
  std::size_t customers = 0;
  double amount = 0;

  void add(double more) {
    ++customers;
    amount += more;
  }
};

// The steps of one customer that are drawn, in order.
std::vector<Step> path_of(std::span<const Step> steps, const SankeyOptions& options) {
  std::vector<Step> path(steps.begin(), steps.end());
  if (options.joins_repeats) path.erase(std::unique(path.begin(), path.end()), path.end());
  if (path.size() > options.positions_max) {
    const auto excess = static_cast<std::ptrdiff_t>(path.size() - options.positions_max);
    options.is_from_end ? path.erase(path.begin(), path.begin() + excess)
                        : path.erase(path.end() - excess, path.end());
  }
  return path;
}

// Nodes by (kind, step) of one position: the most frequent ones keep their name.
using Named = std::map<Step, std::size_t>;  // Place in the nodes.

Result<void> check(std::span<const double> amount, std::size_t customers,
                   const SankeyOptions& options) {
  if (!amount.empty() && amount.size() != customers) {
    return Error(errors::kShape,
                 {{"what", "amount"}, {"found", amount.size()}, {"expected", customers}});
  }
  for (std::size_t customer = 0; customer < amount.size(); ++customer) {
    if (!std::isfinite(amount[customer]))
      return Error(errors::kBadAmount, {{"row", customer + 1}, {"amount", amount[customer]}});
  }
  if (options.positions_max == 0 || options.kept_per_position == 0) {
    return Error(errors::kBadOption, {{"option", options.positions_max == 0 ? "positions_max"
                                                                            : "kept_per_position"},
                                      {"value", 0},
                                      {"needed", "[1, ∞)"}});
  }
  return {};
}

struct Columns {
  std::vector<Named> named;                          // By position.
  std::vector<std::optional<std::size_t>> other, end;  // Places of those nodes.

  std::size_t place(std::size_t position, Step step) const {
    const auto at = named[position].find(step);
    return at == named[position].end() ? *other[position] : at->second;
  }
};

Columns name_nodes(const std::vector<std::map<Step, std::size_t>>& counts, std::size_t kept_max,
                   const std::vector<std::uint8_t>& has_end, std::vector<SankeyNode>& nodes) {
  Columns columns;
  for (std::size_t position = 0; position < counts.size(); ++position) {
    std::vector<std::pair<std::size_t, Step>> order;
    for (const auto& [step, count] : counts[position]) order.emplace_back(count, step);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return std::tuple(b.first, a.second) < std::tuple(a.first, b.second);
    });
    auto& named = columns.named.emplace_back();
    for (const auto& [count, step] : order) {
      if (named.size() == kept_max) break;
      named.emplace(step, nodes.size());
      nodes.push_back({.position = position, .kind = NodeKind::Named, .step = step});
    }
    columns.other.emplace_back();
    columns.end.emplace_back();
    if (order.size() > kept_max) {
      columns.other.back() = nodes.size();
      nodes.push_back({.position = position, .kind = NodeKind::Other});
    }
    if (has_end[position] != 0) {
      columns.end.back() = nodes.size();
      nodes.push_back({.position = position, .kind = NodeKind::End});
    }
  }
  return columns;
}

}  // namespace

Result<Sankey> sankey_of(const Journeys& journeys, std::span<const double> amount,
                         const SankeyOptions& options) {
  HOLDFAST_TRY_VOID(check(journeys));
  HOLDFAST_TRY_VOID(check(amount, journeys.customers(), options));
  const auto steps_of = [&](std::size_t customer) {
    return journeys.step.subspan(journeys.starts[customer],
                                 journeys.starts[customer + 1] - journeys.starts[customer]);
  };
  std::size_t longest = 0;
  for (std::size_t c = 0; c < journeys.customers(); ++c)
    longest = std::max(longest, path_of(steps_of(c), options).size());
  const auto first_position = [&](const std::vector<Step>& path) {
    return options.is_from_end ? longest - path.size() : 0;
  };
  std::vector<std::map<Step, std::size_t>> counts(longest);
  std::vector<std::uint8_t> has_end(longest);
  for (std::size_t c = 0; c < journeys.customers(); ++c) {
    const auto path = path_of(steps_of(c), options);
    if (path.empty()) continue;
    for (std::size_t i = 0; i < path.size(); ++i) ++counts[first_position(path) + i][path[i]];
    if (!options.is_from_end && path.size() < longest) has_end[path.size()] = 1;
  }
  Sankey sankey;
  const auto columns = name_nodes(counts, options.kept_per_position, has_end, sankey.nodes);
  std::map<std::pair<std::size_t, std::size_t>, Sum> links;
  for (std::size_t c = 0; c < journeys.customers(); ++c) {
    const auto path = path_of(steps_of(c), options);
    const double own = amount.empty() ? 0 : amount[c];
    std::optional<std::size_t> before;
    const auto visit = [&](std::size_t node) {
      ++sankey.nodes[node].customers;
      sankey.nodes[node].amount += own;
      if (before) links[{*before, node}].add(own);
      before = node;
    };
    for (std::size_t i = 0; i < path.size(); ++i)
      visit(columns.place(first_position(path) + i, path[i]));
    if (!options.is_from_end && !path.empty() && path.size() < longest)
      visit(*columns.end[path.size()]);
  }
  for (const auto& [ends, sum] : links)
    sankey.links.push_back({ends.first, ends.second, sum.customers, sum.amount});
  return sankey;
}

}  // namespace holdfast::migration
