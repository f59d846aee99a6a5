#include "migration/stability.hpp"

#include <cmath>
#include <numeric>

#include "core/distributions.hpp"
#include "migration/errors.hpp"

namespace holdfast::migration {
namespace {

// One table of groups by next states: are its rows alike?
struct Table {
  std::size_t columns = 0;
  std::vector<std::uint64_t> counts;
};

void finish(Homogeneity::Part& part) {
  part.pearson_p = chi_squared_upper_p(part.pearson, part.degrees);
  part.likelihood_ratio_p = chi_squared_upper_p(part.likelihood_ratio, part.degrees);
}

// Adds the table as a part where two rows and two columns have something in them.
void add(Homogeneity& test, std::size_t state, const Table& table) {
  const auto rows = table.counts.size() / table.columns;
  std::vector<double> by_row(rows), by_column(table.columns);
  for (std::size_t cell = 0; cell < table.counts.size(); ++cell) {
    by_row[cell / table.columns] += static_cast<double>(table.counts[cell]);
    by_column[cell % table.columns] += static_cast<double>(table.counts[cell]);
  }
  const double total = std::accumulate(by_row.begin(), by_row.end(), 0.0);
  const auto used = [](const std::vector<double>& sums) {
    std::size_t count = 0;
    for (const double sum : sums) count += sum > 0 ? 1 : 0;
    return count;
  };
  const auto rows_used = used(by_row), columns_used = used(by_column);
  if (rows_used < 2 || columns_used < 2) return;
  Homogeneity::Part part{.state = static_cast<State>(state)};
  part.degrees = static_cast<double>((rows_used - 1) * (columns_used - 1));
  for (std::size_t cell = 0; cell < table.counts.size(); ++cell) {
    const double expected = by_row[cell / table.columns] * (by_column[cell % table.columns] / total);
    if (!(expected > 0)) continue;
    const auto found = static_cast<double>(table.counts[cell]);
    part.pearson += (found - expected) * (found - expected) / expected;
    if (found > 0) part.likelihood_ratio += 2 * found * std::log(found / expected);
    ++test.cells;
    test.cells_sparse += expected < 5 ? 1 : 0;
  }
  part.likelihood_ratio = std::max(0.0, part.likelihood_ratio);
  finish(part);
  test.all.pearson += part.pearson;
  test.all.likelihood_ratio += part.likelihood_ratio;
  test.all.degrees += part.degrees;
  test.parts.push_back(part);
}

Result<Homogeneity> finished(Homogeneity test) {
  if (test.parts.empty()) return Error(errors::kNothingToTest);
  finish(test.all);
  return test;
}

Result<Homogeneity> compare(std::size_t states,
                            const std::vector<std::vector<std::uint64_t>>& groups) {
  Homogeneity test;
  for (std::size_t from = 0; from < states; ++from) {
    Table table{.columns = states, .counts = {}};
    for (const auto& group : groups) {
      const auto row = group.begin() + static_cast<std::ptrdiff_t>(from * states);
      table.counts.insert(table.counts.end(), row, row + static_cast<std::ptrdiff_t>(states));
    }
    if (!table.counts.empty()) add(test, from, table);
  }
  return finished(std::move(test));
}

}  // namespace

Result<Homogeneity> test_over_time(const TransitionCounts& counts) {
  std::vector<std::vector<std::uint64_t>> groups;
  for (std::size_t period = 0; period < counts.periods; ++period)
    groups.push_back(counts.summed(period));
  return compare(counts.states, groups);
}

Result<Homogeneity> test_between_segments(const TransitionCounts& counts) {
  std::vector<std::vector<std::uint64_t>> groups;
  for (std::size_t segment = 0; segment < counts.segments; ++segment)
    groups.push_back(counts.summed({}, segment));
  return compare(counts.states, groups);
}

Result<Homogeneity> test_first_order(const TransitionCounts& counts) {
  Homogeneity test;
  add(test, 0, {.columns = counts.states, .counts = counts.summed()});
  return finished(std::move(test));
}

Result<Homogeneity> test_second_order(const TransitionCounts& counts) {
  const auto k = counts.states;
  Homogeneity test;
  for (std::size_t now = 0; now < k; ++now) {
    Table table{.columns = k, .counts = {}};
    for (std::size_t before = 0; before < k; ++before) {
      const auto row = counts.triples.begin() + static_cast<std::ptrdiff_t>((before * k + now) * k);
      table.counts.insert(table.counts.end(), row, row + static_cast<std::ptrdiff_t>(k));
    }
    add(test, now, table);
  }
  return finished(std::move(test));
}

}  // namespace holdfast::migration
