#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "study/errors.hpp"
#include "study/made_facts.hpp"
#include "study/proposal.hpp"

// Proposals for tables that name their customers once a year, and for amounts in any currency.
namespace holdfast::study {
namespace {

using tables::ColumnType;

constexpr std::int64_t kDay = 19'000;  // 2022-01-08.

/// 70 policies in three years, a row each, under an id that counts the rows.
TableFacts panel(const std::string& customer, const std::string& row_name = "id",
                 ColumnType year_type = ColumnType::Integer) {
  std::vector<std::string> key, churned;
  std::vector<std::int64_t> count, year, usage;
  for (int c = 0; c < 70; ++c) {
    for (int y = 0; y < 3; ++y) {
      count.push_back(static_cast<std::int64_t>(count.size()) + 1);
      key.push_back(fmt::format("P{}", c));
      year.push_back(year_type == ColumnType::Day ? kDay + 365 * y : 2020 + y);
      usage.push_back((7 * c + y) % 11);
      churned.push_back(y == 2 && c % 3 == 0 ? "Yes" : "No");
    }
  }
  return table("panel", {numbers(row_name, count), texts(customer, key),
                         numbers("year", year, year_type), numbers("usage", usage),
                         texts("churned", churned)});
}

TEST(Propose, CustomersOfAPanelAreNeitherItsRowsNorToldApart) {
  ProposalOptions options;
  options.outcome = "churned";
  for (const auto& facts : {panel("policy_no"), panel("subscriber"), panel("member", "record_no"),
                            panel("Customer ID"), panel("会员")}) {
    const auto result = propose_from({facts}, options);
    ASSERT_FALSE(result.ok()) << facts.columns[1].name;
    EXPECT_EQ(result.error().kind->name, errors::kKeyRepeats.name);
    EXPECT_EQ(message_of(result.error(), Language::En),
              fmt::format("{} names the same customer on several rows (210 rows, 70 customers), and "
                          "no column of panel holds a day that tells them apart",
                          facts.columns[1].name));
  }
}

TEST(Propose, TheDayACustomerBeganIsNoEventOfEveryRow) {
  std::vector<std::string> key, left;
  std::vector<std::int64_t> since, usage;
  for (int row = 0; row < 210; ++row) {
    key.push_back(fmt::format("P{}", row / 3));
    left.push_back(row % 5 == 2 ? "yes" : "no");
    since.push_back(kDay + row / 3);
    usage.push_back(7 * row % 11);
  }
  const auto days = numbers("issue_date", since, ColumnType::Day);
  const auto facts = table("panel", {texts("policy_no", key), days, numbers("usage", usage),
                                     texts("churned", left)});
  ProposalOptions options;
  options.outcome = "churned";
  const auto result = propose_from({facts}, options);
  ASSERT_FALSE(result.ok()) << "no pause between rows is a silence";
  EXPECT_EQ(result.error().kind->name, errors::kKeyRepeats.name);
  // Beside the table of customers nothing is wrong with the rows, but nobody can fall silent in them.
  const auto customers = table("customers", {texts("policy_no", {"P0", "P1", "P2"}), numbers("age", {30, 40, 50})});
  const auto both = propose_from({customers, facts}, {});
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().kind->name, errors::kNothingToPredict.name);
}

TEST(Propose, APanelWithDaysIsAHistoryOfEvents) {
  ProposalOptions options;
  options.outcome = "churned";
  const auto proposal = propose_from({panel("policy_no", "id", ColumnType::Day)}, options);
  ASSERT_TRUE(proposal.ok()) << message_of(proposal.error(), Language::En);
  EXPECT_EQ(wrong_with(proposal->study), "");
  const auto& rows = proposal->study.tables[0];
  EXPECT_EQ(rows.role, Role::Event);
  EXPECT_EQ(rows.customer_key, "policy_no");
  EXPECT_EQ(rows.event_time, "year");
  EXPECT_EQ(proposal->study.churn->kind, ChurnKind::Label);
  EXPECT_GT(proposal->study.cutoffs.every_months, 0);
}

TEST(Propose, MarksAreNamedInTheReadersLanguage) {
  ProposalOptions options;
  options.outcome = "流失";
  const auto facts = table("客户", {texts("客户号", {"a", "b"}), texts("姓名", {"x", "y"}),
                                    texts("流失", {"是", "否"})});
  const auto proposal = propose_from({facts}, options);
  ASSERT_TRUE(proposal.ok());
  const auto found = std::ranges::find(proposal->notes, "客户.姓名 标记为身份标识: 不进入模型。", &Text::zh);
  ASSERT_NE(found, proposal->notes.end());
  EXPECT_EQ(found->en, "客户.姓名 is marked identifier: never in a model.");
}

TEST(Propose, TheCurrencyIsNamedOrLeftOpen) {
  ProposalOptions options;
  options.outcome = "Churn";
  const auto currency_of = [&](const std::string& column) {
    const auto facts = table("t", {texts("id", {"a", "b"}), texts(column, {"1", "2"}),
                                   texts("Churn", {"Yes", "No"})});
    const auto proposal = propose_from({facts}, options);
    return proposal.ok() ? proposal->study.profit.currency : "?";
  };
  EXPECT_EQ(currency_of("Balance"), "");
  EXPECT_EQ(currency_of("balance_usd"), "USD");
  EXPECT_EQ(currency_of("Fee (EUR)"), "EUR");
  EXPECT_EQ(currency_of("余额"), "CNY");
  options.language = Language::Zh;
  EXPECT_EQ(currency_of("Balance"), "CNY");
}

}  // namespace
}  // namespace holdfast::study
