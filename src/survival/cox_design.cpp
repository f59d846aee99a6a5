#include "survival/cox_design.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "survival/errors.hpp"
#include "survival/lanes.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBlockRows = 8192;

Result<void> check_inputs(const Spells& spells, MatrixView x, const CoxOptions& options) {
  HOLDFAST_TRY_VOID(check(spells));
  const auto rows = spells.rows();
  const auto wrong = [&](const char* what, std::size_t found) {
    return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", rows}});
  };
  if (x.rows != rows) return wrong("x", x.rows);
  if (!options.offset.empty() && options.offset.size() != rows) {
    return wrong("offset", options.offset.size());
  }
  if (!options.cluster.empty() && options.cluster.size() != rows) {
    return wrong("cluster", options.cluster.size());
  }
  if (!(options.ridge >= 0) || !std::isfinite(options.ridge)) {
    return Error(errors::kBadOption, {{"what", "ridge must be 0 or more"}});
  }
  for (std::size_t row = 0; row < options.offset.size(); ++row) {
    if (!std::isfinite(options.offset[row])) {
      return Error(errors::kBadValue,
                   {{"what", "offset"}, {"row", row + 1}, {"value", options.offset[row]}});
    }
  }
  return {};
}

Result<void> check_cells(MatrixView x, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin * x.cols; i < end * x.cols; ++i) {
    if (std::isfinite(x.data[i])) continue;
    return Error(errors::kBadValue, {{"what", "column " + std::to_string(i % x.cols + 1)},
                                     {"row", i / x.cols + 1},
                                     {"value", x.data[i]}});
  }
  return {};
}

// Adds up `add(row, sums)` of the rows of weight above 0, by fixed blocks in the rows' own order;
// divided by their number.
template <typename Add>
std::vector<double> means(const Spells& spells, MatrixView x, std::size_t rows, const Add& add) {
  const auto p = x.cols;
  const auto blocks = (x.rows + kBlockRows - 1) / kBlockRows;
  std::vector<double> parts(blocks * p);
  parallel_for(x.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    double* part = parts.data() + begin / kBlockRows * p;
    for (std::size_t i = begin; i < end; ++i) {
      if (spells.weight_of(i) > 0) add(x.data + i * p, part);
    }
  });
  std::vector<double> total(p);
  for (std::size_t b = 0; b < blocks; ++b) add_scaled(1, parts.data() + b * p, p, total.data());
  for (auto& sum : total) sum /= static_cast<double>(rows);
  return total;
}

// The sorted copy, centred at the means and scaled by the mean absolute deviations.
Result<void> copy_columns(const Spells& spells, MatrixView x, CoxDesign& design) {
  const auto p = design.cols;
  design.mean = means(spells, x, design.rows,
                      [p](const double* row, double* sums) { add_scaled(1, row, p, sums); });
  // A cell that is no number shows in its column's mean, or has no weight.
  bool is_finite = x.rows == design.rows;
  for (const double mean : design.mean) is_finite = is_finite && std::isfinite(mean);
  if (!is_finite) {
    HOLDFAST_TRY_VOID(check_cells(x, 0, x.rows));
  }
  const double* mean = design.mean.data();
  design.scale = means(spells, x, design.rows, [p, mean](const double* row, double* sums) {
    add_distance(row, mean, p, sums);
  });
  std::vector<double> inverse(p);
  for (std::size_t c = 0; c < p; ++c) {
    if (!(design.scale[c] > 0)) design.scale[c] = 1;
    inverse[c] = 1 / design.scale[c];
  }
  design.x.resize(design.rows * p);
  parallel_for(design.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      standardise(x.data + design.order[i] * p, mean, inverse.data(), p, design.x.data() + i * p);
    }
  });
  return {};
}

