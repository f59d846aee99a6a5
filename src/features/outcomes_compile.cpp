// Compiling a churn definition: what it reads, which exits it knows, at which cutoffs it looks.

#include <algorithm>

#include "features/outcomes_compiled.hpp"
#include "features/outcomes_errors.hpp"
#include "study/scope.hpp"

namespace holdfast::features {
namespace outcomes {
namespace {

using study::ChurnKind;
using study::Role;

class Compiler {
 public:
  Compiler(const study::Study& study, const study::ChurnDefinition& definition,
           const std::vector<history::TableInfo>& tables)
      : tables_(tables) {
    out_.study = study;
    out_.definition = definition;
  }

  Result<Compiled> run() {
    HOLDFAST_TRY_VOID(find_main());
    HOLDFAST_TRY_VOID(want_contract());
    HOLDFAST_TRY_VOID(want_amount());
    HOLDFAST_TRY_VOID(want_label());
    HOLDFAST_TRY_VOID(want_segment());
    HOLDFAST_TRY_VOID(want_condition());
    want_value();
    name_exits();
    HOLDFAST_TRY_VOID(set_cutoffs());
    return std::move(out_);
  }

 private:
  const history::TableInfo* info(std::string_view table) const {
    for (const auto& candidate : tables_) {
      if (candidate.name == table) return &candidate;
    }
    return nullptr;
  }

  bool is_stored(std::string_view table, std::string_view column) const {
    const auto* found = info(table);
    return found && !column.empty() &&
           std::find(found->columns.begin(), found->columns.end(), column) != found->columns.end();
  }

  int want(const std::string& table) {
    auto& wanted = out_.wanted;
    const auto found = std::find_if(wanted.begin(), wanted.end(),
                                    [&](const auto& other) { return other.table == table; });
    if (found != wanted.end()) return static_cast<int>(found - wanted.begin());
    wanted.push_back({table, {}});
    return static_cast<int>(wanted.size()) - 1;
  }

  Ref want(const std::string& table, const std::string& column) {
    if (!is_stored(table, column)) return {};
    const int at = want(table);
    auto& columns = out_.wanted[static_cast<std::size_t>(at)].columns;
    auto found = std::find(columns.begin(), columns.end(), column);
    if (found == columns.end()) found = columns.insert(columns.end(), column);
    return {at, static_cast<int>(found - columns.begin())};
  }

  Cell want_cell(const study::TableSpec& table, const std::string& column) {
    Cell cell{want(table.name, column), {}};
    const auto* spec = table.find(column);
    if (cell && spec && !spec->known_at.empty()) cell.known_at = want(table.name, spec->known_at);
    return cell;
  }

  Error column_missing(const std::string& column) const {
    return Error(errors::kChurnColumn,
                 {{"definition", out_.definition.name}, {"table", out_.table.name},
                  {"column", column}},
                 {out_.study.file.string(), out_.definition.line, 0, "churn"});
  }

  /// Where the definition names no table, the first that has what its kind reads.
  bool can_be_main(const study::TableSpec& table) const {
    const auto& definition = out_.definition;
    if (!definition.column.empty()) return is_stored(table.name, definition.column);
    return table.role == (definition.kind == ChurnKind::Contractual ? Role::Contract : Role::Event);
  }

  Result<void> find_main() {
    auto name = out_.definition.table;
    for (const auto& table : out_.study.tables) {
      if (name.empty() && can_be_main(table)) name = table.name;
    }
    const auto* spec = out_.study.find(name);
    if (!spec || !info(name)) {
      return Error(errors::kChurnTable, {{"definition", out_.definition.name}, {"table", name}},
                   {out_.study.file.string(), out_.definition.line, 0, "churn.table"});
    }
    out_.table = *spec;
    out_.main_table = want(name);
    out_.complete_until = spec->complete_until.value_or(info(name)->complete_until);
    return {};
  }

  Result<void> want_contract() {
    const auto& table = out_.table;
    const auto& definition = out_.definition;
    const bool is_contract = table.role == Role::Contract;
    if (definition.kind == ChurnKind::Contractual && !is_contract) {
      return Error(errors::kChurnNeeds,
                   {{"definition", definition.name},
                    {"what", "role = \"contract\": " + table.name}},
                   {out_.study.file.string(), definition.line, 0, "churn.table"});
    }
    out_.contract_key = want_cell(table, table.contract_key);
    const bool has_own_reason = !definition.exit_reason.empty();
    out_.exit_reason =
        want_cell(table, has_own_reason ? definition.exit_reason : table.exit_reason);
    if (!is_contract) return {};
    out_.end = want_cell(table, table.end);
    if (!table.end.empty() && !out_.end) return column_missing(table.end);
    out_.cancelled = want_cell(table, table.cancelled);
    if (!table.cancelled.empty() && !out_.cancelled) return column_missing(table.cancelled);
    out_.product = want_cell(table, table.product);
    if (definition.successor_by_household) out_.household = want_cell(table, table.household);
    if (definition.successor_by_vehicle) out_.vehicle = want_cell(table, table.vehicle);
    const bool is_entity = out_.study.entity == study::Entity::Contract &&
                           (definition.kind == ChurnKind::Contractual ||
                            definition.kind == ChurnKind::Label);
    if (is_entity) out_.contract_table = out_.main_table;
    const bool is_by_contract = definition.kind == ChurnKind::Contractual || is_entity;
    if (is_by_contract && out_.end) {
      for (const auto offset : out_.study.cutoffs.before_end_days) out_.offsets.push_back(offset);
    }
    return {};
  }

