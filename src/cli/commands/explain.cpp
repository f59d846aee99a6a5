// holdfast explain CUSTOMER : score, reasons, rules met.

#include <charconv>
#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/errors.hpp"
#include "core/text.hpp"
#include "exchange/format.hpp"
#include "run/run.hpp"

namespace holdfast::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kReasonsShown = 10;

json contrasts_json(const std::vector<explanation::Contrast>& contrasts, Language language) {
  json all = json::array();
  for (const auto& contrast : contrasts) {
    json changes = json::array();
    for (const auto& change : contrast.changes) {
      changes.push_back({{"feature", change.feature}, {"label", change.label.in(language)},
                         {"from", change.from.in(language)},
                         {"to", change.to.in(language)}, {"distance", change.distance}});
    }
    all.push_back({{"changes", changes}, {"churn_probability", contrast.probability},
                   {"distance", contrast.distance}});
  }
  return all;
}

json against_json(const run::CustomerStory::Against& against, Language language) {
  json differences = json::array();
  for (const auto& one : against.differences) {
    differences.push_back({{"feature", one.feature}, {"label", one.label.in(language)},
                           {"value", one.a.in(language)},
                           {"other_value", one.b.in(language)}, {"contribution", one.contribution}});
  }
  return {{"customer_key", against.customer_key}, {"churn_probability", against.churn_probability},
          {"raw_score_difference", against.raw_score_difference}, {"differences", differences}};
}

json as_json(const run::CustomerStory& story, Language language) {
  json rows = json::array();
  for (const auto& row : story.rows) {
    json reasons = json::array();
    for (const auto& reason : row.reasons) {
      reasons.push_back({{"feature", reason.feature}, {"contribution", reason.contribution},
                         {"value", reason.value}, {"sentence", reason.sentence.in(language)}});
    }
    rows.push_back({{"contract_key", row.contract_key}, {"churn_probability", row.churn_probability},
                    {"raw_score", row.raw_score}, {"base", row.base}, {"rest", row.rest_after(row.reasons.size())},
                    {"value_cents", row.value_cents},
                    {"expected_loss_cents", row.expected_loss_cents},
                    {"level", warning::name_of(row.level)}, {"raised_by", row.raised_by},
                    {"reasons", reasons},
                    {"contrasts", contrasts_json(row.contrasts, language)}});
  }
  json body = {{"customer_key", story.customer_key}, {"as_of", exchange::is_dated(story.as_of) ? json(to_string(story.as_of)) : json()}, {"rows", rows}};
  if (story.against) body["against"] = against_json(*story.against, language);
  return body;
}

/// The score as a sum anybody can check: base, reasons, all else.
void print_sum(const run::CustomerStory::Row& row, const Invocation& invocation) {
  const bool zh = invocation.language == Language::Zh;
  const auto line = [&](double part, std::string_view of) {
    *invocation.out << fmt::format("  {:+.3f}  {}\n", part, of);
  };
  const auto shown = std::min(kReasonsShown, row.reasons.size());
  for (std::size_t i = 0; i < shown; ++i) {
    line(row.reasons[i].contribution, row.reasons[i].sentence.in(invocation.language));
  }
  line(row.rest_after(shown), zh ? "其余各项合计" : "everything else together");
  line(row.base, zh ? "基准:模型的平均得分" : "base: the model's score on average");
  line(row.raw_score, zh ? "= 得分(校准后即流失概率)" : "= score, calibrated to the churn probability");
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
  print_sum(row, invocation);
}

void print(const std::vector<explanation::Contrast>& contrasts, const Invocation& invocation) {
  const bool zh = invocation.language == Language::Zh;
  auto& out = *invocation.out;
  out << (zh ? "  需要改变什么:\n" : "  what would have to change:\n");
  if (contrasts.empty()) {
    out << (zh ? "    在常见取值内,改变至多三项也达不到目标\n"
               : "    nothing within the values that occur, up to three changes, reaches the target\n");
  }
  for (const auto& contrast : contrasts) {
    out << "    ";
    for (std::size_t i = 0; i < contrast.changes.size(); ++i) {
      const auto& change = contrast.changes[i];
      out << (i == 0 ? "" : zh ? "、" : ", ")
          << fmt::format("{}: {} → {}", change.label.in(invocation.language), change.from.in(invocation.language),
                         change.to.in(invocation.language));
    }
    out << fmt::format(fmt::runtime(zh ? "(流失概率 {:.1f}%)\n" : " (churn probability {:.1f}%)\n"),
                       100 * contrast.probability);
  }
}

