#include "features/program.hpp"

#include <algorithm>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "features/errors.hpp"
#include "features/state.hpp"

namespace holdfast::features {
namespace {

constexpr std::string_view kDefinitionVersion = "features 1\n";  // Raised when a family's meaning changes.

Planner planner_of(std::shared_ptr<OutcomeProgram> outcome) {
  Planner planner;
  planner.wanted = outcome->wanted();
  planner.exit_classes = outcome->exit_classes();
  planner.bind = [outcome](const std::vector<history::TableColumns>& given) {
    outcome->bind(given);
    return outcome->contract_table();
  };
  planner.plan = [outcome](const history::Bucket& bucket, std::uint32_t customer,
                           const RowPlan& plan, std::vector<PlannedRow>& rows) {
    outcome->plan_customer(bucket, customer, plan, rows);
  };
  return planner;
}

bool has_rows(const Builder& builder, const study::TableSpec& table) {
  const auto* info = builder.source().find(table.name);
  return info != nullptr && info->rows > 0;
}

Result<void> propose(Builder& builder, const study::TableSpec& table) {
  switch (table.role) {
    case study::Role::Event:
      add_window_features(builder, table);
      add_recency_features(builder, table);
      add_interval_features(builder, table);
      add_trend_features(builder, table);
      add_rfm_features(builder, table);
      add_payment_features(builder, table);
      add_case_features(builder, table);
      add_sequence_features(builder, table);
      return {};
    case study::Role::Contract: add_contract_features(builder, table); return {};
    case study::Role::Customer:
    case study::Role::Attribute: add_attribute_features(builder, table); return {};
    case study::Role::Context: return add_context_features(builder, table);
    case study::Role::Outcome: return {};
  }
  return {};
}

/// What the user could mean differently, in one text: two programs with it equal give equal values.
std::string canonical_text(const std::vector<Slot>& slots) {
  std::string text(kDefinitionVersion);
  for (const auto& slot : slots) {
    if (slot.use == Use::Helper) continue;
    text += slot.info.name + "|" + slot.info.family + "|" + slot.info.table + "|" +
            join(slot.info.columns, ",") + "|" + std::to_string(slot.info.window_days) + "|" +
            slot.info.filter + "|" + (slot.info.is_category ? "category" : "number") + "\n";
  }
  return text;
}

}  // namespace

Result<Program> ProgramMaker::compile(const study::Study& study, const Source& source,
                                      Planner planner) {
  auto state = std::make_unique<Program::State>();
  state->study = study;
  Builder builder(state->study, source);
  HOLDFAST_TRY_VOID(builder.learn_categories());
  for (const auto& table : state->study.tables) {
    if (!has_rows(builder, table)) continue;
    HOLDFAST_TRY_VOID(propose(builder, table));
  }
  HOLDFAST_TRY_VOID(add_own_features(builder));
  HOLDFAST_TRY_VOID(add_helpers(builder));

  state->viewed_tables = builder.wanted().size();
  for (const auto& asked : planner.wanted) {
    const int table = builder.table(asked.table);
    for (const auto& column : asked.columns) builder.column(table, column);
  }
  for (const auto& table : state->study.tables) {
    if (table.role != study::Role::Contract || table.contract_key.empty()) continue;
    if (state->study.entity != study::Entity::Contract) continue;
    builder.column(builder.table(table.name), table.contract_key);
  }
  state->wanted = std::move(builder.wanted());
  state->slots = std::move(builder.slots());
  state->families = std::move(builder.families());
  state->contract_table = planner.bind(state->wanted);
  if (state->contract_table >= 0) {
    const auto& asked = state->wanted[static_cast<std::size_t>(state->contract_table)];
    const auto* spec = state->study.find(asked.table);
    const auto found = spec == nullptr ? asked.columns.end()
                                       : std::ranges::find(asked.columns, spec->contract_key);
    if (found != asked.columns.end()) {
      state->contract_key = static_cast<int>(found - asked.columns.begin());
    }
  }
  state->planner = std::move(planner);
  for (const auto& slot : state->slots) {
    if (slot.use == Use::Feature) state->features.push_back(slot.info);
  }
  if (state->features.empty()) return Error(errors::kNoFeatures, {}, {.key = "features"});
  state->hash = content_hash(canonical_text(state->slots));
  return Program(std::move(state));
}

Result<Program> Program::compile(const study::Study& study, const history::Store& store) {
  const auto definition = study.churn.value_or(study::ChurnDefinition{});
  HOLDFAST_TRY(auto outcome, OutcomeProgram::compile(study, definition, store));
  return ProgramMaker::compile(study, source_of(store),
                               planner_of(std::make_shared<OutcomeProgram>(std::move(outcome))));
}

Program::Program(std::unique_ptr<State> state) : state_(std::move(state)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const std::vector<FeatureInfo>& Program::features() const { return state_->features; }
const std::vector<history::TableColumns>& Program::wanted() const { return state_->wanted; }
const std::string& Program::hash() const { return state_->hash; }

}  // namespace holdfast::features
