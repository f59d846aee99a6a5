#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analyses/figures.hpp"
#include "analyses/value_purchase_say.hpp"
#include "core/day.hpp"

namespace holdfast::analyses::value_parts {
namespace {

using lifetime::SilenceLevel;

Text same(const std::string& text) { return {text, text}; }

/// "0", "1" … "7+".
std::vector<Text> before_names() {
  std::vector<Text> names;
  for (int n = 0; n < 7; ++n) names.push_back(same(std::to_string(n)));
  names.push_back(same("7+"));
  return names;
}

LineChart cumulative_chart(const PurchaseView& view) {
  const auto& fit = view.fit;
  const auto periods = fit.actual_cumulative.size();
  std::vector<double> x(periods);
  std::iota(x.begin(), x.end(), 0.0);
  const int days = view.setting.spec.period_days;
  const double begins = (view.log.last_day - view.log.first_day + 1 - fit.holdout_days) / days;
  LineChart chart{
      .id = "cumulative_purchases",
      .title = {"Repeat purchases, made and expected", "累计复购:实际与预期"},
      .remark = {fmt::format("Fitted on what came before period {:.0f}; what follows was not seen.",
                             begins),
                 fmt::format("用第 {:.0f} 期之前的数据拟合,其后的数据未参与。", begins)},
      .x_label = {fmt::format("Periods of {} days", days), fmt::format("期({} 天)", days)},
      .y_label = {"Purchases so far", "累计次数"},
      .x_format = Format::Count,
      .y_format = Format::Count,
      .places = {},
      .series = {}};
  chart.series.push_back(
      {.name = {"made", "实际"}, .x = x, .y = fit.actual_cumulative, .lower = {}, .upper = {}});
  for (const auto& check : fit.checks) {
    chart.series.push_back({.name = check.name,
                            .x = x,
                            .y = check.cumulative,
                            .lower = {},
                            .upper = {},
                            .is_dashed = true});
  }
  return chart;
}

/// Purchases of each period, not added up: where a season or a trend shows.
LineChart period_chart(const PurchaseView& view) {
  const auto& fit = view.fit;
  const int days = view.setting.spec.period_days;
  const auto seen = to_string(Day{view.log.last_day} - static_cast<std::int32_t>(fit.holdout_days));
  LineChart chart{
      .id = "purchases_by_period",
      .title = {"Repeat purchases by period, made and expected", "各期复购:实际与预期"},
      .remark = {fmt::format("Of those who came until {}; what came after it was not seen by the fit. The "
                             "models know no season.",
                             seen),
                 fmt::format("{} 及之前首次购买的客户;其后的数据未参与拟合。模型不含季节性。", seen)},
      .x_label = {fmt::format("Periods of {} days", days), fmt::format("期({} 天)", days)},
      .y_label = {"Purchases", "购买次数"},
      .x_format = Format::Count,
      .y_format = Format::Count,
      .places = {},
      .series = {}};
  const auto add = [&](const Text& name, const std::vector<double>& sums, bool is_dashed) {
    LineChart::Series series{
        .name = name, .x = {}, .y = {}, .lower = {}, .upper = {}, .is_dashed = is_dashed};
    for (std::size_t period = 1; period < sums.size(); ++period) {
      series.x.push_back(static_cast<double>(period - 1));
      series.y.push_back(sums[period] - sums[period - 1]);
    }
    chart.series.push_back(std::move(series));
  };
  add({"made", "实际"}, fit.actual_cumulative, false);
  for (const auto& check : fit.checks) add(check.name, check.cumulative, true);
  for (std::size_t period = 0; period + 1 < fit.actual_cumulative.size(); ++period) {
    const auto day = to_string(Day{view.log.first_day} + static_cast<std::int32_t>(period) * days);
    chart.places.push_back(same(days < 28 ? day.substr(0, 7) : day));
  }
  return chart;
}

/// The best model at earlier days: is it off always, or in the last days only?
Table earlier_table(const PurchaseView& view) {
  const auto& fit = view.fit;
  Table table{
      .id = "earlier",
      .title = {"The same model at earlier days", "同一模型在更早日期的表现"},
      .remark = {fmt::format("{}: fitted until a day, it predicts the {:.0f} days after it.",
                             fit.checks.front().name.en, fit.holdout_days),
                 fmt::format("{}: 用该日及之前的数据拟合,预测其后 {:.0f} 天。", fit.checks.front().name.zh,
                             fit.holdout_days)},
      .columns = {{"until", {"Fitted until", "拟合截至"}, Format::Number, {}},
                  {"customers", {"Customers", "客户数"}, Format::Count, {}},
                  {"expected", {"Expected", "预期"}, Format::Count, {}},
                  {"actual", {"Came", "实际"}, Format::Count, {}},
                  {"off", {"Off by", "偏差"}, Format::Share, {"of what came", "占实际"}}},
      .rows = {}};
  const auto add = [&](std::int32_t until, double customers, std::optional<double> expected,
                       double actual) {
    table.rows.push_back({same(to_string(Day{until})), customers, cell_of(expected), actual,
                          cell_of(expected ? off_by(*expected, actual) : std::nullopt)});
  };
  const auto& last = fit.checks.front();
  add(view.log.last_day - static_cast<std::int32_t>(fit.holdout_days),
      static_cast<double>(fit.before.frequency.size()), last.expected, last.actual);
  for (const auto& one : fit.earlier) {
    add(one.until, one.customers, one.has_settled ? std::optional(one.expected) : std::nullopt,
        one.actual);
  }
  return table;
}

LineChart before_chart(const PurchaseView& view) {
  LineChart chart{
      .id = "purchases_by_before",
      .title = {"Purchases in the holdout by purchases before", "检验期购买次数(按之前的复购次数)"},
      .remark = {"The mean of customers who had bought again so many times.",
                 "之前复购次数相同的客户的平均值。"},
      .x_label = {"Repeat purchases before", "之前的复购次数"},
      .y_label = {"Purchases after", "之后的购买次数"},
      .x_format = Format::Count,
      .y_format = Format::Number,
      .places = before_names(),
      .series = {}};
  const auto add = [&](const Text& name, const std::vector<double>& means, bool is_dashed) {
    LineChart::Series series{
        .name = name, .x = {}, .y = {}, .lower = {}, .upper = {}, .is_dashed = is_dashed};
    for (std::size_t bin = 0; bin < means.size(); ++bin) {
      if (view.fit.customers_by_before[bin] == 0) continue;
      series.x.push_back(static_cast<double>(bin));
      series.y.push_back(means[bin]);
    }
    chart.series.push_back(std::move(series));
  };
  add({"made", "实际"}, view.fit.actual_by_before, false);
  for (const auto& check : view.fit.checks) add(check.name, check.expected_by_before, true);
  return chart;
}

Table checks_table(const PurchaseView& view) {
  Table table{.id = "holdout",
              .title = {"Models on what they have not seen", "模型在未见数据上的表现"},
              .remark = {},
              .columns = {{"model", {"Model", "模型"}, Format::Number, {}},
                          {"expected", {"Expected", "预期"}, Format::Count, {}},
                          {"actual", {"Came", "实际"}, Format::Count, {}},
                          {"error",
                           {"Error a customer", "人均误差"},
                           Format::Number,
                           {"mean absolute error, in purchases", "平均绝对误差(次)"}},
                          {"loglik", {"Log-likelihood", "对数似然"}, Format::Number, {}}},
              .rows = {}};
  for (const auto& check : view.fit.checks) {
    table.rows.push_back({check.name, check.expected, check.actual, check.error, check.loglik});
  }
  return table;
}

/// Customers in tenths of what `of` says, best first, and what they are.
Table tenths_table(const PurchaseView& view) {
  Table table{
      .id = "value_tenths",
      .title = {"Customers by what they will bring", "按未来价值分组的客户"},
      .remark = {"Tenths from the best down.", "从高到低分为十组。"},
      .columns = {{"tenth", {"Tenth", "组"}, Format::Count, {}},
                  {"customers", {"Customers", "客户数"}, Format::Count, {}},
                  {"alive", {"Still customers", "仍是客户"}, Format::Share, {}},
                  {"purchases",
                   {"Purchases", "预期购买"},
                   Format::Number,
                   {"expected, a customer", "人均预期次数"}},
                  {"spend", {"Spend of one", "每次消费"}, Format::Money, {}},
                  {"value",
                   {"Value each", "人均价值"},
                   Format::Money,
                   {"discounted profit within the horizon", "预测期内折现利润"}},
                  {"share", {"Of all value", "占总价值"}, Format::Share, {}},
                  {"profit", {"Profit so far", "至今利润"}, Format::Money, {"a customer", "人均"}}},
      .rows = {}};
  std::vector<std::size_t> order(view.customers());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::size_t i) { return view.values[i].value; });
  double total = 0;
  for (const auto& one : view.values) total += one.value;
  for (std::size_t tenth = 0; tenth < 10; ++tenth) {
    const auto begin = order.size() * tenth / 10, end = order.size() * (tenth + 1) / 10;
    if (begin == end) continue;
    CustomerValue sum{.alive = 0};
    double profit = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const auto& one = view.values[order[i]];
      sum.alive += one.alive;
      sum.purchases += one.purchases;
      sum.spend += one.spend;
      sum.value += one.value;
      profit += view.profit[order[i]];
    }
    const auto count = static_cast<double>(end - begin);
    Cell share;
    if (total > 0) share = sum.value / total;
    table.rows.push_back({static_cast<double>(tenth + 1), count, sum.alive / count,
                          sum.purchases / count, sum.spend / count, sum.value / count, share,
                          profit / count});
  }
  if (!view.somebody_leaves()) {
    // Where nobody leaves for good the column would say the same of everybody.
    constexpr std::ptrdiff_t kAlive = 2;
    table.columns.erase(table.columns.begin() + kAlive);
    for (auto& row : table.rows) row.erase(row.begin() + kAlive);
  }
  return table;
}

