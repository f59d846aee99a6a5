// Windowed count, sum, mean, min, max, standard deviation, distinct, first and last of event tables,
// whole and by category.

#include <algorithm>

#include <fmt/format.h>

#include "features/builder.hpp"
#include "features/window_kernel.hpp"

namespace holdfast::features {
namespace {

struct Statistic {
  std::string_view name;
  std::vector<int> Measure::*slots;
  std::string_view en, zh;
};
constexpr std::string_view kFamily = "window";

const Statistic kStatistics[] = {
    {"sum", &Measure::sum, "total", "合计"},
    {"mean", &Measure::mean, "mean", "均值"},
    {"min", &Measure::min, "lowest", "最小值"},
    {"max", &Measure::max, "highest", "最大值"},
    {"sd", &Measure::sd, "standard deviation of", "标准差"},
    {"first", &Measure::first, "first", "首个值"},
    {"last", &Measure::last, "latest", "最近值"},
};

bool any(const std::vector<int>& slots) {
  return std::ranges::any_of(slots, [](int slot) { return slot != kNoSlot; });
}

void drop_unused(std::vector<int>& slots) {
  if (!any(slots)) slots.clear();
}

std::vector<int> windows_of(const study::Study& study) {
  std::vector<int> windows;
  for (const int days : study.features.windows_days) {
    if (days > 0) windows.push_back(days);
  }
  std::ranges::sort(windows);
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  windows.push_back(0);
  return windows;
}

Measure measure_of(Builder& builder, const study::TableSpec& table, const std::string& name,
                   Cell cell, const std::vector<int>& windows) {
  const auto type = builder.type_of(table.name, name);
  Measure measure{.cell = cell};
  measure.is_whole = type == tables::ColumnType::Money || type == tables::ColumnType::Integer;
  measure.scale = type == tables::ColumnType::Money ? 100 : 1;
  const auto* spec = table.find(name);
  const auto label = label_of(table, name);
  for (const auto& statistic : kStatistics) {
    for (const int window : windows) {
      // The latest value is the same in every window that has one.
      if (statistic.name == "last" && window != 0) {
        (measure.*statistic.slots).push_back(kNoSlot);
        continue;
      }
      const auto words = window_words(window);
      const int slot = builder.add(
          table,
          {.name = fmt::format("{}_{}_{}_{}", table.name, name, statistic.name, window_name(window)),
           .family = std::string(kFamily),
           .columns = {name},
           .window_days = window,
           .unit = spec == nullptr ? "" : spec->unit,
           .sentence = {fmt::format("{} {} of {} {}", statistic.en, label.en, label_of(table).en, words.en),
                        fmt::format("{}{}的{}{}", words.zh, label_of(table).zh, label.zh, statistic.zh)}},
          statistic.name == "sum");
      (measure.*statistic.slots).push_back(slot);
    }
    drop_unused(measure.*statistic.slots);
  }
  return measure;
}

int add_split_feature(Builder& builder, const study::TableSpec& table, const std::string& column,
                      const std::string& value, const std::string& amount, int window) {
  const auto words = window_words(window);
  const auto label = label_of(table, amount), split = label_of(table, column);
  Draft draft{.family = std::string(kFamily), .columns = {column}, .window_days = window};
  draft.filter = fmt::format("{} = '{}'", column, value);
  const auto part = column == table.kind ? name_part(value) : name_part(column + "_" + value);
  if (amount.empty()) {
    draft.name = fmt::format("{}_count_{}_{}", table.name, window_name(window), part);
    draft.sentence = {
        fmt::format("{} with {} “{}” {}", label_of(table).en, split.en, value, words.en),
        fmt::format("{}{}为“{}”的{}次数", words.zh, split.zh, value, label_of(table).zh)};
  } else {
    const auto* spec = table.find(amount);
    draft.columns.push_back(amount);
    draft.name = fmt::format("{}_{}_sum_{}_{}", table.name, amount, window_name(window), part);
    draft.unit = spec == nullptr ? "" : spec->unit;
    draft.sentence = {
        fmt::format("total {} of {} with {} “{}” {}", label.en, label_of(table).en, split.en, value,
                    words.en),
        fmt::format("{}{}为“{}”的{}{}合计", words.zh, split.zh, value, label_of(table).zh, label.zh)};
  }
  return builder.add(table, std::move(draft), true);
}

void add_split(Builder& builder, const study::TableSpec& table, const std::string& column, Cell cell,
               const std::vector<int>& windows, const std::string& amount, int measure,
               WindowPlan& plan) {
  CategorySplit split{.cell = cell, .values = top_categories(builder, table.name, column)};
  if (split.values.size() < 2) return;  // One value: the same as all rows.
  for (const int window : windows) {
    for (const auto& value : split.values) {
      split.count.push_back(add_split_feature(builder, table, column, value, "", window));
    }
  }
  if (measure >= 0) {
    split.measure = measure;
    for (const int window : windows) {
      for (const auto& value : split.values) {
        split.sum.push_back(add_split_feature(builder, table, column, value, amount, window));
      }
    }
    if (!any(split.sum)) {
      split.sum.clear();
      split.measure = -1;
    }
  }
  if (any(split.count) || split.measure >= 0) plan.splits.push_back(std::move(split));
}

void add_distinct(Builder& builder, const study::TableSpec& table, const std::string& column,
                  Cell cell, const std::vector<int>& windows, WindowPlan& plan) {
  DistinctValues distinct{.cell = cell};
  const auto label = label_of(table, column);
  for (const int window : windows) {
    const auto words = window_words(window);
    distinct.slots.push_back(builder.add(
        table,
        {.name = fmt::format("{}_{}_distinct_{}", table.name, column, window_name(window)),
         .family = std::string(kFamily),
         .columns = {column},
         .window_days = window,
         .sentence = {fmt::format("different values of {} among {} {}", label.en, label_of(table).en, words.en),
                      fmt::format("{}{}中不同{}的个数", words.zh, label_of(table).zh, label.zh)}},
        true));
  }
  if (any(distinct.slots)) plan.distincts.push_back(std::move(distinct));
}

bool is_number(tables::ColumnType type) {
  return type != tables::ColumnType::Text && type != tables::ColumnType::Day &&
         type != tables::ColumnType::Instant;
}

/// Drops measures nothing is asked of, and renumbers what the splits refer to.
void drop_idle_measures(WindowPlan& plan) {
  std::vector<Measure> kept;
  std::vector<int> place(plan.measures.size(), -1);
  for (std::size_t m = 0; m < plan.measures.size(); ++m) {
    auto& measure = plan.measures[m];
    const bool is_used =
        std::ranges::any_of(kStatistics, [&](const auto& s) { return !(measure.*s.slots).empty(); }) ||
        std::ranges::any_of(plan.splits, [&](const auto& split) { return split.measure == static_cast<int>(m); });
    if (!is_used) continue;
    place[m] = static_cast<int>(kept.size());
    kept.push_back(std::move(measure));
  }
  plan.measures = std::move(kept);
  for (auto& split : plan.splits) {
    if (split.measure >= 0) split.measure = place[static_cast<std::size_t>(split.measure)];
  }
}

/// The kernel leaves no cell out.
void set_filled(const WindowPlan& plan, Builder& builder) {
  builder.set_filled(plan.count);
  for (const auto& measure : plan.measures) {
    for (const auto& statistic : kStatistics) builder.set_filled(measure.*statistic.slots);
  }
  for (const auto& split : plan.splits) {
    builder.set_filled(split.count);
    builder.set_filled(split.sum);
  }
  for (const auto& distinct : plan.distincts) builder.set_filled(distinct.slots);
}

}  // namespace

void add_window_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants(kFamily)) return;
  const int t = builder.table(table.name);
  const auto windows = windows_of(builder.study());
  // Cells known later than their row cost a pass per cutoff; they get a kernel of their own.
  WindowPlan plain{.table = t, .windows = windows}, late{.table = t, .windows = windows};

  for (const int window : windows) {
    const auto words = window_words(window);
    plain.count.push_back(builder.add(
        table,
        {.name = fmt::format("{}_count_{}", table.name, window_name(window)),
         .family = std::string(kFamily),
         .columns = {table.event_time},
         .window_days = window,
         .sentence = {fmt::format("number of {} {}", label_of(table).en, words.en),
                      fmt::format("{}{}的次数", words.zh, label_of(table).zh)}},
        true));
  }
  drop_unused(plain.count);
  int amount = -1;
  for (const auto* column : builder.usable(table)) {
    const auto& name = column->format.name;
    if (!is_number(builder.type_of(table.name, name))) continue;
    const auto cell = builder.cell(t, table, name);
    auto& plan = cell.is_plain() ? plain : late;
    if (name == table.amount && cell.is_plain()) amount = static_cast<int>(plan.measures.size());
    plan.measures.push_back(measure_of(builder, table, name, cell, windows));
  }
  for (const auto* column : builder.usable(table)) {
    const auto& name = column->format.name;
    if (builder.type_of(table.name, name) != tables::ColumnType::Text) continue;
    const bool is_kind = name == table.kind;
    const auto distinct_count = builder.categories_of(table.name, name).size();
    if (!is_kind && distinct_count < 2) continue;
    const auto cell = builder.cell(t, table, name);
    auto& plan = cell.is_plain() ? plain : late;
    const auto most = static_cast<std::size_t>(std::max(0, builder.study().features.categories_max));
    if (is_kind || distinct_count <= most) {
      add_split(builder, table, name, cell, windows, table.amount, is_kind && cell.is_plain() ? amount : -1, plan);
    }
    add_distinct(builder, table, name, cell, windows, plan);
  }
  for (auto* plan : {&plain, &late}) {
    drop_idle_measures(*plan);
    if (!plan->count.empty() || !plan->measures.empty() || !plan->splits.empty() || !plan->distincts.empty()) {
      set_filled(*plan, builder);
      builder.keep(make_window_family(std::move(*plan)));
    }
  }
}

}  // namespace holdfast::features
