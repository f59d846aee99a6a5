#include "study/proposal.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/made_facts.hpp"
#include "study/naming.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::study {
namespace {

using tables::ColumnType;
using ::testing::Contains;
using ::testing::ElementsAre;

constexpr std::int64_t kDay = 19'000;  // 2022-01-08.

/// 40 customers, three yearly terms each, every fourth cancelled in the second.
TableFacts policies() {
  std::vector<std::string> policy, customer;
  std::vector<std::int64_t> start, end, lapse, premium, claims, history, in_force, age;
  for (int c = 0; c < 40; ++c) {
    for (int term = 0; term < 3; ++term) {
      const bool leaves = c % 4 == 0;
      if (leaves && term == 2) continue;
      policy.push_back(fmt::format("P{}", c));
      customer.push_back(fmt::format("C{}", c / 2));
      start.push_back(kDay + term * 365 + c);
      end.push_back(kDay + (term + 1) * 365 + c);
      lapse.push_back(leaves ? kDay + 500 + c : -1);
      premium.push_back(10'000 + 100 * c + term);
      claims.push_back((c + term) % 3);
      history.push_back(c % 7);
      in_force.push_back(leaves ? 0 : 1 + term);
      age.push_back(30 + c);
    }
  }
  return table(
      "保单",
      {texts("保单号", policy), texts("客户编号", customer),
       numbers("起保日期", start, ColumnType::Day), numbers("终保日期", end, ColumnType::Day),
       numbers("退保日期", lapse, ColumnType::Day), numbers("保费", premium, ColumnType::Money),
       numbers("出险次数", claims), numbers("累计赔款次数", history),
       numbers("Policies_in_force", in_force), numbers("年龄", age)});
}

TEST(Propose, ChinesePoliciesBecomeContractsWithOffsets) {
  ProposalOptions options;
  options.language = Language::Zh;
  const auto proposal = propose_from({policies()}, options);
  ASSERT_TRUE(proposal.ok()) << message_of(proposal.error(), Language::En);
  const auto& study = proposal->study;
  EXPECT_EQ(wrong_with(study), "");
  ASSERT_EQ(study.tables.size(), 1u);
  const auto& contracts = study.tables[0];
  EXPECT_EQ(contracts.role, Role::Contract);
  EXPECT_EQ(contracts.customer_key, "客户编号");
  EXPECT_EQ(contracts.contract_key, "保单号");
  EXPECT_EQ(contracts.start, "起保日期");
  EXPECT_EQ(contracts.end, "终保日期");
  EXPECT_EQ(contracts.cancelled, "退保日期");
  EXPECT_EQ(contracts.amount, "保费");
  EXPECT_EQ(contracts.find("出险次数")->known_at, "终保日期")
      << "claims are known when the term is over";
  EXPECT_TRUE(contracts.find("累计赔款次数")->is_ignored)
      << "one total for all terms includes the future";
  EXPECT_TRUE(contracts.find("Policies_in_force")->is_ignored);
  EXPECT_EQ(contracts.find("年龄")->mark, Mark::Personal);
  EXPECT_FALSE(contracts.find("年龄")->use_because.empty());
  EXPECT_EQ(study.churn->kind, ChurnKind::Contractual);
  EXPECT_EQ(study.entity, Entity::Contract);
  EXPECT_THAT(study.cutoffs.before_end_days, ElementsAre(60));
}

TEST(Propose, ClaimsFindTheirCustomerThroughThePolicy) {
  std::vector<std::string> policy, claim;
  std::vector<std::int64_t> day, reported, paid;
  for (int i = 0; i < 90; ++i) {
    policy.push_back(fmt::format("P{}", i % 30));
    claim.push_back(fmt::format("X{}", i));
    day.push_back(kDay + i);
    reported.push_back(kDay + i + 3);
    paid.push_back(100 * i);
  }
  const auto claims = table("理赔", {texts("赔案号", claim), texts("保单号", policy),
                                     numbers("出险日期", day, ColumnType::Day),
                                     numbers("报案日期", reported, ColumnType::Day),
                                     numbers("赔款金额", paid, ColumnType::Money)});
  auto contracts = policies();
  // One row a policy, so that the path is one to one.
  std::vector<std::string> p, c;
  std::vector<std::int64_t> start, end;
  for (int i = 0; i < 40; ++i) {
    p.push_back(fmt::format("P{}", i));
    c.push_back(fmt::format("C{}", i / 2));
    start.push_back(kDay);
    end.push_back(kDay + 365);
  }
  contracts = table("保单", {texts("保单号", p), texts("客户编号", c),
                             numbers("起保日期", start, ColumnType::Day),
                             numbers("终保日期", end, ColumnType::Day)});
  const auto proposal = propose_from({contracts, claims}, {});
  ASSERT_TRUE(proposal.ok());
  EXPECT_EQ(wrong_with(proposal->study), "");
  const auto* spec = proposal->study.find("理赔");
  ASSERT_NE(spec, nullptr);
  EXPECT_EQ(spec->role, Role::Event);
  EXPECT_EQ(spec->topic, Topic::Claim);
  ASSERT_TRUE(spec->via.has_value());
  EXPECT_EQ(spec->via->table, "保单");
  EXPECT_EQ(spec->event_time, "出险日期");
  EXPECT_EQ(spec->known_at, "报案日期");
  EXPECT_EQ(spec->event_id, "赔案号");
  EXPECT_EQ(spec->amount, "赔款金额");
}

TableFacts purchases() {
  std::vector<std::string> invoice, customer;
  std::vector<std::int64_t> day, quantity, price;
  for (int c = 0; c < 30; ++c) {
    for (int visit = 0; visit < 12; ++visit) {
      for (int line = 0; line < 2; ++line) {
        invoice.push_back(fmt::format("I{}-{}", c, visit));
        customer.push_back(fmt::format("{}", 1000 + c));
        day.push_back(kDay + visit * (20 + c % 5));
        quantity.push_back(1 + line);
        price.push_back(250);
      }
    }
  }
  return table("online_retail",
               {texts("InvoiceNo", invoice), texts("CustomerID", customer),
                numbers("Quantity", quantity), numbers("InvoiceDate", day, ColumnType::Day),
                numbers("UnitPrice", price, ColumnType::Money)});
}

TEST(Propose, PurchasesBecomeInactivityWithAComputedAmount) {
  const auto proposal = propose_from({purchases()}, {});
  ASSERT_TRUE(proposal.ok()) << message_of(proposal.error(), Language::En);
  const auto& study = proposal->study;
  EXPECT_EQ(wrong_with(study), "");
  const auto& events = study.tables[0];
  EXPECT_EQ(events.role, Role::Event);
  EXPECT_EQ(events.topic, Topic::Purchase);
  EXPECT_EQ(events.customer_key, "CustomerID");
  EXPECT_EQ(events.event_time, "InvoiceDate");
  ASSERT_EQ(events.computed.size(), 1u);
  EXPECT_EQ(events.computed[0].expression, "Quantity * UnitPrice");
  EXPECT_EQ(events.amount, "amount");
  EXPECT_EQ(study.churn->kind, ChurnKind::Inactivity);
  // Pauses are 20 to 24 days.
  EXPECT_EQ(study.churn->inactive_days[0].limit, 30);
  EXPECT_EQ(study.cutoffs.outcome_days, 30);
}

TEST(Propose, ALabelMakesATableOfCustomersSplitByCustomer) {
  std::vector<std::string> left, reason, risk, sex, telephone;
  std::vector<std::int64_t> calls, score, mailbox;
  for (int i = 0; i < 400; ++i) {
    const bool leaves = i % 4 == 0;
    mailbox.push_back(i % 3 == 0);
    left.push_back(leaves ? "1" : "0");
    reason.push_back(leaves ? "price" : "");
    risk.push_back(leaves ? "bad" : i % 3 == 0 ? "fair" : "good");
    sex.push_back(i % 2 ? "F" : "M");
    telephone.push_back(i % 5 ? "yes" : "none");
    calls.push_back(i % 17);
    score.push_back(leaves ? i : -1);
  }
  const auto facts =
      table("客户", {texts("流失", left), texts("why_code", reason), texts("grade", risk),
                     texts("性别", sex), texts("telephone", telephone), numbers("calls", calls),
                     numbers("points", score),
                     numbers("voice_mail_plan", mailbox, ColumnType::Boolean)});
  ProposalOptions options;
  options.outcome = "流失";
  const auto proposal = propose_from({facts}, options);
  ASSERT_TRUE(proposal.ok()) << message_of(proposal.error(), Language::En);
  const auto& study = proposal->study;
  EXPECT_EQ(wrong_with(study), "");
  EXPECT_EQ(study.tables[0].customer_key, "")
      << "rows are customers where nothing tells them apart";
  EXPECT_EQ(study.churn->kind, ChurnKind::Label);
  EXPECT_THAT(study.churn->positive, ElementsAre("1"));
  EXPECT_EQ(study.split.kind, SplitKind::Customer);
  const auto& spec = study.tables[0];
  EXPECT_TRUE(spec.find("why_code")->is_ignored) << "given for leavers only";
  EXPECT_TRUE(spec.find("points")->is_ignored) << "given for leavers only";
  EXPECT_TRUE(spec.find("grade")->is_ignored) << "one value means left";
  EXPECT_FALSE(spec.find("calls")->is_ignored);
  EXPECT_TRUE(spec.find("性别")->is_constant);
  EXPECT_EQ(spec.find("voice_mail_plan")->mark, Mark::None) << "yes or no tells nobody who it is";
  EXPECT_EQ(spec.find("telephone")->mark, Mark::None) << "nor in words";
  EXPECT_FALSE(spec.find("流失")->is_ignored);
}

TEST(Propose, AColumnThatSaysWhoLeftIsKnownByItsNameOrStates) {
  std::vector<std::string> label, value, status, reason;
  for (int i = 0; i < 100; ++i) {
    label.push_back(i % 4 == 0 ? "Yes" : "No");
    value.push_back(i % 4 == 0 ? "1" : "0");
    status.push_back(i % 4 == 0 ? "Churned" : i % 4 == 1 ? "Joined" : "Stayed");
    reason.push_back(i % 4 == 0 ? "流失" : "");
  }
  const auto by_name = outcome_by_name({table("t", {texts("Churn Label", label), texts("Churn Value", value)})});
  ASSERT_TRUE(by_name.ok());
  EXPECT_EQ(*by_name, "Churn Label") << "the other says the same";
  const auto by_state = outcome_by_name({table("t", {texts("Status", status), texts("Reason", reason)})});
  ASSERT_TRUE(by_state.ok());
  EXPECT_EQ(*by_state, "Status");
}

TEST(Propose, PromotionsByRegionAreContext) {
  auto contracts = policies();
  std::vector<std::string> region;
  for (std::size_t i = 0; i < contracts.rows; ++i) region.push_back(i % 2 ? "北京" : "上海");
  tables::Table more;
  more.columns = {texts("地区", region)};
  more.rows = 0;
  contracts.add(more);
  contracts.columns.back() = table("x", {texts("地区", region)}).columns[0];
  contracts.options.columns.push_back({.name = "地区"});
  const auto promotions =
      table("促销", {texts("地区", {"北京", "上海", "北京"}),
                     numbers("日期", {kDay, kDay + 1, kDay + 2}, ColumnType::Day)});
  const auto proposal = propose_from({contracts, promotions}, {});
  ASSERT_TRUE(proposal.ok());
  EXPECT_EQ(wrong_with(proposal->study), "");
  const auto* spec = proposal->study.find("促销");
  ASSERT_NE(spec, nullptr);
  EXPECT_EQ(spec->role, Role::Context);
  EXPECT_THAT(spec->join_on, ElementsAre("地区"));
}

TEST(Propose, AnAmountIsComputedFromColumnsOfAnyName) {
  auto facts = purchases();
  facts.columns.back().name = facts.options.columns.back().name = "unit \"net\" price";
  const auto proposal = propose_from({facts}, {});
  ASSERT_TRUE(proposal.ok()) << message_of(proposal.error(), Language::En);
  EXPECT_EQ(wrong_with(proposal->study), "");
  EXPECT_EQ(proposal->study.tables[0].computed[0].expression, "Quantity * \"unit \"\"net\"\" price\"");
}

TEST(Propose, ANoteSaysHowRowsFindTheirCustomer) {
  TableSpec spec;
  EXPECT_EQ(way_to_customer(spec).zh, "每行一名");
  spec.join_on = {"region", "channel"};
  EXPECT_EQ(way_to_customer(spec).en, "joined on region, channel");
  spec.via = Reference{"policy_id", "policies", "id"};
  EXPECT_EQ(way_to_customer(spec).zh, "经 policy_id 对应到 policies");
  spec.customer_key = "customer_id";
  EXPECT_EQ(way_to_customer(spec).en, "key customer_id");
}

TEST(Propose, OneNoteTellsOfAllColumnsWithOneReason) {
  TableSpec spec;
  spec.name = "policies";
  for (int i = 0; i < 12; ++i) {
    ColumnSpec column;
    column.format.name = fmt::format("c{}", i);
    column.is_ignored = i < 9;
    column.note = "recorded afterwards";
    column.mark = i == 9 ? Mark::Identifier : i == 10 ? Mark::None : Mark::Personal;
    spec.columns.push_back(column);
  }
  std::vector<Text> notes;
  note_columns(spec, notes);
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_EQ(notes[0].en, "policies.c0, c1, c2, c3, c4, c5, c6, c7 … (9 columns) are left out: recorded afterwards.");
  EXPECT_EQ(notes[0].zh, "未使用 policies.c0, c1, c2, c3, c4, c5, c6, c7 等 9 列: recorded afterwards。");
  EXPECT_EQ(notes[1].en, "policies.c9 is marked identifier: never in a model.");
  EXPECT_EQ(notes[2].zh, "policies.c11 为个人信息: 请确认用途,或去掉 use_because。");
}

TEST(Propose, AColumnOfReasonsSaysWhoLeftWhereItAlsoNamesThoseWhoStay) {
  const std::vector<std::string> ends = {"In force", "Surrender", "In force", "Claim"};
  const std::vector<std::string> sexes = {"F", "M", "M", "F"};
  const auto policies = table("t", {texts("lapse.reason", ends), texts("gender", sexes)});
  EXPECT_EQ(outcome_by_name({policies}).value(), "lapse.reason");
  const auto leavers = table("t", {texts("lapse.reason", {"Price", "Moved", "Price", "Moved"}), texts("gender", sexes)});
  EXPECT_EQ(outcome_by_name({leavers}).error().kind->name, errors::kOutcomeUnnamed.name);
}

TEST(Propose, WhatCannotBeProposedIsTold) {
  ProposalOptions options;
  options.outcome = "Chrun";
  const auto facts = table("t", {texts("id", {"a", "b"}), texts("Churn", {"Yes", "No"})});
  auto result = propose_from({facts}, options);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(hint_of(result.error(), Language::En), "nearest known: Churn");
  const auto plain = table("t", {texts("id", {"a", "b"}), texts("Colour", {"Red", "Blue"})});
  result = propose_from({plain}, {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind->name, errors::kNothingToPredict.name);
  EXPECT_EQ(outcome_by_name({plain}).error().kind->name, errors::kNothingToPredict.name);
  const auto loans = table("t", {texts("id", {"a", "b", "c", "d"}), texts("违约", {"1", "0", "0", "1"}),
                                 texts("等级", {"A", "B", "C", "A"}), texts("性别", {"男", "女", "男", "男"}),
                                 texts("状态", {"A", "B", "C", "A"})});
  EXPECT_EQ(hint_of(outcome_by_name({loans}).error(), Language::Zh),
            "请指明表示流失的列: --outcome 列名;可能的列: 状态, 违约, 性别");
  const auto two = table("t", {texts("Churned", {"a", "b", "a", "b"}),
                               texts("Lapsed", {"Yes", "Yes", "No", "No"}),
                               texts("Churn reason", {"x", "y", "x", "y"})});
  const auto unsure = outcome_by_name({two});
  ASSERT_FALSE(unsure.ok());
  EXPECT_EQ(unsure.error().kind->name, errors::kOutcomeUnsure.name);
  EXPECT_THAT(message_of(unsure.error(), Language::En), ::testing::HasSubstr("Churned, Lapsed"));
  const auto constant = table("t", {texts("id", {"a", "b"}), texts("Churn", {"Yes", "Yes"})});
  options.outcome = "Churn";
  EXPECT_EQ(propose_from({constant}, options).error().kind->name, errors::kOutcomeOneValue.name);
  EXPECT_EQ(propose({}, ".", {}).error().kind->name, errors::kNoLocations.name);
}

TEST(Naming, ColumnsAreRecognisedByName) {
  EXPECT_GT(customer_key_strength(NameWords("Customer ID")), 90);
  EXPECT_GT(customer_key_strength(NameWords("客户号")), 90);
  EXPECT_EQ(customer_key_strength(NameWords("客户等级")), 0);
  EXPECT_EQ(customer_key_strength(NameWords("InvoiceNo")), 0);
  EXPECT_GT(term_start_strength(NameWords("Date_last_renewal")),
            term_start_strength(NameWords("Date_start_contract")));
  EXPECT_GT(term_end_strength(NameWords("Date_next_renewal")), 0);
  EXPECT_EQ(mark_of(NameWords("Surname")), Mark::Identifier);
  EXPECT_EQ(mark_of(NameWords("product_name")), Mark::None);
  EXPECT_EQ(mark_of(NameWords("PhoneService")), Mark::None);
  EXPECT_EQ(mark_of(NameWords("身份证号")), Mark::Identifier);
  EXPECT_EQ(mark_of(NameWords("Date_birth")), Mark::Personal);
  EXPECT_EQ(mark_of(NameWords("Page_count")), Mark::None);
  EXPECT_TRUE(tells_of_leaving(NameWords("Churn Reason")));
  EXPECT_TRUE(tells_of_leaving(NameWords("Customer Status")));
  EXPECT_FALSE(tells_of_leaving(NameWords("marital_status")));
  EXPECT_FALSE(tells_of_leaving(NameWords("checking_status")));
  EXPECT_TRUE(sums_up_history(NameWords("R_Claims_history")));
  EXPECT_EQ(tidy_name("Motor vehicle insurance data (1)"), "motor_vehicle_insurance_data_1");
}

/// The real data sets, where they lie beside the checkout.
class ProposeReal : public ::testing::Test {
 protected:
  std::optional<Proposal> from(const std::vector<std::string>& names,
                               const std::string& outcome = "") {
    std::vector<std::string> paths;
    for (const auto& name : names) {
      const auto path = testing::shared_data(name);
      if (!path) return std::nullopt;
      paths.push_back(path->string());
    }
    ProposalOptions options;
    options.outcome = outcome;
    auto result = propose(paths, std::filesystem::path(paths[0]).parent_path(), options);
    EXPECT_TRUE(result.ok()) << render(result.error(), Language::En);
    if (!result.ok()) return std::nullopt;
    EXPECT_EQ(wrong_with(result->study), "") << write(result->study);
    if (std::getenv("HOLDFAST_SHOW_PROPOSALS")) {
      fmt::print("{}\n", write(result->study));
      for (const auto& note : result->notes) fmt::print("  {}\n  {}\n", note.en, note.zh);
    }
    return std::move(*result);
  }
  static std::vector<std::string> ignored(const TableSpec& spec) {
    std::vector<std::string> names;
    for (const auto& column : spec.columns) {
      if (column.is_ignored) names.push_back(column.format.name);
    }
    return names;
  }
};
#define SKIP_WITHOUT(proposal) \
  if (!(proposal)) GTEST_SKIP() << "the shared data sets are not here; set HOLDFAST_SHARED_DATA"

TEST_F(ProposeReal, MotorPoliciesAreContractsByTerm) {
  const auto proposal = from({"motor_es_lapse/Motor vehicle insurance data.csv.gz"});
  SKIP_WITHOUT(proposal);
  ASSERT_EQ(proposal->study.tables.size(), 1u);
  const auto& spec = proposal->study.tables[0];
  EXPECT_EQ(spec.role, Role::Contract);
  EXPECT_EQ(spec.customer_key, "ID");
  EXPECT_EQ(spec.start, "Date_last_renewal");
  EXPECT_EQ(spec.end, "Date_next_renewal");
  EXPECT_EQ(spec.cancelled, "Date_lapse");
  EXPECT_EQ(spec.amount, "Premium");
  EXPECT_EQ(spec.find("Premium")->format.type, ColumnType::Money);
  // The last renewals seen; cancellations go on into 2019.
  EXPECT_EQ(to_string(*spec.complete_until), "2018-11-30");
  for (const auto* leak : {"Lapse", "Policies_in_force", "Max_policies", "Max_products",
                           "N_claims_history", "R_Claims_history", "Seniority"}) {
    EXPECT_THAT(ignored(spec), Contains(leak));
  }
  EXPECT_EQ(spec.find("Cost_claims_year")->known_at, "Date_next_renewal");
  EXPECT_EQ(spec.find("N_claims_year")->known_at, "Date_next_renewal");
  EXPECT_EQ(proposal->study.churn->kind, ChurnKind::Contractual);
  EXPECT_THAT(proposal->study.cutoffs.before_end_days, ElementsAre(60));
}

TEST_F(ProposeReal, TelcoHasALabel) {
  const auto proposal = from({"telco_ibm/Telco-Customer-Churn.csv"}, "Churn");
  SKIP_WITHOUT(proposal);
  const auto& study = proposal->study;
  EXPECT_EQ(study.tables[0].customer_key, "customerID");
  EXPECT_THAT(study.churn->positive, ElementsAre("Yes"));
  EXPECT_TRUE(ignored(study.tables[0]).empty()) << ignored(study.tables[0]).front();
  EXPECT_FALSE(study.analyses.survival.has_value()) << "one way of leaving needs no competing exits";
}

TEST_F(ProposeReal, WholeLifePoliciesEndInThreeWays) {
  const auto proposal =
      from({"cas_uslapseagent/converted/uslapseagent.csv"}, "termination.cause");
  SKIP_WITHOUT(proposal);
  const auto& study = proposal->study;
  EXPECT_THAT(study.churn->positive, ElementsAre("death", "other", "surrender"));
  EXPECT_EQ(study.churn->exit_reason, "termination.cause");
  ASSERT_EQ(study.churn->exits.size(), 3u);
  EXPECT_EQ(study.churn->exits[0].name, "surrender");
  EXPECT_TRUE(study.churn->exits[0].is_churn);
  EXPECT_FALSE(study.churn->exits[1].is_churn);
  EXPECT_FALSE(study.churn->exits[2].is_churn);
  EXPECT_THAT(ignored(study.tables[0]),
              ElementsAre("issue.date", "DJIA", "surrender", "death", "other", "allcause"));
  ASSERT_TRUE(study.analyses.survival.has_value());
  EXPECT_EQ(study.analyses.survival->duration, "duration");
  EXPECT_THAT(study.analyses.survival->horizons_days, ElementsAre(365, 730, 1825, 3650));
  EXPECT_EQ(study.tables[0].find("duration")->unit, "quarters") << "by issue date and duration";
  EXPECT_THAT(study.features.exclude, ElementsAre("uslapseagent_duration"));
}

TEST_F(ProposeReal, OnlineRetailIsInactivity) {
  const auto proposal = from({"online_retail/converted/onlineretail.csv.gz"});
  SKIP_WITHOUT(proposal);
  const auto& study = proposal->study;
  EXPECT_EQ(study.tables[0].customer_key, "CustomerID");
  EXPECT_EQ(study.tables[0].event_time, "InvoiceDate");
  EXPECT_EQ(study.tables[0].amount, "amount");
  // 135,080 of 541,909 rows have no customer (24.9 %); they must not stop the import.
  EXPECT_GT(study.bad_rows_max_share, 0.25);
  EXPECT_LT(study.bad_rows_max_share, 0.30);
  EXPECT_EQ(study.churn->inactive_days[0].limit, 90);
}

TEST_F(ProposeReal, ChineseTelecomIsKeyedByRow) {
  const auto proposal = from({"cn_telecom_churn/电信客户流失数据.csv"}, "流失");
  SKIP_WITHOUT(proposal);
  EXPECT_EQ(proposal->study.tables[0].customer_key, "");
  EXPECT_THAT(proposal->study.churn->positive, ElementsAre("1"));
}

TEST_F(ProposeReal, BankCustomersHideTheirNames) {
  const auto proposal = from({"churn_modelling/Churn_Modelling.csv"}, "Exited");
  SKIP_WITHOUT(proposal);
  const auto& spec = proposal->study.tables[0];
  EXPECT_EQ(spec.customer_key, "CustomerId");
  EXPECT_EQ(spec.find("Surname")->mark, Mark::Identifier);
  EXPECT_EQ(spec.find("Age")->mark, Mark::Personal);
  EXPECT_TRUE(ignored(spec).empty());
}

TEST_F(ProposeReal, FiveTelcoTablesShareOneKey) {
  const std::string base = "telco_ibm_multitable/Telco_customer_churn_";
  const auto proposal =
      from({base + "demographics.xlsx", base + "location.xlsx", base + "population.xlsx",
            base + "services.xlsx", base + "status.xlsx"},
           "Churn Label");
  SKIP_WITHOUT(proposal);
  const auto& study = proposal->study;
  for (const auto* name : {"demographics", "location", "services", "status"}) {
    ASSERT_NE(study.find(name), nullptr) << name;
    EXPECT_EQ(study.find(name)->customer_key, "Customer ID");
  }
  const auto left_out = ignored(*study.find("status"));
  for (const auto* leak : {"Churn Value", "Churn Score", "Churn Category", "Churn Reason",
                           "Customer Status", "Satisfaction Score"}) {
    EXPECT_THAT(left_out, Contains(leak));
  }
}

TEST_F(ProposeReal, BankTablesAreReachedByKeyPaths) {
  const std::string base = "berka_notrans/";
  const auto proposal =
      from({base + "account.asc", base + "card.asc", base + "client.asc", base + "disp.asc",
            base + "district.asc", base + "loan.asc", base + "order.asc"},
           "status");
  SKIP_WITHOUT(proposal);
  const auto& study = proposal->study;
  ASSERT_NE(study.find("loan"), nullptr);
  EXPECT_EQ(study.find("loan")->customer_key, "account_id");
  ASSERT_NE(study.find("card"), nullptr);
  ASSERT_TRUE(study.find("card")->via.has_value());
  EXPECT_EQ(study.find("card")->via->table, "disp");
  ASSERT_TRUE(study.find("client")->via.has_value());
  EXPECT_EQ(study.find("client")->via->table, "disp");
  EXPECT_EQ(study.find("district"), nullptr) << "no column leads from it to a customer";
}

}  // namespace
}  // namespace holdfast::study
