#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "analyses/movement_parts.hpp"

namespace holdfast::analyses::movement {
namespace {

constexpr std::size_t kBars = 12;
constexpr double kSure = 0.05;  // Of p after correction.

Text name_of(const Steps& steps, const std::vector<migration::Step>& path) {
  Text name;
  for (const auto step : path) {
    if (!name.en.empty()) {
      name.en += " → ";
      name.zh += " → ";
    }
    name.en += steps.names[step].en;
    name.zh += steps.names[step].zh;
  }
  return name;
}

Table paths_table(const Steps& steps, const migration::PathEffects& effects) {
  Table table{
      .id = "paths",
      .title = {"Steps and paths, and how often the balance falls after them", "步骤、路径及其后余额下降的频率"},
      .remark = {"Compared with moments of other steps in the same span of days and band of balances. p is "
                 "corrected for the number of paths.",
                 "与同一时段、同一余额档内其他步骤的时刻相比;p 值按路径数校正。"},
      .columns = {{"path", {"step or path", "步骤或路径"}, Format::Number, {}},
                  {"moments", {"times", "次数"}, Format::Count, {}},
                  {"customers", {"customers", "客户数"}, Format::Count, {}},
                  {"falls", {"fall after it", "之后下降"}, Format::Share, {}},
                  {"otherwise", {"at comparable moments", "可比时刻"}, Format::Share, {}},
                  {"difference", {"difference", "差异"}, Format::Share, {}},
                  {"lower", {"at least", "下限"}, Format::Share, {}},
                  {"upper", {"at most", "上限"}, Format::Share, {}},
                  {"p", {"p, corrected", "校正后 p 值"}, Format::PValue, {}}},
      .rows_shown = 15};
  for (const auto& path : effects.paths) {
    table.rows.push_back({name_of(steps, path.steps), static_cast<double>(path.moments),
                          static_cast<double>(path.customers), path.frequency.with,
                          path.frequency.without, path.frequency.difference, path.frequency.lower,
                          path.frequency.upper, path.frequency.p_adjusted});
  }
  return table;
}

Table amounts_table(const Steps& steps, const migration::PathEffects& effects) {
  Table table{
      .id = "path_amounts",
      .title = {"How much is lost, and what a path tells beyond its end", "损失多少,以及路径比其末段多说明什么"},
      .remark = {"Beyond: how much more often the balance falls than after the same steps without the first.",
                 "“超出”:与去掉首步的同一路径相比,余额更常下降多少。"},
      .columns = {{"path", {"step or path", "步骤或路径"}, Format::Number, {}},
                  {"amount", {"balance lost more, each time", "每次多损失的余额"}, Format::Money, {}},
                  {"lower", {"at least", "下限"}, Format::Money, {}},
                  {"upper", {"at most", "上限"}, Format::Money, {}},
                  {"p", {"p, corrected", "校正后 p 值"}, Format::PValue, {}},
                  {"beyond", {"beyond", "超出"}, Format::Share, {}},
                  {"beyond_p", {"p of beyond, corrected", "“超出”校正后 p 值"}, Format::PValue, {}}},
      .rows_shown = 15};
  for (const auto& path : effects.paths) {
    std::optional<double> beyond, beyond_p;
    if (path.beyond) {
      beyond = path.beyond->difference;
      beyond_p = path.beyond->p_adjusted;
    }
    table.rows.push_back({name_of(steps, path.steps), path.amount.difference, path.amount.lower,
                          path.amount.upper, path.amount.p_adjusted, cell_of(beyond), cell_of(beyond_p)});
  }
  return table;
}

BarChart steps_chart(const Steps& steps, const migration::PathEffects& effects) {
  BarChart chart{.id = "steps",
                 .title = {"After which step balances fall more often", "哪个步骤之后余额更常下降"},
                 .remark = {"Difference to comparable moments, with 95 % interval.",
                            "与可比时刻的差异及 95% 区间。"},
                 .format = Format::Share};
  for (const auto& path : effects.paths) {
    if (path.steps.size() > 1) continue;
    if (chart.bars.size() == kBars) break;
    chart.bars.push_back({name_of(steps, path.steps), path.frequency.difference,
                          path.frequency.lower, path.frequency.upper});
  }
  return chart;
}

// The last steps of customers before their balance fell, as a flow.
std::optional<FlowChart> before_falls(const States& states, const Steps& steps, int after_days,
                                      double fall_share) {
  std::vector<migration::Step> kept;
  std::vector<std::int32_t> days;
  std::vector<std::size_t> starts{0};
  for (std::size_t c = 0; c < states.customers(); ++c) {
    // The last fall: a balance below what it was so many days before.
    std::optional<std::int32_t> fall;
    const auto first = states.balance_starts[c], end = states.balance_starts[c + 1];
    for (auto at = first; at < end && states.balance_day[at] <= states.last_day; ++at) {
      if (at == first) continue;
      const double before = states.balance[at - 1];
      if (before > 0 && before - states.balance[at] >= fall_share * before)
        fall = states.balance_day[at];
    }
    if (!fall) continue;
    for (auto at = steps.starts[c]; at < steps.starts[c + 1]; ++at) {
      if (steps.day[at] > *fall || steps.day[at] < *fall - 3 * after_days) continue;
      kept.push_back(steps.step[at]);
      days.push_back(steps.day[at]);
    }
    starts.push_back(kept.size());
  }
  if (kept.empty()) return std::nullopt;
  const auto sankey = migration::sankey_of({kept, days, starts, steps.names.size()}, {},
                                           {.positions_max = 4,
                                            .kept_per_position = 6,
                                            .is_from_end = true});
  if (!sankey.ok() || sankey->links.empty()) return std::nullopt;
  FlowChart chart{.id = "before_falls",
                  .title = {"The last steps before the balance fell", "余额下降前的最后几步"},
                  .remark = {fmt::format("Customers whose balance fell by {} or more, and what they did in the {} "
                                         "days before.", percent(fall_share), 3 * after_days),
                             fmt::format("余额下降 {} 及以上的客户在之前 {} 天内的行为。",
                                         percent(fall_share), 3 * after_days)},
                  .format = Format::Count};
  std::size_t last = 0;
  for (const auto& node : sankey->nodes) last = std::max(last, node.position);
  for (std::size_t position = 0; position <= last; ++position) {
    const auto back = last - position + 1;
    chart.steps.push_back(back == 1 ? Text{"last step", "最后一步"}
                                    : Text{fmt::format("{} steps before", back),
                                           fmt::format("倒数第 {} 步", back)});
  }
  for (const auto& node : sankey->nodes) {
    const Text name = node.kind == migration::NodeKind::Other ? Text{"others", "其他"}
                                                              : steps.names[node.step];
    chart.nodes.push_back({name, node.position});
  }
  for (const auto& link : sankey->links)
    chart.links.push_back({link.from, link.to, static_cast<double>(link.customers)});
  return chart;
}

void say(const Steps& steps, const migration::PathEffects& effects, int after_days,
         Analysis& analysis) {
  if (effects.paths.empty()) {
    analysis.notes.push_back({"no step is seen often enough to tell what comes after it",
                              "没有足够常见的步骤,无法判断其后的变化"});
    return;
  }
  const migration::PathEffect* worst = nullptr;
  for (const auto& path : effects.paths) {
    if (path.frequency.p_adjusted >= kSure || !(path.frequency.difference > 0)) continue;
    const bool tells_more = path.steps.size() == 1 ||
                            (path.beyond && path.beyond->p_adjusted < kSure);
    if (tells_more && (worst == nullptr || path.frequency.difference > worst->frequency.difference))
      worst = &path;
  }
  if (worst == nullptr) {
    analysis.findings.push_back(
        {fmt::format("After none of {} steps and paths do balances fall more often than at comparable "
                     "moments, as far as can be told.", effects.paths.size()),
         fmt::format("在 {} 个步骤和路径中,未发现之后余额比可比时刻更常下降的。", effects.paths.size())});
    return;
  }
  const auto name = name_of(steps, worst->steps);
  analysis.findings.push_back(
      {fmt::format("After “{}” the balance falls within {} days in {} of cases, against {} at comparable "
                   "moments: {} more ({} to {}; {} times, {} customers).",
                   name.en, after_days, percent(worst->frequency.with),
                   percent(worst->frequency.without), percent(worst->frequency.difference),
                   percent(worst->frequency.lower), percent(worst->frequency.upper),
                   whole(static_cast<double>(worst->moments)),
                   whole(static_cast<double>(worst->customers))),
       fmt::format("“{}”之后 {} 天内余额下降的占 {},可比时刻为 {}:高出 {}({} 至 {},共 {} 次、{} 位客户)。",
                   name.zh, after_days, percent(worst->frequency.with),
                   percent(worst->frequency.without), percent(worst->frequency.difference),
                   percent(worst->frequency.lower), percent(worst->frequency.upper),
                   whole(static_cast<double>(worst->moments)),
                   whole(static_cast<double>(worst->customers)))});
}

}  // namespace

std::optional<Section> paths_section(const States& states, const Steps& steps, Analysis& analysis) {
  const int after_days = states.after_days;
  const migration::PathOptions options{.after_days = after_days, .last_day = states.last_day};
  const migration::Balances balances{states.balance_day, states.balance, states.balance_starts};
  auto effects = migration::path_effects(steps.journeys(), balances, options);
  if (!effects.ok()) {
    analysis.notes.push_back({message_of(effects.error(), Language::En),
                              message_of(effects.error(), Language::Zh)});
    return std::nullopt;
  }
  Section section{
      .id = "paths",
      .title = {"After which step the balance falls", "哪一步之后余额下降"},
      .lead = {fmt::format("A fall: at least {} of the balance ({}) lost within {} days. At all {} moments looked "
                           "at it falls in {} of cases. What comes after a step need not come from it.",
                           percent(options.fall_share), states.measured.en, after_days,
                           whole(static_cast<double>(effects->moments)), percent(effects->fall_share)),
               fmt::format("下降指 {} 天内余额({})至少减少 {}。全部 {} 个时刻中 {} 出现下降。先后发生不等于因果。",
                           after_days, states.measured.zh, percent(options.fall_share),
                           whole(static_cast<double>(effects->moments)), percent(effects->fall_share))}};
  // What is sure first; a rare path may differ most by chance.
  std::ranges::stable_partition(effects->paths, [](const migration::PathEffect& path) {
    return path.frequency.p_adjusted < kSure;
  });
  say(steps, *effects, after_days, analysis);
  auto chart = steps_chart(steps, *effects);
  if (!chart.bars.empty()) section.blocks.emplace_back(std::move(chart));
  section.blocks.emplace_back(paths_table(steps, *effects));
  section.blocks.emplace_back(amounts_table(steps, *effects));
  if (auto flow = before_falls(states, steps, after_days, options.fall_share))
    section.blocks.emplace_back(std::move(*flow));
  return section;
}

Section lost_section(const Lost& lost, Analysis& analysis) {
  Section section{.id = "destinations", .title = {"Where the money went", "资金去向"}};
  BarChart chart{.id = "destinations",
                 .title = {"Share of the amount", "金额占比"},
                 .format = Format::Share};
  Table table{.id = "destinations",
              .title = {"Destinations", "去向"},
              .columns = {{"destination", {"destination", "去向"}, Format::Number, {}},
                          {"count", {"times", "次数"}, Format::Count, {}},
                          {"amount", {"amount", "金额"}, Format::Money, {}},
                          {"amount_share", {"of the amount", "金额占比"}, Format::Share, {}},
                          {"lower", {"at least", "下限"}, Format::Share,
                           {"a few large amounts widen the interval", "少数大额会使区间变宽"}},
                          {"upper", {"at most", "上限"}, Format::Share, {}},
                          {"count_share", {"of the times", "次数占比"}, Format::Share, {}}}};
  for (const auto& row : lost.found) {
    const auto& name = lost.destinations[row.destination];
    table.rows.push_back({name, static_cast<double>(row.count), row.amount,
                          cell_of(row.amount_share),
                          row.amount_interval.lower, row.amount_interval.upper, row.count_share});
    if (row.amount_share && chart.bars.size() < kBars)
      chart.bars.push_back({name, *row.amount_share, row.amount_interval.lower, row.amount_interval.upper});
  }
  if (!chart.bars.empty()) section.blocks.emplace_back(std::move(chart));
  section.blocks.emplace_back(std::move(table));
  if (!lost.found.empty() && lost.found[0].amount_share) {
    const auto& most = lost.found[0];
    const auto& name = lost.destinations[most.destination];
    analysis.findings.push_back(
        {fmt::format("Most of the money went to “{}”: {} of the amount ({} to {}).", name.en,
                     percent(*most.amount_share), percent(most.amount_interval.lower),
                     percent(most.amount_interval.upper)),
         fmt::format("资金主要流向“{}”:占金额的 {}({} 至 {})。", name.zh, percent(*most.amount_share),
                     percent(most.amount_interval.lower), percent(most.amount_interval.upper))});
  }
  return section;
}

}  // namespace holdfast::analyses::movement
