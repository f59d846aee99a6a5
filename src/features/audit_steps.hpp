#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "features/program.hpp"
#include "history/bucket.hpp"
#include "study/study.hpp"

/// The steps of the audit. Inside features/ only; tests hand them a program that leaks.
namespace holdfast::features::auditing {

/// What is audited: a way to make features, and what it reads.
struct Subject {
  const study::Study* study = nullptr;
  std::vector<history::TableColumns> wanted;  // Order of tables and columns in the buckets.
  std::function<FeatureMatrix(const history::Bucket&, const RowPlan&)> compute;
};

/// The same bucket with another future: every value with event time or known-at at or after the
/// cutoff is changed, rows are dropped and added. Adds the cells changed to `cells`.
history::Bucket alter_future(const Subject& subject, const history::Bucket& bucket, Day cutoff,
                             Random& random, std::int64_t& cells);

/// Names of what differs between the rows of one cutoff, byte for byte: features, "rows" where
/// others are listed, "value at risk". Adds the rows compared to `rows`.
std::vector<std::string> differences(const FeatureMatrix& before, const FeatureMatrix& after,
                                     Day cutoff, std::int64_t& rows);

/// How well a feature alone tells leavers from stayers.
struct Separation {
  std::size_t feature = 0;
  double auc = 0.5;           // Of its values (categories ordered by their rate), at least 0.5.
  double auc_missing = 0.5;   // Of being missing.
};
/// Rows of several buckets, thinned to a bounded number, gathered for `separations`. All decided rows
/// are looked at, and apart from them each customer's last one: a value written down after the fact
/// and called constant also stands on a leaver's earlier rows, where it tells nobody apart.
class Evidence {
 public:
  void add(const FeatureMatrix& matrix);
  /// By feature, the larger of both looks. Empty where there are fewer than 20 leavers or stayers.
  std::vector<Separation> separations() const;

 private:
  struct Sample {
    std::vector<FeatureColumn> columns;
    std::vector<std::uint8_t> churned;

    void add(const FeatureMatrix& matrix, const std::vector<std::uint32_t>& rows);
    std::vector<Separation> separations() const;
  };
  Sample rows_;
  Sample customers_;
};

/// From here on a feature all but is the outcome: it fails the audit where nothing proves that it
/// was known before the cutoff, and is noted otherwise.
constexpr double kDisguiseAuc = 0.99;
constexpr double kSuspiciousAuc = 0.98;

/// True where only the study's word says that the feature was known before the cutoff.
bool is_only_assumed(const study::Study& study, const FeatureInfo& feature);

/// Compares the cutoffs chosen for one bucket and gathers evidence.
void audit_bucket(const Subject& subject, const history::Bucket& bucket, std::uint64_t number,
                  AuditReport& report, Evidence& evidence);
/// Judges the evidence and closes the report.
void conclude(const study::Study& study, const std::vector<FeatureInfo>& features,
              const Evidence& evidence, AuditReport& report);

}  // namespace holdfast::features::auditing
