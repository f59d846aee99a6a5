#include <algorithm>
#include <memory>

#include <unicode/timezone.h>

#include "study/checker.hpp"
#include "study/errors.hpp"
#include "study/scope.hpp"
#include "study/words.hpp"

namespace holdfast::study {

void Checker::fill_in() {
  if (study_.churn) fill_in(*study_.churn);
  for (auto& candidate : study_.candidates) fill_in(candidate);
}

void Checker::fill_in(ChurnDefinition& churn) const {
  if (churn.table.empty() && churn.kind != ChurnKind::Label) {
    const auto role = churn.kind == ChurnKind::Contractual ? Role::Contract : Role::Event;
    if (count(role) == 1)
      churn.table = std::ranges::find(study_.tables, role, &TableSpec::role)->name;
  }
  const bool reads_amount = churn.kind == ChurnKind::Partial ||
                            churn.kind == ChurnKind::ExpectedSpend ||
                            (churn.kind == ChurnKind::RevenueRule && churn.condition.empty());
  const auto* table = study_.find(churn.table);
  if (reads_amount && churn.column.empty() && table != nullptr) churn.column = table->amount;
}

void Checker::general() {
  range(study_.bad_rows_max_share, 0, 1, "study.bad_rows_max");
  check_zone(study_.time_zone, "study.time_zone");
  if (study_.tables.empty()) fail(errors::kNoTables, {}, "table");
  std::set<std::string> names;
  for (const auto& table : study_.tables) unique(names, table.name, "table." + table.name);
}

void Checker::check_zone(const std::string& name, const std::string& path) {
  const std::unique_ptr<icu::TimeZone> zone(
      icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (zone && *zone != icu::TimeZone::getUnknown()) return;
  fail(errors::kUnknownWord, {{"value", name}, {"known", "UTC, Asia/Shanghai, Europe/Madrid …"}},
       path);
}

void Checker::check_table(const TableSpec& table) {
  const auto path = "table." + table.name;
  if (table.locations.empty()) fail(errors::kMissing, {{"key", "files"}}, path);
  if (table.columns.empty()) fail(errors::kMissing, {{"key", "columns"}}, path);
  check_zone(table.read.time_zone, path + ".time_zone");
  range(table.known_lag_days, 0, 36500, path + ".known_lag_days");
  check_columns(table, path);
  check_named_columns(table, path);
  check_role(table, path);
  check_key(table, path);
}

void Checker::check_columns(const TableSpec& table, const std::string& path) {
  std::set<std::string> names;
  for (const auto& column : table.columns) {
    const auto column_path = path + ".columns." + column.format.name;
    unique(names, column.format.name, column_path);
    check_column(table, column.known_at, column_path + ".known_at", Wanted::Date);
    const bool is_guarded = column.mark == Mark::Personal || column.mark == Mark::Sensitive;
    if (is_guarded && column.use_because.empty() && !column.is_ignored) {
      warn(errors::kPersonalUnused, {{"column", column.format.name}}, column_path);
    }
  }
  TableSpec before = table;
  before.computed.clear();
  for (const auto& made : table.computed) {
    const auto made_path = path + ".computed." + made.name;
    unique(names, made.name, made_path);
    const auto parsed = parse_expression(made.expression, row_scope_of(before));
    if (!parsed.ok()) {
      misread(parsed.error(), made_path, made_path + ".expression");
    } else if ((*parsed)->type != type_of(made.type) && (*parsed)->type != Type::Unknown) {
      fail(errors::kUnknownWord,
           {{"value", word_of(made.type)}, {"known", name_of((*parsed)->type)}},
           made_path + ".type");
    }
    before.computed.push_back(made);
  }
}

void Checker::check_named_columns(const TableSpec& table, const std::string& path) {
  struct Named {
    const char* key;
    const std::string& column;
    Wanted wanted;
  };
  const Named named[] = {{"customer_key", table.customer_key, Wanted::Any},
                         {"contract_key", table.contract_key, Wanted::Any},
                         {"event_time", table.event_time, Wanted::Date},
                         {"valid_from", table.valid_from, Wanted::Date},
                         {"valid_to", table.valid_to, Wanted::Date},
                         {"start", table.start, Wanted::Date},
                         {"end", table.end, Wanted::Date},
                         {"cancelled", table.cancelled, Wanted::Date},
                         {"exit_reason", table.exit_reason, Wanted::Any},
                         {"product", table.product, Wanted::Any},
                         {"household", table.household, Wanted::Any},
                         {"vehicle", table.vehicle, Wanted::Any},
                         {"known_at", table.known_at, Wanted::Date},
                         {"event_id", table.event_id, Wanted::Any},
                         {"kind", table.kind, Wanted::Any},
                         {"amount", table.amount, Wanted::Number}};
  for (const auto& [key, column, wanted] : named)
    check_column(table, column, path + "." + key, wanted);
  for (const auto& column : table.join_on) check_column(table, column, path + ".join_on");
}

void Checker::check_role(const TableSpec& table, const std::string& path) {
  const auto need = [&](const std::string& column, std::string_view key) {
    if (!column.empty()) return;
    fail(errors::kNeedsColumn, {{"role", word_of(table.role)}, {"key", key}}, path);
  };
  if (table.role == Role::Contract) {
    need(table.start, "start");
    need(table.end, "end");
  }
  if (table.role == Role::Event || table.role == Role::Outcome || table.role == Role::Context) {
    need(table.event_time, "event_time");
  }
  if (table.role == Role::Context && table.join_on.empty()) need("", "join_on");
}

void Checker::check_key(const TableSpec& table, const std::string& path) {
  if (table.role == Role::Context) return;
  if (!table.via) {
    const bool is_by_row = table.role == Role::Customer && study_.tables.size() == 1;
    if (table.customer_key.empty() && !is_by_row)
      fail(errors::kNoKey, {{"table", table.name}}, path);
    return;
  }
  const auto via_path = path + ".via";
  check_column(table, table.via->column, via_path + ".column");
  const auto* there = study_.find(table.via->table);
  if (there == nullptr) {
    return fail(errors::kNoSuchTable,
                {{"table", table.via->table}, {"nearest", near(table.via->table, table_names())}},
                via_path + ".table");
  }
  check_column(*there, table.via->table_column, via_path + ".table_column");
  const auto* at = &table;
  for (std::size_t steps = 0; at != nullptr && at->customer_key.empty() && at->via; ++steps) {
    if (steps > study_.tables.size())
      return fail(errors::kRoundAbout, {{"table", table.name}}, via_path);
    at = study_.find(at->via->table);
  }
}

}  // namespace holdfast::study
