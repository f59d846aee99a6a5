// OutcomeProgram: a definition compiled for a store, and the one place that tells the kinds apart.

#include "features/outcomes.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "features/outcomes_compiled.hpp"

namespace holdfast::features {

OutcomeProgram::OutcomeProgram(std::unique_ptr<State> state) : state_(std::move(state)) {}
OutcomeProgram::OutcomeProgram(OutcomeProgram&&) noexcept = default;
OutcomeProgram& OutcomeProgram::operator=(OutcomeProgram&&) noexcept = default;
OutcomeProgram::~OutcomeProgram() = default;

const std::vector<std::string>& OutcomeProgram::exit_classes() const {
  return state_->compiled.exit_classes;
}
const std::vector<history::TableColumns>& OutcomeProgram::wanted() const {
  return state_->compiled.wanted;
}
const std::vector<Day>& OutcomeProgram::cutoffs() const { return state_->compiled.cutoffs; }

int OutcomeProgram::contract_table() const {
  return state_->compiled.given(state_->compiled.contract_table);
}

void OutcomeProgram::bind(const std::vector<history::TableColumns>& given) {
  auto& compiled = state_->compiled;
  compiled.given_table.assign(compiled.wanted.size(), -1);
  compiled.given_column.assign(compiled.wanted.size(), {});
  for (std::size_t t = 0; t < compiled.wanted.size(); ++t) {
    const auto& wanted = compiled.wanted[t];
    const auto table = std::find_if(given.begin(), given.end(), [&](const auto& candidate) {
      return candidate.table == wanted.table;
    });
    if (table == given.end()) continue;
    compiled.given_table[t] = static_cast<int>(table - given.begin());
    for (const auto& column : wanted.columns) {
      const auto found = std::find(table->columns.begin(), table->columns.end(), column);
      HOLDFAST_CHECK(found != table->columns.end());
      compiled.given_column[t].push_back(static_cast<int>(found - table->columns.begin()));
    }
  }
}

void OutcomeProgram::learn(const history::Bucket& bucket) {
  outcomes::learn_contracts(state_->compiled, bucket);
}

void OutcomeProgram::finish_learning() {
  auto& compiled = state_->compiled;
  compiled.is_due_known = !compiled.due.empty();
  for (auto& entry : compiled.shared) {
    auto& successors = entry.second;
    std::sort(successors.begin(), successors.end(), [](const auto& a, const auto& b) {
      return a.start != b.start ? a.start < b.start : a.end < b.end;
    });
  }
}

void OutcomeProgram::plan_customer(const history::Bucket& bucket, std::uint32_t customer,
                                   const RowPlan& plan, std::vector<PlannedRow>& rows) const {
  const auto& compiled = state_->compiled;
  using study::ChurnKind;
  switch (compiled.definition.kind) {
    case ChurnKind::Contractual:
      return outcomes::plan_contracts(compiled, bucket, customer, plan, rows);
    case ChurnKind::Inactivity:
      return outcomes::plan_inactivity(compiled, bucket, customer, plan, rows);
    case ChurnKind::ExpectedSpend:
      return outcomes::plan_expected_spend(compiled, bucket, customer, plan, rows);
    case ChurnKind::Partial:
      return outcomes::plan_partial(compiled, bucket, customer, plan, rows);
    case ChurnKind::RevenueRule:
      return outcomes::plan_revenue_rule(compiled, bucket, customer, plan, rows);
    case ChurnKind::Label: return outcomes::plan_label(compiled, bucket, customer, plan, rows);
  }
}

bool OutcomeProgram::came_back(const history::Bucket& bucket, std::uint32_t customer,
                               const PlannedRow& row) const {
  const auto& compiled = state_->compiled;
  if (row.outcome != OutcomeState::Churned || compiled.untimed_cutoff) return false;
  if (compiled.definition.kind == study::ChurnKind::Contractual) {
    return outcomes::began_after(compiled, bucket, customer,
                                 row.outcome_day + compiled.definition.grace_days);
  }
  if (compiled.definition.kind == study::ChurnKind::Label) {
    const int labels = compiled.given(compiled.main_table);
    return std::any_of(compiled.presence_tables.begin(), compiled.presence_tables.end(),
                       [&](int t) {
                         if (compiled.given(t) == labels) return false;
                         const outcomes::CustomerRows rows(compiled, bucket, customer, t);
                         const auto later = rows.between(row.outcome_day + 1, outcomes::kNever);
                         return later.first < later.last;
                       });
  }
  const outcomes::CustomerRows events(compiled, bucket, customer, compiled.main_table);
  const auto* amount = compiled.column(bucket, compiled.amount.value);
  const auto later = events.between(row.outcome_day, outcomes::kNever);
  for (auto event = later.first; event < later.last; ++event) {
    if (events.is_final(event) && outcomes::is_activity(amount, event)) return true;
  }
  return false;
}

}  // namespace holdfast::features
