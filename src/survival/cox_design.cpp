#include "survival/cox_design.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "survival/errors.hpp"
#include "survival/lanes.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBlockRows = 8192;
constexpr std::size_t kAhead = 16;  // Rows of x asked for before their turn: they lie all over it.

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
      if (i + kAhead < end) prefetch(x.data + design.order[i + kAhead] * p, p);
      standardise(x.data + design.order[i] * p, mean, inverse.data(), p, design.x.data() + i * p);
    }
  });
  return {};
}

// A stratum's rows before anybody leaves are at risk in no group.
void fill_exit_groups(CoxDesign& design) {
  const auto groups = static_cast<std::uint32_t>(design.groups.size());
  design.exit_group.assign(design.rows, groups);
  for (std::uint32_t g = 0; g < groups; ++g) {
    const auto& group = design.groups[g];
    std::fill(design.exit_group.begin() + group.row_begin,
              design.exit_group.begin() + group.row_end, g);
  }
}

void find_groups(const Spells& spells, CoxDesign& design) {
  const auto rows = static_cast<std::uint32_t>(design.rows);
  Cells<double> time(rows);
  std::size_t events = 0;
  parallel_for(rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) time[i] = spells.exit[design.order[i]];
  });
  for (const auto event : design.event) events += event;
  design.groups.reserve(events);
  const auto stratum = [&](std::size_t i) { return spells.stratum_of(design.order[i]); };
  std::uint32_t row_begin = 0;
  std::uint32_t entered = 0;
  for (std::uint32_t begin = 0; begin < rows;) {
    if (begin > 0 && stratum(begin) != stratum(begin - 1)) row_begin = begin;
    EventGroup group{.time = time[begin],
                     .stratum = stratum(begin),
                     .row_begin = row_begin,
                     .tie_begin = begin,
                     .row_end = begin};
    for (; group.row_end < rows && time[group.row_end] == group.time &&
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
  fill_exit_groups(design);
}

// Of every row's entry, walked by stratum and descending time: the first group not later.
std::vector<std::uint32_t> entry_groups(const Spells& spells, const CoxDesign& design) {
  const auto& groups = design.groups;
  std::vector<std::uint32_t> at(design.rows, static_cast<std::uint32_t>(groups.size()));
  std::size_t g = 0;
  for (const auto place : design.by_entry) {
    const auto row = design.order[place];
    const auto stratum = spells.stratum_of(row);
    while (g < groups.size() &&
           (groups[g].stratum < stratum ||
            (groups[g].stratum == stratum && groups[g].time > spells.entry[row]))) {
      ++g;
    }
    if (g < groups.size() && groups[g].stratum == stratum) {
      at[place] = static_cast<std::uint32_t>(g);
    }
  }
  return at;
}

// What the rows say beside their columns, in sorted order.
void take_rows(const Spells& spells, const CoxOptions& options, CoxDesign& design) {
  design.event.resize(design.rows);
  design.weight.resize(design.rows);
  design.offset.resize(design.rows);
  parallel_for(design.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = design.order[i];
      design.event[i] = spells.event[row] != 0 ? 1 : 0;
      design.weight[i] = spells.weight_of(row);
      design.offset[i] = options.offset.empty() ? 0 : options.offset[row];
    }
  });
  if (options.offset.empty()) return;
  for (const double offset : design.offset) design.offset_mean += offset;
  design.offset_mean /= static_cast<double>(design.rows);
  for (auto& offset : design.offset) offset -= design.offset_mean;
}

}  // namespace

Result<CoxDesign> design_of(const Spells& spells, MatrixView x, const CoxOptions& options) {
  HOLDFAST_TRY_VOID(check_inputs(spells, x, options));
  CoxDesign design;
  design.cols = x.cols;
  design.order = ordered(spells, spells.exit, true);
  if (!spells.weight.empty()) {
    std::erase_if(design.order, [&](std::uint32_t row) { return !(spells.weight_of(row) > 0); });
  }
  design.rows = design.order.size();
  take_rows(spells, options, design);
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
  if (!spells.entry.empty()) design.entry_group = entry_groups(spells, design);
  HOLDFAST_TRY_VOID(copy_columns(spells, x, design));
  cut_blocks(design);
  return design;
}

// Blocks end where enough rows have come together; only the data say where.
void cut_blocks(CoxDesign& design) {
  design.blocks = {0};
  std::size_t load = 0;
  for (std::size_t g = 0; g < design.groups.size(); ++g) {
    const auto& group = design.groups[g];
    load += group.row_end - group.row_begin + group.entry_end - group.entry_begin;
    if (load < kBlockRows && g + 1 < design.groups.size()) continue;
    design.blocks.push_back(g + 1);
    load = 0;
  }
}

}  // namespace holdfast::survival
