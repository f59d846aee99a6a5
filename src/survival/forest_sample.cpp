#include "survival/forest_sample.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "core/parallel.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBinsMax = 255;
constexpr std::size_t kTimesMax = 65'000;

Error bad_option(const char* what) { return Error(errors::kBadOption, {{"what", what}}); }

Result<void> check_options(const Spells& spells, MatrixView x, const ForestOptions& options) {
  if (!spells.entry.empty() || !spells.stratum.empty()) {
    return bad_option("a survival forest takes no late entries and no strata");
  }
  if (options.trees < 1) return bad_option("a forest needs one tree or more");
  if (options.leaf_rows_min < 1) return bad_option("a leaf needs one row or more");
  if (options.columns_tried < 0 || static_cast<std::size_t>(options.columns_tried) > x.cols) {
    return bad_option("columns tried at a split are at most as many as there are columns");
  }
  if (!(options.sample_share > 0) || (options.sample_share > 1 && !options.with_replacement)) {
    return bad_option("the share of rows drawn lies above 0 and, without replacement, up to 1");
  }
  if (options.times_max < 1 || static_cast<std::size_t>(options.times_max) > kTimesMax ||
      options.times.size() > kTimesMax) {
    return bad_option("hazards are kept at 1 to 65000 times");
  }
  const auto& times = options.times;
  if (std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) != times.end() ||
      !std::all_of(times.begin(), times.end(), [](double t) { return std::isfinite(t); })) {
    return bad_option("the times at which hazards are kept must ascend");
  }
  return {};
}

Result<void> check_values(MatrixView x) {
  for (std::size_t i = 0; i < x.rows * x.cols; ++i) {
    if (!std::isinf(x.data[i])) continue;
    return Error(errors::kBadValue, {{"what", "column " + std::to_string(i % x.cols + 1)},
                                     {"row", i / x.cols + 1},
                                     {"value", x.data[i]}});
  }
  return {};
}

// Distinct times of leaving; where they are too many, those by which equal parts have left.
std::vector<double> times_of(const std::vector<double>& leaving, std::size_t most) {
  std::vector<double> times = leaving;
  times.erase(std::unique(times.begin(), times.end()), times.end());
  if (times.size() <= most) return times;
  times.clear();
  for (std::size_t k = 1; k <= most; ++k) {
    const double at = leaving[(leaving.size() * k + most - 1) / most - 1];
    if (times.empty() || at > times.back()) times.push_back(at);
  }
  return times;
}

ForestColumn binned(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    distinct += i == 0 || values[i] != values[i - 1] ? 1 : 0;
  }
  ForestColumn column;
  const bool has_room = distinct <= kBinsMax;
  for (std::size_t i = 0; i < values.size();) {
    const auto bins = column.most.size();
    // A bin takes its share of what is left, whole values only.
    auto end =
        has_room ? i + 1 : i + std::max<std::size_t>(1, (values.size() - i) / (kBinsMax - bins));
    if (bins + 1 == kBinsMax) end = values.size();
    end = std::min(end, values.size());
    while (end < values.size() && values[end] == values[end - 1]) ++end;
    column.least.push_back(values[i]);
    column.most.push_back(values[end - 1]);
    i = end;
  }
  return column;
}

std::uint8_t bin_of(const ForestColumn& column, double value) {
  if (std::isnan(value)) return ForestSample::kMissing;
  const auto at = std::lower_bound(column.most.begin(), column.most.end(), value);
  return static_cast<std::uint8_t>(at - column.most.begin());
}

void fill_bins(MatrixView x, ForestSample& sample) {
  sample.columns.resize(x.cols);
  parallel_for(x.cols, 1, [&](std::size_t c, std::size_t) {
    std::vector<double> values;
    values.reserve(sample.rows());
    for (const auto row : sample.row) {
      if (!std::isnan(x(row, c))) values.push_back(x(row, c) + 0.0);  // No −0.
    }
    sample.columns[c] = binned(values);
  });
  sample.bins.resize(sample.rows() * x.cols);
  parallel_for(sample.rows(), 4096, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t c = 0; c < x.cols; ++c) {
        sample.bins[i * x.cols + c] = bin_of(sample.columns[c], x(sample.row[i], c));
      }
    }
  });
}

}  // namespace

Result<ForestSample> forest_sample(const Spells& spells, MatrixView x,
                                   const ForestOptions& options) {
  HOLDFAST_TRY_VOID(check(spells));
  if (x.rows != spells.rows()) {
    return Error(errors::kShape, {{"what", "x"}, {"found", x.rows}, {"expected", spells.rows()}});
  }
  HOLDFAST_TRY_VOID(check_options(spells, x, options));
  HOLDFAST_TRY_VOID(check_values(x));
  ForestSample sample;
  sample.row = ordered(spells, spells.exit, false);
  std::erase_if(sample.row, [&](std::uint32_t row) { return !(spells.weight_of(row) > 0); });
  std::vector<double> leaving;
  bool is_even = true;
  for (const auto row : sample.row) {
    is_even = is_even && spells.weight_of(row) == spells.weight_of(sample.row[0]);
    if (spells.event[row] == 0) continue;
    leaving.push_back(spells.exit[row]);
    sample.exits.push_back(spells.event[row]);
  }
  if (leaving.empty()) return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  std::sort(sample.exits.begin(), sample.exits.end());
  sample.exits.erase(std::unique(sample.exits.begin(), sample.exits.end()), sample.exits.end());
  sample.times = options.times.empty()
                     ? times_of(leaving, static_cast<std::size_t>(options.times_max))
                     : options.times;
  leaving.erase(std::unique(leaving.begin(), leaving.end()), leaving.end());
  double weight = 0;
  for (const auto row : sample.row) {
    const double exit = spells.exit[row];
    const auto moment = std::upper_bound(leaving.begin(), leaving.end(), exit) - leaving.begin();
    const auto grid =
        std::lower_bound(sample.times.begin(), sample.times.end(), exit) - sample.times.begin();
    const auto kind =
        std::lower_bound(sample.exits.begin(), sample.exits.end(), spells.event[row]) -
        sample.exits.begin();
    sample.moment.push_back(static_cast<std::uint32_t>(moment));
    sample.grid.push_back(static_cast<std::uint16_t>(grid));
    sample.exit.push_back(spells.event[row] == 0 ? std::uint8_t{0}
                                                 : static_cast<std::uint8_t>(kind + 1));
    weight += spells.weight_of(row);
    if (!is_even) sample.cumulated.push_back(weight);
  }
  fill_bins(x, sample);
  return sample;
}

ForestCut forest_cut(const ForestColumn& column, std::uint8_t below, std::uint8_t above) {
  if (above == ForestSample::kMissing) {
    return {ForestSample::kMissing - 1, std::numeric_limits<double>::max()};
  }
  const auto last = static_cast<std::uint8_t>((below + above - 1) / 2);
  const double left = column.most[last];
  const double right = column.least[last + 1u];
  const double midway = left / 2 + right / 2;
  // Neighbouring numbers have nothing between them.
  return {last, midway >= left && midway < right ? midway : left};
}

}  // namespace holdfast::survival
