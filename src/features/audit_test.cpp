// The audit against programs that are sound and programs that leak, each made by hand.

#include <gmock/gmock.h>

#include "core/random.hpp"
#include "features/audit_steps.hpp"
#include "features/outcomes_test_support.hpp"
#include "history/history_view.hpp"

namespace holdfast::features::testing {
namespace {

using auditing::Subject;
using ::testing::Contains;
using ::testing::IsEmpty;
using tables::ColumnType;

constexpr int kCustomers = 120;

/// Claims with amounts known at settlement, contracts that may be cancelled, purchases.
World portfolio() {
  World world;
  world.study.cutoffs.days = {day("2020-04-01"), day("2020-07-01")};
  world.churn.kind = study::ChurnKind::Inactivity;
  world.churn.table = "purchase";
  auto& purchase = world.table("purchase", study::Role::Event);
  purchase.column("amount", ColumnType::Real).column("kind", ColumnType::Text);
  purchase.spec.complete_until = day("2021-12-31");
  auto& claim = world.table("claim", study::Role::Event);
  claim.column("settled", ColumnType::Day).column("paid", ColumnType::Money);
  claim.column_spec("paid").known_at = "settled";
  auto& policy = world.table("policy", study::Role::Contract);
  policy.column("end", ColumnType::Day).column("cancelled", ColumnType::Day);
  policy.spec.end = "end";
  policy.spec.cancelled = "cancelled";
  Random random(20240331);
  for (int c = 0; c < kCustomers; ++c) {
    const auto key = "C-" + std::to_string(1000 + c);
    for (int event = 0; event < 12; ++event) {
      const auto when = day("2019-10-01") + static_cast<std::int32_t>(random.below(500));
      purchase.row(key, when, {random.normal() * 10 + 100, random.chance(0.5) ? "web" : "shop"});
      purchase.known(when + static_cast<std::int32_t>(random.below(40)));
    }
    const auto claimed = day("2020-01-01") + static_cast<std::int32_t>(random.below(200));
    claim.row(key, claimed, {claimed + static_cast<std::int32_t>(random.below(200)), 900.0});
    const auto start = day("2019-12-01") + static_cast<std::int32_t>(random.below(90));
    policy.row(key, start, {start + 365, random.chance(0.5) ? Cell(start + 200) : Cell()});
  }
  return world;
}

/// A feature of one customer at one cutoff; nothing: missing.
using Make = std::function<std::optional<double>(const history::Bucket&, std::uint32_t, Day)>;

Subject subject_of(const World& world, const study::Study& study, OutcomeProgram& program,
                   std::vector<std::pair<std::string, Make>> makes) {
  return {&study, world.layout(),
          [&program, makes = std::move(makes)](const history::Bucket& bucket, const RowPlan& plan) {
            FeatureMatrix matrix;
            matrix.contract_keys = {""};
            matrix.exit_classes = program.exit_classes();
            for (const auto& make : makes) {
              matrix.features.push_back({});
              matrix.features.back().name = make.first;
            }
            matrix.columns.resize(makes.size());
            for (std::uint32_t c = 0; c < bucket.keys.size(); ++c) {
              std::vector<PlannedRow> rows;
              program.plan_customer(bucket, c, plan, rows);
              matrix.customer_keys.push_back(bucket.keys[c]);
              for (const auto& row : rows) {
                ++matrix.rows;
                matrix.customer.push_back(c);
                matrix.contract.push_back(0);
                matrix.cutoff_day.push_back(row.cutoff_day);
                matrix.outcome.push_back(row.outcome);
                matrix.value_cents.push_back(row.value_cents);
                for (std::size_t f = 0; f < makes.size(); ++f) {
                  const auto value = makes[f].second(bucket, c, Day{row.cutoff_day});
                  matrix.columns[f].values.push_back(value.value_or(0));
                  matrix.columns[f].valid.push_back(value ? 1 : 0);
                }
              }
            }
            return matrix;
          }};
}

AuditReport audited(const World& world, std::vector<std::pair<std::string, Make>> makes) {
  const auto study = world.made();
  auto program = world.compile();
  EXPECT_TRUE(program.ok());
  std::vector<FeatureInfo> features(makes.size());
  for (std::size_t f = 0; f < makes.size(); ++f) features[f].name = makes[f].first;
  const auto subject = subject_of(world, study, *program, std::move(makes));
  AuditReport report;
  auditing::Evidence evidence;
  auditing::audit_bucket(subject, world.bucket(), 0, report, evidence);
  auditing::conclude(study, features, evidence, report);
  return report;
}

std::optional<double> sum_of_known(const history::Bucket& bucket, std::uint32_t customer,
                                   Day cutoff) {
  const history::HistoryView view(bucket, customer, cutoff);
  const auto rows = view.happened(0);
  double sum = 0;
  for (auto row = rows.first; row < rows.last; ++row) {
    if (view.is_known(0, row)) sum += bucket.tables[0].columns[0].reals[row];
  }
  return sum;
}

TEST(Audit, PassesAProgramThatReadsThroughTheHistoryView) {
  const auto report = audited(portfolio(), {{"spend", sum_of_known}});
  EXPECT_TRUE(report.passed);
  EXPECT_THAT(report.leaking, IsEmpty());
  EXPECT_GT(report.rows_checked, 200);
  EXPECT_GT(report.cells_altered, 1000);
}

TEST(Audit, NamesAFeatureThatReadsEventsAfterTheCutoff) {
  const Make all_events = [](const auto& bucket, auto customer, Day) -> std::optional<double> {
    const auto& begin = bucket.tables[0].begin;
    return begin[customer + 1] - begin[customer];
  };
  const auto report = audited(portfolio(), {{"spend", sum_of_known}, {"all_events", all_events}});
  EXPECT_FALSE(report.passed);
  EXPECT_THAT(report.leaking, ::testing::ElementsAre("all_events"));
}

TEST(Audit, NamesAFeatureThatIgnoresWhenARowBecameKnown) {
  const Make happened = [](const auto& bucket, auto customer, Day cutoff) -> std::optional<double> {
    const auto rows = history::HistoryView(bucket, customer, cutoff).happened(0);
    double sum = 0;
    const auto& amounts = bucket.tables[0].columns[0].reals;
    for (auto row = rows.first; row < rows.last; ++row) sum += amounts[row];
    return sum;
  };
  EXPECT_THAT(audited(portfolio(), {{"happened", happened}}).leaking, Contains("happened"));
}

TEST(Audit, NamesAFeatureThatReadsAnAmountBeforeItsSettlement) {
  const auto paid = [](bool respects_settlement) -> Make {
    return [=](const auto& bucket, auto customer, Day cutoff) -> std::optional<double> {
      const auto rows = history::HistoryView(bucket, customer, cutoff).happened(1);
      const auto& claim = bucket.tables[1];
      double sum = 0;
      for (auto row = rows.first; row < rows.last; ++row) {
        const bool is_settled =
            claim.columns[0].is_valid(row) && claim.columns[0].days[row] < cutoff.number;
        if (respects_settlement && !is_settled) continue;
        sum += static_cast<double>(claim.columns[1].integers[row]);
      }
      return sum;
    };
  };
  const auto report = audited(portfolio(), {{"paid", paid(true)}, {"paid_too_early", paid(false)}});
  EXPECT_THAT(report.leaking, ::testing::ElementsAre("paid_too_early"));
}

TEST(Audit, NamesAFeatureThatReadsACancellationToCome) {
  const Make cancelled = [](const auto& bucket, auto customer,
                            Day cutoff) -> std::optional<double> {
    const auto rows = history::HistoryView(bucket, customer, cutoff).happened(2);
    if (rows.first == rows.last) return std::nullopt;
    return bucket.tables[2].columns[1].is_valid(rows.first) ? 1 : 0;
  };
  EXPECT_THAT(audited(portfolio(), {{"cancelled", cancelled}}).leaking, Contains("cancelled"));
}

TEST(Audit, LetsPlannedDaysBeReadOnceTheContractIsKnown) {
  const Make days_to_end = [](const auto& bucket, auto customer,
                              Day cutoff) -> std::optional<double> {
    const auto rows = history::HistoryView(bucket, customer, cutoff).happened(2);
    if (rows.first == rows.last) return std::nullopt;
    return bucket.tables[2].columns[0].days[rows.first] - cutoff.number;
  };
  EXPECT_THAT(audited(portfolio(), {{"days_to_end", days_to_end}}).leaking, IsEmpty());
}

TEST(Audit, KeepsEveryBitOfWhatWasKnownBefore) {
  const auto world = portfolio();
  const auto study = world.made();
  const Subject subject{&study, world.layout(), {}};
  const auto bucket = world.bucket();
  Random random(7);
  std::int64_t cells = 0;
  const auto cutoff = day("2020-07-01");
  const auto altered = auditing::alter_future(subject, bucket, cutoff, random, cells);
  ASSERT_EQ(altered.keys, bucket.keys);
  for (std::uint32_t customer = 0; customer < bucket.keys.size(); ++customer) {
    const history::HistoryView before(bucket, customer, cutoff), after(altered, customer, cutoff);
    std::vector<double> known_before, known_after;
    for (const auto& [view, data, out] :
         {std::tuple{&before, &bucket, &known_before}, {&after, &altered, &known_after}}) {
      const auto rows = view->happened(0);
      for (auto row = rows.first; row < rows.last; ++row) {
        if (view->is_known(0, row)) out->push_back(data->tables[0].columns[0].reals[row]);
      }
    }
    EXPECT_EQ(known_before, known_after);
  }
}

/// Customers whose attribute was written down after they left.
AuditReport disguised(double agreement, bool is_constant, bool by_missing) {
  World world;
  world.churn.kind = study::ChurnKind::Label;
  world.churn.table = "customer";
  world.churn.column = "lost";
  world.churn.positive = {"1"};
  auto& customer = world.table("customer", study::Role::Customer);
  customer.column("lost", ColumnType::Text).column("reason", ColumnType::Real);
  customer.column_spec("reason").is_constant = is_constant;
  if (!is_constant) customer.spec.valid_from = "from";
  Random random(11);
  for (int c = 0; c < 300; ++c) {
    const bool is_lost = c % 3 == 0;
    const bool agrees = random.chance(agreement);
    const double value = (is_lost == agrees ? 5.0 : 1.0) + random.uniform();
    const bool is_present = is_lost == agrees;
    customer.row("C-" + std::to_string(c), day("2020-01-01"),
                 {is_lost ? "1" : "0", by_missing && !is_present ? Cell() : Cell(value)});
  }
  const auto study = world.made();
  auto program = world.compile();
  const Make reason = [](const auto& bucket, auto c, Day) -> std::optional<double> {
    const auto row = bucket.tables[0].begin[c];
    const auto& column = bucket.tables[0].columns[1];
    if (!column.is_valid(row)) return std::nullopt;
    return column.reals[row];
  };
  std::vector<FeatureInfo> features(1);
  features[0].name = "reason";
  features[0].table = "customer";
  features[0].columns = {"reason"};
  const auto subject = subject_of(world, study, *program, {{"reason", reason}});
  AuditReport report;
  auditing::Evidence evidence;
  auditing::audit_bucket(subject, world.bucket(), 0, report, evidence);
  auditing::conclude(study, features, evidence, report);
  return report;
}

TEST(Audit, FailsAnAttributeThatIsTheOutcomeInDisguise) {
  for (const bool by_missing : {false, true}) {
    const auto report = disguised(1.0, true, by_missing);
    EXPECT_FALSE(report.passed);
    EXPECT_THAT(report.leaking, ::testing::ElementsAre("reason"));
    ASSERT_FALSE(report.notes.empty());
    EXPECT_THAT(report.notes[0].en, ::testing::HasSubstr("outcome in disguise: reason"));
    EXPECT_THAT(report.assumed, Contains("customer.reason"));
  }
}

TEST(Audit, PassesAnAttributeThatIsMerelyStrong) {
  const auto report = disguised(0.9, true, false);
  EXPECT_TRUE(report.passed);
  EXPECT_THAT(report.leaking, IsEmpty());
}

TEST(Audit, OnlyNotesAStrongFeatureWhoseTimeIsRecorded) {
  const auto report = disguised(1.0, false, false);
  EXPECT_THAT(report.leaking, IsEmpty());
  EXPECT_FALSE(report.notes.empty());
}

}  // namespace
}  // namespace holdfast::features::testing
