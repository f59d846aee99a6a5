// holdfast explain CUSTOMER : score, reasons, rules met.

#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "core/text.hpp"
#include "exchange/format.hpp"
#include "run/run.hpp"

namespace holdfast::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kReasonsShown = 10;

json as_json(const run::CustomerStory& story, Language language) {
  json rows = json::array();
  for (const auto& row : story.rows) {
    json reasons = json::array();
    for (const auto& reason : row.reasons) {
      reasons.push_back({{"feature", reason.feature}, {"contribution", reason.contribution},
                         {"value", reason.value}, {"sentence", reason.sentence.in(language)}});
    }
    rows.push_back({{"contract_key", row.contract_key}, {"churn_probability", row.churn_probability},
                    {"raw_score", row.raw_score}, {"base", row.base}, {"value_cents", row.value_cents},
                    {"expected_loss_cents", row.expected_loss_cents},
                    {"level", warning::name_of(row.level)}, {"raised_by", row.raised_by},
                    {"reasons", reasons}});
  }
  return {{"customer_key", story.customer_key}, {"as_of", exchange::is_dated(story.as_of) ? json(to_string(story.as_of)) : json()}, {"rows", rows}};
}

void print(const run::CustomerStory::Row& row, const Invocation& invocation) {
  const bool zh = invocation.language == Language::Zh;
  auto& out = *invocation.out;
  if (!row.contract_key.empty()) out << (zh ? "合同 " : "contract ") << row.contract_key << "\n";
  out << fmt::format(fmt::runtime(zh ? "  流失概率 {:.1f}%,风险价值 {:.2f},预期损失 {:.2f},预警等级 {}\n"
                        : "  churn probability {:.1f}%, value at risk {:.2f}, expected loss {:.2f}, level {}\n"),
                     100 * row.churn_probability, static_cast<double>(row.value_cents) / 100,
                     static_cast<double>(row.expected_loss_cents) / 100,
                     warning::text_of(row.level).in(invocation.language));
  for (const auto& text : row.raised_by_text) out << "  ! " << text.in(invocation.language) << "\n";
  for (std::size_t i = 0; i < std::min(kReasonsShown, row.reasons.size()); ++i) {
    out << fmt::format("  {:+.3f}  {}\n", row.reasons[i].contribution,
                       row.reasons[i].sentence.in(invocation.language));
  }
}

Result<int> explain(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto day, as_of(invocation));
  HOLDFAST_TRY(const auto story,
               run::explain(study, invocation.value("customer"), day, *invocation.progress));
  if (invocation.wants_json) {
    *invocation.out << as_json(story, invocation.language).dump(1) << "\n";
    return 0;
  }
  const auto as_of_day = exchange::day_in_words(story.as_of);
  invocation.say({fmt::format("{} as of {}", story.customer_key, as_of_day.en),
                  fmt::format("{}(截至 {})", story.customer_key, as_of_day.zh)});
  for (const auto& row : story.rows) print(row, invocation);
  return 0;
}

}  // namespace

extern const Command kExplain;
const Command kExplain{
    "explain",
    "one customer: score, reasons, rules met",
    "单个客户的评分、原因和触发的规则",
    {{.name = "customer", .value = "KEY", .en = "the customer's key", .zh = "客户键值",
      .is_positional = true, .is_required = true},
     {.name = "study", .value = "FILE", .en = "study file or its folder (default: study.toml here)",
      .zh = "研究文件或其目录(默认当前目录的 study.toml)"},
     kAsOfOption},
    explain};

}  // namespace holdfast::cli
