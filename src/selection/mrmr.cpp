#include "selection/mrmr.hpp"

#include <cmath>

#include "core/parallel.hpp"

namespace holdfast::selection {
namespace {

/// Mutual information of two discrete columns in nats.
double information(std::span<const std::uint8_t> a, std::size_t a_count,
                   std::span<const std::uint8_t> b, std::size_t b_count,
                   std::span<const double> weight) {
  std::vector<double> joint(a_count * b_count), row(a_count), column(b_count);
  double total = 0;
  for (std::size_t r = 0; r < a.size(); ++r) {
    if (weight[r] > 0) joint[a[r] * b_count + b[r]] += weight[r];
  }
  for (std::size_t i = 0; i < a_count; ++i) {
    for (std::size_t j = 0; j < b_count; ++j) {
      row[i] += joint[i * b_count + j];
      column[j] += joint[i * b_count + j];
      total += joint[i * b_count + j];
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < a_count; ++i) {
    for (std::size_t j = 0; j < b_count; ++j) {
      const double n = joint[i * b_count + j];
      if (n > 0) sum += n / total * std::log(n * total / (row[i] * column[j]));
    }
  }
  return std::max(sum, 0.0);
}

}  // namespace

std::vector<Chosen> mrmr(const Discrete& discrete, std::span<const std::uint8_t> y,
                         std::span<const double> weight, std::size_t count) {
  const std::size_t columns = discrete.states.size();
  std::vector<double> relevance(columns), redundancy(columns, 0.0);
  parallel_for(columns, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      relevance[c] = information(discrete.states[c], discrete.states_count[c], y, 2, weight);
    }
  });
  std::vector<std::uint8_t> is_chosen(columns, 0);
  std::vector<Chosen> result;
  while (result.size() < std::min(count, columns)) {
    const auto before = static_cast<double>(result.size());
    std::ptrdiff_t best = -1;
    double best_score = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      if (is_chosen[c] != 0 || !(relevance[c] > 0)) continue;
      const double score = relevance[c] - (before > 0 ? redundancy[c] / before : 0);
      if (best < 0 || score > best_score) best = static_cast<std::ptrdiff_t>(c), best_score = score;
    }
    if (best < 0) break;
    const auto own = static_cast<std::size_t>(best);
    is_chosen[own] = 1;
    result.push_back({.name = discrete.names[own],
                      .relevance = relevance[own],
                      .redundancy = before > 0 ? redundancy[own] / before : 0});
    parallel_for(columns, 8, [&](std::size_t begin, std::size_t end) {
      for (std::size_t c = begin; c < end; ++c) {
        if (is_chosen[c] != 0) continue;
        redundancy[c] += information(discrete.states[c], discrete.states_count[c],
                                     discrete.states[own], discrete.states_count[own], weight);
      }
    });
  }
  return result;
}

}  // namespace holdfast::selection
