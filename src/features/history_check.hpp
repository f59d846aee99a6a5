#pragma once

#include "features/program.hpp"
#include "history/bucket.hpp"
#include "study/study.hpp"

/// Ways to disturb a history that no feature may notice; for tests.
namespace holdfast::features {

/// One customer's rows alone.
inline history::Bucket only(const history::Bucket& bucket, std::uint32_t customer) {
  history::Bucket alone;
  alone.keys = {bucket.keys[customer]};
  for (const auto& table : bucket.tables) {
    const auto cut = [&](const auto& from, auto& to) {
      if (!from.empty()) to.assign(from.begin() + table.begin[customer], from.begin() + table.begin[customer + 1]);
    };
    history::TableData part;
    part.rows = table.begin[customer + 1] - table.begin[customer];
    part.begin = {0, static_cast<std::uint32_t>(part.rows)};
    part.known_lag_days = table.known_lag_days;
    cut(table.event_day, part.event_day);
    cut(table.known_day, part.known_day);
    cut(table.superseded_day, part.superseded_day);
    for (const auto& column : table.columns) {
      history::ColumnData cells;
      cells.type = column.type;
      cells.categories = column.categories;
      cut(column.days, cells.days);
      cut(column.integers, cells.integers);
      cut(column.reals, cells.reals);
      cut(column.codes, cells.codes);
      cut(column.valid, cells.valid);
      part.columns.push_back(std::move(cells));
    }
    alone.tables.push_back(std::move(part));
  }
  return alone;
}

/// Changes every cell of rows that happened or became known at or after `cutoff`, and every past
/// day column's value from then on; moves later corrections. Gives how many cells were changed.
inline int alter_future(history::Bucket& bucket, const Program& program, const study::Study& study,
                        std::int32_t cutoff, std::int32_t shift) {
  int changed = 0;
  for (std::size_t t = 0; t < bucket.tables.size(); ++t) {
    auto& table = bucket.tables[t];
    const auto* spec = study.find(program.wanted()[t].table);
    for (std::size_t row = 0; row < table.rows; ++row) {
      if (!table.superseded_day.empty() && table.superseded_day[row] >= cutoff) {
        table.superseded_day[row] = history::kNeverDay;
      }
      const bool is_future = table.event_day[row] >= cutoff || table.known_day_of(row) >= cutoff;
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        auto& column = table.columns[c];
        const bool is_planned = spec != nullptr && spec->end == program.wanted()[t].columns[c];
        const bool is_late_day = !column.days.empty() && !is_planned && column.days[row] >= cutoff;
        if (!is_future && !is_late_day) continue;
        ++changed;
        if (!column.days.empty()) column.days[row] += shift;
        if (!is_future) continue;
        if (!column.integers.empty()) column.integers[row] += 1'000'000;
        if (!column.reals.empty()) column.reals[row] *= -3;
        if (!column.codes.empty()) column.codes[row] = (column.codes[row] + 1) % static_cast<std::uint32_t>(column.categories.size());
        if (!column.valid.empty()) column.valid[row] = 1;
      }
    }
  }
  return changed;
}

}  // namespace holdfast::features
