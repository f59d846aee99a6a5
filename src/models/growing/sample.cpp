#include "models/growing/sample.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "core/check.hpp"
#include "core/parallel.hpp"

namespace holdfast::growing {
namespace {

constexpr std::size_t kRadixFrom = 512;

struct Keyed {
  std::uint64_t key;
  std::uint32_t row;
};

/// Bits that order as the numbers do; both zeros are one.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

/// Stable sort by key: radix, 11 bits a pass, passes in which all keys agree left out.
void sort(std::vector<Keyed>& from) {
  if (from.size() < kRadixFrom) {
    std::ranges::stable_sort(from, {}, &Keyed::key);
    return;
  }
  std::vector<Keyed> to(from.size());
  std::vector<std::uint32_t> counts(6 * 2048);
  for (const auto& k : from) {
    for (unsigned pass = 0; pass < 6; ++pass) ++counts[pass * 2048 + ((k.key >> (11 * pass)) & 2047)];
  }
  for (unsigned pass = 0; pass < 6; ++pass) {
    const auto starts = std::span(counts).subspan(pass * 2048, 2048);
    if (std::ranges::find(starts, from.size()) != starts.end()) continue;
    std::exclusive_scan(starts.begin(), starts.end(), starts.begin(), std::uint32_t{0});
    for (const auto& k : from) to[starts[(k.key >> (11 * pass)) & 2047]++] = k;
    std::swap(from, to);
  }
}

std::vector<double> weight_by_class(std::span<const std::uint8_t> y, std::span<const double> weight,
                                    std::size_t classes_count) {
  std::vector<double> sums(classes_count, 0.0);
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (weight[r] > 0) sums[y[r]] += weight[r];
  }
  return sums;
}

}  // namespace

double Rows::total() const { return std::accumulate(weight.begin(), weight.end(), 0.0); }

Sample::Sample(dataset::Columns columns, std::span<const std::uint8_t> y,
               std::span<const double> weight, std::size_t classes_count,
               std::vector<double> factor)
    : columns_(std::move(columns)), y_(y), classes_count_(classes_count),
      factor_(std::move(factor)), numeric_(columns_.columns.size()) {
  HOLDFAST_CHECK(y.size() == columns_.rows && weight.size() == columns_.rows);
  if (factor_.empty()) factor_.assign(classes_count, 1.0);
  HOLDFAST_CHECK(factor_.size() == classes_count);
  for (std::size_t r = 0; r < columns_.rows; ++r) {
    const double working = weight[r] * factor_[y[r]];
    if (working > 0) rows_.add(static_cast<std::uint32_t>(r), working);
  }
  parallel_for(columns_count(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      if (!is_numeric(c)) continue;
      const auto& values = columns_.columns[c].values;
      std::vector<Keyed> keys;
      keys.reserve(rows_.row.size());
      for (const auto r : rows_.row) {
        if (!is_missing(c, r)) keys.push_back({key_of(values[r]), r});
      }
      sort(keys);
      auto& numeric = numeric_[c];
      numeric.rank.assign(columns_.rows, NumericColumn::kNoRank);
      numeric.order.reserve(keys.size());
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i == 0 || keys[i].key != keys[i - 1].key) {
          numeric.distinct.push_back(values[keys[i].row]);
        }
        numeric.rank[keys[i].row] = static_cast<std::uint32_t>(numeric.distinct.size() - 1);
        numeric.order.push_back(keys[i].row);
      }
    }
  });
}

std::vector<double> Sample::counts(const Distribution& d) const {
  std::vector<double> counts(classes_count_);
  for (std::size_t c = 0; c < classes_count_; ++c) counts[c] = d.cls(c) / factor_[c];
  return counts;
}

std::vector<double> cost_factors(std::span<const std::uint8_t> y, std::span<const double> weight,
                                 std::size_t classes_count, std::span<const double> costs) {
  std::vector<double> factors(classes_count, 1.0);
  if (costs.empty()) return factors;
  HOLDFAST_CHECK(costs.size() == classes_count * classes_count);
  const auto sums = weight_by_class(y, weight, classes_count);
  double plain = 0, costly = 0;
  for (std::size_t c = 0; c < classes_count; ++c) {
    factors[c] = 0;
    for (std::size_t said = 0; said < classes_count; ++said) {
      if (said != c) factors[c] += costs[c * classes_count + said];
    }
    plain += sums[c];
    costly += factors[c] * sums[c];
  }
  if (!(costly > 0)) return std::vector<double>(classes_count, 1.0);
  for (double& factor : factors) factor *= plain / costly;
  return factors;
}

std::vector<double> prior_factors(std::span<const std::uint8_t> y, std::span<const double> weight,
                                  std::span<const double> priors) {
  const auto sums = weight_by_class(y, weight, priors.size());
  const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
  std::vector<double> factors(priors.size(), 1.0);
  for (std::size_t c = 0; c < priors.size(); ++c) {
    if (sums[c] > 0) factors[c] = priors[c] * total / sums[c];
  }
  return factors;
}

}  // namespace holdfast::growing
