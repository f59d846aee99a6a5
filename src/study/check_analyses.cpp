#include <limits>

#include "study/checker.hpp"
#include "study/errors.hpp"

namespace holdfast::study {

const TableSpec* Checker::check_table_name(const std::string& name, const std::string& path) {
  if (name.empty()) return nullptr;
  const auto* table = study_.find(name);
  if (table == nullptr) {
    fail(errors::kNoSuchTable, {{"table", name}, {"nearest", near(name, table_names())}}, path);
  }
  return table;
}

void Checker::check_column_of(const std::string& table, const std::string& column,
                              const std::string& section, std::string_view key, Wanted wanted) {
  if (column.empty() || table.empty()) return;
  const auto* found = study_.find(table);
  if (found != nullptr) check_column(*found, column, section + "." + std::string(key), wanted);
}

void Checker::check_value() {
  const auto& value = study_.analyses.value;
  if (!value) return;
  constexpr double kMost = std::numeric_limits<double>::max();
  check_table_name(value->table, "value.table");
  check_table_name(value->cost_table, "value.cost_table");
  check_column_of(value->table, value->cost, "value", "cost", Wanted::Number);
  range(value->period_days, 1, 3650, "value.period_days");
  range(value->holdout_days, 0, 36500, "value.holdout_days");
  range(value->horizon_days, 1, 36500, "value.horizon_days");
  range(value->discount_rate, 0, 10, "value.discount_rate");
  range(value->margin, 0, 1, "value.margin");
  range(value->acquisition_cost, 0, kMost, "value.acquisition_cost");
  range(value->alarm_below, 0, 0.5, "value.alarm_below");
}

void Checker::check_movements() {
  if (const auto& growth = study_.analyses.growth) {
    check_table_name(growth->table, "growth.table");
    check_table_name(growth->funnel_table, "growth.funnel_table");
    range(growth->every_months, 1, 120, "growth.every_months");
  }
  const auto& movement = study_.analyses.movement;
  if (!movement) return;
  check_table_name(movement->table, "movement.table");
  check_table_name(movement->path_table, "movement.path_table");
  check_column_of(movement->table, movement->state, "movement", "state", Wanted::Any);
  range(movement->every_months, 1, 120, "movement.every_months");
  range(movement->after_days, 1, 3650, "movement.after_days");
  for (std::size_t i = 1; i < movement->bands.size(); ++i) {
    if (movement->bands[i - 1] < movement->bands[i]) continue;
    return fail(errors::kNotAscending, {{"what", "bands"}}, "movement.bands");
  }
}

void Checker::check_analyses() {
  const auto& asked = study_.analyses;
  if (asked.survival) {
    if (asked.survival->horizons_days.empty()) {
      fail(errors::kMissing, {{"key", "horizons_days"}}, "survival.horizons_days");
    }
    for (const int days : asked.survival->horizons_days) {
      range(days, 1, 36500, "survival.horizons_days");
    }
  }
  check_value();
  check_movements();
  if (asked.patterns) {
    check_table_name(asked.patterns->table, "patterns.table");
    check_column_of(asked.patterns->table, asked.patterns->item, "patterns", "item", Wanted::Any);
    check_column_of(asked.patterns->table, asked.patterns->basket, "patterns", "basket", Wanted::Any);
    range(asked.patterns->suggestions, 0, 100, "patterns.suggestions");
  }
  if (asked.effect) {
    constexpr double kMost = std::numeric_limits<double>::max();
    if (asked.effect->treatment.empty()) fail(errors::kMissing, {{"key", "treatment"}}, "effect");
    range(asked.effect->cost, 0, kMost, "effect.cost");
    range(asked.effect->benefit, 0, kMost, "effect.benefit");
  }
  if (asked.cube && asked.cube->from && asked.cube->to && *asked.cube->to < *asked.cube->from) {
    fail(errors::kNotAscending, {{"what", "from, to"}}, "cube.to");
  }
}

}  // namespace holdfast::study
