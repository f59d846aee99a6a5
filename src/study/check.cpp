#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <unicode/timezone.h>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/places.hpp"
#include "study/scope.hpp"
#include "study/words.hpp"

namespace holdfast::study {
namespace {

bool is_dated(tables::ColumnType type) {
  return type == tables::ColumnType::Day || type == tables::ColumnType::Instant;
}
bool is_number(tables::ColumnType type) { return type_of(type) == Type::Number; }

std::string near(std::string_view name, std::vector<std::string> known) {
  if (auto best = nearest(name, known); !best.empty()) return best;
  if (known.size() > 8) known.resize(8);
  return known.empty() ? "-" : join(known, ", ");
}

enum class Wanted { Any, Date, Number };

class Checker {
 public:
  Checker(Checked& checked, const Places& places)
      : checked_(checked), study_(checked.study), places_(places) {}

  void run() {
    fill_in();
    general();
    for (const auto& table : study_.tables) check_table(table);
    if (!study_.churn) fail(errors::kNoChurn, {}, "churn");
    if (study_.churn) check_churn(*study_.churn, "churn");
    std::set<std::string> names;
    for (std::size_t i = 0; i < study_.candidates.size(); ++i) {
      const auto path = fmt::format("definition.{}", i + 1);
      check_churn(study_.candidates[i], path);
      unique(names, study_.candidates[i].name, path);
    }
    check_cutoffs();
    check_features();
    check_split();
    check_models();
    check_money();
    check_warning();
  }

 private:
  void fail(const ErrorKind& kind, std::vector<Argument> arguments, const std::string& path) {
    checked_.errors.emplace_back(kind, std::move(arguments), places_.of(path));
  }
  void warn(const ErrorKind& kind, std::vector<Argument> arguments, const std::string& path) {
    checked_.warnings.emplace_back(kind, std::move(arguments), places_.of(path));
  }
  void range(double value, double min, double max, const std::string& path) {
    if (value >= min && value <= max) return;
    const auto word = [](double bound) {
      return std::abs(bound) >= 1e9 ? std::string("∞") : brief(bound);
    };
    fail(errors::kOutOfRange, {{"value", brief(value)}, {"min", word(min)}, {"max", word(max)}},
         path);
  }
  void unique(std::set<std::string>& names, const std::string& name, const std::string& path) {
    if (name.empty()) return fail(errors::kMissing, {{"key", "name"}}, path);
    if (!names.insert(name).second) fail(errors::kNotUnique, {{"name", name}}, path);
  }
  void one_of(const std::string& value, const std::vector<std::string>& known,
              const std::string& path) {
    if (std::ranges::find(known, value) != known.end()) return;
    fail(errors::kUnknownWord, {{"value", value}, {"known", join(known, ", ")}}, path);
  }

  std::vector<std::string> table_names() const {
    std::vector<std::string> names;
    for (const auto& table : study_.tables) names.push_back(table.name);
    return names;
  }
  std::size_t count(Role role) const {
    return static_cast<std::size_t>(std::ranges::count(study_.tables, role, &TableSpec::role));
  }

