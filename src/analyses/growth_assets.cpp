#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analyses/figures.hpp"
#include "analyses/growth_parts.hpp"
#include "core/net_amount.hpp"

namespace holdfast::analyses::growth_parts {
namespace {

using value::AssetChange;
using value::AssetHistory;

/// The month a period ends with.
Text month_text(const HoldingLog& log, int period) {
  const auto text = to_string(log.ends[static_cast<std::size_t>(period)] - 1).substr(0, 7);
  return {text, text};
}

/// What customers do with an amount.
Text deed(const HoldingLog& log) { return log.is_bought ? Text{"buys", "购买"} : Text{"holds", "持有"}; }

/// Customers by what became of their amount from one period to another.
struct Flows {
  Text came, went, more, less;
};
Flows flows_of(const HoldingLog& log) {
  if (!log.is_bought) return {{"came", "新增客户"}, {"went", "离开客户"}, {"hold more", "增持客户"}, {"hold less", "减持客户"}};
  return {{"bought now only", "仅后期购买"}, {"bought before only", "仅前期购买"}, {"buy more", "多买的客户"},
          {"buy less", "少买的客户"}};
}

/// Both measures as multiples of their first: where they part, more customers hold less each.
LineChart index_chart(const AssetHistory& history, const HoldingLog& log) {
  const auto does = deed(log);
  LineChart chart{.id = "assets_and_customers",
                  .title = {"Amount against number", "量与人的变化"},
                  .remark = {"Both as multiples of the first period: where the amount falls below "
                             "the number, each " + does.en + " less than before.",
                             "均以首期为 1: 金额线低于人数线时,人均" + does.zh + "减少。"},
                  .x_label = {"Month", "月份"},
                  .y_label = {"First period = 1", "首期 = 1"},
                  .x_format = Format::Number,
                  .y_format = Format::Factor,
                  .places = {},
                  .series = {}};
  LineChart::Series assets{.name = log.what, .x = {}, .y = {}, .lower = {}, .upper = {}};
  LineChart::Series customers{.name = log.holders, .x = {}, .y = {}, .lower = {}, .upper = {}};
  LineChart::Series average{
      .name = {"average", "人均"}, .x = {}, .y = {}, .lower = {}, .upper = {}, .is_dashed = true};
  const auto& first = history.periods.front();
  for (std::size_t i = 0; i < history.periods.size(); ++i) {
    const auto& period = history.periods[i];
    chart.places.push_back(month_text(log, period.period));
    const auto x = static_cast<double>(i);
    const auto add = [&](LineChart::Series& series, double value, double base) {
      if (!(base > 0)) return;
      series.x.push_back(x);
      series.y.push_back(value / base);
    };
    add(assets, period.assets, first.assets);
    add(customers, static_cast<double>(period.customers), static_cast<double>(first.customers));
    add(average, period.average, first.average);
  }
  chart.series = {std::move(assets), std::move(customers), std::move(average)};
  return chart;
}

Text direction(const AssetChange& change) {
  if (change.fewer_assets_more_customers) return {"less from more customers", "量减人增"};
  if (change.more_assets_fewer_customers) return {"more from fewer customers", "量增人减"};
  return {};
}

Table change_table(const AssetHistory& history, const HoldingLog& log) {
  const auto flows = flows_of(log);
  Table table{.id = "asset_changes",
              .title = {"What changed, and why", "变化及其原因"},
              .remark = {"Number: more or fewer customers at the average of both periods. Average: "
                         "each with more or less. "
                         "Both add up to the change; so do the four columns behind them.",
                         "人数: 按两期平均的人均量计算的人数影响;人均: "
                         "人均量变化的影响。两者之和为总变化;其后四列之和亦然。"},
              .columns = {{"month",
                           {"Month", "月份"},
                           Format::Number,
                           {"the last of the period", "每期最后一个月"}},
                          {"amount", log.what, Format::Money, {}},
                          {"customers", log.holders, Format::Count, {}},
                          {"change", {"Change", "变化"}, Format::Money, {}},
                          {"by_headcount", {"By number", "人数影响"}, Format::Money, {}},
                          {"by_average", {"By average", "人均影响"}, Format::Money, {}},
                          {"arrived", flows.came, Format::Money, {}},
                          {"left", flows.went, Format::Money, {}},
                          {"grown", flows.more, Format::Money, {}},
                          {"shrunk", flows.less, Format::Money, {}},
                          {"sign", {"Remark", "提示"}, Format::Number, {}}},
              .rows = {}};
  for (std::size_t i = history.changes.size(); i-- > 0;) {
    const auto& change = history.changes[i];
    const auto& period = history.periods[i + 1];
    table.rows.push_back({month_text(log, change.to), period.assets,
                          static_cast<double>(period.customers), change.change, change.by_headcount,
                          change.by_average, change.arrived, change.left, change.grown,
                          change.shrunk, direction(change)});
  }
  return table;
}

BarChart whole_chart(const AssetChange& change, const HoldingLog& log) {
  BarChart chart{.id = "asset_flows",
                 .title = {"From the first period to the last", "首期到末期的变化构成"},
                 .remark = {},
                 .format = Format::Money,
                 .bars = {}};
  const auto add = [&](const Text& who, std::size_t customers, double value) {
    const auto count = "(" + whole(static_cast<double>(customers)) + ")";
    chart.bars.push_back(
        {.label = {who.en + " " + count, who.zh + count}, .value = value, .lower = {}, .upper = {}});
  };
  const auto flows = flows_of(log);
  add(flows.came, change.arrivals, change.arrived);
  add(flows.went, change.leavers, change.left);
  add(flows.more, change.growers, change.grown);
  add(flows.less, change.shrinkers, change.shrunk);
  return chart;
}

/// "rose by 3.1% to"; "stayed at" where the figures shown are the same.
Text grown(double share) {
  const auto size = percent(std::abs(share));
  if (size == percent(0)) return {"stayed at", "保持在"};
  return share < 0 ? Text{"fell by " + size + " to", "下降 " + size + " 至"}
                   : Text{"rose by " + size + " to", "上升 " + size + " 至"};
}

Text change_finding(const AssetChange& change, const HoldingLog& log, const std::string& currency) {
  if (change.arrivals + change.leavers + change.growers + change.shrinkers == 0) {
    return {fmt::format("The {} of the first and the last period are the same, customer by customer.", log.what.en),
            fmt::format("首期与末期每位客户的{}均相同。", log.what.zh)};
  }
  const auto all = in_money(change.change, currency), number = in_money(change.by_headcount, currency),
             average = in_money(change.by_average, currency), left = in_money(-change.left, currency),
             shrunk = in_money(-change.shrunk, currency);
  if (log.is_bought) {
    return {fmt::format("Of the change of {}, {} come from the number of {} and {} from what each buys; "
                        "who bought in the first period and not in the last had bought {}, who buys less "
                        "buys {} less.",
                        all, number, log.holders.en, average, left, shrunk),
            fmt::format("总变化 {} 中,人数影响 {},人均影响 {};首期购买而末期未购买的客户减少 {},少买的客户减少 {}。",
                        all, number, average, left, shrunk)};
  }
  return {fmt::format("Of the change of {}, {} come from the number of {} and {} from what each holds; "
                      "customers who went took {} with them, those who hold less hold {} less.",
                      all, number, log.holders.en, average, left, shrunk),
          fmt::format("总变化 {} 中,人数影响 {},人均影响 {};离开的客户带走 {},留下的客户减持 {}。", all, number,
                      average, left, shrunk)};
}

/// What is bought has a season: December against November says little.
void note_season(Analysis& analysis, const HoldingLog& log, const AssetHistory& history) {
  if (!log.is_bought) return;
  const auto month = [&](int period) {
    return civil_of(log.ends[static_cast<std::size_t>(period)] - 1).month;
  };
  if (month(history.periods.front().period) == month(history.periods.back().period)) return;
  analysis.notes.push_back(
      {"the first and the last period are of different months: where sales have a season, compare equal "
       "months of two years",
       "首期与末期不是同一月份: 若销售有季节性,请比较两年的相同月份"});
}

/// Who brings back more than he buys in a period is no buyer of it: the books say less than the sum of
/// all buyers.
void note_returns(Analysis& analysis, const HoldingLog& log, const std::string& currency) {
  if (!log.is_bought) return;
  std::map<std::pair<std::uint32_t, int>, NetAmount> sums;
  for (const auto& holding : log.holdings) sums[{holding.customer, holding.period}].add(holding.amount);
  double returned = 0;
  for (const auto& [key, sum] : sums) returned += std::min(sum.value(), 0.0);
  if (!(returned < 0)) return;
  const auto amount = in_money(-returned, currency);
  analysis.notes.push_back(
      {"who returned more than they bought in a period are no buyers of it: these " + amount +
           " are not taken from sales",
       "某期退货多于购买的客户不计为该期购买客户: 其净退货合计 " + amount + ",未从销售额中扣除"});
}

void say(Analysis& analysis, const AssetHistory& history, const HoldingLog& log,
         const std::string& currency) {
  const auto& first = history.periods.front();
  const auto& last = history.periods.back();
  const auto& change = history.whole;
  if (first.assets > 0 && first.customers > 0) {
    const double assets = last.assets / first.assets - 1;
    const double customers =
        static_cast<double>(last.customers) / static_cast<double>(first.customers) - 1;
    const auto from = month_text(log, first.period).en, to = month_text(log, last.period).en;
    Text text{
        fmt::format("From {} to {} {} {} {} while the number of {} {} {}", from, to, log.what.en,
                    grown(assets).en, in_money(last.assets, currency), log.holders.en,
                    grown(customers).en, whole(static_cast<double>(last.customers))),
        fmt::format("从 {} 到 {},{}{} {},{}{} {}", from, to, log.what.zh, grown(assets).zh,
                    in_money(last.assets, currency), log.holders.zh, grown(customers).zh,
                    whole(static_cast<double>(last.customers)))};
    if (change.fewer_assets_more_customers) {
      text.en += ": more customers hide that each holds less.";
      text.zh += ": 量减人增,客户增加掩盖了人均资产的流失。";
    } else {
      text.en += ".";
      text.zh += "。";
    }
    analysis.findings.push_back(text);
  }
  analysis.findings.push_back(change_finding(change, log, currency));
  const auto periods =
      std::ranges::count_if(history.changes, &AssetChange::fewer_assets_more_customers);
  if (periods > 0) {
    analysis.findings.push_back(
        {fmt::format("In {} of {} periods the amount fell while the number of customers grew.",
                     periods, history.changes.size()),
         fmt::format("{} 期中有 {} 期出现量减人增。", history.changes.size(), periods)});
  }
}

}  // namespace

Result<void> add_assets(Analysis& analysis, const Inputs& inputs, const HoldingLog& log) {
  HOLDFAST_TRY(const auto history, value::assets_against_headcount(log.holdings));
  say(analysis, history, log, inputs.study().profit.currency);
  note_season(analysis, log, history);
  note_returns(analysis, log, inputs.study().profit.currency);
  analysis.sections.push_back(
      {.id = "assets",
       .title = {"Total amount against number of customers", "总量与客户数"},
       .lead = {},
       .blocks = {index_chart(history, log), whole_chart(history.whole, log),
                  change_table(history, log)}});
  return {};
}

}  // namespace holdfast::analyses::growth_parts
