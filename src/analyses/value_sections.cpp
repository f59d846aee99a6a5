#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyses/value_parts.hpp"
#include "analyses/figures.hpp"
#include "value/whale.hpp"

namespace holdfast::analyses::value_parts {
namespace {

Table whale_table(const value::WhaleCurve& curve) {
  Table table{.id = "whale_figures",
              .title = {"Who makes the profit", "利润来自谁"},
              .remark = {"Customers from the best down.", "客户按利润从高到低排列。"},
              .columns = {{"group", {"Customers", "客户"}, Format::Number, {}},
                          {"customers", {"How many", "人数"}, Format::Count, {}},
                          {"share", {"Share of customers", "客户占比"}, Format::Share, {}},
                          {"profit", {"Profit", "利润"}, Format::Money, {}},
                          {"of_total", {"Of the total", "占总利润"}, Format::Share, {}}},
              .rows = {}};
  const auto add = [&](const Text& name, std::size_t customers, double profit) {
    const auto count = static_cast<double>(customers);
    Cell of_total;
    if (curve.total > 0) of_total = profit / curve.total;
    table.rows.push_back(
        {name, count, count / static_cast<double>(curve.customers), profit, of_total});
  };
  add({"the best 20%", "最好的 20%"}, curve.top_customers, curve.top_profit);
  add({"with a profit", "带来利润的"}, curve.gainers, curve.peak);
  add({"with a loss", "造成亏损的"}, curve.losers, -curve.destroyed);
  add({"all", "全部"}, curve.customers, curve.total);
  return table;
}

LineChart whale_chart(const value::WhaleCurve& curve) {
  LineChart chart{
      .id = "whale_curve",
      .title = {"Profit of the best customers together", "最好客户的累计利润"},
      .remark =
          {"The curve climbs while customers bring a profit and falls where they cost more than "
           "they bring.",
           "客户带来利润时曲线上升,客户成本高于收入时曲线下降。"},
      .x_label = {"Share of customers, best first", "客户占比(从最好开始)"},
      .y_label = {"Cumulative profit", "累计利润"},
      .x_format = Format::Share,
      .y_format = Format::Money,
      .places = {},
      .series = {}};
  LineChart::Series line{
      .name = {"profit so far", "累计利润"}, .x = {}, .y = {}, .lower = {}, .upper = {}};
  for (const auto& point : curve.points) {
    line.x.push_back(static_cast<double>(point.customers) / static_cast<double>(curve.customers));
    line.y.push_back(point.profit);
  }
  LineChart::Series even{.name = {"if all were alike", "若人人相同"},
                         .x = {0, 1},
                         .y = {0, curve.total},
                         .lower = {},
                         .upper = {},
                         .is_dashed = true};
  chart.series = {std::move(line), std::move(even)};
  return chart;
}

// "The best 20 % made 64 % of the profit"; where losses eat most of it, both amounts.
Text best_share_text(const value::WhaleCurve& curve, const std::string& currency) {
  const auto total = in_money(curve.total, currency);
  if (*curve.top_profit_share > 1) {
    const auto top = in_money(curve.top_profit, currency);
    return {fmt::format("The best 20% of customers made {}, of which {} are left as the profit of all", top,
                        total),
            fmt::format("最好的 20% 客户创造利润 {},而全部客户合计仅剩 {}", top, total)};
  }
  const auto share = percent(*curve.top_profit_share, 0);
  return {fmt::format("The best 20% of customers made {} of the profit of {}", share, total),
          fmt::format("最好的 20% 客户创造了总利润 {} 的 {}", total, share)};
}

Text whale_finding(const value::WhaleCurve& curve, const std::string& currency) {
  if (!curve.top_profit_share) {
    return {fmt::format("All customers together cost {} more than they brought.",
                        in_money(-curve.total, currency)),
            fmt::format("全部客户合计亏损 {}。", in_money(-curve.total, currency))};
  }
  Text text = best_share_text(curve, currency);
  if (curve.losers > 0) {
    text.en += fmt::format("; {} customers cost {} more than they brought.",
                           whole(static_cast<double>(curve.losers)),
                           in_money(curve.destroyed, currency));
    text.zh +=
        fmt::format(";另有 {} 个客户造成亏损,合计 {}。", whole(static_cast<double>(curve.losers)),
                    in_money(curve.destroyed, currency));
  } else {
    text.en += "; nobody cost more than they brought.";
    text.zh += ";没有客户造成亏损。";
  }
  return text;
}

/// "3.4 years"; "not yet"; within the first period nobody knows when.
Text time_text(const std::optional<double>& periods, const PaybackInput& input) {
  if (!periods) return {"not yet", "尚未"};
  if (*periods < 1) return {"within the first " + input.unit.en, "第一" + input.unit.zh + "内"};
  return {fmt::format("{:.1f} {}", *periods, input.units.en),
          fmt::format("{:.1f} {}", *periods, input.units.zh)};
}

Table payback_table(const std::vector<value::Payback>& cohorts, const PaybackInput& input) {
  Table table{
      .id = "payback",
      .title = {fmt::format("When winning {}s has paid", input.one.en), "获取成本何时收回"},
      .remark = {fmt::format("Payback counts those that left; the break-even tenure is how long a {} must last "
                             "to pay for itself.", input.one.en),
                 fmt::format("回本期计入已离开的{};盈亏平衡期是{}须留存多久才能收回其获取成本。", input.one.zh,
                             input.one.zh)},
      .columns = {{"cohort", {"Won in", "获取年份"}, Format::Number, {}},
                  {"customers", input.all, Format::Count, {}},
                  {"payback", {"Payback", "回本期"}, Format::Number, {}},
                  {"payback_discounted", {"Payback, discounted", "折现回本期"}, Format::Number, {}},
                  {"break_even_tenure", {"Break-even tenure", "盈亏平衡期"}, Format::Number, {}},
                  {"missing",
                   {"Still to come back", "尚未收回"},
                   Format::Money,
                   {fmt::format("of each {} won", input.one.en), "每" + input.counted_zh + "的"}}},
      .rows = {}};
  for (const auto& cohort : cohorts) {
    const auto year = std::to_string(cohort.cohort);
    table.rows.push_back({cohort.cohort == 0 ? Text{"all", "全部"} : Text{year, year},
                          static_cast<double>(cohort.customers), time_text(cohort.payback, input),
                          time_text(cohort.discounted_payback, input),
                          time_text(cohort.break_even_tenure, input), cohort.missing});
  }
  return table;
}

LineChart payback_chart(const value::Payback& all, const PaybackInput& input) {
  LineChart chart{.id = "payback_curve",
                  .title = {fmt::format("What a {} has brought back", input.one.en),
                            "每" + input.counted_zh + "的累计回报"},
                  .remark = {"Margins so far less the cost of winning; above zero it has paid.",
                             "累计毛利减去获客成本;高于零即已回本。"},
                  .x_label = {"After " + input.axis.en, "经过的" + input.axis.zh},
                  .y_label = {"Balance", "余额"},
                  .x_format = Format::Count,
                  .y_format = Format::Money,
                  .places = {},
                  .series = {}};
  LineChart::Series won{.name = {fmt::format("a {} won", input.one.en), "获取的" + input.one.zh},
                        .x = {0},
                        .y = {-all.cost},
                        .lower = {},
                        .upper = {}};
  LineChart::Series stays{.name = {fmt::format("a {} that stays", input.one.en),
                                   "一直留存的" + input.one.zh},
                          .x = {0},
                          .y = {-all.cost},
                          .lower = {},
                          .upper = {}};
  LineChart::Series discounted{.name = {fmt::format("a {} won, discounted", input.one.en),
                                        "获取的" + input.one.zh + "(折现)"},
                               .x = {0},
                               .y = {-all.cost},
                               .lower = {},
                               .upper = {},
                               .is_dashed = true};
  for (const auto& period : all.periods) {
    for (auto* series : {&won, &stays, &discounted}) series->x.push_back(period.period);
    won.y.push_back(period.balance);
    stays.y.push_back(period.stayer_balance);
    discounted.y.push_back(period.discounted_balance);
  }
  chart.series = {std::move(won), std::move(stays), std::move(discounted)};
  return chart;
}

Text payback_finding(const value::Payback& all, const PaybackInput& input,
                     const std::string& currency) {
  const auto cost = in_money(all.cost, currency);
  const auto costs = Text{fmt::format("Winning a {} costs {}", input.one.en, cost),
                          fmt::format("获取一{}的成本为 {}", input.counted_zh, cost)};
  if (all.periods.empty()) {
    return {fmt::format("{}; none has been watched for a whole {} yet.", costs.en, input.unit.en),
            fmt::format("{};尚无观察满一{}的{}。", costs.zh, input.unit.zh, input.one.zh)};
  }
  const auto watched = static_cast<double>(all.periods.size());
  if (!all.payback) {
    return {fmt::format("{}; {} of it have not come back within the {:.0f} {} watched.", costs.en,
                        in_money(all.missing, currency), watched,
                        watched == 1 ? input.unit.en : input.units.en),
            fmt::format("{};在观察的 {:.0f} {}内尚有 {} 未收回。", costs.zh, watched, input.units.zh,
                        in_money(all.missing, currency))};
  }
  if (*all.payback < 1) {
    return {fmt::format("{} and has paid within the first {}.", costs.en, input.unit.en),
            fmt::format("{},在第一{}内即已收回。", costs.zh, input.unit.zh)};
  }
  Text text{fmt::format("{} and has paid after {:.1f} {}, leavers counted", costs.en, *all.payback,
                        input.units.en),
            fmt::format("{},计入离开者后经过 {:.1f} {}回本", costs.zh, *all.payback, input.units.zh)};
  if (all.break_even_tenure) {
    text.en += fmt::format("; a {} must last {:.1f} {} to pay for itself.", input.one.en,
                           *all.break_even_tenure, input.units.en);
    text.zh += fmt::format(";一{}须留存 {:.1f} {}才能收回其成本。", input.counted_zh, *all.break_even_tenure,
                           input.units.zh);
  } else {
    text.en += ".";
    text.zh += "。";
  }
  return text;
}

}  // namespace

void add_whale(Analysis& analysis, const std::vector<double>& profit, const Setting& setting) {
  const auto curve = value::whale_curve(profit);
  if (!curve.ok()) {
    analysis.notes.push_back(
        {message_of(curve.error(), Language::En), message_of(curve.error(), Language::Zh)});
    return;
  }
  analysis.findings.push_back(whale_finding(*curve, setting.currency));
  analysis.sections.push_back({.id = "whale",
                               .title = {"Where the profit comes from", "利润从何而来"},
                               .lead = {},
                               .blocks = {whale_chart(*curve), whale_table(*curve)}});
}

void note_costs(Analysis& analysis, const Setting& setting) {
  const auto& spec = setting.spec;
  if (spec.margin != 1 || !spec.cost.empty() || !spec.cost_table.empty()) return;
  analysis.notes.push_back(
      {"no cost is known, so the whole amount counts as profit: `margin`, `cost` or `cost_table` "
       "in [value] say more",
       "未给出成本,金额全部计为利润: 可在 [value] 中设置 `margin`、`cost` 或 `cost_table`"});
}

Result<void> add_payback(Analysis& analysis, const PaybackInput& input, const Setting& setting) {
  if (!(setting.spec.acquisition_cost > 0)) {
    analysis.notes.push_back(
        {"`acquisition_cost` in [value] adds break-even and payback of winning customers",
         "在 [value] 中设置 `acquisition_cost` 可得到获客的盈亏平衡与回本分析"});
    return {};
  }
  const std::vector<double> cost(input.watched.size(), setting.spec.acquisition_cost);
  const value::AcquisitionOptions options{.discount = input.discount};
  HOLDFAST_TRY(auto all, value::payback({cost, input.watched, input.margins, {}}, options));
  HOLDFAST_TRY(auto cohorts,
               value::payback({cost, input.watched, input.margins, input.cohort}, options));
  analysis.findings.push_back(payback_finding(all.front(), input, setting.currency));
  const auto chart = payback_chart(all.front(), input);
  if (cohorts.size() > 1) all.insert(all.end(), cohorts.begin(), cohorts.end());
  analysis.sections.push_back(
      {.id = "payback",
       .title = {fmt::format("What winning {}s costs, and when it pays", input.one.en), "获取成本与回本"},
       .lead = {},
       .blocks = {chart, payback_table(all, input)}});
  return {};
}

}  // namespace holdfast::analyses::value_parts
