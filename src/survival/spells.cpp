#include "survival/spells.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string_view>
#include <utility>

#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

Result<void> check_length(std::string_view what, std::size_t found, std::size_t expected,
                          bool may_be_empty) {
  if (found == expected || (may_be_empty && found == 0)) return {};
  return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", expected}});
}

}  // namespace

Result<void> check(const Spells& spells) {
  const auto rows = spells.rows();
  HOLDFAST_TRY_VOID(check_length("event", spells.event.size(), rows, false));
  HOLDFAST_TRY_VOID(check_length("entry", spells.entry.size(), rows, true));
  HOLDFAST_TRY_VOID(check_length("weight", spells.weight.size(), rows, true));
  HOLDFAST_TRY_VOID(check_length("stratum", spells.stratum.size(), rows, true));
  double total = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double exit = spells.exit[row];
    if (!std::isfinite(exit) || exit < 0) {
      return Error(errors::kBadDuration, {{"row", row + 1}, {"exit", exit}});
    }
    if (!spells.entry.empty() && !(spells.entry[row] < exit)) {
      return Error(errors::kBadEntry,
                   {{"row", row + 1}, {"entry", spells.entry[row]}, {"exit", exit}});
    }
    const double weight = spells.weight_of(row);
    if (!std::isfinite(weight) || weight < 0) {
      return Error(errors::kBadWeight, {{"row", row + 1}, {"value", weight}});
    }
    total += weight;
  }
  if (!(total > 0)) return Error(errors::kNoRows);
  return {};
}

namespace {

struct Key {
  std::uint64_t bits;  // Ascending as the times are.
  std::uint32_t row;
};

// A double's bits, so that they ascend as the numbers do.
std::uint64_t bits_of(double time) {
  const auto bits = std::bit_cast<std::uint64_t>(time + 0.0);  // −0 is 0.
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

// Digit by digit from the last, each pass keeping the order of equal ones; digits that all keys
// share cost nothing.
void radix_sort(std::vector<Key>& keys) {
  constexpr int kDigitBits = 11;
  constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  constexpr int kPasses = 6;
  std::vector<std::array<std::uint32_t, kDigits>> counts(kPasses);
  const auto digit = [](const Key& key, int pass) {
    return static_cast<std::size_t>((key.bits >> (pass * kDigitBits)) & (kDigits - 1));
  };
  for (const auto& key : keys) {
    for (int pass = 0; pass < kPasses; ++pass) ++counts[static_cast<std::size_t>(pass)][digit(key, pass)];
  }
  std::vector<Key> other(keys.size());
  for (int pass = 0; pass < kPasses; ++pass) {
    auto& place = counts[static_cast<std::size_t>(pass)];
    if (place[digit(keys[0], pass)] == keys.size()) continue;
    std::uint32_t before = 0;
    for (auto& count : place) before += std::exchange(count, before);
    for (const auto& key : keys) other[place[digit(key, pass)]++] = key;
    keys.swap(other);
  }
}

}  // namespace

std::vector<std::uint32_t> ordered(const Spells& spells, std::span<const double> time,
                                   bool descending) {
  constexpr std::size_t kFew = 4096;  // Below it counting digits takes longer than comparing.
  std::vector<Key> keys(time.size());
  for (std::size_t row = 0; row < keys.size(); ++row) {
    keys[row] = {bits_of(descending ? -time[row] : time[row]), static_cast<std::uint32_t>(row)};
  }
  if (keys.size() < kFew) {
    std::stable_sort(keys.begin(), keys.end(),
                     [](const Key& a, const Key& b) { return a.bits < b.bits; });
  } else {
    radix_sort(keys);
  }
  if (!spells.stratum.empty()) {
    std::stable_sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
      return spells.stratum[a.row] < spells.stratum[b.row];
    });
  }
  std::vector<std::uint32_t> order(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) order[i] = keys[i].row;
  return order;
}

std::vector<Moment> moments_of(const Spells& spells) {
  const auto by_exit = ordered(spells, spells.exit, true);
  std::vector<std::uint32_t> by_entry;
  if (!spells.entry.empty()) by_entry = ordered(spells, spells.entry, true);
  std::vector<Moment> moments;
  std::size_t i = 0;
  std::size_t entered = 0;
  while (i < by_exit.size()) {
    const auto stratum = spells.stratum_of(by_exit[i]);
    double at_risk = 0;
    const auto first = moments.size();
    while (i < by_exit.size() && spells.stratum_of(by_exit[i]) == stratum) {
      Moment moment{spells.exit[by_exit[i]], stratum};
      for (; i < by_exit.size() && spells.stratum_of(by_exit[i]) == stratum &&
             spells.exit[by_exit[i]] == moment.time;
           ++i) {
        const double weight = spells.weight_of(by_exit[i]);
        at_risk += weight;
        const bool has_left = spells.event[by_exit[i]] != 0;
        (has_left ? moment.events : moment.censored) += weight;
        moment.event_rows += has_left && weight > 0 ? 1 : 0;
      }
      for (; entered < by_entry.size() && spells.stratum_of(by_entry[entered]) == stratum &&
             spells.entry[by_entry[entered]] >= moment.time;
           ++entered) {
        at_risk -= spells.weight_of(by_entry[entered]);
      }
      moment.at_risk = at_risk;
      if (moment.events + moment.censored > 0) moments.push_back(moment);
    }
    for (; entered < by_entry.size() && spells.stratum_of(by_entry[entered]) == stratum;
         ++entered) {
    }
    std::reverse(moments.begin() + static_cast<std::ptrdiff_t>(first), moments.end());
  }
  return moments;
}

}  // namespace holdfast::survival
