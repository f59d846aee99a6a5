#include "grouping/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace holdfast::grouping {
namespace {

double times_log(double count) { return count > 0 ? count * std::log(count) : 0; }

/// (c + 1) ln(c + 1) − c ln c.
double gain_of(double count) {
  static const auto small = [] {
    std::array<double, 4096> values{};
    for (std::size_t c = 0; c < values.size(); ++c) {
      const auto from = static_cast<double>(c);
      values[c] = std::log(from + 1) + (c == 0 ? 0 : from * std::log1p(1 / from));
    }
    return values;
  }();
  if (count < static_cast<double>(small.size())) return small[static_cast<std::size_t>(count)];
  return std::log(count + 1) + count * std::log1p(1 / count);
}

/// Σ ln(1 + σ²) over standardised numbers, of sums and squares given by index.
template <typename Sum, typename Square>
double log_variances(std::size_t numbers, double rows, const Sum& sum, const Square& square) {
  // A logarithm of a product for sixteen numbers: a factor is at most 1 + rows, so it holds.
  constexpr std::size_t kFactors = 16;
  const double share = 1 / rows;
  double logs = 0;
  for (std::size_t c = 0; c < numbers;) {
    double product = 1;
    for (const auto end = std::min(numbers, c + kFactors); c < end; ++c) {
      const double mean = sum(c) * share;
      product *= 1 + std::max(0.0, square(c) * share - mean * mean);
    }
    logs += std::log(product);
  }
  return logs;
}

}  // namespace

Summaries::Summaries(TwoStepDistance distance, std::size_t numbers,
                     std::span<const std::uint32_t> levels_count)
    : distance_(distance), numbers_(numbers), first_level_{0} {
  for (const auto count : levels_count) first_level_.push_back(first_level_.back() + count);
  levels_ = first_level_.back();
  width_ = 4 + 2 * numbers_ + 2 * levels_;
}

double Summaries::distance(const double* to, const double* other) const {
  if (distance_ == TwoStepDistance::LogLikelihood) return log_likelihood_distance(to, other);
  double squared = 0;
  for (std::size_t c = 0; c < numbers_; ++c) {
    const double gap = sums(to)[c] / rows(to) - sums(other)[c] / rows(other);
    squared += gap * gap;
  }
  return std::sqrt(squared);
}

double Summaries::distance(const double* to, const Row& row) const {
  const double* sum = sums(to);
  if (distance_ == TwoStepDistance::Euclidean) {
    const double share = 1 / rows(to);
    double squared = 0;
    for (std::size_t c = 0; c < numbers_; ++c) {
      const double gap = sum[c] * share - row.z[c];
      squared += gap * gap;
    }
    return std::sqrt(squared);
  }
  const double* square = squares(to);
  const double together = rows(to) + 1;
  const double logs = log_variances(
      numbers_, together, [&](std::size_t c) { return sum[c] + row.z[c]; },
      [&](std::size_t c) { return square[c] + row.z[c] * row.z[c]; });
  double found = together * logs / 2 - to[1] + static_cast<double>(row.level.size()) * to[3];
  for (const auto level : row.level) found -= gains(to)[level];
  return found;
}

double Summaries::log_likelihood_distance(const double* a, const double* b) const {
  const double together = rows(a) + rows(b);
  const double logs = log_variances(
      numbers_, together, [&](std::size_t c) { return sums(a)[c] + sums(b)[c]; },
      [&](std::size_t c) { return squares(a)[c] + squares(b)[c]; });
  double of_levels = static_cast<double>(categorical()) * times_log(together);
  for (std::size_t l = 0; l < levels_; ++l) of_levels -= times_log(counts(a)[l] + counts(b)[l]);
  return together * logs / 2 + of_levels - cost(a) - cost(b);
}

void Summaries::add(double* to, const double* other) const {
  to[0] += other[0];
  for (std::size_t i = 4; i < 4 + 2 * numbers_ + levels_; ++i) to[i] += other[i];
  refresh(to);
}

void Summaries::add(double* to, const Row& row) const {
  double* sum = to + 4;
  double* square = sum + numbers_;
  double* count = square + numbers_;
  double* gain = count + levels_;
  const bool is_new = to[0] == 0;
  to[0] += 1;
  for (std::size_t c = 0; c < numbers_; ++c) {
    sum[c] += row.z[c];
    square[c] += row.z[c] * row.z[c];
  }
  to[1] = is_new ? 0
                 : to[0] / 2 *
                       log_variances(
                           numbers_, to[0], [&](std::size_t c) { return sum[c]; },
                           [&](std::size_t c) { return square[c]; });
  to[2] += static_cast<double>(row.level.size()) * to[3];
  to[3] = gain_of(to[0]);
  for (const auto level : row.level) {
    to[2] -= gain[level];
    count[level] += 1;
    gain[level] = gain_of(count[level]);
  }
}

void Summaries::refresh(double* summary) const {
  const double n = rows(summary);
  summary[1] = n / 2 *
               log_variances(
                   numbers_, n, [&](std::size_t c) { return sums(summary)[c]; },
                   [&](std::size_t c) { return squares(summary)[c]; });
  summary[2] = static_cast<double>(categorical()) * times_log(n);
  summary[3] = gain_of(n);
  double* gain = summary + 4 + 2 * numbers_ + levels_;
  for (std::size_t l = 0; l < levels_; ++l) {
    summary[2] -= times_log(counts(summary)[l]);
    gain[l] = gain_of(counts(summary)[l]);
  }
}

TwoStepProfile Summaries::profile(const double* summary) const {
  return {rows(summary),
          {sums(summary), squares(summary)},
          {squares(summary), counts(summary)},
          {counts(summary), gains(summary)}};
}

std::vector<double> Summaries::summary(const TwoStepProfile& profile) const {
  std::vector<double> made(width_);
  made[0] = profile.rows;
  std::ranges::copy(profile.sum, made.begin() + 4);
  std::ranges::copy(profile.squares, made.begin() + 4 + static_cast<std::ptrdiff_t>(numbers_));
  std::ranges::copy(profile.counts, made.begin() + 4 + static_cast<std::ptrdiff_t>(2 * numbers_));
  refresh(made.data());
  return made;
}

}  // namespace holdfast::grouping
