#include "analyses/value_purchase_say.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyses/figures.hpp"
#include "core/text.hpp"

namespace holdfast::analyses::value_parts {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Text level_text(lifetime::SilenceLevel level) {
  switch (level) {
    case lifetime::SilenceLevel::Unknown:
      return {"bought once", "仅购买一次"};
    case lifetime::SilenceLevel::OnTime:
      return {"on time", "按时"};
    case lifetime::SilenceLevel::AtRisk:
      return {"at risk", "有风险"};
    case lifetime::SilenceLevel::Lost:
      return {"lost", "流失"};
    case lifetime::SilenceLevel::Gone:
      return {"gone", "早已流失"};
  }
  return {};
}

/// Adds a column whose values `of` says by customer.
template <typename Value>
void add(CustomerColumns& columns, const PurchaseView& view, std::string id, Text header,
         Format format, const Value& of) {
  CustomerColumns::Column column{.id = std::move(id),
                                 .header = std::move(header),
                                 .format = format,
                                 .values = {},
                                 .texts = {}};
  for (std::size_t i = 0; i < view.customers(); ++i) column.values.push_back(of(i));
  columns.columns.push_back(std::move(column));
}

void add_model_columns(CustomerColumns& columns, const PurchaseView& view) {
  const auto& values = view.values;
  const auto days = view.setting.spec.horizon_days;
  add(columns, view, "alive", {"chance to be a customer still", "仍是客户的概率"}, Format::Share,
      [&](std::size_t i) { return values[i].alive; });
  add(columns, view, "purchases_expected",
      {fmt::format("purchases within {} days", days), fmt::format("{} 天内预期购买次数", days)},
      Format::Number, [&](std::size_t i) { return values[i].purchases; });
  add(columns, view, "spend_expected", {"spend of a purchase", "每次预期消费额"}, Format::Money,
      [&](std::size_t i) { return values[i].spend; });
  add(columns, view, "value",
      {fmt::format("profit within {} days, discounted", days),
       fmt::format("{} 天内折现利润", days)},
      Format::Money, [&](std::size_t i) { return values[i].value; });
  add(columns, view, "silence_chance", {"chance of so long a silence", "如此长沉默的概率"},
      Format::PValue, [&](std::size_t i) { return values[i].silence_chance; });
  add(columns, view, "alarm_after_days",
      {"silence that rings the alarm, days", "触发警报的沉默天数"}, Format::Days,
      [&](std::size_t i) { return values[i].alarm_after_days; });
  add(columns, view, "is_silent", {"silent too long", "沉默过久"}, Format::Count,
      [&](std::size_t i) { return view.is_silent(i) ? 1 : 0; });
}

void add_spend_columns(CustomerColumns& columns, const PurchaseView& view) {
  const auto of = [&](auto&& field) {
    return [&view, field](std::size_t i) {
      return view.spend_alarm[i] == nullptr ? kMissing : field(*view.spend_alarm[i]);
    };
  };
  add(columns, view, "spend_was_expected", {"spend expected of the last period", "上一期预期消费"},
      Format::Money, of([](const lifetime::SpendAlarm& alarm) { return alarm.expected; }));
  add(columns, view, "spend_low", {"lower limit", "下限"}, Format::Money,
      of([](const lifetime::SpendAlarm& alarm) { return alarm.low; }));
  add(columns, view, "spend_high", {"upper limit", "上限"}, Format::Money,
      of([](const lifetime::SpendAlarm& alarm) { return alarm.high; }));
  std::vector<double> came(view.customers(), kMissing);
  std::size_t at = 0;
  for (std::size_t i = 0; i < view.fit.before.customer.size(); ++i) {
    while (view.fit.now.customer[at] < view.fit.before.customer[i]) ++at;
    came[at] = view.fit.before.holdout_spend[i];
  }
  add(columns, view, "spend_was", {"spend of the last period", "上一期实际消费"}, Format::Money,
      [&](std::size_t i) { return came[i]; });
  add(columns, view, "spends_less", {"spent less than expected", "消费低于预期"}, Format::Count,
      [&](std::size_t i) { return view.spends_less(i) ? 1 : 0; });
}

Text still_finding(const PurchaseView& view) {
  double alive = 0, purchases = 0;
  for (const auto& one : view.values) {
    alive += one.alive;
    purchases += one.purchases;
  }
  const auto customers = static_cast<double>(view.customers());
  const int days = view.setting.spec.horizon_days;
  if (!view.somebody_leaves() && (view.fit.is_leaving_apart || !view.fit.is_nobody_leaving)) {
    const Text why =
        view.fit.is_leaving_apart
            ? Text{"likeliest is that some left after a purchase and all others never leave, which so few "
                   "customers do not settle",
                   "最可能的情形是一部分客户购买后即离开、其余客户永不离开,但客户太少,无法断定"}
            : Text{"the model used knows no leaving", "所用模型不考虑流失"};
    return {fmt::format("Who has left for good cannot be told: {}. All {} are taken as customers still; {} purchases "
                        "are expected of them within {} days, which is too many where some have left.",
                        why.en, whole(customers), whole(purchases), days),
            fmt::format("无法判断谁已永久离开: {}。{} 个客户均视为仍在,预计他们在 {} 天内购买 {} 次;若有人已离开,该数偏高。",
                        why.zh, whole(customers), days, whole(purchases))};
  }
  if (!view.somebody_leaves()) {
    return {fmt::format("Nothing points to customers leaving for good: all {} are taken as customers still, "
                        "who buy often or seldom; {} purchases are expected of them within {} days. Where "
                        "purchases rise towards the end, as in a season, they hide who left.",
                        whole(customers), whole(purchases), days),
            fmt::format("没有客户永久离开的迹象: {} 个客户均视为仍在,只是购买频率不同;预计他们在 {} 天内购买 {} 次。"
                        "若购买在数据末期上升(如旺季),流失会被掩盖。",
                        whole(customers), days, whole(purchases))};
  }
  return {fmt::format("Of {} customers about {} ({}) still are; {} purchases are expected of them "
                      "within {} days.",
                      whole(customers), whole(alive), percent(alive / customers, 0),
                      whole(purchases), days),
          fmt::format("{} 个客户中约有 {} 个({})仍是客户;预计他们在 {} 天内购买 {} 次。",
                      whole(customers), whole(alive), percent(alive / customers, 0), days,
                      whole(purchases))};
}

Text value_finding(const PurchaseView& view) {
  std::vector<double> values;
  for (const auto& one : view.values) values.push_back(one.value);
  std::ranges::sort(values, std::greater<>());
  double total = 0, top = 0;
  const auto best = static_cast<std::size_t>(std::ceil(0.2 * static_cast<double>(values.size())));
  for (std::size_t i = 0; i < values.size(); ++i) {
    total += values[i];
    if (i < best) top += values[i];
  }
  const auto& currency = view.setting.currency;
  const int days = view.setting.spec.horizon_days;
  const double mean = total / static_cast<double>(values.size());
  return {
      fmt::format("Within {} days they are worth {} ({} each on average, discounted); {} of it "
                  "lies with the best 20%.",
                  days, in_money(total, currency), in_money(mean, currency),
                  percent(top / total, 0)),
      fmt::format("他们在 {} 天内的价值为 {}(人均 {},已折现);其中 {} 来自最好的 20%。", days,
                  in_money(total, currency), in_money(mean, currency), percent(top / total, 0))};
}

std::string signed_percent(double share) {
  return (share > 0 ? "+" : "") + percent(share);
}

constexpr double kFarOff = 0.1;  // Of what came: a manager would notice.

/// Why the holdout was missed, as far as earlier days and the year before tell.
Text reason_of(const PurchaseFit& fit, double off) {
  if (fit.year_before_actual && fit.year_before_expected) {
    const auto then = off_by(*fit.year_before_expected, *fit.year_before_actual);
    if (then && *then * off > 0 && std::abs(*then) > kFarOff / 2) {
      return {fmt::format(" In the same days a year before the model is off by {} too: a season, which it "
                          "does not know.",
                          signed_percent(*then)),
              fmt::format("上一年同期的偏差为 {}: 这是模型未包含的季节性。", signed_percent(*then))};
    }
  }
  std::vector<std::string> offs;
  double largest = 0;
  for (const auto& one : fit.earlier) {
    const auto then = one.has_settled ? off_by(one.expected, one.actual) : std::nullopt;
    if (!then) continue;
    offs.push_back(signed_percent(*then));
    largest = std::max(largest, std::abs(*then));
  }
  const auto listed = join(offs, ", ");
  if (offs.empty()) {
    return {" There are no earlier days to tell whether that is the model or the season: take expected "
            "purchases as an order of customers, not as numbers.",
            "数据不足以区分是模型还是季节所致: 预期购买次数宜用于客户排序,不宜作为数量。"};
  }
  if (largest < std::abs(off) / 2) {
    return {fmt::format(" Fitted until earlier days it was off by {} only: the last days are unlike those "
                        "before, by a season or a new trend. The chart by period shows when.",
                        listed),
            fmt::format("用更早日期之前的数据拟合时偏差仅为 {}: 最近这段时间与之前不同(季节或新趋势),见分期图。", listed)};
  }
  return {fmt::format(" Fitted until earlier days it was off by {}: take expected purchases as an order of "
                      "customers, not as numbers.",
                      listed),
          fmt::format("用更早日期之前的数据拟合时偏差为 {}: 预期购买次数宜用于客户排序,不宜作为数量。", listed)};
}

Text holdout_finding(const PurchaseView& view) {
  const auto& check = view.fit.checks.front();
  const auto days = whole(view.fit.holdout_days);
  const auto off = off_by(check.expected, check.actual);
  Text text{fmt::format("Fitted without the last {} days, {} expected {} purchases in them; {} came", days,
                        check.name.en, whole(check.expected), whole(check.actual)),
            fmt::format("不用最后 {} 天的数据拟合时,{} 预计其间购买 {} 次,实际 {} 次", days,
                        check.name.zh, whole(check.expected), whole(check.actual))};
  if (!off) return {text.en + ".", text.zh + "。"};
  text.en += fmt::format(" ({} off).", signed_percent(*off));
  text.zh += fmt::format("(偏差 {})。", signed_percent(*off));
  if (std::abs(*off) <= kFarOff) return text;
  const auto reason = reason_of(view.fit, *off);
  return {text.en + reason.en, text.zh + reason.zh};
}

Text alarm_finding(const PurchaseView& view) {
  double silent = 0, less = 0, value = 0;
  for (std::size_t i = 0; i < view.customers(); ++i) {
    if (!view.is_silent(i) && !view.spends_less(i)) continue;
    silent += view.is_silent(i) ? 1 : 0;
    less += view.spends_less(i) ? 1 : 0;
    value += view.profit[i];
  }
  const auto limit = percent(view.setting.spec.alarm_below, 0);
  const auto& currency = view.setting.currency;
  const auto days = whole(view.fit.holdout_days);
  return {
      fmt::format(
          "{} customers are silent so long that fewer than {} of those like them who are still "
          "there would be; "
          "{} spent less than expected in the last {} days. Together they have brought {} so far.",
          whole(silent), limit, whole(less), days, in_money(value, currency)),
      fmt::format("{} 个客户已沉默很久,同类仍在的客户中不到 {} 会如此;{} 个客户最近 {} "
                  "天的消费低于预期。他们至今共带来利润 {}。",
                  whole(silent), limit, whole(less), days, in_money(value, currency))};
}

}  // namespace

