// holdfast definitions : several churn definitions side by side.

#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "core/text.hpp"
#include "features/program.hpp"
#include "history/store.hpp"

namespace holdfast::cli {
namespace {

using nlohmann::json;

json as_json(const features::DefinitionReport& report, Language language) {
  json periods = json::array();
  for (const auto& period : report.periods) {
    periods.push_back({{"cutoff", to_string(period.cutoff)}, {"active", period.active},
                       {"churned", period.churned}, {"competing", period.competing},
                       {"immature", period.immature}, {"came_back", period.came_back}});
  }
  return {{"name", report.name}, {"definition", report.definition.in(language)},
          {"churn_rate", report.churn_rate}, {"churn_rate_sd", report.churn_rate_sd},
          {"came_back_share", report.came_back_share}, {"periods", periods}};
}

void print(const features::DefinitionReport& report, const Invocation& invocation) {
  const bool zh = invocation.language == Language::Zh;
  *invocation.out << fmt::format("{}: {}\n", report.name, report.definition.in(invocation.language));
  *invocation.out << fmt::format(fmt::runtime(zh ? "  流失率 {:.1f}%(各期标准差 {:.1f} 个百分点),被判流失者中 {:.1f}% 后来回流\n"
         : "  churn rate {:.1f}% (sd over periods {:.1f} points), {:.1f}% of the called-lost come back\n"),
      100 * report.churn_rate, 100 * report.churn_rate_sd, 100 * report.came_back_share);
  for (const auto& period : report.periods) {
    const auto mature = period.active - period.immature;
    *invocation.out << fmt::format(fmt::runtime(zh ? "    {}  在册 {:>9}  流失 {:>8} ({:.1f}%)  竞争性退出 {:>7}  未成熟 {:>7}  回流 {:>6}\n"
           : "    {}  active {:>9}  churned {:>8} ({:.1f}%)  competing {:>7}  immature {:>7}  back {:>6}\n"),
        to_string(period.cutoff), with_thousands(period.active), with_thousands(period.churned),
        mature > 0 ? 100.0 * static_cast<double>(period.churned) / static_cast<double>(mature) : 0.0,
        with_thousands(period.competing), with_thousands(period.immature),
        with_thousands(period.came_back));
  }
}

Result<int> definitions(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto imported, history::import(study, {}, *invocation.progress));
  (void)imported;
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  HOLDFAST_TRY(const auto reports,
               features::compare_definitions(study, store, *invocation.progress));
  if (invocation.wants_json) {
    json all = json::array();
    for (const auto& report : reports) all.push_back(as_json(report, invocation.language));
    *invocation.out << all.dump(1) << "\n";
    return 0;
  }
  for (const auto& report : reports) print(report, invocation);
  return 0;
}

}  // namespace

extern const Command kDefinitions;
const Command kDefinitions{"definitions",
                           "compare churn definitions: how many churn, how stable, how many come back",
                           "比较流失定义:多少流失、是否稳定、多少回流",
                           {kStudyOption},
                           definitions};

}  // namespace holdfast::cli
