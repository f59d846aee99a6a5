#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "features/matrix.hpp"
#include "history/store.hpp"
#include "study/study.hpp"

/// HistoryView → features and outcomes at a cutoff. A study is compiled once into a program; bulk,
/// a single customer and a Spark executor run the same program and give the same bits.
namespace holdfast::features {

/// A study's features, outcomes and row plan, ready to run. Immutable.
class Program {
 public:
  /// Errors: an expression that does not type, a column that is not in the store.
  /// Category features learn their categories from the store's manifest or a first pass.
  static Result<Program> compile(const study::Study& study, const history::Store& store);
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  const std::vector<FeatureInfo>& features() const;
  /// What to decode of each bucket to run it.
  const std::vector<history::TableColumns>& wanted() const;
  /// Hash of everything that decides a feature's value; goes into model envelopes.
  const std::string& hash() const;

  struct State;
  const State& state() const { return *state_; }

 private:
  friend struct ProgramMaker;
  explicit Program(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Which rows are made.
struct RowPlan {
  /// Training: every active entity at every cutoff of the study, with its outcome.
  /// Scoring: every entity active on `as_of`, features as of then, no outcome.
  bool is_scoring = false;
  Day as_of;                        // Scoring.
  std::vector<Day> cutoffs;         // Training with calendar cutoffs; empty: the study's.
};

/// Counts of the row plan, said in reports: active, churned, competing, immature by cutoff.
struct CutoffCounts {
  Day cutoff;                       // Contract-relative: the first of the month of the cutoff.
  std::int64_t active = 0;          // The stated denominator.
  std::int64_t churned = 0;
  std::int64_t competing = 0;
  std::int64_t immature = 0;
};
std::vector<CutoffCounts> counts_by_cutoff(const FeatureMatrix& matrix);

/// All rows in memory, ordered by (bucket, customer hash, cutoff, contract); the same bits for any
/// thread count.
Result<FeatureMatrix> compute(const Program& program, const history::Store& store,
                              const RowPlan& plan, Progress& progress);

/// The same, bucket by bucket, for stores larger than memory. `sink` is called in bucket order.
Result<void> compute_by_bucket(const Program& program, const history::Store& store,
                               const RowPlan& plan,
                               const std::function<Result<void>(FeatureMatrix&&)>& sink,
                               Progress& progress);

/// One bucket already decoded (as `wanted()` asks).
FeatureMatrix compute_bucket(const Program& program, const history::Bucket& bucket,
                             const RowPlan& plan);

/// One customer, bit-equal to bulk.
Result<FeatureMatrix> compute_customer(const Program& program, const history::Store& store,
                                       std::string_view customer_key, const RowPlan& plan);

/// The same, written as it is made to one Parquet file with a row group a bucket; needs memory for a
/// bucket a thread. Errors: kFileUnwritable.
Result<void> compute_to_parquet(const Program& program, const history::Store& store,
                                const RowPlan& plan, const std::filesystem::path& path,
                                Progress& progress);

/// Writes features and outcomes as Parquet (`features.parquet`).
Result<void> write_parquet(const FeatureMatrix& matrix, const std::filesystem::path& path);

/// Proof that no feature sees the future (DESIGN, promise 1).
struct AuditReport {
  bool passed = false;
  std::int64_t rows_checked = 0;
  std::int64_t cells_altered = 0;          // Values with event time or known-at ≥ t that were changed.
  std::vector<std::string> leaking;        // Features that changed.
  std::vector<std::string> assumed;        // table.column whose known-at is only assumed.
  std::vector<Text> notes;                 // Suspicious even so: a feature that all but is the outcome.
};
Result<AuditReport> audit(const Program& program, const history::Store& store, Progress& progress);

/// One candidate definition, judged.
struct DefinitionReport {
  std::string name;
  Text definition;
  struct Period { Day cutoff; std::int64_t active = 0, churned = 0, competing = 0, immature = 0, came_back = 0; };
  std::vector<Period> periods;
  double churn_rate = 0;                 // Churned ÷ active over mature periods.
  double churn_rate_sd = 0;              // Over periods: stability.
  double came_back_share = 0;            // Of the called-lost, later active again.
};
Result<std::vector<DefinitionReport>> compare_definitions(const study::Study& study,
                                                          const history::Store& store,
                                                          Progress& progress);

}  // namespace holdfast::features
