#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "analyses/groups_parts.hpp"
#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

constexpr double kLooseFit = 0.25;
constexpr double kMatters = 1.2;      // Times the figure of all.
constexpr double kStakeOfNote = 1.2;  // Share of the stake, of the share of customers.

enum class Against { Below, Like, Above };

/// Whether a group's figure is apart from that of all: by its interval, and by enough to matter.
Against against(const Estimate& own, const Estimate& all) {
  if (!own.known || !all.known) return Against::Like;
  if (own.lower > all.at && own.at > kMatters * all.at) return Against::Above;
  return own.upper < all.at && own.at < all.at / kMatters ? Against::Below : Against::Like;
}

std::string spaced(double share, int decimals = 1) {
  auto text = percent(share, decimals);
  text.insert(text.size() - 1, "\u00a0");
  return text;
}

Text advice_where_they_leave(Against value) {
  if (value == Against::Below) {
    return {"They leave more often, but little is at stake each: a letter or message, no calls, no discount.",
            "流失较多,但单个价值低:只用短信、信函等低成本方式,不打电话、不让利。"};
  }
  return {"Work this group first: they leave more often and much is at stake. Call the highest scores early, with an "
          "offer in hand.",
          "优先处理:流失较多且价值不低。按评分由高到低提前致电,并备好挽留方案。"};
}

Text advice_where_they_stay(Against value) {
  if (value == Against::Above) {
    return {"Loyal and valuable: no discounts, good service; the group to sell more to and to ask for referrals.",
            "忠诚且价值高:不必让利,保持服务;适合交叉销售与转介绍。"};
  }
  return {"They stay by themselves: spend nothing on keeping them, except for single high scores.",
          "自然留存率高:除个别高评分客户外,无须投入挽留费用。"};
}

Text advice_in_between(Against value) {
  switch (value) {
    case Against::Above:
      return {"They leave as often as others, but each loss is dear: look after them in person, call every high score.",
              "流失与总体相当,但每流失一位损失较大:专人维护,高评分者逐一致电。"};
    case Against::Below:
      return {"They leave as often as others and are worth less: automatic reminders only.", "流失与总体相当且价值较低:自动提醒即可。"};
    case Against::Like: break;
  }
  return {"As all others: go by each customer's own score.", "与总体相当:按各客户自身评分处理。"};
}

Text advice(const Group& group, const Grouped& grouped) {
  if (!group.left.known) {
    return {"No past customers were like them: how many will leave is not known.", "没有同类历史客户,流失情况未知。"};
  }
  const auto value = against(group.value, grouped.value);
  switch (against(group.left, grouped.left)) {
    case Against::Above: return advice_where_they_leave(value);
    case Against::Below: return advice_where_they_stay(value);
    case Against::Like: break;
  }
  return advice_in_between(value);
}

void add_sizes(const Grouped& grouped, const GroupRows& rows, std::vector<Text>& findings) {
  const auto& groups = grouped.groups;
  const auto all = with_thousands(static_cast<std::int64_t>(grouped.today.size()));
  if (groups.size() == 1) {
    findings.push_back({fmt::format("Today's {} {} are of one kind: no division into groups explains more than it takes "
                                    "to describe it.", all, rows.who.en),
                        fmt::format("当前 {} {}属同一类:任何划分都不足以说明问题。", all, rows.who.zh)});
    return;
  }
  const auto [least, most] = std::ranges::minmax_element(groups, {}, &Group::customers);
  findings.push_back(
      {fmt::format("Today's {} {} fall into {} groups, from {} (\"{}\") down to {} (\"{}\").", all, rows.who.en,
                   groups.size(), spaced(most->share, 0), most->name.en, spaced(least->share, 0), least->name.en),
       fmt::format("当前 {} {}分为 {} 群,最大者占 {}(“{}”),最小者占 {}(“{}”)。", all, rows.who.zh, groups.size(),
                   percent(most->share, 0), most->name.zh, percent(least->share, 0), least->name.zh)});
}

void add_differences(const Grouped& grouped, const GroupRows& rows, std::vector<Text>& findings) {
  std::vector<std::string> en, zh;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, grouped.portrayed.order.size()); ++i) {
    const auto& words = rows.words[grouped.portrayed.order[i]].label;
    en.push_back(words.en);
    zh.push_back(words.zh);
  }
  findings.push_back({"They differ most in: " + join(en, ", ") + ".", "各群差别最大之处:" + join(zh, "、") + "。"});
}