CustomerColumns customers_of(const PurchaseView& view) {
  CustomerColumns columns;
  const auto& now = view.fit.now;
  for (const auto customer : now.customer) columns.customer_keys.push_back(view.log.keys[customer]);
  add(columns, view, "purchases", {"purchases", "购买次数"}, Format::Count,
      [&](std::size_t i) { return now.frequency[i] + 1; });
  add(columns, view, "silent_days", {"days since the last purchase", "距上次购买天数"},
      Format::Days, [&](std::size_t i) { return view.silences[i].silent; });
  add(columns, view, "own_interval_days", {"own interval, days", "自身购买间隔(天)"}, Format::Days,
      [&](std::size_t i) { return view.silences[i].interval.value_or(kMissing); });
  CustomerColumns::Column level{.id = "silence",
                                .header = {"silence against own interval", "与自身间隔相比的沉默"},
                                .format = Format::Number,
                                .values = {},
                                .texts = {}};
  for (const auto& silence : view.silences) level.texts.push_back(level_text(silence.level));
  columns.columns.push_back(std::move(level));
  add(columns, view, "spent", {"spent so far", "累计消费"}, Format::Money,
      [&](std::size_t i) { return now.total_spend[i]; });
  add(columns, view, "profit", {"profit so far", "累计利润"}, Format::Money,
      [&](std::size_t i) { return view.profit[i]; });
  add(columns, view, "rfm", {"RFM score", "RFM 得分"}, Format::Count,
      [&](std::size_t i) { return view.rfm.score[i]; });
  add(columns, view, "rfm_recency", {"R", "R"}, Format::Count,
      [&](std::size_t i) { return view.rfm.recency[i]; });
  add(columns, view, "rfm_frequency", {"F", "F"}, Format::Count,
      [&](std::size_t i) { return view.rfm.frequency[i]; });
  add(columns, view, "rfm_money", {"M", "M"}, Format::Count,
      [&](std::size_t i) { return view.rfm.money[i]; });
  CustomerColumns::Column group{.id = "rfm_group",
                                .header = {"RFM group", "RFM 类别"},
                                .format = Format::Number,
                                .values = {},
                                .texts = {}};
  for (const auto one : rfm_groups(view.rfm)) group.texts.push_back(rfm_group_name(one));
  columns.columns.push_back(std::move(group));
  if (!view.values.empty()) add_model_columns(columns, view);
  if (!view.spend_alarm.empty()) add_spend_columns(columns, view);
  return columns;
}

void say_purchases(Analysis& analysis, const PurchaseView& view) {
  if (!view.values.empty()) {
    analysis.findings.push_back(still_finding(view));
    analysis.findings.push_back(value_finding(view));
    analysis.findings.push_back(holdout_finding(view));
    analysis.findings.push_back(alarm_finding(view));
    analysis.sections.push_back(value_section(view));
    analysis.sections.push_back(holdout_section(view));
  }
  if (view.values.empty()) {
    analysis.findings.push_back(
        {"Who is still a customer and what each will bring cannot be said: no model of purchases settles on these "
         "data. The notes say why.",
         "无法判断谁仍是客户、未来价值多少: 没有购买模型能在这些数据上收敛,原因见说明。"});
  }
  analysis.findings.push_back(rfm_finding(view));
  analysis.sections.push_back(alarm_section(view));
  analysis.sections.push_back(rfm_section(view));
}

}  // namespace holdfast::analyses::value_parts
