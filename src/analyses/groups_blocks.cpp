#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "analyses/groups_parts.hpp"

namespace holdfast::analyses {
namespace {

constexpr std::size_t kInputsShown = 12;
constexpr double kFullShade = 1.5;  // Deviations; beyond it all are as far.

Text value_each(const GroupRows& rows) {
  return rows.is_by_contract ? Text{"Value each", "件均价值"} : Text{"Value each", "人均价值"};
}

/// Of past customers or contracts like those of a group.
Text left_remark(const GroupRows& rows) {
  return {fmt::format("of past {} like these, within the outcome window", rows.who.en),
          fmt::format("同类历史{}在观察期内的流失比例", rows.bare_zh)};
}

Table groups_table(const Grouped& grouped, const GroupRows& rows) {
  const bool has_value = grouped.value.known;
  Table table{.id = "groups", .title = {"The groups", "各客户群"},
              .remark = {"Portraits: in what a group differs most from all others, the strongest first. In brackets 95 % "
                         "intervals.",
                         "画像:每群与其他客户差别最大之处,由强到弱。括号内为 95% 区间。"},
              .columns = {{.id = "group", .header = {"Group", "客户群"}},
                          {.id = "customers",
                           .header = rows.is_by_contract ? Text{"Contracts", "合同数"} : Text{"Customers", "客户数"},
                           .format = Format::Count},
                          {.id = "share", .header = {"Share", "占比"}, .format = Format::Share},
                          {.id = "left", .header = {"Left", "流失率"},
                           .hint = left_remark(rows)}}};
  if (has_value) {
    table.columns.push_back({.id = "value", .header = value_each(rows), .hint = {"value at risk", "在险价值"}});
  }
  table.columns.push_back({.id = "portrait", .header = {"Portrait", "画像"}});
  for (const auto& group : grouped.groups) {
    std::vector<Cell> row = {group.name, static_cast<double>(group.customers), group.share, share_in_words(group.left)};
    if (has_value) row.emplace_back(money_in_words(group.value, rows.currency));
    row.emplace_back(group.sentence);
    table.rows.push_back(std::move(row));
  }
  if (grouped.outliers > 0) {
    std::vector<Cell> row = {in_none(), static_cast<double>(grouped.outliers),
                             static_cast<double>(grouped.outliers) / static_cast<double>(grouped.today.size()),
                             share_in_words(grouped.left_none)};
    if (has_value) row.emplace_back(money_in_words(grouped.value_none, rows.currency));
    row.emplace_back(Text{"far from all groups", "与各群均相距甚远"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// The same as numbers, for those who go on with them.
Table figures_table(const Grouped& grouped, const GroupRows& rows) {
  Table table{.id = "figures", .title = {"Figures of the groups", "各群数据"}, .remark = {},
              .columns = {{.id = "group", .header = {"Group", "客户群"}},
                          {.id = "left", .header = {"Left", "流失率"}, .format = Format::Share},
                          {.id = "left_from", .header = {"from", "下限"}, .format = Format::Share},
                          {.id = "left_to", .header = {"to", "上限"}, .format = Format::Share},
                          {.id = "left_factor", .header = {"Against all", "与全体之比"}, .format = Format::Factor},
                          {.id = "value", .header = value_each(rows), .format = Format::Money},
                          {.id = "value_from", .header = {"from", "下限"}, .format = Format::Money},
                          {.id = "value_to", .header = {"to", "上限"}, .format = Format::Money},
                          {.id = "fit", .header = {"Fit", "契合度"},
                           .hint = {"mean silhouette: 1 far from all other groups, 0 on the border",
                                    "平均轮廓系数:1 表示与其他群相距甚远,0 表示位于边界"}}}};
  const auto add = [](std::vector<Cell>& row, const Estimate& estimate) {
    for (const double value : {estimate.at, estimate.lower, estimate.upper}) {
      row.push_back(cell_of(estimate.known ? std::optional(value) : std::nullopt));
    }
  };
  for (const auto& group : grouped.groups) {
    std::vector<Cell> row = {group.name};
    add(row, group.left);
    const bool has_factor = group.left.known && grouped.left.at > 0;
    row.push_back(cell_of(has_factor ? std::optional(group.left.at / grouped.left.at) : std::nullopt));
    add(row, group.value);
    row.emplace_back(group.fit);
    table.rows.push_back(std::move(row));
  }
  return table;
}

const grouping::Trait& trait_of(const Grouped& grouped, std::size_t group, std::size_t input) {
  const auto& traits = grouped.portrayed.portraits.traits[group];
  return *std::ranges::find(traits, input, &grouping::Trait::input);
}

Table inputs_table(const Grouped& grouped, const GroupRows& rows) {
  Table table{.id = "inputs", .title = {"Groups by input", "各群的输入特征"},
              .remark = {"Means of numbers; of categories the one a group has most beyond the others.",
                         "数值为均值;类别为该群较其他客户突出的取值及占比。"},
              .columns = {{.id = "input", .header = {"Input", "输入"}},
                          {.id = "importance", .header = {"Importance", "重要性"},
                           .hint = {"0 to 1: how much it sets the groups apart", "0 到 1:区分各群的程度"}}}};
  for (std::size_t k = 0; k < grouped.groups.size(); ++k) {
    const auto number = std::to_string(k + 1);
    table.columns.push_back({.id = "group_" + number, .header = {number, number}});
  }
  for (const auto input : grouped.portrayed.order) {
    std::vector<Cell> row = {rows.words[input].label, grouped.portrayed.portraits.importance[input]};
    for (std::size_t k = 0; k < grouped.groups.size(); ++k) {
      row.emplace_back(value_of_trait(rows, grouped.portrayed, trait_of(grouped, k, input)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// The level by which the groups differ most.
std::size_t level_between(const Grouped& grouped, std::size_t input) {
  std::size_t best = 0;
  double most = -1;
  const auto levels = trait_of(grouped, 0, input).share.size();
  for (std::size_t l = 0; l < levels; ++l) {
    double least_share = 1, most_share = 0;
    for (std::size_t k = 0; k < grouped.groups.size(); ++k) {
      const double share = trait_of(grouped, k, input).share[l];
      least_share = std::min(least_share, share);
      most_share = std::max(most_share, share);
    }
    if (most_share - least_share > most) most = most_share - least_share, best = l;
  }
  return best;
}

/// A group's difference from all others in deviations of all.
double deviations(const grouping::Trait& trait, bool is_category, std::size_t level) {
  if (trait.present == 0) return std::numeric_limits<double>::quiet_NaN();
  if (!is_category) return trait.deviation > 0 ? (trait.mean - trait.others_mean) / trait.deviation : 0;
  const double all = trait.present + trait.others_present;
  const double p = (trait.share[level] * trait.present + trait.others_share[level] * trait.others_present) / all;
  const double deviation = std::sqrt(p * (1 - p));
  return deviation > 0 ? (trait.share[level] - trait.others_share[level]) / deviation : 0;
}

HeatMap differences_map(const Grouped& grouped, const GroupRows& rows) {
  HeatMap map{.id = "differences", .title = {"Groups against all others", "各群与其他客户的差别"},
              .remark = {"Orange: more than the others; blue: less; the stronger the farther apart. In the cells means, and "
                         "shares of those with the value named.",
                         "橙色为高于其他客户,蓝色为低于;颜色越深差别越大。格内为均值,或具有该取值者的占比。"},
              .rows = {}, .columns = {}, .values = {}, .is_diverging = true, .full_shade = kFullShade};
  for (std::size_t k = 0; k < grouped.groups.size(); ++k) map.columns.push_back(grouped.groups[k].name);
  for (const auto input : grouped.portrayed.order) {
    if (map.rows.size() == kInputsShown) break;
    const bool is_category = !rows.categories[input].empty();
    const auto level = is_category ? level_between(grouped, input) : 0;
    auto words = rows.words[input].label;
    if (is_category) {
      const auto name = level_name(rows, input, level);
      words = {words.en + ": " + name.en, words.zh + "：" + name.zh};
    }
    std::vector<double> values;
    std::vector<Text> shown;
    for (std::size_t k = 0; k < grouped.groups.size(); ++k) {
      const auto& trait = trait_of(grouped, k, input);
      values.push_back(deviations(trait, is_category, level));
      if (trait.present == 0) shown.push_back({"–", "–"});
      else if (is_category) shown.push_back(percent_of(trait.share[level]));
      else shown.push_back(mean_in_words(rows, grouped.portrayed, input, trait.mean));
    }
    map.rows.push_back(std::move(words));
    map.values.push_back(std::move(values));
    map.shown.push_back(std::move(shown));
  }
  return map;
}

BarChart importance_chart(const Grouped& grouped, const GroupRows& rows) {
  BarChart chart{.id = "importance", .title = {"What sets the groups apart", "区分各群的因素"},
                 .remark = {"0 to 1: correlation ratio of numbers, Cramér's V of categories.",
                            "0 到 1:数值为相关比,类别为 Cramér V。"},
                 .bars = {}};
  for (const auto input : grouped.portrayed.order) {
    if (chart.bars.size() == kInputsShown) break;
    chart.bars.push_back({rows.words[input].label, grouped.portrayed.portraits.importance[input], {}, {}});
  }
  return chart;
}

/// Groups beside all, with intervals.
BarChart estimates_chart(const Grouped& grouped, BarChart chart, Estimate Group::* what, const Estimate& all) {
  const auto add = [&](const Text& label, const Estimate& estimate) {
    if (estimate.known) chart.bars.push_back({label, estimate.at, estimate.lower, estimate.upper});
  };
  for (const auto& group : grouped.groups) add(group.name, group.*what);
  add({"all", "总体"}, all);
  return chart;
}

BarChart left_chart(const Grouped& grouped, const GroupRows& rows) {
  const Text rows_of_one = rows.is_by_contract ? Text{"those", "多份合同"} : Text{"rows", "多条记录"};
  const Text remark = {fmt::format("Of past {} like these, with 95 % intervals; {} of one customer count together.",
                                   rows.who.en, rows_of_one.en),
                       fmt::format("同类历史{}的流失率及 95% 区间;同一客户的{}合并计算。", rows.bare_zh,
                                   rows_of_one.zh)};
  return estimates_chart(grouped,
                         {.id = "left", .title = {"Share that left, by group", "各群流失率"}, .remark = remark,
                          .format = Format::Share, .bars = {}},
                         &Group::left, grouped.left);
}

BarChart value_chart(const Grouped& grouped, const GroupRows& rows) {
  return estimates_chart(grouped,
                         {.id = "value", .title = {"Value each, by group", "各群" + value_each(rows).zh},
                          .remark = {fmt::format("Mean of today's {}, with 95 % intervals.", rows.who.en),
                                     fmt::format("当前{}均值及 95% 区间。", rows.bare_zh)},
                          .format = Format::Money, .bars = {}},
                         &Group::value, grouped.value);
}

Text lead_of(const Grouped& grouped, std::string_view choice) {
  if (choice == "asked") return {"The study asks for this number.", "群组数由方案指定。"};
  if (grouped.model.model_id != "two_step") {
    return {"Of the numbers without a group too small, the silhouette is largest at the one chosen.",
            "在没有过小群组的各群组数中,所选者轮廓系数最大。"};
  }
  if (choice == "division") {
    return {"The criterion finds no kinds of use: too few, or one of nearly all customers beside crumbs. So, as SPSS does, "
            "the customers are divided without leaning to large groups, groups below the least size are given up, and of "
            "the divisions within the bounds that of the largest drop in distance is taken (of two as clear, that into "
            "more groups).",
            "按准则没有可用的类别:群数过少,或绝大多数客户同属一群而其余为零星小群。故如 SPSS,不偏向大群地划分,"
            "小于最小占比的群予以撤并,并在界内取距离之比最大者(相近时取群数较多者)。"};
  }
  return {"The criterion is least at the number chosen; where it falls to the end, the largest drop in distance decides.",
          "所选群组数处准则最小;若准则一直下降,则取距离之比最大者。"};
}

/// "kinds", "division", "asked"; kinds where the model does not say.
std::string choice_of(const FittedModel& model) {
  const auto found = std::ranges::find(model.tables, "choice", &ReportTable::id);
  if (found == model.tables.end() || found->rows.empty()) return "kinds";
  const auto* word = std::get_if<std::string>(&found->rows[0][0]);
  return word == nullptr ? "kinds" : *word;
}

}  // namespace

bool Grouped::is_division() const { return choice_of(model) == "division"; }

Section groups_section(const Grouped& grouped, const GroupRows& rows) {
  Section section{.id = "groups_" + grouped.model.model_id,
                  .title = {"Who is alike: " + grouped.name.en, "客户分群：" + grouped.name.zh},
                  .lead = {},
                  .blocks = {groups_table(grouped, rows)}};
  if (grouped.groups.size() < 2) return section;
  section.blocks.emplace_back(differences_map(grouped, rows));
  section.blocks.emplace_back(left_chart(grouped, rows));
  section.blocks.emplace_back(value_chart(grouped, rows));
  section.blocks.emplace_back(desk_table(grouped, rows));
  section.blocks.emplace_back(importance_chart(grouped, rows));
  section.blocks.emplace_back(inputs_table(grouped, rows));
  section.blocks.emplace_back(figures_table(grouped, rows));
  return section;
}

Section number_section(const Grouped& grouped) {
  const auto& steps = grouped.model.tables.front();
  Section section{.id = "number_" + grouped.model.model_id,
                  .title = {"How many groups: " + grouped.name.en, "群组数的确定：" + grouped.name.zh},
                  .lead = lead_of(grouped, choice_of(grouped.model)), .blocks = {}};
  Table table{.id = "steps", .title = steps.title, .remark = {}, .columns = {}, .rows = {}};
  LineChart chart{.id = "steps_chart", .title = steps.headers[1], .remark = {}, .x_label = steps.headers[0],
                  .y_label = steps.headers[1], .x_format = Format::Count, .places = {}, .series = {}};
  LineChart::Series series{.name = steps.headers[1], .x = {}, .y = {}, .lower = {}, .upper = {}};
  for (std::size_t c = 0; c < steps.columns.size(); ++c) {
    const bool is_share = steps.columns[c] == "smallest" || steps.columns[c] == "largest";
    table.columns.push_back({.id = steps.columns[c], .header = steps.headers[c],
                             .format = c == 0 ? Format::Count : is_share ? Format::Share : Format::Number});
  }
  for (std::size_t r = 0; r < steps.rows.size(); ++r) {
    const auto& row = steps.rows[r];
    auto& cells = table.rows.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c) {
      // One group has no two nearest, and beyond the last nothing was tried.
      const auto& id = steps.columns[c];
      const bool is_none = (r == 0 && (id == "distance" || id == "distance_ratio")) ||
                           (r + 1 == steps.rows.size() && (id == "change" || id == "change_ratio"));
      cells.push_back(cell_of(is_none ? std::nullopt : std::optional(std::get<double>(row[c]))));
    }
    series.x.push_back(std::get<double>(row[0]));
    series.y.push_back(std::get<double>(row[1]));
  }
  chart.series = {std::move(series)};
  if (table.rows.size() > 1) section.blocks.emplace_back(std::move(chart));
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace holdfast::analyses