BarChart alive_chart(const PurchaseView& view) {
  constexpr std::size_t kBands = 10;
  BarChart chart{.id = "alive",
                 .title = {"Customers by the chance to be one still", "按仍是客户的概率分布"},
                 .remark = {},
                 .format = Format::Count,
                 .bars = {}};
  std::vector<double> customers(kBands);
  for (const auto& one : view.values) {
    customers[std::min(kBands - 1, static_cast<std::size_t>(one.alive * kBands))] += 1;
  }
  for (std::size_t band = kBands; band-- > 0;) {
    chart.bars.push_back({.label = same(fmt::format("{}–{}%", band * 10, band * 10 + 10)),
                          .value = customers[band],
                          .lower = {},
                          .upper = {}});
  }
  return chart;
}

Table level_table(const PurchaseView& view) {
  struct Row {
    SilenceLevel level;
    Text name;
  };
  const Row kRows[] = {{SilenceLevel::OnTime, {"within their own interval", "在自身间隔之内"}},
                       {SilenceLevel::AtRisk, {"at risk: beyond it", "有风险: 超过一个间隔"}},
                       {SilenceLevel::Lost, {"lost: beyond twice", "流失: 超过两倍"}},
                       {SilenceLevel::Gone, {"gone: beyond three times", "早已流失: 超过三倍"}},
                       {SilenceLevel::Unknown, {"bought once, no interval", "仅购买一次,无间隔"}}};
  Table table{
      .id = "silence",
      .title = {"Silence against the customer's own interval", "沉默时间与客户自身购买间隔之比"},
      .remark = {"Own interval: the median of the days between one's purchases.",
                 "自身间隔: 该客户相邻两次购买之间天数的中位数。"},
      .columns = {{"level", {"Silent", "沉默程度"}, Format::Number, {}},
                  {"customers", {"Customers", "客户数"}, Format::Count, {}},
                  {"share", {"Share", "占比"}, Format::Share, {}},
                  {"alarm",
                   {"Of them improbable", "其中不寻常"},
                   Format::Count,
                   {"so long a silence is less likely than the study's limit, for one who is still "
                    "a customer",
                    "对仍在的客户而言,如此长的沉默低于研究设定的概率"}},
                  {"profit", {"Profit so far", "至今利润"}, Format::Money, {}}},
      .rows = {}};
  for (const auto& row : kRows) {
    double customers = 0, alarms = 0, profit = 0;
    for (std::size_t i = 0; i < view.customers(); ++i) {
      if (view.silences[i].level != row.level) continue;
      customers += 1;
      alarms += view.is_silent(i) ? 1 : 0;
      profit += view.profit[i];
    }
    table.rows.push_back(
        {row.name, customers, customers / static_cast<double>(view.customers()), alarms, profit});
  }
  return table;
}

