#include "study/scope.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "core/text.hpp"

namespace holdfast::study {
namespace {

/// Columns a bare name may mean: those of the row itself, one value each at the cutoff.
bool describes_the_row(const TableSpec& table) {
  return table.role == Role::Customer || table.role == Role::Contract ||
         table.role == Role::Attribute;
}

std::optional<Type> column_type(const std::vector<TableSpec>& tables, std::string_view name,
                                std::string_view column) {
  for (const auto& table : tables) {
    if (table.name != name) continue;
    if (column.empty()) return Type::Unknown;
    if (const auto type = table.type_of(column)) return type_of(*type);
  }
  return std::nullopt;
}

/// A table means its amount; a column the one event table that has it; `revenue` the one table of
/// payments or purchases with an amount.
std::optional<std::pair<std::string, std::string>> series_named(
    const std::vector<TableSpec>& tables, std::string_view name) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& table : tables) {
    if (table.name == name) {
      if (table.amount.empty()) return std::nullopt;
      return std::pair(table.name, table.amount);
    }
    if (table.role == Role::Event && table.type_of(name))
      found.emplace_back(table.name, std::string(name));
  }
  const bool is_revenue = name == "revenue" || name == "收入" || name == "营收";
  for (const auto& table : tables) {
    const bool earns = table.topic == Topic::Payment || table.topic == Topic::Purchase;
    if (!is_revenue || !found.empty() || table.role != Role::Event || !earns) continue;
    if (!table.amount.empty()) found.emplace_back(table.name, table.amount);
  }
  if (found.size() != 1) return std::nullopt;
  return found.front();
}

}  // namespace

Type type_of(tables::ColumnType type) {
  switch (type) {
    case tables::ColumnType::Boolean: return Type::Boolean;
    case tables::ColumnType::Integer:
    case tables::ColumnType::Real:
    case tables::ColumnType::Money: return Type::Number;
    case tables::ColumnType::Day:
    case tables::ColumnType::Instant: return Type::Day;
    case tables::ColumnType::Text: return Type::Text;
  }
  return Type::Unknown;
}

Scope row_scope_of(const TableSpec& table) {
  const auto shared = std::make_shared<const TableSpec>(table);
  Scope scope;
  scope.allows_aggregates = false;
  scope.name = [shared](std::string_view name) -> std::optional<Type> {
    const auto type = shared->type_of(name);
    return type ? std::optional(type_of(*type)) : std::nullopt;
  };
  scope.column = [shared](std::string_view name, std::string_view column) -> std::optional<Type> {
    if (name != shared->name) return std::nullopt;
    if (column.empty()) return Type::Unknown;
    const auto type = shared->type_of(column);
    return type ? std::optional(type_of(*type)) : std::nullopt;
  };
  scope.known_names = table.column_names();
  return scope;
}

bool looks_generated(const Study& study, std::string_view name) {
  static constexpr std::array<std::string_view, 14> kStems = {
      "tenure",  "recency",  "rfm",      "premium",   "renewals", "days",    "months",
      "product", "products", "contract", "contracts", "open",     "revenue", "customer"};
  const auto starts = [&](std::string_view stem) {
    return !stem.empty() && name.starts_with(stem) && name.substr(stem.size()).starts_with('_');
  };
  if (std::ranges::any_of(kStems, starts)) return true;
  for (const auto& table : study.tables) {
    if (starts(table.name)) return true;
    for (const auto& column : table.column_names()) {
      if (starts(column)) return true;
    }
  }
  return false;
}

Scope scope_of(const Study& study) {
  struct Known {
    Study study;
    std::map<std::string, Type, std::less<>> names;
  };
  const auto known = std::make_shared<Known>();
  known->study = study;
  known->names = {{"score", Type::Number},
                  {"probability", Type::Number},
                  {"value", Type::Number},
                  {"expected_loss", Type::Number}};
  for (const auto& table : study.tables) {
    if (!describes_the_row(table)) continue;
    for (const auto& column : table.column_names()) {
      known->names.try_emplace(column, type_of(*table.type_of(column)));
    }
  }

  Scope scope;
  scope.name = [known](std::string_view name) -> std::optional<Type> {
    if (const auto found = known->names.find(name); found != known->names.end())
      return found->second;
    return looks_generated(known->study, name) ? std::optional(Type::Unknown) : std::nullopt;
  };
  scope.column = [known](std::string_view table, std::string_view column) {
    return column_type(known->study.tables, table, column);
  };
  scope.series = [known](std::string_view name) { return series_named(known->study.tables, name); };

  // An own feature may use those written before it.
  for (const auto& own : study.features.own) {
    const auto parsed = parse_expression(own.expression, scope);
    known->names[own.name] = parsed.ok() ? (*parsed)->type : Type::Unknown;
  }
  for (const auto& [name, type] : known->names) scope.known_names.push_back(name);
  for (const auto& table : study.tables) {
    for (const auto& column : table.column_names())
      scope.known_names.push_back(table.name + "." + column);
  }
  return scope;
}

}  // namespace holdfast::study
