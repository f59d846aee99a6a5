#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "features/matrix.hpp"
#include "features/program.hpp"
#include "history/bucket.hpp"
#include "history/store.hpp"
#include "study/study.hpp"

/// Which rows there are (who is active at which cutoff) and what became of them. The outcome reads
/// the history as it is known in the end, not through a HistoryView: it is the one thing that may.
/// Who is active is read through a HistoryView, in training as in scoring, so that nobody is listed
/// by hindsight.
///
/// Days. A cutoff t is the start of day t, so the outcome window is the days
/// t + gap … t + gap + outcome_days − 1. An exit before t + gap is Unknown: there was no time to
/// act, and the row neither trains nor counts. A row is Immature unless t + gap + outcome_days
/// (contract ends: the end) + grace lies before the table's complete_until.
namespace holdfast::features {

constexpr std::uint32_t kNoRow = 0xFFFFFFFFU;

/// One row of the modelling matrix before its features are known.
struct PlannedRow {
  std::uint32_t contract_row = kNoRow;   // Row in the contract table's TableData; kNoRow: customer.
  std::int32_t cutoff_day = 0;
  OutcomeState outcome = OutcomeState::Unknown;
  std::int32_t outcome_day = history::kNeverDay;
  std::uint32_t exit_class = 0;          // Into exit_classes().
  std::int64_t value_cents = 0;          // Premium of the contract, or the amount of the last 365
                                         // days; 0 where unknown.
};

/// A churn definition, compiled for a store. Immutable, thread-safe.
class OutcomeProgram {
 public:
  /// Errors: a table or column the definition needs is not there, a condition that does not type.
  static Result<OutcomeProgram> compile(const study::Study& study,
                                        const study::ChurnDefinition& definition,
                                        const history::Store& store);
  /// The same where no store stands behind the tables: successors are looked for among the
  /// customer's own contracts and those of buckets given to `learn` only.
  static Result<OutcomeProgram> compile(const study::Study& study,
                                        const study::ChurnDefinition& definition,
                                        const std::vector<history::TableInfo>& tables);
  OutcomeProgram(OutcomeProgram&&) noexcept;
  OutcomeProgram& operator=(OutcomeProgram&&) noexcept;
  ~OutcomeProgram();

  const std::vector<std::string>& exit_classes() const;  // [0] is "".
  /// What it must find in a bucket.
  const std::vector<history::TableColumns>& wanted() const;
  /// Binds to the order of tables and columns a bucket was decoded with (`given`, a superset of
  /// `wanted()`); call once before plan_customer.
  void bind(const std::vector<history::TableColumns>& given);
  /// Index in `given` of the table whose rows PlannedRow::contract_row counts; -1: none.
  int contract_table() const;

  /// Notes a bucket's contracts by household and vehicle, so that customers of other buckets find
  /// their successors. `compile` with a store has done it for all; needs `bind` before.
  void learn(const history::Bucket& bucket);
  /// To be called after the last `learn`.
  void finish_learning();

  /// Training: every cutoff at which the customer (or each contract) is active, with its outcome.
  /// Scoring: the rows active on plan.as_of; where cutoffs are offsets from contracts' ends, the
  /// contracts that end from as_of to 30 days beyond the largest offset (all in force where the
  /// store has none such). Appends to `rows` in (cutoff, contract row) order.
  void plan_customer(const history::Bucket& bucket, std::uint32_t customer, const RowPlan& plan,
                     std::vector<PlannedRow>& rows) const;

  /// True where a customer called lost in `row` was active again after that.
  bool came_back(const history::Bucket& bucket, std::uint32_t customer,
                 const PlannedRow& row) const;

  /// Calendar cutoffs of a training plan; empty where they are relative to contracts.
  const std::vector<Day>& cutoffs() const;

 private:
  struct State;
  explicit OutcomeProgram(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Says a definition in a person's words, with its limits.
Text words_of(const study::ChurnDefinition& definition);

/// Variants of a study's definition worth comparing where it names none: other grace days, silences
/// at quantiles of the customers' own intervals, other falls. The study's own comes first.
struct Candidate {
  study::ChurnDefinition definition;
  int outcome_days = 0;  // Length of the outcome window it is judged with.
};
/// `interval_days`: intervals between customers' successive active days, any order; may be empty.
std::vector<Candidate> propose_candidates(const study::Study& study,
                                          std::vector<std::int32_t> interval_days);

}  // namespace holdfast::features
