#include "models/bayes/counts.hpp"

#include <cmath>
#include <numeric>

namespace holdfast::bayes {
namespace {

/// Upper tail of χ² with `freedom` degrees by Wilson and Hilferty (1931), PNAS 17, 684–688: enough
/// for a threshold that decides about an arc.
double chi_squared_tail(double value, double freedom) {
  if (!(value > 0)) return 1;
  const double scale = 2 / (9 * freedom);
  const double z = (std::cbrt(value / freedom) - (1 - scale)) / std::sqrt(scale);
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

/// Counts over (given, a, b) as slices of a table a × b.
struct Slices {
  std::vector<double> counts;
  std::size_t a = 0, b = 0;
};

Slices slices_of(const States& states, std::size_t a, std::size_t b,
                 std::span<const std::size_t> given) {
  std::vector<std::size_t> variables(given.begin(), given.end());
  variables.push_back(a);
  variables.push_back(b);
  return {counts_of(states, variables), states_count(states, a), states_count(states, b)};
}

/// Σ n ln(n n.. / (n_a n_b)) of one slice.
double slice_information(const double* counts, std::size_t a, std::size_t b) {
  std::vector<double> row(a, 0.0), column(b, 0.0);
  double total = 0;
  for (std::size_t i = 0; i < a; ++i) {
    for (std::size_t j = 0; j < b; ++j) {
      row[i] += counts[i * b + j];
      column[j] += counts[i * b + j];
      total += counts[i * b + j];
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < a; ++i) {
    for (std::size_t j = 0; j < b; ++j) {
      const double n = counts[i * b + j];
      if (n > 0) sum += n * std::log(n * total / (row[i] * column[j]));
    }
  }
  return sum;
}

}  // namespace

std::size_t states_count(const States& states, std::size_t variable) {
  return static_cast<std::size_t>(variable == 0 ? states.classes_count
                                                : states.columns[variable - 1].states_count);
}

std::span<const std::int32_t> values_of(const States& states, std::size_t variable) {
  return variable == 0 ? states.y : states.states[variable - 1];
}

std::vector<double> counts_of(const States& states, std::span<const std::size_t> variables) {
  std::size_t size = 1;
  std::vector<std::span<const std::int32_t>> values;
  std::vector<std::int32_t> sizes;
  for (const auto variable : variables) {
    size *= states_count(states, variable);
    sizes.push_back(static_cast<std::int32_t>(states_count(states, variable)));
    values.push_back(values_of(states, variable));
  }
  std::vector<double> counts(size, 0.0);
  for (std::size_t r = 0; r < states.rows(); ++r) {
    std::size_t place = 0;
    bool is_known = true;
    for (std::size_t v = 0; v < values.size(); ++v) {
      const auto state = values[v][r];
      is_known = is_known && state >= 0;
      place = place * static_cast<std::size_t>(sizes[v]) + static_cast<std::size_t>(std::max(state, 0));
    }
    if (is_known) counts[place] += states.weight[r];
  }
  return counts;
}

double mutual_information(const States& states, std::size_t a, std::size_t b,
                          std::span<const std::size_t> given) {
  const auto slices = slices_of(states, a, b, given);
  const double total = std::accumulate(slices.counts.begin(), slices.counts.end(), 0.0);
  if (!(total > 0)) return 0;
  double sum = 0;
  for (std::size_t at = 0; at < slices.counts.size(); at += slices.a * slices.b) {
    sum += slice_information(slices.counts.data() + at, slices.a, slices.b);
  }
  return std::max(sum / total, 0.0);
}

Independence independence(const States& states, std::size_t a, std::size_t b,
                          std::span<const std::size_t> given) {
  const auto slices = slices_of(states, a, b, given);
  const double total = std::accumulate(slices.counts.begin(), slices.counts.end(), 0.0);
  Independence result;
  if (!(total > 0)) return result;
  double sum = 0, occurring = 0;
  for (std::size_t at = 0; at < slices.counts.size(); at += slices.a * slices.b) {
    const auto* slice = slices.counts.data() + at;
    const double part = slice_information(slice, slices.a, slices.b);
    sum += part;
    occurring += std::accumulate(slice, slice + slices.a * slices.b, 0.0) > 0 ? 1 : 0;
  }
  const double freedom = static_cast<double>((slices.a - 1) * (slices.b - 1)) * occurring;
  result.information = sum / total;
  result.p_value = freedom > 0 ? chi_squared_tail(2 * sum, freedom) : 1;
  return result;
}

}  // namespace holdfast::bayes
