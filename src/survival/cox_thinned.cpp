#include "survival/cox_design.hpp"

#include <algorithm>

namespace holdfast::survival {
namespace {

void take_rows(const CoxDesign& design, std::size_t every, CoxDesign& some) {
  const auto p = design.cols;
  some.rows = (design.rows + every - 1) / every;
  some.x.resize(some.rows * p);
  some.weight.resize(some.rows);
  some.offset.resize(some.rows);
  some.event.resize(some.rows);
  for (std::size_t i = 0; i < some.rows; ++i) {
    const auto from = i * every;
    std::copy_n(design.row(from), p, some.x.data() + i * p);
    some.weight[i] = design.weight[from];
    some.offset[i] = design.offset[from];
    some.event[i] = design.event[from];
    some.order.push_back(design.order[from]);
  }
}

// How many of the rows before each place of by_entry are kept.
std::vector<std::uint32_t> take_entries(const CoxDesign& design, std::size_t every,
                                        CoxDesign& some) {
  std::vector<std::uint32_t> before(design.by_entry.size() + 1);
  for (std::size_t e = 0; e < design.by_entry.size(); ++e) {
    const auto place = design.by_entry[e];
    const bool is_kept = place % every == 0;
    if (is_kept) some.by_entry.push_back(static_cast<std::uint32_t>(place / every));
    before[e + 1] = before[e] + (is_kept ? 1 : 0);
  }
  return before;
}

void count_events(const CoxDesign& some, EventGroup& group) {
  group.events = 0;
  group.event_weight = 0;
  for (auto i = group.tie_begin; i < group.row_end; ++i) {
    if (some.event[i] == 0) continue;
    ++group.events;
    group.event_weight += some.weight[i];
  }
}

// Groups of which nobody leaves any more go into the next one of their stratum. Of every group its
// number from then on; none: some.groups.size().
std::vector<std::uint32_t> take_groups(const CoxDesign& design, std::size_t every,
                                       const std::vector<std::uint32_t>& entries_before,
                                       CoxDesign& some) {
  const auto place = [&](std::size_t row) {  // Of the first kept one from `row` on.
    return static_cast<std::uint32_t>((row + every - 1) / every);
  };
  std::vector<std::uint32_t> from;
  bool is_first = false;
  std::uint32_t row_begin = 0, entry_begin = 0;
  for (std::size_t g = 0; g < design.groups.size(); ++g) {
    auto group = design.groups[g];
    if (group.is_first) {
      is_first = true;
      row_begin = place(group.row_begin);
      entry_begin = entries_before[group.entry_begin];
    }
    group.is_first = is_first;
    group.row_begin = row_begin;
    group.tie_begin = place(group.tie_begin);
    group.row_end = place(group.row_end);
    group.entry_begin = entry_begin;
    group.entry_end = entries_before[group.entry_end];
    count_events(some, group);
    if (group.events == 0) continue;
    from.push_back(static_cast<std::uint32_t>(g));
    some.groups.push_back(group);
    some.events += group.events;
    is_first = false;
    row_begin = group.row_end;
    entry_begin = group.entry_end;
  }
  const auto none = static_cast<std::uint32_t>(from.size());
  std::vector<std::uint32_t> number(design.groups.size() + 1, none);
  for (auto g = design.groups.size(), next = from.size(); g-- > 0;) {
    const bool is_last = g + 1 == design.groups.size() || design.groups[g + 1].is_first;
    const bool is_kept = next > 0 && from[next - 1] == g;
    if (is_kept) number[g] = static_cast<std::uint32_t>(--next);
    else if (!is_last) number[g] = number[g + 1];
  }
  return number;
}

}  // namespace

CoxDesign thinned(const CoxDesign& design, std::size_t every) {
  CoxDesign some;
  some.cols = design.cols;
  some.mean = design.mean;
  some.scale = design.scale;
  some.offset_mean = design.offset_mean;
  take_rows(design, every, some);
  const auto number = take_groups(design, every, take_entries(design, every, some), some);
  for (std::size_t i = 0; i < some.rows; ++i) {
    some.exit_group.push_back(number[design.exit_group[i * every]]);
    if (design.entry_group.empty()) continue;
    some.entry_group.push_back(number[design.entry_group[i * every]]);
  }
  cut_blocks(some);
  return some;
}

}  // namespace holdfast::survival
