#include "survival/fine_gray_design.hpp"

#include <algorithm>
#include <cmath>

#include "survival/errors.hpp"
#include "survival/lanes.hpp"

namespace holdfast::survival {
namespace {

Result<void> check_inputs(const Spells& spells, MatrixView x, std::uint8_t exit,
                          const FineGrayOptions& options) {
  HOLDFAST_TRY_VOID(check(spells));
  const auto rows = spells.rows();
  if (!spells.entry.empty() || !spells.stratum.empty() || exit == 0) {
    return Error(errors::kBadOption,
                 {{"what", "Fine-Gray is fitted without late entries and strata, for an exit"}});
  }
  if (x.rows != rows) {
    return Error(errors::kShape, {{"what", "x"}, {"found", x.rows}, {"expected", rows}});
  }
  if (!options.cluster.empty() && options.cluster.size() != rows) {
    return Error(errors::kShape,
                 {{"what", "cluster"}, {"found", options.cluster.size()}, {"expected", rows}});
  }
  for (std::size_t i = 0; i < rows * x.cols; ++i) {
    if (std::isfinite(x.data[i])) continue;
    return Error(errors::kBadValue, {{"what", "column " + std::to_string(i % x.cols + 1)},
                                     {"row", i / x.cols + 1},
                                     {"value", x.data[i]}});
  }
  return {};
}

void copy_columns(MatrixView x, FineGrayDesign& design) {
  const auto p = x.cols;
  const auto count = static_cast<double>(design.rows);
  design.mean.assign(p, 0);
  design.scale.assign(p, 0);
  for (const auto row : design.order) add_scaled(1 / count, x.data + row * p, p, design.mean.data());
  for (const auto row : design.order) {
    add_distance(x.data + row * p, design.mean.data(), p, design.scale.data());
  }
  std::vector<double> inverse;
  for (auto& scale : design.scale) {
    scale = scale > 0 ? scale / count : 1;
    inverse.push_back(1 / scale);
  }
  design.x.resize(design.rows * p);
  for (std::size_t i = 0; i < design.rows; ++i) {
    standardise(x.data + design.order[i] * p, design.mean.data(), inverse.data(), p,
                design.x.data() + i * p);
  }
}

// Just before each moment, the chance not to have been lost.
std::vector<double> kept_before(const std::vector<Moment>& moments, const FineGrayDesign& design) {
  std::vector<double> before;
  double kept = 1;
  for (const auto& moment : moments) {
    const double there = moment.at_risk - (design.ties == LossTies::After ? moment.events : 0);
    before.push_back(kept);
    if (there > 0) kept *= std::max(0.0, 1 - moment.censored / there);
  }
  return before;
}

std::uint32_t count_until(const std::vector<double>& times, double when) {
  return static_cast<std::uint32_t>(std::ranges::upper_bound(times, when) - times.begin());
}

}  // namespace

Result<FineGrayDesign> fine_gray_design(const Spells& spells, MatrixView x, std::uint8_t exit,
                                        const FineGrayOptions& options) {
  HOLDFAST_TRY_VOID(check_inputs(spells, x, exit, options));
  FineGrayDesign design;
  design.cols = x.cols;
  design.ties = options.ties;
  design.order = ordered(spells, spells.exit, false);
  std::erase_if(design.order, [&](std::uint32_t row) { return !(spells.weight_of(row) > 0); });
  design.rows = design.order.size();
  copy_columns(x, design);
  const auto moments = moments_of(spells);
  const auto chance = kept_before(moments, design);
  std::vector<double> events(moments.size());
  std::uint32_t m = 0;
  for (const auto row : design.order) {
    while (moments[m].time < spells.exit[row]) ++m;
    design.moment.push_back(m);
    if (spells.event[row] != exit) continue;
    events[m] += spells.weight_of(row);
    ++design.events;
  }
  if (design.events == 0) return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  for (std::size_t k = 0; k < moments.size(); ++k) {
    if (!(events[k] > 0)) continue;
    design.time.push_back(moments[k].time);
    design.event_weight.push_back(events[k]);
    design.loss.push_back(chance[k]);
  }
  for (std::size_t i = 0; i < design.rows; ++i) {
    const auto row = design.order[i];
    const auto event = spells.event[row];
    const double own = chance[design.moment[i]];
    design.weight.push_back(spells.weight_of(row));
    design.is_event.push_back(event == exit ? 1 : 0);
    design.end.push_back(count_until(design.time, spells.exit[row]));
    design.begin.push_back(0);
    design.lasting.push_back(event != 0 && event != exit && own > 0 ? 1 / own : 0);
  }
  return design;
}

}  // namespace holdfast::survival
