#include "survival/cox_design.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "survival/errors.hpp"

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
  for (std::size_t i = 0; i < rows * x.cols; ++i) {
    if (!std::isfinite(x.data[i])) {
      return Error(errors::kBadValue, {{"what", "column " + std::to_string(i % x.cols + 1)},
                                       {"row", i / x.cols + 1},
                                       {"value", x.data[i]}});
    }
  }
  return {};
}

// Means and mean absolute deviations by fixed blocks, then the sorted copy.
void copy_columns(MatrixView x, CoxDesign& design) {
  const auto p = design.cols;
  const auto n = design.rows;
  const auto blocks = (n + kBlockRows - 1) / kBlockRows;
  const auto sums = [&](const auto& value) {
    std::vector<double> parts(blocks * p);
    parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
      double* part = parts.data() + begin / kBlockRows * p;
      for (std::size_t i = begin; i < end; ++i) {
        const double* row = design.row(i);
        for (std::size_t c = 0; c < p; ++c) part[c] += value(row[c], c);
      }
    });
    std::vector<double> total(p);
    for (std::size_t i = 0; i < parts.size(); ++i) total[i % p] += parts[i];
    return total;
  };
  design.x.resize(n * p);
  parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      std::copy_n(x.data + design.order[i] * p, p, design.x.data() + i * p);
    }
  });
  const auto count = static_cast<double>(n);
  design.mean = sums([](double value, std::size_t) { return value; });
  for (auto& mean : design.mean) mean /= count;
  design.scale =
      sums([&](double value, std::size_t c) { return std::abs(value - design.mean[c]); });
  for (auto& scale : design.scale) scale = scale > 0 ? scale / count : 1;
  parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      double* row = design.x.data() + i * p;
      for (std::size_t c = 0; c < p; ++c) row[c] = (row[c] - design.mean[c]) / design.scale[c];
    }
  });
}

void find_groups(const Spells& spells, CoxDesign& design) {
  const auto exit = [&](std::size_t i) { return spells.exit[design.order[i]]; };
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
  copy_columns(x, design);
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
