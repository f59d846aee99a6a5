#include "migration/transitions.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/distributions.hpp"
#include "migration/errors.hpp"

namespace holdfast::migration {
namespace {

constexpr std::size_t kCellsMax = 50'000'000;
constexpr std::size_t kStatesMax = 300;

struct Row {
  std::uint64_t key;  // Customer, then period.
  std::uint32_t row;
};

std::uint64_t key_of(const Observations& seen, std::size_t row) {
  const auto period = static_cast<std::uint32_t>(seen.period[row]) ^ 0x8000'0000U;
  return (static_cast<std::uint64_t>(seen.customer[row]) << 32) | period;
}

Result<void> check(const Observations& seen) {
  const auto rows = seen.rows();
  if (rows == 0) return Error(errors::kNoRows);
  if (rows > std::numeric_limits<std::uint32_t>::max()) {
    return Error(errors::kTooLarge,
                 {{"cells", rows}, {"largest", std::numeric_limits<std::uint32_t>::max()}});
  }
  const auto sized = [&](const char* what, std::size_t found) -> Result<void> {
    if (found == rows) return {};
    return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", rows}});
  };
  HOLDFAST_TRY_VOID(sized("period", seen.period.size()));
  HOLDFAST_TRY_VOID(sized("state", seen.state.size()));
  if (!seen.segment.empty()) {
    HOLDFAST_TRY_VOID(sized("segment", seen.segment.size()));
  }
  if (seen.states == 0 || seen.states > kStatesMax) {
    return Error(errors::kBadOption,
                 {{"option", "states"}, {"value", seen.states}, {"needed", "[1, 300]"}});
  }
  const auto bad = [](std::size_t row, std::size_t value, std::size_t limit) {
    return Error(errors::kBadState, {{"row", row + 1}, {"state", value}, {"states", limit}});
  };
  for (std::size_t row = 0; row < rows; ++row) {
    if (seen.state[row] >= seen.states) return bad(row, seen.state[row], seen.states);
    if (!seen.segment.empty() && seen.segment[row] >= seen.segments)
      return bad(row, seen.segment[row], seen.segments);
  }
  if (seen.gone && *seen.gone >= seen.states) return errors::not_a_state("gone", *seen.gone, seen.states);
  return {};
}

std::vector<Row> in_order(const Observations& seen) {
  std::vector<Row> order(seen.rows());
  for (std::size_t row = 0; row < order.size(); ++row) {
    order[row] = {key_of(seen, row), static_cast<std::uint32_t>(row)};
  }
  const auto before = [](const Row& a, const Row& b) { return a.key < b.key; };
  if (!std::is_sorted(order.begin(), order.end(), before))
    std::sort(order.begin(), order.end(), before);
  return order;
}

}  // namespace

std::vector<std::uint64_t> TransitionCounts::summed(std::optional<std::size_t> period,
                                                    std::optional<std::size_t> segment) const {
  std::vector<std::uint64_t> sums(states * states);
  for (std::size_t p = period.value_or(0); p < (period ? *period + 1 : periods); ++p) {
    for (std::size_t s = segment.value_or(0); s < (segment ? *segment + 1 : segments); ++s) {
      const auto from = table(p, s);
      for (std::size_t cell = 0; cell < sums.size(); ++cell) sums[cell] += from[cell];
    }
  }
  return sums;
}

Result<TransitionCounts> count_transitions(const Observations& seen) {
  HOLDFAST_TRY_VOID(check(seen));
  const auto [first, last] = std::minmax_element(seen.period.begin(), seen.period.end());
  const auto periods =
      static_cast<std::size_t>(static_cast<std::int64_t>(*last) - static_cast<std::int64_t>(*first));
  const std::size_t k = seen.states;
  const auto segments = seen.segment.empty() ? 1 : seen.segments;
  TransitionCounts counted{.states = k,
                           .segments = segments,
                           .period_first = *first,
                           .periods = periods,
                           .counts = {},
                           .triples = {}};
  if (periods > kCellsMax / (k * k * segments)) {
    return Error(errors::kTooLarge,
                 {{"cells", static_cast<double>(periods) * static_cast<double>(k * k * segments)},
                  {"largest", kCellsMax}});
  }
  counted.counts.resize(periods * segments * k * k);
  counted.triples.resize(k * k * k);
  const auto order = in_order(seen);
  std::optional<State> before;  // Of the period before, same customer.
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto row = order[at].row;
    const bool has_next = at + 1 < order.size() && order[at + 1].key >> 32 == order[at].key >> 32;
    if (has_next && order[at + 1].key == order[at].key) {
      return Error(errors::kTwice,
                   {{"customer", seen.customer[row]}, {"period", seen.period[row]}});
    }
    const auto period = static_cast<std::size_t>(static_cast<std::int64_t>(seen.period[row]) -
                                                 static_cast<std::int64_t>(*first));
    std::optional<State> next;
    if (has_next && order[at + 1].key == order[at].key + 1)
      next = seen.state[order[at + 1].row];
    else if (has_next)
      ++counted.broken;
    else if (seen.gone && period < periods && seen.state[row] != *seen.gone)
      next = seen.gone;
    const auto state = seen.state[row];
    if (next) {
      const std::size_t segment = seen.segment.empty() ? 0 : seen.segment[row];
      ++counted.counts[((period * segments + segment) * k + state) * k + *next];
      ++counted.moves;
      if (before) ++counted.triples[(*before * k + state) * k + *next];
    }
    before = next ? std::optional(state) : std::nullopt;
    if (!has_next) {
      ++counted.customers;
      before = std::nullopt;
    }
  }
  return counted;
}