void add_churn(const Grouped& grouped, const GroupRows& rows, std::vector<Text>& findings) {
  const Group* most = nullptr;
  const Group* least = nullptr;
  for (const auto& group : grouped.groups) {
    if (!group.left.known) continue;
    if (most == nullptr || group.left.at > most->left.at) most = &group;
    if (least == nullptr || group.left.at < least->left.at) least = &group;
  }
  if (most == least) return;
  if (most->left.lower <= grouped.left.at && least->left.upper >= grouped.left.at) {
    findings.push_back({fmt::format("The groups do not differ in leaving by more than chance: {} of all past {} "
                                    "left.", spaced(grouped.left.at), rows.who.en),
                        fmt::format("各群流失率的差别未超出随机波动:历史{}总体流失率 {}。", rows.bare_zh,
                                    percent(grouped.left.at))});
    return;
  }
  findings.push_back(
      {fmt::format("\"{}\" leave most: {} of past {} like them; \"{}\" least: {}. Of all {} left.",
                   most->name.en, share_in_words(most->left).en, rows.who.en, least->name.en,
                   share_in_words(least->left).en,
                   spaced(grouped.left.at)),
       fmt::format("“{}”流失最多:历史同类{}流失率 {};“{}”最少:{}。总体为 {}。", most->name.zh,
                   rows.bare_zh, share_in_words(most->left).zh, least->name.zh, share_in_words(least->left).zh,
                   percent(grouped.left.at))});
}

void add_stake(const Grouped& grouped, const GroupRows& rows, std::vector<Text>& findings) {
  if (!(grouped.stake > 0)) return;
  // Where a desk gains most by its calls: more of the stake than of the customers.
  const auto most = std::ranges::max_element(
      grouped.groups, {}, [&](const Group& group) { return group.stake / grouped.stake - group.share; });
  const double share = most->stake / grouped.stake;
  if (share < kStakeOfNote * most->share) return;
  const auto stake = in_money(most->stake, rows.currency), all = in_money(grouped.stake, rows.currency);
  findings.push_back({fmt::format("For their number most is at stake in \"{}\": if they leave as those before them did, {} of {} in all is "
                                  "lost there, {} of it by {} of the {}.", most->name.en, stake, all, spaced(share, 0),
                                  spaced(most->share, 0), rows.who.en),
                      fmt::format("“{}”风险最集中:若按历史流失率,将损失 {}(总计 {}),即 {} 的损失来自 {} 的{}。",
                                  most->name.zh, stake, all, percent(share, 0), percent(most->share, 0),
                                  rows.bare_zh)});
}

void add_value(const Grouped& grouped, const GroupRows& rows, std::vector<Text>& findings) {
  const auto most = std::ranges::max_element(grouped.groups, {}, [](const Group& group) { return group.value.at; });
  if (!most->value.known || against(most->value, grouped.value) != Against::Above) return;
  const double all = grouped.value.at * static_cast<double>(grouped.today.size());
  findings.push_back({fmt::format("\"{}\" are worth most each, {} against {} of all: {} of the {} hold {} of the value.",
                                  most->name.en, money_in_words(most->value, rows.currency).en,
                                  in_money(grouped.value.at, rows.currency), spaced(most->share, 0), rows.who.en,
                                  spaced(most->worth / all, 0)),
                      fmt::format("“{}”单个价值最高,为 {}(总体 {}):占数量 {},占价值 {}。", most->name.zh,
                                  money_in_words(most->value, rows.currency).zh, in_money(grouped.value.at, rows.currency),
                                  percent(most->share, 0), percent(most->worth / all, 0))});
}

void add_outliers(const Grouped& grouped, bool has_value, Table& table) {
  const auto customers = static_cast<double>(grouped.outliers);
  const auto known = [&](double value) { return cell_of(grouped.left_none.known ? std::optional(value) : std::nullopt); };
  std::vector<Cell> row = {in_none(), known(std::round(grouped.left_none.at * customers))};
  if (has_value) {
    row.push_back(known(grouped.stake_none));
    row.push_back(cell_of(grouped.stake > 0 ? std::optional(grouped.stake_none / grouped.stake) : std::nullopt));
    row.push_back(known(grouped.stake_none / customers));
  }
  row.emplace_back(Text{"Like nobody else: look at them one by one.", "与众不同:宜逐一查看。"});
  table.rows.push_back(std::move(row));
}

}  // namespace

Text in_none() { return {"in none (outliers)", "不属任何群(异常)"}; }

Text share_in_words(const Estimate& estimate) {
  if (!estimate.known) return {"–", "–"};
  return {fmt::format("{} ({:.1f}–{:.1f}\u00a0%)", spaced(estimate.at), 100 * estimate.lower, 100 * estimate.upper),
          fmt::format("{}（{:.1f}–{:.1f}%）", percent(estimate.at), 100 * estimate.lower, 100 * estimate.upper)};
}