void print(const run::CustomerStory::Against& against, const Invocation& invocation) {
  const bool zh = invocation.language == Language::Zh;
  auto& out = *invocation.out;
  out << fmt::format(fmt::runtime(zh ? "与 {} 相比(其流失概率 {:.1f}%),得分差 {:+.3f}:\n"
                                     : "against {} (churn probability {:.1f}%), scores differ by {:+.3f}:\n"),
                     against.customer_key, 100 * against.churn_probability,
                     against.raw_score_difference);
  for (std::size_t i = 0; i < std::min(kReasonsShown, against.differences.size()); ++i) {
    const auto& one = against.differences[i];
    if (one.contribution == 0) break;
    out << fmt::format(fmt::runtime(zh ? "  {:+.3f}  {}:{}(对方 {})\n" : "  {:+.3f}  {}: {} (the other {})\n"),
                       one.contribution, one.label.in(invocation.language), one.a.in(invocation.language),
                       one.b.in(invocation.language));
  }
}

/// Options beside the customer. Errors: a target that is no share.
Result<run::ExplainOptions> options_of(const Invocation& invocation) {
  run::ExplainOptions options;
  HOLDFAST_TRY(options.as_of, as_of(invocation));
  options.wants_contrasts = invocation.has("change") || invocation.has("target");
  options.reveals_keys = invocation.has("reveal");
  if (invocation.has("against")) options.against = invocation.value("against");
  if (invocation.has("target")) {
    const auto text = invocation.value("target");
    double target = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), target);
    if (failure != std::errc{} || end != text.data() + text.size() || !(target > 0 && target < 1)) {
      return Error{errors::kBadTarget, {{"value", text}}};
    }
    options.target = target;
  }
  return options;
}

Result<int> explain(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto options, options_of(invocation));
  HOLDFAST_TRY(const auto story,
               run::explain(study, invocation.value("customer"), options, *invocation.progress));
  if (invocation.wants_json) {
    *invocation.out << as_json(story, invocation.language).dump(1) << "\n";
    return 0;
  }
  const auto as_of_day = exchange::day_in_words(story.as_of);
  invocation.say({fmt::format("{} as of {}", story.customer_key, as_of_day.en),
                  fmt::format("{}(截至 {})", story.customer_key, as_of_day.zh)});
  for (const auto& row : story.rows) {
    print(row, invocation);
    if (options.wants_contrasts) print(row.contrasts, invocation);
  }
  if (story.against) print(*story.against, invocation);
  return 0;
}

}  // namespace

extern const Command kExplain;
const Command kExplain{
    "explain",
    "one customer: score, reasons, rules met",
    "单个客户的评分、原因和触发的规则",
    {{.name = "customer", .value = "KEY", .en = "the customer's key, or as the watch list or scores.parquet show it masked",
      .zh = "客户键值,或预警名单、scores.parquet 中的脱敏键值",
      .is_positional = true, .is_required = true},
     {.name = "study", .value = "FILE", .en = "study file or its folder (default: study.toml here)",
      .zh = "研究文件或其目录(默认当前目录的 study.toml)"},
     kAsOfOption,
     {.name = "change", .value = "", .en = "say what would have to change",
      .zh = "说明需要改变什么"},
     {.name = "target", .value = "P", .en = "the probability a change must reach, as 0.2",
      .zh = "改变后应达到的概率,例如 0.2"},
     {.name = "against", .value = "KEY", .en = "compare with another customer",
      .zh = "与另一客户比较"},
     kRevealOption},
    explain};

}  // namespace holdfast::cli
