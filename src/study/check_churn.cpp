#include <initializer_list>

#include <fmt/format.h>

#include "study/checker.hpp"
#include "study/errors.hpp"
#include "study/words.hpp"

namespace holdfast::study {

const TableSpec* Checker::churn_table(const ChurnDefinition& churn, const std::string& path,
                                      std::initializer_list<Role> roles) {
  const auto* table = study_.find(churn.table);
  if (table == nullptr && !churn.table.empty()) {
    fail(errors::kNoSuchTable,
         {{"table", churn.table}, {"nearest", near(churn.table, table_names())}},
         path + ".table");
    return nullptr;
  }
  std::string role;
  for (const auto allowed : roles) {
    if (table != nullptr && table->role == allowed) return table;
    role += (role.empty() ? "" : ", ") + std::string(word_of(allowed));
  }
  fail(errors::kChurnNeedsTable, {{"kind", word_of(churn.kind)}, {"role", role}},
       path + ".table");
  return nullptr;
}

void Checker::churn_needs(const ChurnDefinition& churn, std::string_view key,
                          const std::string& path) {
  fail(errors::kChurnNeeds, {{"kind", word_of(churn.kind)}, {"key", key}}, path);
}

void Checker::check_churn(const ChurnDefinition& churn, const std::string& path) {
  range(churn.grace_days, 0, 3650, path + ".grace_days");
  range(churn.early_days, 0, 3650, path + ".early_days");
  const auto* table = study_.find(churn.table);
  switch (churn.kind) {
    case ChurnKind::Contractual: table = churn_table(churn, path, {Role::Contract}); break;
    case ChurnKind::Inactivity: table = check_inactivity(churn, path); break;
    case ChurnKind::Partial:
    case ChurnKind::ExpectedSpend: table = check_fall(churn, path); break;
    case ChurnKind::RevenueRule: table = check_rule(churn, path); break;
    case ChurnKind::Label: table = check_label(churn, path); break;
  }
  if (table != nullptr) check_column(*table, churn.exit_reason, path + ".exit_reason");
  check_segments(churn, path);
  check_exits(churn, table, path);
}

const TableSpec* Checker::check_inactivity(const ChurnDefinition& churn, const std::string& path) {
  const auto* table = churn_table(churn, path, {Role::Event});
  if (churn.inactive_days.empty() && churn.interval_factor <= 0) {
    churn_needs(churn, "inactive_days", path);
  }
  range(churn.interval_factor, 0, 1000, path + ".interval_factor");
  for (const auto& [segment, limit] : churn.inactive_days)
    range(limit, 1, 36500, path + ".inactive_days");
  return table;
}

const TableSpec* Checker::check_fall(const ChurnDefinition& churn, const std::string& path) {
  const auto* table = churn_table(churn, path, {Role::Event, Role::Attribute});
  if (churn.column.empty()) churn_needs(churn, "column", path);
  if (table != nullptr) check_column(*table, churn.column, path + ".column", Wanted::Number);
  range(churn.fall_share, 0, 1, path + ".fall_share");
  range(churn.full_fall_share, 0, 1, path + ".full_fall_share");
  if (churn.kind == ChurnKind::Partial && churn.full_fall_share < churn.fall_share) {
    fail(errors::kNotAscending, {{"what", "fall_share, full_fall_share"}},
         path + ".full_fall_share");
  }
  return table;
}

const TableSpec* Checker::check_rule(const ChurnDefinition& churn, const std::string& path) {
  if (!churn.condition.empty()) {
    check_condition(churn.condition, path, path + ".condition");
    return study_.find(churn.table);
  }
  const auto* table = churn_table(churn, path, {Role::Event, Role::Attribute});
  if (churn.column.empty()) churn_needs(churn, "column", path);
  if (table != nullptr) check_column(*table, churn.column, path + ".column", Wanted::Number);
  range(churn.falling_months, 0, 120, path + ".falling_months");
  range(churn.below_months, 0, 120, path + ".below_months");
  if (churn.falling_months <= 0 && churn.below_months <= 0)
    churn_needs(churn, "falling_months", path);
  return table;
}

const TableSpec* Checker::check_label(const ChurnDefinition& churn, const std::string& path) {
  const auto* table = churn_table(
      churn, path, {Role::Customer, Role::Contract, Role::Outcome, Role::Attribute, Role::Event});
  if (churn.column.empty()) churn_needs(churn, "column", path);
  if (churn.positive.empty()) churn_needs(churn, "positive", path);
  if (table != nullptr) check_column(*table, churn.column, path + ".column");
  return table;
}

void Checker::check_segments(const ChurnDefinition& churn, const std::string& path) {
  if (churn.inactive_days.size() > 1 && churn.segment_by.empty())
    churn_needs(churn, "segment_by", path);
  if (churn.segment_by.empty()) return;
  std::vector<std::string> columns;
  for (const auto& table : study_.tables) {
    if (table.type_of(churn.segment_by)) return;
    for (auto& name : table.column_names()) columns.push_back(std::move(name));
  }
  fail(errors::kNoSuchColumn,
       {{"table", "*"},
        {"column", churn.segment_by},
        {"nearest", near(churn.segment_by, columns)}},
       path + ".segment_by");
}

void Checker::check_exits(const ChurnDefinition& churn, const TableSpec* table,
                          const std::string& path) {
  if (churn.exits.empty()) return;
  const bool has_reason =
      !churn.exit_reason.empty() || (table != nullptr && !table->exit_reason.empty());
  if (!has_reason) churn_needs(churn, "exit_reason", path);
  std::set<std::string> names, values;
  for (std::size_t i = 0; i < churn.exits.size(); ++i) {
    const auto exit_path = fmt::format("{}.exit.{}", path, i + 1);
    unique(names, churn.exits[i].name, exit_path);
    for (const auto& value : churn.exits[i].values) unique(values, value, exit_path + ".values");
  }
}

}  // namespace holdfast::study
