#include "lifetime/rfm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lifetime/errors.hpp"

namespace holdfast::lifetime {
namespace {

// Scores within each group of rows.
std::vector<std::uint8_t> scores(std::span<const double> values,
                                 const std::vector<std::size_t>& group, const RfmOptions& options) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::pair(group[a], values[a]) < std::pair(group[b], values[b]);
  });
  std::vector<std::uint8_t> result(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && group[order[end]] == group[order[begin]]) ++end;
    const double all = static_cast<double>(end - begin) + 1;
    for (std::size_t first = begin; first < end;) {
      std::size_t next = first;
      while (next < end && values[order[next]] == values[order[first]]) ++next;
      const double low = static_cast<double>(first - begin) + 1;
      const double high = static_cast<double>(next - begin);
      double rank = 0.5 * (low + high);
      if (options.ties == RfmTies::Low) rank = low;
      if (options.ties == RfmTies::High) rank = high;
      const auto score = static_cast<std::uint8_t>(std::floor(rank * options.bins / all) + 1);
      for (; first < next; ++first) result[order[first]] = score;
    }
    begin = end;
  }
  return result;
}

Result<void> check(std::span<const double> values, std::string_view what, std::size_t rows) {
  if (values.size() != rows) {
    return Error(errors::kShape, {{"what", what}, {"found", values.size()}, {"expected", rows}});
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (!std::isfinite(values[row])) {
      return Error(errors::kBadValue, {{"what", what}, {"row", row + 1}, {"value", values[row]}});
    }
  }
  return {};
}

}  // namespace

Result<Rfm> rfm(std::span<const double> last, std::span<const double> frequency,
                std::span<const double> money, const RfmOptions& options) {
  const auto rows = last.size();
  if (options.bins < 2 || options.bins > 20) {
    return Error(errors::kBadOption, {{"what", "bins must be from 2 to 20"}});
  }
  if (rows == 0) return Error(errors::kTooFew, {{"found", 0}, {"expected", 1}});
  HOLDFAST_TRY_VOID(check(last, "last", rows));
  HOLDFAST_TRY_VOID(check(frequency, "frequency", rows));
  HOLDFAST_TRY_VOID(check(money, "money", rows));
  const auto bins = static_cast<std::size_t>(options.bins);
  std::vector<std::size_t> group(rows, 0);
  const auto nest = [&](const std::vector<std::uint8_t>& by) {
    if (!options.is_nested) return;
    for (std::size_t row = 0; row < rows; ++row) group[row] = group[row] * bins + by[row] - 1;
  };
  Rfm result;
  result.recency = scores(last, group, options);
  nest(result.recency);
  result.frequency = scores(frequency, group, options);
  nest(result.frequency);
  result.money = scores(money, group, options);
  result.cells.assign(bins * bins * bins, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t r = result.recency[row], f = result.frequency[row], m = result.money[row];
    result.score.push_back(options.recency_weight * static_cast<double>(r) +
                           options.frequency_weight * static_cast<double>(f) +
                           options.money_weight * static_cast<double>(m));
    ++result.cells[((r - 1) * bins + f - 1) * bins + m - 1];
  }
  return result;
}

}  // namespace holdfast::lifetime
