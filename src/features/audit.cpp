// holdfast audit: proof, on the user's own data, that no feature sees the future.
//
// For buckets and cutoffs spread over the data: make the features, give the bucket another future,
// make them again. What was known before the cutoff is the same, so every byte must be. The check
// runs the training door and the scoring door, and includes who is listed and the value at risk.
// What no recomputation can show (an attribute written down after the fact and called constant) is
// looked for in its effect: a feature that all but is the outcome.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "features/audit_steps.hpp"
#include "features/state.hpp"

namespace holdfast::features {
namespace auditing {
namespace {

constexpr int kBucketsMax = 8;
constexpr std::size_t kCutoffsMax = 6;

/// Up to kCutoffsMax of the distinct cutoffs, evenly spread; other buckets take other ones.
std::vector<Day> chosen_cutoffs(const FeatureMatrix& matrix, std::uint64_t number) {
  const std::set<std::int32_t> distinct(matrix.cutoff_day.begin(), matrix.cutoff_day.end());
  const std::vector<std::int32_t> days(distinct.begin(), distinct.end());
  std::vector<Day> chosen;
  if (days.size() <= kCutoffsMax) {
    for (const auto day : days) chosen.push_back({day});
    return chosen;
  }
  const auto step = days.size() / kCutoffsMax;
  for (std::size_t i = 0; i < kCutoffsMax; ++i) {
    chosen.push_back({days[i * step + static_cast<std::size_t>(number % step)]});
  }
  return chosen;
}

void add_leaks(const std::vector<std::string>& names, AuditReport& report) {
  for (const auto& name : names) {
    if (std::find(report.leaking.begin(), report.leaking.end(), name) == report.leaking.end()) {
      report.leaking.push_back(name);
    }
  }
}

/// "table.column", once each, in order.
void add_assumed(const FeatureInfo& feature, std::set<std::string>& assumed) {
  for (const auto& column : feature.assumed_known_at) {
    const bool has_table = column.rfind(feature.table + ".", 0) == 0;
    assumed.insert(has_table ? column : feature.table + "." + column);
  }
}

Text disguise_note(const FeatureInfo& feature, double auc, bool is_missing, bool is_failure) {
  const auto* en_what = is_missing ? "being missing" : "its value";
  const auto* zh_what = is_missing ? "是否缺失" : "取值";
  const auto* en_end = is_failure ? ", and nothing proves that it was known before the cutoff"
                                  : "; see that it is not written down after the fact";
  const auto* zh_end = is_failure ? ",且无法证明在观察点之前已知" : ";请确认它不是事后补录";
  return {fmt::format("outcome in disguise: {} tells leavers from stayers with AUC {:.3f} by {}{}",
                      feature.name, auc, en_what, en_end),
          fmt::format("疑似结果变量: 仅凭 {} 的{}即可区分流失与留存(AUC {:.3f}){}", feature.name,
                      zh_what, auc, zh_end)};
}

}  // namespace

bool is_only_assumed(const study::Study& study, const FeatureInfo& feature) {
  if (!feature.assumed_known_at.empty()) return true;
  const auto* table = study.find(feature.table);
  if (!table) return false;
  const bool is_attribute =
      table->role == study::Role::Customer || table->role == study::Role::Attribute;
  if (is_attribute && table->valid_from.empty() && table->known_at.empty()) return true;
  return std::any_of(feature.columns.begin(), feature.columns.end(), [&](const auto& name) {
    const auto* column = table->find(name);
    return column && column->is_constant;
  });
}

void audit_bucket(const Subject& subject, const history::Bucket& bucket, std::uint64_t number,
                  AuditReport& report, Evidence& evidence) {
  const auto training = subject.compute(bucket, RowPlan{});
  evidence.add(training);
  const bool is_relative =
      !subject.study->cutoffs.before_end_days.empty() && subject.study->cutoffs.days.empty();
  // A label without time says itself who is still to be scored: its rows are checked in training.
  const auto& churn = subject.study->churn;
  const bool can_score = churn && churn->kind != study::ChurnKind::Label;
  for (const auto cutoff : chosen_cutoffs(training, number)) {
    if (cancel_requested()) return;
    Random random = Random(subject.study->seed).split(number).split(
        static_cast<std::uint64_t>(static_cast<std::int64_t>(cutoff.number)));
    const auto altered = alter_future(subject, bucket, cutoff, random, report.cells_altered);
    RowPlan plan;
    if (!is_relative) plan.cutoffs = {cutoff};
    add_leaks(differences(training, subject.compute(altered, plan), cutoff, report.rows_checked),
              report);
    if (!can_score) continue;
    const RowPlan scoring{.is_scoring = true, .as_of = cutoff, .cutoffs = {}};
    add_leaks(differences(subject.compute(bucket, scoring), subject.compute(altered, scoring),
                          cutoff, report.rows_checked),
              report);
  }
}

void conclude(const study::Study& study, const std::vector<FeatureInfo>& features,
              const Evidence& evidence, AuditReport& report) {
  for (const auto& found : evidence.separations()) {
    const auto& feature = features[found.feature];
    const bool is_missing = found.auc_missing > found.auc;
    const double auc = std::max(found.auc, found.auc_missing);
    const bool is_failure = auc >= kDisguiseAuc && is_only_assumed(study, feature);
    if (is_failure) add_leaks({feature.name}, report);
    if (auc >= kSuspiciousAuc) {
      report.notes.push_back(disguise_note(feature, auc, is_missing, is_failure));
    }
  }
  std::set<std::string> assumed;
  for (const auto& feature : features) add_assumed(feature, assumed);
  for (const auto& table : study.tables) {
    for (const auto& column : table.columns) {
      if (column.is_constant) assumed.insert(table.name + "." + column.format.name);
    }
    if (table.role != study::Role::Context) continue;
    report.notes.push_back({fmt::format("context table {} is read as published, by its own dates; "
                                        "its rows were not altered", table.name),
                            fmt::format("外部表 {} 按其自身日期读取,审计未改动其内容", table.name)});
  }
  report.assumed.assign(assumed.begin(), assumed.end());
  if (report.rows_checked == 0) {
    report.notes.push_back({"no row was checked: nobody is active at any cutoff",
                            "没有可检查的行: 任何观察点都没有活跃客户"});
  } else if (report.cells_altered == 0) {
    report.notes.push_back(
        {"the data holds nothing after the cutoffs, so there was nothing to alter",
         "观察点之后没有任何数据,因此没有可改动的内容"});
  }
  report.passed = report.leaking.empty() && report.rows_checked > 0;
}

}  // namespace auditing

Result<AuditReport> audit(const Program& program, const history::Store& store,
                          Progress& progress) {
  const auto& state = program.state();
  const auditing::Subject subject{
      &state.study, program.wanted(),
      [&](const history::Bucket& bucket, const RowPlan& plan) {
        return compute_bucket(program, bucket, plan);
      }};
  AuditReport report;
  auditing::Evidence evidence;
  const int count = std::min(store.bucket_count(), auditing::kBucketsMax);
  progress.begin({"auditing: altering the future", "审计: 改动未来数据"}, count);
  for (int i = 0; i < count; ++i) {
    // Spread over the store; the first bucket is always among them.
    const auto all = static_cast<std::int64_t>(store.bucket_count());
    const int number = static_cast<int>(i * all / count);
    HOLDFAST_TRY(const auto bucket, store.read_bucket(number, program.wanted()));
    auditing::audit_bucket(subject, bucket, static_cast<std::uint64_t>(number), report, evidence);
    if (cancel_requested()) return Error(holdfast::errors::kCancelled);
    progress.advance(1);
  }
  progress.end();
  auditing::conclude(state.study, program.features(), evidence, report);
  return report;
}

}  // namespace holdfast::features