Result<TransitionMatrix> transition_matrix(std::size_t states,
                                           std::span<const std::uint64_t> counts,
                                           const MatrixOptions& options) {
  if (counts.size() != states * states || states == 0) {
    return Error(errors::kShape,
                 {{"what", "counts"}, {"found", counts.size()}, {"expected", states * states}});
  }
  if (!(options.level > 0 && options.level < 1)) {
    return Error(errors::kBadOption,
                 {{"option", "level"}, {"value", options.level}, {"needed", "(0, 1)"}});
  }
  TransitionMatrix matrix{.states = states,
                          .counts = {counts.begin(), counts.end()},
                          .totals = std::vector<std::uint64_t>(states),
                          .departures = std::vector<Departures>(states, Departures::Observed),
                          .share = std::vector<double>(counts.size()),
                          .lower = std::vector<double>(counts.size()),
                          .upper = std::vector<double>(counts.size(), 1)};
  for (const auto state : options.absorbing) {
    if (state >= states) return errors::not_a_state("absorbing", state, states);
    matrix.departures[state] = Departures::Absorbing;
  }
  for (std::size_t from = 0; from < states; ++from) {
    const auto row = counts.subspan(from * states, states);
    const auto total = std::accumulate(row.begin(), row.end(), std::uint64_t{0});
    matrix.totals[from] = total;
    auto& known = matrix.departures[from];
    if (known == Departures::Absorbing && total != row[from])
      return Error(errors::kLeavesAbsorbing, {{"state", from}, {"count", total - row[from]}});
    if (known == Departures::Observed && total == 0) known = Departures::Unknown;
    for (std::size_t to = 0; to < states; ++to) {
      const auto cell = from * states + to;
      if (known == Departures::Absorbing) {
        matrix.share[cell] = matrix.lower[cell] = matrix.upper[cell] = to == from ? 1 : 0;
      } else if (known == Departures::Observed) {
        const auto count = static_cast<double>(row[to]);
        const auto all = static_cast<double>(total);
        const auto bounds = wilson_interval(count, all, options.level);
        matrix.share[cell] = count / all;
        matrix.lower[cell] = bounds.lower;
        matrix.upper[cell] = bounds.upper;
      }
    }
  }
  return matrix;
}

}  // namespace holdfast::migration
