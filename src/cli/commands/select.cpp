// holdfast select : which columns are worth attention, through three levels.

#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "core/file.hpp"
#include "run/select.hpp"

namespace holdfast::cli {
namespace {

constexpr std::size_t kShown = 40;

void print(const run::Selected& selected, const Invocation& invocation) {
  auto& out = *invocation.out;
  const bool zh = invocation.language == Language::Zh;
  out << fmt::format("{:<44} {} {:>8} {:>8} {:>8} {:>5} {:>8} {:>8}\n",
                     zh ? "字段" : "column", zh ? "提名 初选 计算" : "named found computed", "V", "IV",
                     zh ? "增益率" : "gain r.", "mRMR", zh ? "置换" : "permut.",
                     zh ? "贡献" : "contrib.");
  for (std::size_t i = 0; i < std::min(kShown, selected.kpis.size()); ++i) {
    const auto& kpi = selected.kpis[i];
    const auto tick = [](bool is) { return is ? "✓" : "·"; };
    out << fmt::format("{:<44} {:^5} {:^5} {:^8} {:>8.3f} {:>8.3f} {:>8.4f} {:>5} {:>8.4f} {:>7.1f}%\n",
                       kpi.name, tick(kpi.is_named), tick(kpi.is_found), tick(kpi.is_computed),
                       kpi.measures.cramers_v, kpi.measures.information_value,
                       kpi.measures.gain_ratio,
                       kpi.mrmr_rank > 0 ? fmt::format("{}", kpi.mrmr_rank) : "–", kpi.permutation,
                       100 * kpi.contribution);
  }
  const auto count = [&](bool selection::Kpi::*level) {
    return std::ranges::count_if(selected.kpis, level);
  };
  invocation.say(
      {fmt::format("of {} columns {} are named by the business, {} found by OLAP, {} computed as KPIs "
                   "(measured with {}); all of it in {}",
                   selected.kpis.size(), count(&selection::Kpi::is_named),
                   count(&selection::Kpi::is_found), count(&selection::Kpi::is_computed),
                   fmt::join(selected.measured_with, ", "), selected.path.string()),
       fmt::format("共 {} 个字段:业务提名 {} 个,OLAP 初选 {} 个,计算确定 KPI {} 个(所用模型:{});详见 {}",
                   selected.kpis.size(), count(&selection::Kpi::is_named),
                   count(&selection::Kpi::is_found), count(&selection::Kpi::is_computed),
                   fmt::join(selected.measured_with, ", "), selected.path.string())});
}

Result<int> select_command(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto selected, run::select(study, *invocation.progress));
  if (invocation.wants_json) {
    HOLDFAST_TRY(const auto text, read_file(selected.path));
    *invocation.out << text;
    return 0;
  }
  print(selected, invocation);
  return 0;
}

}  // namespace

extern const Command kSelect;
const Command kSelect{"select",
                      "which columns are worth attention: by every measure and in three levels",
                      "字段选择:各项指标与三级 KPI 筛选",
                      {kStudyOption},
                      select_command};

}  // namespace holdfast::cli
