#include "cli/summary.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "exchange/format.hpp"

namespace holdfast::cli {
namespace {

using nlohmann::json;

std::string money(std::int64_t cents) { return with_thousands((cents + (cents < 0 ? -50 : 50)) / 100); }

void say_imports(const Invocation& invocation, const history::ImportReport& import) {
  for (const auto& warning : import.warnings) invocation.warn(warning);
  for (const auto& table : import.tables) {
    if (table.was_up_to_date) {
      invocation.say({fmt::format("{}: up to date, {} rows", table.table, with_thousands(table.rows_stored)),
                      fmt::format("{}: 已是最新,{} 行", table.table, with_thousands(table.rows_stored))});
      continue;
    }
    invocation.say({fmt::format("{}: read {} = kept {} + quarantined {} + duplicates {}", table.table,
                                with_thousands(table.rows_read), with_thousands(table.rows_kept),
                                with_thousands(table.rows_quarantined),
                                with_thousands(table.rows_duplicate)),
                    fmt::format("{}: 读取 {} = 保留 {} + 隔离 {} + 重复 {}", table.table,
                                with_thousands(table.rows_read), with_thousands(table.rows_kept),
                                with_thousands(table.rows_quarantined),
                                with_thousands(table.rows_duplicate))});
  }
  if (!import.quarantine.empty()) {
    invocation.say({"bad rows, with place and reason: " + import.quarantine.string(),
                    "坏行及其位置和原因: " + import.quarantine.string()});
  }
}

void say_models(const Invocation& invocation, const exchange::RunResults& results) {
  const bool zh = invocation.language == Language::Zh;
  std::size_t width = 12;
  for (const auto& model : results.models) width = std::max(width, model.id.size() + 2);
  for (const auto& model : results.models) {
    auto line = fmt::format("  {:<{}}", model.id, width);
    if (!model.failed.empty()) line += (zh ? "未能拟合: " : "not fitted: ") + model.failed;
    const auto found = model.metrics.find(dataset::Split::Test);
    if (found != model.metrics.end()) {
      const auto& m = found->second;
      line += fmt::format(fmt::runtime(zh ? "测试AUC {:.3f} [{:.3f}, {:.3f}]  提升度 {:.2f}  Brier {:.4f}  EMPC {:.3f}/户"
                             : "test AUC {:.3f} [{:.3f}, {:.3f}]  lift {:.2f}  Brier {:.4f}  EMPC {:.3f} each"),
                          m.auc.estimate, m.auc.lower, m.auc.upper, m.top_decile_lift, m.brier,
                          m.empc.per_customer);
    }
    if (model.id == results.champion) line += zh ? "  ← 冠军模型" : "  ← champion";
    *invocation.out << line << "\n";
  }
  invocation.say(results.champion_because);
  for (const auto& model : results.models) {
    const auto found = model.metrics.find(dataset::Split::Test);
    if (model.id == results.champion && found != model.metrics.end()) {
      invocation.say(evaluation::sentence_of(found->second.contacts));
    }
  }
}

void say_rows(const Invocation& invocation, const exchange::RunResults& results) {
  std::int64_t active = 0;
  std::int64_t churned = 0;
  std::int64_t immature = 0;
  for (const auto& cutoff : results.cutoffs) {
    active += cutoff.active, churned += cutoff.churned, immature += cutoff.immature;
  }
  const auto mature = std::max<std::int64_t>(active - immature, 1);
  invocation.say(
      {fmt::format("{} rows at {} cutoff(s), {} features: {} churned of {} mature ({:.1f}%), {} immature",
                   with_thousands(active), results.cutoffs.size(), results.features.size(),
                   with_thousands(churned), with_thousands(active - immature),
                   100.0 * static_cast<double>(churned) / static_cast<double>(mature),
                   with_thousands(immature)),
       fmt::format("{} 行、{} 个观察点、{} 个特征: 成熟样本 {} 行中流失 {}({:.1f}%),未成熟 {} 行",
                   with_thousands(active), results.cutoffs.size(), results.features.size(),
                   with_thousands(active - immature), with_thousands(churned),
                   100.0 * static_cast<double>(churned) / static_cast<double>(mature),
                   with_thousands(immature))});
}

void say_watch_list(const Invocation& invocation, const exchange::RunResults& results) {
  const auto day = exchange::day_in_words(results.as_of);
  invocation.say({fmt::format("{} scored as of {}; {} on the watch list",
                              with_thousands(results.watch_list.scored_count), day.en,
                              with_thousands(static_cast<std::int64_t>(results.watch_list.warnings.size()))),
                  fmt::format("截至 {} 评分 {} 户,预警名单 {} 户", day.zh,
                              with_thousands(results.watch_list.scored_count),
                              with_thousands(static_cast<std::int64_t>(results.watch_list.warnings.size())))});
  for (const auto& level : results.levels) {
    const auto name = warning::text_of(level.level);
    const auto& currency = results.costs.currency;
    const auto unit = currency.empty() ? std::string() : " " + currency;
    invocation.say({fmt::format("  {:<7} {:>9}   expected loss {:>12}{}", name.en,
                                with_thousands(level.warnings_count),
                                money(level.expected_loss_cents), unit),
                    fmt::format("  {} {:>9}   预期损失 {:>12}{}", name.zh,
                                with_thousands(level.warnings_count),
                                money(level.expected_loss_cents), unit)});
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(3, results.watch_list.warnings.size()); ++i) {
    const auto& warning = results.watch_list.warnings[i];
    const auto key = exchange::shown_key(warning.customer_key, results.key_mask.masks);
    const auto who = fmt::format("  {}. {}  {:.0f}%", warning.rank, key, 100 * warning.churn_probability);
    Text line{who, who};
    if (!warning.reasons.empty()) {
      line.en += "  " + warning.reasons.front().sentence.en;
      line.zh += "  " + warning.reasons.front().sentence.zh;
    }
    invocation.say(line);
  }
}

json as_json(const run::Finished& finished) {
  json imports = json::array();
  for (const auto& table : finished.import.tables) {
    imports.push_back({{"table", table.table}, {"rows_read", table.rows_read},
                       {"rows_kept", table.rows_kept}, {"rows_quarantined", table.rows_quarantined},
                       {"rows_duplicate", table.rows_duplicate}, {"orphans_count", table.orphans_count},
                       {"rows_stored", table.rows_stored}, {"was_up_to_date", table.was_up_to_date}});
  }
  json files = json::array();
  for (const auto& path : finished.written) files.push_back(path.string());
  json body = {{"imports", imports}, {"files", files}, {"was_up_to_date", finished.was_up_to_date},
               {"seconds", finished.seconds}, {"manifest_number", finished.results.manifest_number}};
  if (!finished.results.champion.empty()) {
    body["champion"] = finished.results.champion;
    body["evaluation"] = json::parse(exchange::evaluation_json(finished.results));
  }
  return body;
}

}  // namespace

Result<int> run_until(const Invocation& invocation, run::Step until) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto day, as_of(invocation));
  const run::Options options{.until = until,
                             .as_of = day,
                             .is_forced = invocation.has("force"),
                             .reveals_keys = invocation.has("reveal"),
                             .now = {}};
  HOLDFAST_TRY(const auto finished, run::run(study, options, *invocation.progress));
  if (invocation.wants_json) {
    *invocation.out << as_json(finished).dump(1) << "\n";
    return 0;
  }
  say_imports(invocation, finished.import);
  if (until == run::Step::Import) return 0;
  if (finished.was_up_to_date) {
    invocation.say({"everything is up to date (--force does it again)",
                    "一切都是最新的(--force 可重做)"});
    return 0;
  }
  for (const auto& note : finished.results.notes) invocation.say(note);
  say_rows(invocation, finished.results);
  if (until >= run::Step::Train) say_models(invocation, finished.results);
  if (until >= run::Step::Score) say_watch_list(invocation, finished.results);
  for (const auto& warning : finished.warnings) invocation.warn(warning);
  double total = 0;
  for (const auto& [step, seconds] : finished.seconds) total += seconds;
  invocation.say({fmt::format("done in {:.1f} s; results:", total), fmt::format("用时 {:.1f} 秒;结果:", total)});
  for (const auto& path : finished.written) *invocation.out << "  " << path.string() << "\n";
  return 0;
}

}  // namespace holdfast::cli
