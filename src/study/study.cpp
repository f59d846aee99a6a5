#include "study/study.hpp"

#include <algorithm>

namespace holdfast::study {
namespace {

template <typename Items, typename Key>
const auto* find_in(const Items& items, std::string_view name, Key key) {
  const auto found = std::ranges::find(items, name, key);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const ColumnSpec* TableSpec::find(std::string_view column) const {
  return find_in(columns, column,
                 [](const ColumnSpec& spec) { return std::string_view(spec.format.name); });
}

const ComputedColumn* TableSpec::find_computed(std::string_view column) const {
  return find_in(computed, column, &ComputedColumn::name);
}

std::optional<tables::ColumnType> TableSpec::type_of(std::string_view column) const {
  if (const auto* stored = find(column)) return stored->format.type;
  if (const auto* made = find_computed(column)) return made->type;
  return std::nullopt;
}

std::vector<std::string> TableSpec::column_names() const {
  std::vector<std::string> names;
  for (const auto& column : columns) names.push_back(column.format.name);
  for (const auto& column : computed) names.push_back(column.name);
  return names;
}

const TableSpec* Study::find(std::string_view table) const {
  return find_in(tables, table, &TableSpec::name);
}

std::filesystem::path Study::resolve(const std::string& location) const {
  if (location.find("://") != std::string::npos) return location;
  return folder / location;
}

bool is_outcome_column(const Study& study, std::string_view table, std::string_view column) {
  const auto* spec = study.find(table);
  if (spec == nullptr) return false;
  if (spec->role == Role::Outcome) return true;
  if (column == spec->cancelled || column == spec->exit_reason) return true;
  const auto makes = [&](const ChurnDefinition& churn) {
    return churn.table == table && (column == churn.exit_reason ||
                                    (churn.kind == ChurnKind::Label && column == churn.column));
  };
  return (study.churn && makes(*study.churn)) || std::ranges::any_of(study.candidates, makes);
}

bool gives_value(const TableSpec& table) {
  if (table.amount.empty()) return false;
  switch (table.role) {
    case Role::Event: return table.topic != Topic::Claim && table.topic != Topic::Balance;
    case Role::Contract:
    case Role::Customer:
    case Role::Attribute: return true;
    case Role::Outcome:
    case Role::Context: return false;
  }
  return false;
}

}  // namespace holdfast::study
