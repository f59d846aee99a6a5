// Outcomes, definitions and audit on real renewals: 105,555 yearly terms of 53,502 Spanish motor
// policies (Segura-Gisbert, Lledo & Pavia 2024, European Actuarial Journal, doi
// 10.1007/s13385-024-00398-0). The data's SOURCE.txt counts Date_lapse in (last renewal, next
// renewal] for 23.0 % of the renewals of 2016 and 18.0 % of those of 2017; over those of 2017
// decided before the data ends (2018-11-30) and in force 60 days before their end, the same rule
// gives 19.1 %. Ours lies a little above: a term cancelled on its own first day renews nothing.

#include <map>
#include <memory>

#include <gmock/gmock.h>

#include "features/outcomes_test_support.hpp"
#include "testing/shared_data.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::features::testing {
namespace {

using tables::ColumnType;

study::Study motor_study(const std::filesystem::path& data, const std::filesystem::path& folder) {
  study::TableSpec policy;
  policy.name = "policy";
  policy.role = study::Role::Contract;
  policy.locations = {data.string()};
  policy.read.encoding = Encoding::Utf8;
  policy.read.delimiter = ';';
  policy.read.header_row = 1;
  const auto add = [&](const std::string& name, ColumnType type) {
    study::ColumnSpec column;
    column.format.name = name;
    column.format.type = type;
    if (type == ColumnType::Day) column.format.date_format = "dd/MM/yyyy";
    policy.columns.push_back(column);
    policy.read.columns.push_back(column.format);
  };
  add("ID", ColumnType::Text);
  for (const auto* day : {"Date_last_renewal", "Date_next_renewal", "Date_lapse"}) {
    add(day, ColumnType::Day);
  }
  for (const auto* number : {"Premium", "Value_vehicle", "N_claims_history", "Seniority"}) {
    add(number, ColumnType::Real);
  }
  policy.customer_key = policy.contract_key = "ID";
  policy.start = "Date_last_renewal";
  policy.end = "Date_next_renewal";
  policy.cancelled = "Date_lapse";
  policy.amount = "Premium";

  study::Study study;
  study.folder = folder;
  study.file = folder / "study.toml";
  study.entity = study::Entity::Contract;
  study.tables = {policy};
  study.churn = study::ChurnDefinition{};
  study.churn->table = "policy";
  study.cutoffs.before_end_days = {60};
  return study;
}

/// The portfolio, imported once for all tests of this file.
class MotorRenewals : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto data =
        holdfast::testing::shared_data("motor_es_lapse/Motor vehicle insurance data.csv.gz");
    if (!data) return;
    folder_ = std::make_unique<holdfast::testing::TemporaryFolder>();
    study_ = std::make_unique<study::Study>(motor_study(*data, folder_->path()));
    const auto imported = history::import(*study_, {}, silent());
    if (!imported.ok()) ADD_FAILURE() << render(imported.error(), Language::En);
  }
  static void TearDownTestSuite() {
    study_.reset();
    folder_.reset();
  }
  void SetUp() override {
    if (!study_) GTEST_SKIP() << "shared data motor_es_lapse is absent";
  }
  static history::Store store() {
    auto opened = history::Store::open(*study_);
    if (!opened.ok()) ADD_FAILURE() << render(opened.error(), Language::En);
    return std::move(*opened);
  }

  static std::unique_ptr<holdfast::testing::TemporaryFolder> folder_;
  static std::unique_ptr<study::Study> study_;
};
std::unique_ptr<holdfast::testing::TemporaryFolder> MotorRenewals::folder_;
std::unique_ptr<study::Study> MotorRenewals::study_;

TEST_F(MotorRenewals, LapseAsOftenAsTheSourceCounts) {
  const auto opened = store();
  const auto program = OutcomeProgram::compile(*study_, *study_->churn, opened);
  ASSERT_TRUE(program.ok()) << render(program.error(), Language::En);
  std::map<int, std::pair<double, double>> by_year;  // Year of the term's start → lapsed, decided.
  for (int number = 0; number < opened.bucket_count(); ++number) {
    const auto bucket = opened.read_bucket(number, program->wanted());
    ASSERT_TRUE(bucket.ok());
    std::vector<PlannedRow> rows;
    for (std::uint32_t customer = 0; customer < bucket->keys.size(); ++customer) {
      program->plan_customer(*bucket, customer, {}, rows);
    }
    for (const auto& row : rows) {
      if (row.outcome != OutcomeState::Stayed && row.outcome != OutcomeState::Churned) continue;
      auto& year = by_year[civil_of(Day{bucket->tables[0].event_day[row.contract_row]}).year];
      year.first += row.outcome == OutcomeState::Churned;
      year.second += 1;
    }
  }
  EXPECT_NEAR(by_year[2016].first / by_year[2016].second, 0.230, 0.008);
  EXPECT_NEAR(by_year[2017].first / by_year[2017].second, 0.191, 0.005);
}

TEST_F(MotorRenewals, AreCalledLostAlmostTheSameWhateverTheGrace) {
  const auto opened = store();
  const auto reports = compare_definitions(*study_, opened, silent());
  ASSERT_TRUE(reports.ok()) << render(reports.error(), Language::En);
  ASSERT_EQ(reports->size(), 4U);
  for (const auto& report : *reports) {
    // Insurers renew on the day: grace changes next to nothing, and hardly anyone returns.
    EXPECT_NEAR(report.churn_rate, 0.22, 0.02) << report.name;
    EXPECT_LT(report.came_back_share, 0.01) << report.name;
    EXPECT_GT(report.periods.size(), 24U);
  }
}

TEST_F(MotorRenewals, PassTheAudit) {
  const auto opened = store();
  const auto program = Program::compile(*study_, opened);
  ASSERT_TRUE(program.ok()) << render(program.error(), Language::En);
  const auto report = audit(*program, opened, silent());
  ASSERT_TRUE(report.ok()) << render(report.error(), Language::En);
  EXPECT_TRUE(report->passed) << ::testing::PrintToString(report->leaking);
  EXPECT_GT(report->rows_checked, 1000);
  EXPECT_GT(report->cells_altered, 10'000);
}

}  // namespace
}  // namespace holdfast::features::testing