Table spend_table(const PurchaseView& view) {
  Table table{
      .id = "spend_alarms",
      .title = {"Spend against what was expected", "实际消费与预期"},
      .remark =
          {fmt::format(
               "Of the last {:.0f} days, expected from the history before them; below: less than "
               "one who is still a customer would likely spend.",
               view.fit.holdout_days),
           fmt::format("最近 {:.0f} 天,由之前的历史预测;低于预期: 少于仍在的客户通常会有的消费。",
                       view.fit.holdout_days)},
      .columns = {{"group", {"Customers who spent", "消费情况"}, Format::Number, {}},
                  {"customers", {"Customers", "客户数"}, Format::Count, {}},
                  {"expected", {"Expected", "预期"}, Format::Money, {}},
                  {"actual", {"Came", "实际"}, Format::Money, {}}},
      .rows = {}};
  struct Sum {
    double customers = 0, expected = 0, actual = 0;
  };
  Sum sums[3];
  const auto& fit = view.fit;
  for (std::size_t i = 0; i < fit.alarms->customers.size(); ++i) {
    const auto& alarm = fit.alarms->customers[i];
    auto& sum = sums[alarm.is_below ? 0 : alarm.is_above ? 2 : 1];
    sum.customers += 1;
    sum.expected += alarm.expected;
    sum.actual += fit.before.holdout_spend[i];
  }
  const Text kNames[] = {{"less than expected", "低于预期"},
                         {"about as expected", "符合预期"},
                         {"more than expected", "高于预期"}};
  Sum all;
  for (std::size_t g = 0; g < 3; ++g) {
    table.rows.push_back({kNames[g], sums[g].customers, sums[g].expected, sums[g].actual});
    all.customers += sums[g].customers;
    all.expected += sums[g].expected;
    all.actual += sums[g].actual;
  }
  table.rows.push_back({Text{"all", "全部"}, all.customers, all.expected, all.actual});
  const auto off = off_by(all.expected, all.actual);
  if (off && std::abs(*off) > 0.1) {
    table.remark.en += fmt::format(" All together spent {} {} than expected, so {} fall below.",
                                   in_money(std::abs(all.actual - all.expected), view.setting.currency),
                                   *off < 0 ? "more" : "less", *off < 0 ? "few" : "many");
    table.remark.zh += fmt::format("全部客户的消费比预期{} {},因此低于预期者{}。", *off < 0 ? "多" : "少",
                                   in_money(std::abs(all.actual - all.expected), view.setting.currency),
                                   *off < 0 ? "较少" : "较多");
  }
  return table;
}

}  // namespace