  Result<void> want_amount() {
    const auto& definition = out_.definition;
    const bool is_own = definition.kind != ChurnKind::Label && !definition.column.empty();
    const auto& column = is_own ? definition.column : out_.table.amount;
    out_.amount = want_cell(out_.table, column);
    if (!column.empty() && !out_.amount) return column_missing(column);
    const bool is_needed = definition.kind == ChurnKind::ExpectedSpend ||
                           definition.kind == ChurnKind::Partial;
    if (is_needed && !out_.amount) return column_missing("amount");
    return {};
  }

  Result<void> want_label() {
    if (out_.definition.kind != ChurnKind::Label) return {};
    out_.label = want_cell(out_.table, out_.definition.column);
    if (!out_.label) return column_missing(out_.definition.column);
    return {};
  }

  Result<void> want_segment() {
    const auto& column = out_.definition.segment_by;
    if (column.empty()) return {};
    const study::TableSpec* best = nullptr;
    int best_rank = 0;
    for (const auto& table : out_.study.tables) {
      if (table.role == Role::Context || !is_stored(table.name, column)) continue;
      const int rank = table.role == Role::Customer          ? 4
                       : table.role == Role::Attribute       ? 3
                       : table.name == out_.table.name       ? 2
                                                             : 1;
      if (rank > best_rank) best = &table, best_rank = rank;
    }
    if (!best) return column_missing(column);
    out_.segment = want_cell(*best, column);
    return {};
  }

  void want_leaves(const study::Expression& expression) {
    using study::Operator;
    if (expression.op == Operator::Column || expression.op == Operator::Aggregate) {
      auto column = expression.column;
      const auto* table = out_.study.find(expression.table);
      want_condition_column(expression.table, "");
      if (column.empty() && table) column = table->amount;
      if (!column.empty()) want_condition_column(expression.table, column);
    }
    if (expression.op == Operator::Name) want_condition_column(out_.table.name, expression.text);
    for (const auto& child : expression.children) want_leaves(*child);
  }

  void want_condition_column(const std::string& table, const std::string& column) {
    if (!info(table)) return;
    Ref ref{want(table), -1};
    if (!column.empty()) ref = want(table, column);
    if (ref.table >= 0) out_.condition_columns[table + "." + column] = ref;
  }

  Result<void> want_condition() {
    const auto& source = out_.definition.condition;
    if (out_.definition.kind != ChurnKind::RevenueRule || source.empty()) return {};
    auto scope = study::scope_of(out_.study);
    const auto& table = out_.table;
    scope.name = [&table](std::string_view name) -> std::optional<study::Type> {
      const auto type = table.type_of(name);
      return type ? std::optional(study::type_of(*type)) : std::nullopt;
    };
    scope.known_names = table.column_names();
    auto parsed = study::parse_expression(source, scope);
    if (!parsed.ok()) {
      auto error = parsed.error();
      error.place.file = out_.study.file.string();
      error.place.line = out_.definition.line;
      error.place.key = "churn.condition";
      return error;
    }
    out_.condition = *parsed;
    want_leaves(*out_.condition);
    return {};
  }

  void want_value() {
    const auto take = [&](const study::TableSpec& table, const std::string& column,
                          ValueKind kind) {
      out_.value = want_cell(table, column);
      if (out_.value) out_.value_kind = kind;
    };
    const auto& main = out_.table;
    const bool is_dated = main.role == Role::Event || main.role == Role::Outcome;
    if (out_.amount && out_.definition.kind != ChurnKind::Label) {
      const auto& column = out_.wanted[static_cast<std::size_t>(out_.main_table)]
                               .columns[static_cast<std::size_t>(out_.amount.value.column)];
      take(main, column,
           main.role == Role::Contract              ? ValueKind::ContractPremium
           : main.topic == study::Topic::Balance    ? ValueKind::LastAmount
           : is_dated                               ? ValueKind::YearAmount
                                                    : ValueKind::LastAmount);
      return;
    }
    for (const auto wanted : {Role::Event, Role::Contract, Role::Customer, Role::Attribute}) {
      for (const auto& table : out_.study.tables) {
        if (out_.value || table.role != wanted || !study::gives_value(table)) continue;
        take(table, table.amount,
             wanted == Role::Event ? ValueKind::YearAmount : ValueKind::LastAmount);
      }
    }
  }

