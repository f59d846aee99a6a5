#include "analyses/analyses.hpp"
#include "analyses/errors.hpp"
#include "analyses/growth_parts.hpp"

namespace holdfast::analyses {
namespace {

Result<Analysis> run(const Inputs& inputs, Progress& progress) {
  const auto spec = inputs.study().analyses.growth.value_or(study::GrowthSpec{});
  Analysis analysis{.id = "growth",
                    .title = {"Growth: assets, funnel, referrals", "增长: 资产、漏斗与推荐"},
                    .findings = {},
                    .sections = {},
                    .customers = {},
                    .models = {},
                    .notes = {}};
  auto holdings = growth_parts::gather_holdings(inputs, spec, progress);
  // A study may have a funnel or referrals without anything that is held.
  const bool has_others = !spec.funnel.empty() || !spec.referrer.empty();
  if (!holdings.ok() && (!has_others || !spec.table.empty())) return holdings.error();
  if (holdings.ok()) {
    HOLDFAST_TRY_VOID(growth_parts::add_assets(analysis, inputs, *holdings));
  }
  HOLDFAST_TRY_VOID(growth_parts::add_funnel(analysis, inputs, spec, progress));
  HOLDFAST_TRY_VOID(growth_parts::add_referrals(analysis, inputs, spec, progress));
  return analysis;
}

}  // namespace

extern const Descriptor kGrowth;
const Descriptor kGrowth{
    .id = "growth",
    .en =
        "whether assets fall while customers grow, where purchases are broken off, who brings new "
        "customers",
    .zh = "是否量减人增、购买在哪一步中断、谁带来新客户",
    .is_asked = [](const study::AnalysisSpecs& specs) { return specs.growth.has_value(); },
    .run = run};

}  // namespace holdfast::analyses