void find_groups(const Spells& spells, CoxDesign& design) {
  std::vector<double> time(design.rows);
  for (std::size_t i = 0; i < design.rows; ++i) time[i] = spells.exit[design.order[i]];
  const auto exit = [&](std::size_t i) { return time[i]; };
  const auto stratum = [&](std::size_t i) { return spells.stratum_of(design.order[i]); };
  std::size_t row_begin = 0;
  std::size_t entered = 0;
  for (std::size_t begin = 0; begin < design.rows;) {
    const bool is_new = begin == 0 || stratum(begin) != stratum(begin - 1);
    if (is_new) row_begin = begin;
    EventGroup group{exit(begin), stratum(begin), row_begin, begin, begin};
    for (; group.row_end < design.rows && exit(group.row_end) == group.time &&
           stratum(group.row_end) == group.stratum;
         ++group.row_end) {
      if (design.event[group.row_end] == 0) continue;
      ++group.events;
      group.event_weight += design.weight[group.row_end];
    }
    begin = group.row_end;
    if (group.events == 0) continue;
    group.is_first = design.groups.empty() || design.groups.back().stratum != group.stratum;
    const auto entry_stratum = [&](std::size_t e) { return stratum(design.by_entry[e]); };
    while (entered < design.by_entry.size() && entry_stratum(entered) < group.stratum) ++entered;
    group.entry_begin = entered;
    while (entered < design.by_entry.size() && entry_stratum(entered) == group.stratum &&
           spells.entry[design.order[design.by_entry[entered]]] >= group.time) {
      ++entered;
    }
    group.entry_end = entered;
    design.events += group.events;
    row_begin = group.row_end;
    design.groups.push_back(group);
  }
}

// For each of `places`, walked by stratum and descending time: the first group not later.
std::vector<std::uint32_t> groups_at(const Spells& spells, const CoxDesign& design,
                                     std::span<const double> time,
                                     const std::vector<std::uint32_t>* places) {
  const auto& groups = design.groups;
  std::vector<std::uint32_t> at(design.rows, static_cast<std::uint32_t>(groups.size()));
  std::size_t g = 0;
  for (std::size_t i = 0; i < design.rows; ++i) {
    const auto place = places == nullptr ? i : (*places)[i];
    const auto row = design.order[place];
    const auto stratum = spells.stratum_of(row);
    while (g < groups.size() && (groups[g].stratum < stratum ||
                                 (groups[g].stratum == stratum && groups[g].time > time[row]))) {
      ++g;
    }
    if (g < groups.size() && groups[g].stratum == stratum)
      at[place] = static_cast<std::uint32_t>(g);
  }
  return at;
}

}  // namespace

Result<CoxDesign> design_of(const Spells& spells, MatrixView x, const CoxOptions& options) {
  HOLDFAST_TRY_VOID(check_inputs(spells, x, options));
  CoxDesign design;
  design.cols = x.cols;
  design.order = ordered(spells, spells.exit, true);
  std::erase_if(design.order, [&](std::uint32_t row) { return !(spells.weight_of(row) > 0); });
  design.rows = design.order.size();
  design.event.resize(design.rows);
  design.weight.resize(design.rows);
  design.offset.resize(design.rows);
  for (std::size_t i = 0; i < design.rows; ++i) {
    const auto row = design.order[i];
    design.event[i] = spells.event[row] != 0 ? 1 : 0;
    design.weight[i] = spells.weight_of(row);
    design.offset[i] = options.offset.empty() ? 0 : options.offset[row];
    design.offset_mean += design.offset[i];
  }
  design.offset_mean /= static_cast<double>(design.rows);
  for (auto& offset : design.offset) offset -= design.offset_mean;
  if (!spells.entry.empty()) {
    std::vector<std::uint32_t> place(spells.rows());
    for (std::size_t i = 0; i < design.rows; ++i) {
      place[design.order[i]] = static_cast<std::uint32_t>(i);
    }
    for (const auto row : ordered(spells, spells.entry, true)) {
      if (spells.weight_of(row) > 0) design.by_entry.push_back(place[row]);
    }
  }
  find_groups(spells, design);
  if (design.events == 0) return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  design.exit_group = groups_at(spells, design, spells.exit, nullptr);
  if (!spells.entry.empty()) {
    design.entry_group = groups_at(spells, design, spells.entry, &design.by_entry);
  }
  HOLDFAST_TRY_VOID(copy_columns(spells, x, design));
  // Blocks end where enough rows have come together; only the data say where.
  design.blocks.push_back(0);
  std::size_t load = 0;
  for (std::size_t g = 0; g < design.groups.size(); ++g) {
    const auto& group = design.groups[g];
    load += group.row_end - group.row_begin + group.entry_end - group.entry_begin;
    if (load < kBlockRows && g + 1 < design.groups.size()) continue;
    design.blocks.push_back(g + 1);
    load = 0;
  }
  return design;
}

}  // namespace holdfast::survival