Section holdout_section(const PurchaseView& view) {
  return {.id = "holdout",
          .title = {"How far the models can be trusted", "模型的可信程度"},
          .lead = {fmt::format("The last {:.0f} days were left out of the fit and predicted.",
                               view.fit.holdout_days),
                   fmt::format("最后 {:.0f} 天不参与拟合,仅用于检验预测。", view.fit.holdout_days)},
          .blocks = {period_chart(view), cumulative_chart(view), before_chart(view), checks_table(view),
                     earlier_table(view)}};
}

Section value_section(const PurchaseView& view) {
  return {.id = "value",
          .title = {"Who is still a customer, and what they will bring", "谁仍是客户,未来价值多少"},
          .lead = {},
          .blocks = view.somebody_leaves() ? std::vector<Block>{tenths_table(view), alive_chart(view)}
                                           : std::vector<Block>{tenths_table(view)}};
}

Section alarm_section(const PurchaseView& view) {
  Section section{
      .id = "alarms",
      .title = {"Alarms: too long silent, too little spent", "警报: 沉默过久、消费过少"},
      .lead = {},
      .blocks = {level_table(view)}};
  if (view.fit.alarms) section.blocks.push_back(spend_table(view));
  return section;
}

}  // namespace holdfast::analyses::value_parts