  void name_exits() {
    out_.exit_classes = {""};
    const auto add = [&](const std::string& name) {
      auto& names = out_.exit_classes;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const auto& exit : out_.definition.exits) add(exit.name);
    switch (out_.definition.kind) {
      case ChurnKind::Contractual: add("lapsed"), add("cancelled"); break;
      case ChurnKind::Inactivity: add("inactive"); break;
      case ChurnKind::ExpectedSpend: add("underspent"); break;
      case ChurnKind::Partial: add("partial"), add("full"); break;
      case ChurnKind::RevenueRule:
        if (out_.condition) add("condition");
        else add("falling"), add("below");
        break;
      case ChurnKind::Label: add("churned"); break;
    }
  }

  bool is_label_timed() const {
    const auto& table = out_.table;
    const bool is_dated = table.role == Role::Outcome || table.role == Role::Event;
    return (is_dated && !table.event_time.empty()) ||
           (table.role == Role::Attribute && !table.valid_from.empty());
  }

  /// The day after the latest day anything is known of.
  Day day_after_data() const {
    // An undated table without an extract day has a first and last day of no meaning.
    constexpr std::int32_t kYearOne = -719162;
    Day latest{kYearOne};
    for (const auto& table : out_.study.tables) {
      if (table.extract_day) latest = std::max(latest, *table.extract_day);
      const auto* stored = info(table.name);
      if (stored && stored->rows > 0 && stored->last_day.number < kNever) {
        latest = std::max(latest, stored->last_day);
      }
    }
    return latest.number == kYearOne ? Day{0} : latest + 1;
  }

  Result<void> set_cutoffs() {
    const auto& spec = out_.study.cutoffs;
    const bool is_label = out_.definition.kind == ChurnKind::Label;
    if (is_label && out_.contract_table < 0 && !is_label_timed()) {
      out_.untimed_cutoff = spec.days.empty() ? day_after_data() : spec.days.back();
    } else if (is_label && out_.contract_table >= 0 && out_.offsets.empty() && spec.days.empty() &&
               spec.every_months == 0) {
      out_.untimed_cutoff = day_after_data();
    }
    if (out_.untimed_cutoff) {
      out_.cutoffs = {*out_.untimed_cutoff};
      return {};
    }
    if (is_label) {
      for (const auto& table : out_.study.tables) {
        if (table.role != Role::Context && info(table.name)) {
          out_.presence_tables.push_back(want(table.name));
        }
      }
    }
    if (!out_.offsets.empty()) return {};
    auto bounds = *info(out_.table.name);
    bounds.complete_until = out_.complete_until;
    const int grace =
        out_.definition.kind == ChurnKind::Contractual ? out_.definition.grace_days : 0;
    HOLDFAST_TRY(out_.cutoffs, calendar_cutoffs(out_.study, bounds, grace));
    return {};
  }

  const std::vector<history::TableInfo>& tables_;
  Compiled out_;
};

}  // namespace
}  // namespace outcomes

Result<OutcomeProgram> OutcomeProgram::compile(const study::Study& study,
                                               const study::ChurnDefinition& definition,
                                               const std::vector<history::TableInfo>& tables) {
  auto state = std::make_unique<State>();
  HOLDFAST_TRY(state->compiled, outcomes::Compiler(study, definition, tables).run());
  OutcomeProgram program(std::move(state));
  program.bind(std::vector<history::TableColumns>(program.wanted()));
  return program;
}

Result<OutcomeProgram> OutcomeProgram::compile(const study::Study& study,
                                               const study::ChurnDefinition& definition,
                                               const history::Store& store) {
  HOLDFAST_TRY(auto program, compile(study, definition, store.tables()));
  const auto& compiled = program.state_->compiled;
  const bool must_learn = compiled.household || compiled.vehicle || !compiled.offsets.empty();
  if (!must_learn) return program;
  const std::vector<history::TableColumns> contracts = {
      compiled.wanted[static_cast<std::size_t>(compiled.main_table)]};
  program.bind(contracts);
  for (int number = 0; number < store.bucket_count(); ++number) {
    HOLDFAST_TRY(const auto bucket, store.read_bucket(number, contracts));
    program.learn(bucket);
  }
  program.finish_learning();
  program.bind(std::vector<history::TableColumns>(program.wanted()));
  return program;
}

}  // namespace holdfast::features
