// A renewal that is cancelled as it begins is none: analyses must say the same without it.

#include "analyses/terms.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "analyses/value_test_support.hpp"
#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

const char* const kStudy = R"(
[study]
name = "made"
time_zone = "UTC"
entity = "contract"

[table.policies]
role = "contract"
files = ["policies.csv"]
customer_key = "policy"
contract_key = "policy"
start = "start"
end = "end"
cancelled = "cancelled"
amount = "premium"
complete_until = 2023-12-31

[table.policies.columns]
policy = { type = "text" }
start = { type = "day", date_format = "yyyy-MM-dd" }
end = { type = "day", date_format = "yyyy-MM-dd" }
cancelled = { type = "day", date_format = "yyyy-MM-dd" }
premium = { type = "money" }
cover = { type = "text" }

[churn]
kind = "contractual"
table = "policies"

[cutoffs]
before_end_days = [60]

[movement]
table = "policies"
every_months = 3

[cube]
dimensions = ["cover"]
)";

// Yearly policies of 2020 and 2021 that renew once, twice or not at all. Where `has_cancelled`, each has a
// further renewal written, cancelled days before it begins, on its first day, or soon after, and as many
// policies never begin.
std::string policies(bool has_cancelled) {
  std::string csv = "policy,start,end,cancelled,premium,cover\n";
  for (int i = 0; i < 600; ++i) {
    Day start = *day_from_civil(2020 + i % 2, 1 + i % 12, 10);
    const int terms = 1 + i % 3;
    const char* cover = i % 5 < 2 ? "full" : "basic";
    for (int term = 0; term < terms; ++term, start = add_months(start, 12)) {
      csv += fmt::format("p{},{},{},,{},{}\n", i, to_string(start), to_string(add_months(start, 12)),
                         100 + i % 7, cover);
    }
    if (!has_cancelled) continue;
    constexpr int kDays[] = {-20, 0, 25};
    csv += fmt::format("p{},{},{},{},{},{}\n", i, to_string(start), to_string(add_months(start, 12)),
                       to_string(start + kDays[i / 3 % 3]), 100 + i % 7, cover);
    const Day never = *day_from_civil(2021, 1 + i % 12, 20);
    csv += fmt::format("q{},{},{},{},500,{}\n", i, to_string(never), to_string(add_months(never, 12)),
                       to_string(never + kDays[i % 3]), cover);
  }
  return csv;
}

std::string text_of(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return brief(*number, 9);
  const auto* text = std::get_if<Text>(&cell);
  return text == nullptr ? "–" : text->en;
}

// Findings and tables, a line each.
std::string said_by(const char* analysis, bool has_cancelled) {
  MadeStudy made;
  made.table("policies.csv", policies(has_cancelled));
  const auto answer = made.run(analysis, kStudy, day(2024, 1, 1));
  EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : message_of(answer.error(), Language::En));
  std::string said;
  if (!answer.ok()) return said;
  for (const auto& finding : answer->findings) said += finding.en + "\n";
  for (const auto& section : answer->sections) {
    for (const auto& block : section.blocks) {
      const auto* table = std::get_if<Table>(&block);
      if (table == nullptr) continue;
      for (const auto& row : table->rows) {
        said += table->id;
        for (const auto& cell : row) said += " " + text_of(cell);
        said += "\n";
      }
    }
  }
  return said;
}

TEST(Terms, NotTakenUpChangeNothing) {
  for (const auto* analysis : {"cube", "movement", "growth", "value"}) {
    const auto without = said_by(analysis, false);
    EXPECT_FALSE(without.empty());
    EXPECT_EQ(said_by(analysis, true), without) << analysis;
  }
}

TEST(Terms, AreTakenUpUnlessCancelledAsTheyBegin) {
  const TermRule rule{.grace_days = 30, .early_days = 45};
  EXPECT_TRUE(rule.is_taken_up(1000, std::nullopt));
  EXPECT_TRUE(rule.is_taken_up(1000, 1031));
  EXPECT_FALSE(rule.is_taken_up(1000, 1030));
  EXPECT_FALSE(rule.is_taken_up(1000, 955));
  EXPECT_TRUE(rule.is_taken_up(1000, 954));  // Another contract's cancellation, written on all rows.
}

}  // namespace
}  // namespace holdfast::analyses