Text money_in_words(const Estimate& estimate, const std::string& currency) {
  if (!estimate.known) return {"–", "–"};
  const auto at = in_money(estimate.at, currency), lower = in_money(estimate.lower, currency),
             upper = in_money(estimate.upper, currency);
  return {fmt::format("{} ({}–{})", at, lower, upper), fmt::format("{}（{}–{}）", at, lower, upper)};
}

std::vector<Text> findings_of(const Grouped& grouped, const GroupRows& rows) {
  std::vector<Text> findings;
  add_sizes(grouped, rows, findings);
  if (grouped.groups.size() < 2) {
    if (grouped.left.known) {
      findings.push_back({fmt::format("Of past customers {} left.", share_in_words(grouped.left).en),
                          fmt::format("历史客户流失率为 {}。", share_in_words(grouped.left).zh)});
    }
    return findings;
  }
  add_differences(grouped, rows, findings);
  add_churn(grouped, rows, findings);
  add_stake(grouped, rows, findings);
  add_value(grouped, rows, findings);
  if (grouped.outliers > 0) {
    const auto n = with_thousands(static_cast<std::int64_t>(grouped.outliers));
    Text fare;
    if (grouped.left_none.known) {
      const auto left = share_in_words(grouped.left_none);
      fare = {" Of past ones like them " + left.en + " left.", "其历史流失率为 " + left.zh + "。"};
    }
    findings.push_back({fmt::format("{} {} lie far from all groups and are kept apart as outliers: look at them one by one.{}", n,
                                    rows.who.en,                                    fare.en),
                        fmt::format("{} {}远离所有客户群,单列为异常,宜逐一查看。{}", n, rows.who.zh, fare.zh)});
  }
  if (grouped.is_division()) {
    findings.push_back({"The customers run into each other, without sharp kinds: this is a division for work, the clearest "
                        "of those with groups large enough to act on. Read the groups as tendencies.",
                        "客户之间连续过渡,没有截然分开的类别:此为便于工作的划分,取各可行划分中最清晰者,宜视为倾向。"});
  } else if (grouped.fit < kLooseFit) {
    findings.push_back({fmt::format("The groups run into each other (mean silhouette {:.2f}): read them as tendencies, "
                                    "not as sharp kinds.", grouped.fit),
                        fmt::format("各群边界较模糊(平均轮廓系数 {:.2f}):宜视为倾向,而非截然不同的类别。", grouped.fit)});
  }
  return findings;
}

Table desk_table(const Grouped& grouped, const GroupRows& rows) {
  const bool has_value = grouped.value.known && grouped.left.known;
  Table table{.id = "desk", .title = {"What a desk can do with it", "如何运用"},
              .remark = {"Above or below all: by the 95 % interval, and by a fifth at least. Expected to leave: as many as of past "
                         "ones like them. The group of every customer stands in groups_customers.parquet and in "
                         "the Excel file.",
                         "高于或低于总体:以 95% 区间判断,且相差至少两成。预计流失:按历史同类客户的流失率。每位客户所属群见 "
                         "groups_customers.parquet 及 Excel 文件。"},
              .columns = {{.id = "group", .header = {"Group", "客户群"}},
                          {.id = "leavers", .header = {"Expected to leave", "预计流失"}, .format = Format::Count}}};
  if (has_value) {
    table.columns.push_back({.id = "stake", .header = {"Value at stake", "风险价值"}, .format = Format::Money});
    table.columns.push_back({.id = "stake_share", .header = {"Share of it", "占比"}, .format = Format::Share});
    table.columns.push_back({.id = "stake_each", .header = {"At stake each", rows.is_by_contract ? "件均风险" : "人均风险"}, .format = Format::Money,
                             .hint = {"what keeping one for sure would be worth at most", "确定留住一位的价值上限"}});
  }
  table.columns.push_back({.id = "advice", .header = {"What to do", "建议"}});
  for (const auto& group : grouped.groups) {
    const auto customers = static_cast<double>(group.customers);
    const auto known = [](bool is_known, double value) {
      return cell_of(is_known ? std::optional(value) : std::nullopt);
    };
    std::vector<Cell> row = {group.name, known(group.left.known, std::round(group.left.at * customers))};
    if (has_value) {
      row.push_back(known(group.left.known, group.stake));
      row.push_back(known(group.left.known && grouped.stake > 0, group.stake / grouped.stake));
      row.push_back(known(group.left.known && customers > 0, group.stake / customers));
    }
    row.emplace_back(advice(group, grouped));
    table.rows.push_back(std::move(row));
  }
  if (grouped.outliers > 0) add_outliers(grouped, has_value, table);
  return table;
}

}  // namespace holdfast::analyses
