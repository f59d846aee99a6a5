#include "effect/overlap.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/log_gamma.hpp"
#include "core/parallel.hpp"
#include "effect/errors.hpp"

namespace holdfast::effect {
namespace {

const double kRunLevel = std::log(1e-6);
const double kDecidedLevel = std::log(1e-4);
// A range lacks overlap if its chance of the absent group is below this, and below a quarter of
// that group's share of all rows: leaning towards a group is no lack.
constexpr double kAbsentShare = 0.05;

struct Run {
  double from = 0;
  double to = 0;
  std::size_t rows = 0;
  bool is_treated = false;
};

// Maximal ranges of values with rows of one group only, by rising value.
struct Runs {
  std::vector<Run> pure;
  bool is_all = true;      // Every row lies in one.
  std::size_t values = 0;  // Distinct.
};

// A value as a whole number of the same order, its last bit replaced by the group: one sort puts
// equal values together. Values that agree to 15 digits so count as equal.
using Key = std::uint64_t;
constexpr Key kSign = Key{1} << 63;

Key key_of(double value, std::uint8_t treated) {
  const auto bits = std::bit_cast<Key>(value + 0.0);  // −0 becomes 0.
  const Key ordered = (bits & kSign) != 0 ? ~bits : bits | kSign;
  return (ordered & ~Key{1}) | treated;
}

double value_of(Key key) {
  const Key ordered = key & ~Key{1};
  return std::bit_cast<double>((ordered & kSign) != 0 ? ordered ^ kSign : ~ordered);
}

// To 15 digits, as the last bit is gone.
std::string told(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

// By eleven bits at a time: five times as fast as comparing for 200 000 rows.
void sort_keys(std::vector<Key>& keys, std::vector<Key>& spare) {
  constexpr int kBits = 11;
  constexpr std::size_t kDigits = std::size_t{1} << kBits;
  spare.resize(keys.size());
  std::vector<std::size_t> place(kDigits);
  for (int shift = 0; shift < 64; shift += kBits) {
    const auto digit = [shift](Key key) { return (key >> shift) & (kDigits - 1); };
    std::fill(place.begin(), place.end(), 0);
    for (const Key key : keys) ++place[digit(key)];
    std::size_t before = 0;
    for (auto& count : place) before += std::exchange(count, before);
    for (const Key key : keys) spare[place[digit(key)]++] = key;
    keys.swap(spare);
  }
}

Runs runs_of(const std::vector<Key>& sorted) {
  Runs runs;
  bool is_open = false;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    std::size_t treated = 0;
    for (; end < sorted.size() && sorted[end] >> 1 == sorted[begin] >> 1; ++end) {
      treated += sorted[end] & 1;
    }
    const auto rows = end - begin;
    ++runs.values;
    if (treated != 0 && treated != rows) {
      runs.is_all = false;
      is_open = false;
    } else if (is_open && runs.pure.back().is_treated == (treated != 0)) {
      runs.pure.back().to = value_of(sorted[begin]);
      runs.pure.back().rows += rows;
    } else {
      const double value = value_of(sorted[begin]);
      runs.pure.push_back({value, value, rows, treated != 0});
      is_open = true;
    }
    begin = end;
  }
  return runs;
}

struct Shares {
  double rows = 0;
  double treated = 0;
  double columns = 0;

  // Log of a bound on the chance of such a run anywhere if the absent group had its least share.
  double log_chance(const Run& run) const {
    const double absent = (run.is_treated ? rows - treated : treated) / rows;
    const double least = std::min(kAbsentShare, absent / 4);
    return std::log(rows * columns) + static_cast<double>(run.rows) * std::log1p(-least);
  }
  // Of so few runs among distinct values: of all orders at most 2 n^(runs − 2) have them.
  double log_chance_of_runs(std::size_t runs) const {
    return std::log(2 * columns) + static_cast<double>(runs - 2) * std::log(rows) +
           log_gamma(treated + 1) + log_gamma(rows - treated + 1) - log_gamma(rows + 1);
  }
  // Of no equal values with both groups: each further row of a value must be as its first.
  double log_chance_of_purity(std::size_t values) const {
    const double share = std::max(treated, rows - treated) / rows;
    return std::log(columns) + (rows - static_cast<double>(values)) * std::log(share);
  }
};

struct Finding {
  bool is_decided = false;
  Run run;  // rows 0: nothing found.
};

Finding examine(const Runs& runs, const Shares& shares) {
  Finding found;
  found.is_decided = runs.is_all && runs.pure.size() >= 2 &&
                     std::min(shares.log_chance_of_runs(runs.pure.size()),
                              shares.log_chance_of_purity(runs.values)) < kDecidedLevel;
  for (const auto& run : runs.pure) {
    if (shares.log_chance(run) < kRunLevel && run.rows > found.run.rows) found.run = run;
  }
  return found;
}

}  // namespace

Result<void> check_columns(const Trial& trial, MatrixView x, std::span<const std::string> names) {
  HOLDFAST_TRY_VOID(check(trial));
  if (x.rows != trial.rows()) {
    return Error(errors::kShape,
                 {{"what", "columns"}, {"found", x.rows}, {"expected", trial.rows()}});
  }
  if (names.size() != x.cols) {
    return Error(errors::kShape,
                 {{"what", "names"}, {"found", names.size()}, {"expected", x.cols}});
  }
  for (std::size_t row = 0; row < x.rows; ++row) {
    for (std::size_t col = 0; col < x.cols; ++col) {
      if (std::isfinite(x(row, col))) continue;
      return Error(errors::kBadValue,
                   {{"what", names[col]}, {"row", row + 1}, {"value", x(row, col)}});
    }
  }
  return {};
}

Result<void> check_overlap(const Trial& trial, MatrixView x, std::span<const std::string> names) {
  HOLDFAST_TRY_VOID(check_columns(trial, x, names));
  Shares shares{static_cast<double>(x.rows), 0, static_cast<double>(x.cols)};
  for (const auto treated : trial.treated) shares.treated += treated;
  std::vector<Finding> findings(x.cols);
  parallel_for(x.cols, 1, [&](std::size_t begin, std::size_t end) {
    std::vector<Key> keys(x.rows);
    std::vector<Key> spare;
    for (auto col = begin; col < end; ++col) {
      for (std::size_t row = 0; row < x.rows; ++row) {
        keys[row] = key_of(x(row, col), trial.treated[row]);
      }
      sort_keys(keys, spare);
      findings[col] = examine(runs_of(keys), shares);
    }
  });
  for (std::size_t col = 0; col < x.cols; ++col) {
    if (findings[col].is_decided) return Error(errors::kDecided, {{"column", names[col]}});
  }
  for (std::size_t col = 0; col < x.cols; ++col) {
    const auto& run = findings[col].run;
    if (run.rows == 0) continue;
    return Error(errors::kNoOverlap, {{"column", names[col]},
                                      {"from", told(run.from)},
                                      {"to", told(run.to)},
                                      {"rows", run.rows},
                                      {"treated", run.is_treated ? run.rows : 0}});
  }
  return {};
}

Result<void> check_propensities(std::span<const double> propensity, std::size_t rows,
                                double least) {
  if (propensity.size() != rows) {
    return Error(errors::kShape,
                 {{"what", "propensity"}, {"found", propensity.size()}, {"expected", rows}});
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (propensity[row] >= least && propensity[row] <= 1 - least) continue;
    return Error(errors::kPropensity,
                 {{"row", row + 1}, {"propensity", propensity[row]}, {"least", least}});
  }
  return {};
}

}  // namespace holdfast::effect