  /// What need not be written: the table a definition reads where only one can be meant, and its
  /// amount column.
  void fill_in() {
    if (study_.churn) fill_in(*study_.churn);
    for (auto& candidate : study_.candidates) fill_in(candidate);
  }
  void fill_in(ChurnDefinition& churn) const {
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

  void general() {
    range(study_.bad_rows_max_share, 0, 1, "study.bad_rows_max");
    check_zone(study_.time_zone, "study.time_zone");
    if (study_.tables.empty()) fail(errors::kNoTables, {}, "table");
    std::set<std::string> names;
    for (const auto& table : study_.tables) unique(names, table.name, "table." + table.name);
  }
  void check_zone(const std::string& name, const std::string& path) {
    const std::unique_ptr<icu::TimeZone> zone(
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
    if (zone && *zone != icu::TimeZone::getUnknown()) return;
    fail(errors::kUnknownWord, {{"value", name}, {"known", "UTC, Asia/Shanghai, Europe/Madrid …"}},
         path);
  }

  void check_column(const TableSpec& table, const std::string& column, const std::string& path,
                    Wanted wanted = Wanted::Any) {
    if (column.empty()) return;
    const auto type = table.type_of(column);
    if (!type) {
      return fail(errors::kNoSuchColumn,
                  {{"table", table.name},
                   {"column", column},
                   {"nearest", near(column, table.column_names())}},
                  path);
    }
    if (wanted == Wanted::Date && !is_dated(*type)) {
      return fail(errors::kNotADate, {{"column", column}, {"type", word_of(*type)}}, path);
    }
    if (wanted == Wanted::Number && !is_number(*type)) {
      return fail(errors::kNotANumber, {{"column", column}, {"type", word_of(*type)}}, path);
    }
    if (const auto* spec = table.find(column); spec != nullptr && spec->is_ignored) {
      fail(errors::kIgnoredUsed, {{"column", column}}, path);
    }
  }

  void check_table(const TableSpec& table) {
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

  void check_columns(const TableSpec& table, const std::string& path) {
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

  void check_named_columns(const TableSpec& table, const std::string& path) {
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

  void check_role(const TableSpec& table, const std::string& path) {
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

  void check_key(const TableSpec& table, const std::string& path) {
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

  const TableSpec* churn_table(const ChurnDefinition& churn, const std::string& path,
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
  void churn_needs(const ChurnDefinition& churn, std::string_view key, const std::string& path) {
    fail(errors::kChurnNeeds, {{"kind", word_of(churn.kind)}, {"key", key}}, path);
  }

  void check_churn(const ChurnDefinition& churn, const std::string& path) {
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

  const TableSpec* check_inactivity(const ChurnDefinition& churn, const std::string& path) {
    const auto* table = churn_table(churn, path, {Role::Event});
    if (churn.inactive_days.empty() && churn.interval_factor <= 0) {
      churn_needs(churn, "inactive_days", path);
    }
    range(churn.interval_factor, 0, 1000, path + ".interval_factor");
    for (const auto& [segment, limit] : churn.inactive_days)
      range(limit, 1, 36500, path + ".inactive_days");
    return table;
  }
  const TableSpec* check_fall(const ChurnDefinition& churn, const std::string& path) {
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
  const TableSpec* check_rule(const ChurnDefinition& churn, const std::string& path) {
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
  const TableSpec* check_label(const ChurnDefinition& churn, const std::string& path) {
    const auto* table = churn_table(
        churn, path, {Role::Customer, Role::Contract, Role::Outcome, Role::Attribute, Role::Event});
    if (churn.column.empty()) churn_needs(churn, "column", path);
    if (churn.positive.empty()) churn_needs(churn, "positive", path);
    if (table != nullptr) check_column(*table, churn.column, path + ".column");
    return table;
  }
  void check_segments(const ChurnDefinition& churn, const std::string& path) {
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
  void check_exits(const ChurnDefinition& churn, const TableSpec* table, const std::string& path) {
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

  /// True where the outcome is a label on data without time: no cutoffs, no split by time.
  bool is_timeless() const {
    if (!study_.churn || study_.churn->kind != ChurnKind::Label) return false;
    const auto* table = study_.find(study_.churn->table);
    return table != nullptr && table->role != Role::Outcome && table->role != Role::Event &&
           table->valid_from.empty();
  }

  void check_cutoffs() {
    const auto& cutoffs = study_.cutoffs;
    const bool has_any =
        !cutoffs.days.empty() || cutoffs.every_months > 0 || !cutoffs.before_end_days.empty();
    if (!has_any && !is_timeless()) fail(errors::kNoCutoffs, {}, "cutoffs");
    if (!std::ranges::is_sorted(cutoffs.days))
      fail(errors::kNotAscending, {{"what", "days"}}, "cutoffs.days");
    range(cutoffs.every_months, 0, 120, "cutoffs.every_months");
    range(cutoffs.gap_days, 0, 3650, "cutoffs.gap_days");
    range(cutoffs.outcome_days, 1, 3650, "cutoffs.outcome_days");
    for (const int days : cutoffs.before_end_days) range(days, 0, 3650, "cutoffs.before_end_days");
    if (!cutoffs.before_end_days.empty() && count(Role::Contract) == 0) {
      fail(errors::kChurnNeedsTable, {{"kind", "before_end_days"}, {"role", "contract"}},
           "cutoffs.before_end_days");
    }
    if (cutoffs.first && cutoffs.last && *cutoffs.last < *cutoffs.first) {
      fail(errors::kNotAscending, {{"what", "first, last"}}, "cutoffs.last");
    }
  }

  /// Adds an expression's error with its place in the file.
  void misread(Error error, const std::string& section, const std::string& path) {
    const auto position = error.place.column;
    error.place = places_.of(places_.spots.contains(path) ? path : section);
    // The text starts after its opening quote.
    if (places_.spots.contains(path)) error.place.column += position;
    checked_.errors.push_back(std::move(error));
  }

  /// Reads an expression of a rule or own feature; names nobody knows yet may be generated
  /// features.
  ExpressionPtr read(const std::string& source, const std::string& section, const std::string& path,
                     bool allows_unsure) {
    const auto known = scope_of(study_);
    auto scope = known;
    std::vector<std::string> unsure;
    scope.name = [&](std::string_view name) {
      auto type = known.name(name);
      if (!type && allows_unsure && nearest(name, known.known_names).empty()) {
        unsure.emplace_back(name);
        type = Type::Unknown;
      }
      return type;
    };
    const auto parsed = parse_expression(source, scope);
    if (!parsed.ok()) {
      misread(parsed.error(), section, path);
      return nullptr;
    }
    for (const auto& name : unsure) {
      warn(errors::kNameUnsure, {{"name", name}, {"nearest", near(name, known.known_names)}}, path);
    }
    check_no_label(**parsed, path);
    return *parsed;
  }

  void check_no_label(const Expression& node, const std::string& path) {
    if (!study_.churn || study_.churn->kind != ChurnKind::Label) return;
    const auto& churn = *study_.churn;
    const bool is_bare =
        node.op == Operator::Name && node.text == churn.column && is_row_column(churn.table);
    if (is_bare || (node.table == churn.table && node.column == churn.column)) {
      return fail(errors::kLabelAsInput, {{"column", churn.column}}, path);
    }
    for (const auto& child : node.children) check_no_label(*child, path);
  }
  bool is_row_column(const std::string& name) const {
    const auto* table = study_.find(name);
    return table != nullptr && table->role != Role::Event && table->role != Role::Context;
  }

  void check_condition(const std::string& source, const std::string& section,
                       const std::string& path) {
    const auto parsed = read(source, section, path, true);
    if (parsed == nullptr || parsed->type == Type::Boolean || parsed->type == Type::Unknown) return;
    fail(errors::kNotBoolean, {{"got", name_of(parsed->type)}}, path);
  }

  void check_features() {
    const auto& features = study_.features;
    for (const int days : features.windows_days) range(days, 1, 36500, "features.windows_days");
    range(features.last_kinds, 0, 100, "features.last_kinds");
    range(features.categories_max, 1, 10000, "features.categories_max");
    std::set<std::string> names;
    for (std::size_t i = 0; i < features.own.size(); ++i) {
      const auto path = fmt::format("feature.{}", i + 1);
      unique(names, features.own[i].name, path);
      read(features.own[i].expression, path, path + ".expression", true);
    }
  }

  void check_split() {
    const auto& split = study_.split;
    range(split.validation_share, 0, 1, "split.validation_share");
    range(split.test_share, 0, 1, "split.test_share");
    if (split.validation_share + split.test_share >= 1) {
      range(split.validation_share + split.test_share, 0, 0.99, "split.test_share");
    }
    range(split.backtest_origins, 0, 1000, "split.backtest_origins");
    const int needed = study_.cutoffs.gap_days + study_.cutoffs.outcome_days;
    if (split.embargo_days < -1) range(split.embargo_days, -1, 3650, "split.embargo_days");
    if (split.embargo_days >= 0 && split.embargo_days < needed && split.kind == SplitKind::Time) {
      warn(errors::kEmbargoShort, {{"days", split.embargo_days}, {"needed", needed}},
           "split.embargo_days");
    }
    if (split.validation_from && split.test_from && *split.test_from < *split.validation_from) {
      fail(errors::kNotAscending, {{"what", "validation_from, test_from"}}, "split.test_from");
    }
    if (split.kind == SplitKind::Time && is_timeless() && study_.cutoffs.days.empty()) {
      fail(errors::kNoTimeToSplit, {}, "split.kind");
    }
  }

  void check_models() {
    one_of(study_.models.choose_by, {"profit", "auc", "lift", "brier"}, "models.choose_by");
    one_of(study_.models.calibration, {"isotonic", "platt", "none"}, "models.calibration");
    std::set<std::string> ids;
    for (const auto& model : study_.models.compare) unique(ids, model.id, "models." + model.id);
  }

  void check_money() {
    const auto& profit = study_.profit;
    constexpr double kMax = std::numeric_limits<double>::max();
    range(profit.customer_value, 0, kMax, "profit.customer_value");
    range(profit.offer_cost, 0, kMax, "profit.offer_cost");
    range(profit.contact_cost, 0, kMax, "profit.contact_cost");
    range(profit.acceptance_alpha, 1e-6, kMax, "profit.acceptance_alpha");
    range(profit.acceptance_beta, 1e-6, kMax, "profit.acceptance_beta");
    if (profit.value.empty()) return;
    const auto value = read(profit.value, "profit", "profit.value", true);
    if (value != nullptr && value->type != Type::Number && value->type != Type::Unknown) {
      fail(
          errors::kTypesDiffer,
          {{"what", "value"}, {"wanted", "number"}, {"got", name_of(value->type)}, {"position", 1}},
          "profit.value");
    }
  }

  void check_warning() {
    const auto& warning = study_.warning;
    for (const auto& [limit, key] :
         {std::pair(warning.red, "red"), std::pair(warning.orange, "orange"),
          std::pair(warning.yellow, "yellow")}) {
      range(limit, 0, 1, std::string("warning.") + key);
    }
    if (warning.red < warning.orange || warning.orange < warning.yellow) {
      fail(errors::kLimitsOrder,
           {{"red", warning.red}, {"orange", warning.orange}, {"yellow", warning.yellow}},
           "warning.red");
    }
    range(static_cast<double>(warning.watch_list_max), 0, 1e15, "warning.watch_list_max");
    std::set<std::string> names;
    for (std::size_t i = 0; i < warning.rules.size(); ++i) {
      const auto path = fmt::format("rule.{}", i + 1);
      unique(names, warning.rules[i].name, path);
      check_condition(warning.rules[i].when, path, path + ".when");
    }
  }

  Checked& checked_;
  Study& study_;
  const Places& places_;
};

}  // namespace

void check(Checked& checked, const Places& places) { Checker(checked, places).run(); }

Checked check(Study study) {
  Checked checked;
  Places places;
  places.file = study.file.string();
  checked.study = std::move(study);
  check(checked, places);
  return checked;
}

}  // namespace holdfast::study
