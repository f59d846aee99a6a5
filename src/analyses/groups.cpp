#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "analyses/analyses.hpp"
#include "analyses/groups_words.hpp"
#include "core/text.hpp"
#include "models/grouping_task.hpp"

namespace holdfast::analyses {
namespace {

constexpr std::size_t kInputsShown = 15;
constexpr double kLooseFit = 0.25;

/// A model's groups of today's customers.
struct Grouped {
  FittedModel model;
  Text name;  // Of the model.
  std::vector<forms::NearestCluster> today;
  std::vector<std::int32_t> label;
  std::vector<Group> groups;
  Portrayed portrayed;
  std::size_t outliers = 0;
  double left = 0;  // Of all past rows.
};

std::vector<double> left_by_group(const Grouped& grouped, const GroupRows& rows) {
  const std::size_t groups = outputs_count(grouped.model);
  std::vector<double> left(groups), all(groups);
  const auto past = models::groups_of(grouped.model, rows.past.view());
  for (std::size_t r = 0; r < past.size(); ++r) {
    if (past[r].cluster < 0) continue;
    const auto k = static_cast<std::size_t>(past[r].cluster);
    all[k] += 1;
    left[k] += rows.left[r];
  }
  for (std::size_t k = 0; k < groups; ++k) left[k] = all[k] > 0 ? left[k] / all[k] : NAN;
  return left;
}

Result<void> tell(Grouped& grouped, const GroupRows& rows) {
  const std::size_t groups = outputs_count(grouped.model);
  grouped.groups.resize(groups);
  for (std::size_t r = 0; r < grouped.today.size(); ++r) {
    const auto& near = grouped.today[r];
    grouped.label.push_back(near.cluster);
    if (near.cluster < 0) {
      ++grouped.outliers;
      continue;
    }
    auto& group = grouped.groups[static_cast<std::size_t>(near.cluster)];
    ++group.customers;
    group.fit += near.fit;
    if (!rows.value.empty()) group.value += rows.value[r];
  }
  HOLDFAST_TRY(grouped.portrayed, portrayed(rows, grouped.label, groups));
  const auto left = left_by_group(grouped, rows);
  for (std::size_t k = 0; k < groups; ++k) {
    auto& group = grouped.groups[k];
    const auto customers = static_cast<double>(group.customers);
    group.name = name_of_group(rows, grouped.portrayed, k);
    group.sentence = sentence_of_group(rows, grouped.portrayed, k);
    group.share = customers / static_cast<double>(grouped.today.size());
    group.left = left[k];
    group.value = rows.value.empty() || group.customers == 0 ? NAN : group.value / customers;
    group.fit = group.customers == 0 ? 0 : group.fit / customers;
  }
  double all = 0;
  for (const auto y : rows.left) all += y;
  grouped.left = rows.left.empty() ? NAN : all / static_cast<double>(rows.left.size());
  return {};
}

Result<Grouped> grouped_by(const study::ModelSpec& spec, const GroupRows& rows, std::uint64_t seed,
                           Progress& progress) {
  HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
  HOLDFAST_TRY(const auto parameters, checked_parameters(*descriptor, spec.parameters));
  Grouped grouped{.name = descriptor->name};
  const GroupingTask task{.train = rows.today.view(), .seed = seed};
  HOLDFAST_TRY(grouped.model, descriptor->fit_grouping(task, parameters, progress));
  grouped.today = models::groups_of(grouped.model, rows.today.view());
  HOLDFAST_TRY_VOID(tell(grouped, rows));
  return grouped;
}

Cell number_or_dash(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }

Table groups_table(const Grouped& grouped) {
  Table table{.id = "groups", .title = {"The groups", "各客户群"}, .remark = {},
              .columns = {{.id = "group", .header = {"Group", "客户群"}},
                          {.id = "customers", .header = {"Customers", "客户数"}, .format = Format::Count},
                          {.id = "share", .header = {"Share", "占比"}, .format = Format::Share},
                          {.id = "left", .header = {"Left", "流失率"}, .format = Format::Share,
                           .hint = {"of past customers like these, within the outcome window",
                                    "同类历史客户在观察期内的流失比例"}},
                          {.id = "left_factor", .header = {"Against all", "与全体之比"}, .format = Format::Factor},
                          {.id = "value", .header = {"Value each", "人均价值"}, .format = Format::Money,
                           .hint = {"value at risk", "在险价值"}},
                          {.id = "fit", .header = {"Fit", "契合度"},
                           .hint = {"mean silhouette: 1 far from all other groups, 0 on the border",
                                    "平均轮廓系数:1 表示与其他群相距甚远,0 表示位于边界"}}}};
  for (const auto& group : grouped.groups) {
    table.rows.push_back({group.name, static_cast<double>(group.customers), group.share, number_or_dash(group.left),
                          number_or_dash(grouped.left > 0 ? group.left / grouped.left : NAN),
                          number_or_dash(group.value), group.fit});
  }
  if (grouped.outliers > 0) {
    table.rows.push_back({Text{"in none (outliers)", "不属任何群(异常)"}, static_cast<double>(grouped.outliers),
                          static_cast<double>(grouped.outliers) / static_cast<double>(grouped.today.size()), Cell(),
                          Cell(), Cell(), Cell()});
  }
  return table;
}

Table words_table(const Grouped& grouped) {
  Table table{.id = "portraits", .title = {"Portraits", "画像"},
              .remark = {"In what each group differs most from all other customers, the strongest first.",
                         "每群与其他客户差别最大之处,由强到弱。"},
              .columns = {{.id = "group", .header = {"Group", "客户群"}},
                          {.id = "portrait", .header = {"Against the others", "与其他客户相比"}}}};
  for (const auto& group : grouped.groups) table.rows.push_back({group.name, group.sentence});
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
    std::vector<Cell> row = {rows.words[input], grouped.portrayed.portraits.importance[input]};
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

HeatMap differences_map(const Grouped& grouped, const GroupRows& rows) {
  HeatMap map{.id = "differences", .title = {"Groups against all others", "各群与其他客户的差别"},
              .remark = {"Difference from all other customers in standard deviations: above 0 more, below 0 less.",
                         "与其他客户之差(以标准差计):大于 0 为偏高,小于 0 为偏低。"},
              .rows = {}, .columns = {}, .values = {}, .is_diverging = true};
  for (std::size_t k = 0; k < grouped.groups.size(); ++k) map.columns.push_back(grouped.groups[k].name);
  for (const auto input : grouped.portrayed.order) {
    if (map.rows.size() == kInputsShown) break;
    const bool is_category = !rows.categories[input].empty();
    const auto level = is_category ? level_between(grouped, input) : 0;
    auto words = rows.words[input];
    if (is_category) {
      words.en += " = " + rows.categories[input][level];
      words.zh += "=" + rows.categories[input][level];
    }
    std::vector<double> values;
    for (std::size_t k = 0; k < grouped.groups.size(); ++k) {
      const auto& trait = trait_of(grouped, k, input);
      if (!is_category) {
        values.push_back(trait.deviation > 0 ? (trait.mean - trait.others_mean) / trait.deviation : 0);
        continue;
      }
      const double all = trait.present + trait.others_present;
      const double p = (trait.share[level] * trait.present + trait.others_share[level] * trait.others_present) / all;
      const double deviation = std::sqrt(p * (1 - p));
      values.push_back(deviation > 0 ? (trait.share[level] - trait.others_share[level]) / deviation : 0);
    }
    map.rows.push_back(std::move(words));
    map.values.push_back(std::move(values));
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
    chart.bars.push_back({rows.words[input], grouped.portrayed.portraits.importance[input], {}, {}});
  }
  return chart;
}

/// How the number of groups was found, as the model says.
Section number_section(const Grouped& grouped) {
  const auto& steps = grouped.model.tables.front();
  Section section{.id = "number_" + grouped.model.model_id,
                  .title = {"How many groups: " + grouped.name.en, "群组数的确定：" + grouped.name.zh},
                  .lead = {}, .blocks = {}};
  const bool is_two_step = grouped.model.model_id == "two_step";
  section.lead = is_two_step
                     ? Text{"The criterion is least at the number chosen; where it falls to the end, the largest drop in "
                            "distance decides.",
                            "所选群组数处准则最小;若准则一直下降,则取距离之比最大者。"}
                     : Text{"The silhouette is largest at the number chosen.", "所选群组数处轮廓系数最大。"};
  Table table{.id = "steps", .title = steps.title, .remark = {}, .columns = {}, .rows = {}};
  LineChart chart{.id = "steps_chart", .title = steps.headers[1], .remark = {}, .x_label = steps.headers[0],
                  .y_label = steps.headers[1], .x_format = Format::Count, .places = {}, .series = {}};
  LineChart::Series series{.name = steps.headers[1], .x = {}, .y = {}, .lower = {}, .upper = {}};
  for (std::size_t c = 0; c < steps.columns.size(); ++c) {
    table.columns.push_back({.id = steps.columns[c], .header = steps.headers[c],
                             .format = c == 0 ? Format::Count : Format::Number});
  }
  for (const auto& row : steps.rows) {
    auto& cells = table.rows.emplace_back();
    for (const auto& cell : row) cells.emplace_back(std::get<double>(cell));
    series.x.push_back(std::get<double>(row[0]));
    series.y.push_back(std::get<double>(row[1]));
  }
  chart.series = {std::move(series)};
  if (table.rows.size() > 1) section.blocks.emplace_back(std::move(chart));
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section groups_section(const Grouped& grouped, const GroupRows& rows) {
  return {.id = "groups_" + grouped.model.model_id,
          .title = {"Who is alike: " + grouped.name.en, "客户分群：" + grouped.name.zh},
          .lead = {},
          .blocks = {groups_table(grouped), words_table(grouped), differences_map(grouped, rows),
                     importance_chart(grouped, rows), inputs_table(grouped, rows)}};
}

void add_sizes(const Grouped& grouped, std::vector<Text>& findings) {
  const auto& groups = grouped.groups;
  const auto [least, most] = std::ranges::minmax_element(groups, {}, &Group::customers);
  const auto customers = static_cast<std::int64_t>(grouped.today.size());
  if (groups.size() == 1) {
    findings.push_back({fmt::format("Today's {} customers are of one kind: no division into groups explains more "
                                    "than it takes to describe it.", with_thousands(customers)),
                        fmt::format("当前 {} 位客户属同一类:任何划分都不足以说明问题。", with_thousands(customers))});
    return;
  }
  findings.push_back(
      {fmt::format("Today's {} customers fall into {} groups, from {:.0f} % (\"{}\") down to {:.1f} % (\"{}\").",
                   with_thousands(customers), groups.size(), 100 * most->share, most->name.en, 100 * least->share,
                   least->name.en),
       fmt::format("当前 {} 位客户分为 {} 群,最大者占 {:.0f}%(“{}”),最小者占 {:.1f}%(“{}”)。",
                   with_thousands(customers), groups.size(), 100 * most->share, most->name.zh, 100 * least->share,
                   least->name.zh)});
}

void add_churn(const Grouped& grouped, std::vector<Text>& findings) {
  const Group* most = nullptr;
  const Group* least = nullptr;
  for (const auto& group : grouped.groups) {
    if (!std::isfinite(group.left)) continue;
    if (most == nullptr || group.left > most->left) most = &group;
    if (least == nullptr || group.left < least->left) least = &group;
  }
  if (most == least) return;
  findings.push_back(
      {fmt::format("Of past customers like group \"{}\" {:.1f} % left, of those like \"{}\" {:.1f} %; of all {:.1f} %.",
                   most->name.en, 100 * most->left, least->name.en, 100 * least->left, 100 * grouped.left),
       fmt::format("历史上与“{}”同类的客户流失率为 {:.1f}%,与“{}”同类的为 {:.1f}%;全体为 {:.1f}%。", most->name.zh,
                   100 * most->left, least->name.zh, 100 * least->left, 100 * grouped.left)});
}

void add_value(const Grouped& grouped, std::vector<Text>& findings) {
  double all = 0;
  const Group* most = nullptr;
  for (const auto& group : grouped.groups) {
    if (!std::isfinite(group.value)) continue;
    all += group.value * static_cast<double>(group.customers);
    if (most == nullptr || group.value > most->value) most = &group;
  }
  if (most == nullptr || grouped.groups.size() < 2 || !(all > 0)) return;
  const double share = most->value * static_cast<double>(most->customers) / all;
  findings.push_back({fmt::format("Group \"{}\" is worth most a customer: {:.0f} % of the customers hold {:.0f} % of the "
                                  "value.", most->name.en, 100 * most->share, 100 * share),
                      fmt::format("“{}”人均价值最高:{:.0f}% 的客户占有 {:.0f}% 的价值。", most->name.zh,
                                  100 * most->share, 100 * share)});
}

std::vector<Text> findings_of(const Grouped& grouped, const GroupRows& rows) {
  std::vector<Text> findings;
  add_sizes(grouped, findings);
  if (grouped.groups.size() < 2) return findings;
  std::vector<std::string> en, zh;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, grouped.portrayed.order.size()); ++i) {
    en.push_back(rows.words[grouped.portrayed.order[i]].en);
    zh.push_back(rows.words[grouped.portrayed.order[i]].zh);
  }
  findings.push_back({"They differ most in: " + join(en, "; ") + ".", "各群差别最大之处:" + join(zh, ";") + "。"});
  add_churn(grouped, findings);
  add_value(grouped, findings);
  double fit = 0;
  for (const auto& group : grouped.groups) fit += group.share * group.fit;
  if (fit < kLooseFit) {
    findings.push_back({fmt::format("The groups run into each other (mean silhouette {:.2f}): read them as tendencies, "
                                    "not as sharp kinds.", fit),
                        fmt::format("各群边界较模糊(平均轮廓系数 {:.2f}):宜视为倾向,而非截然不同的类别。", fit)});
  }
  return findings;
}

Result<CustomerColumns> customers_of(const Inputs& inputs, const Grouped& grouped, Progress& progress) {
  HOLDFAST_TRY(const auto* today, inputs.today(progress));
  CustomerColumns out;
  const bool has_contracts = today->contract_keys.size() > 1;
  CustomerColumns::Column number{.id = "group", .header = {"Group", "客户群"}, .format = Format::Count, .values = {}};
  CustomerColumns::Column name{.id = "group_name", .header = {"Group in words", "客户群描述"}, .values = {}, .texts = {}};
  CustomerColumns::Column distance{.id = "distance", .header = {"Distance from its group", "与所属群的距离"}, .values = {}};
  CustomerColumns::Column fit{.id = "fit", .header = {"Fit", "契合度"}, .values = {}};
  CustomerColumns::Column outlier{.id = "is_outlier", .header = {"Outlier", "异常"}, .format = Format::Count, .values = {}};
  for (std::size_t r = 0; r < today->rows; ++r) {
    out.customer_keys.push_back(today->customer_keys[today->customer[r]]);
    if (has_contracts) out.contract_keys.push_back(today->contract_keys[today->contract[r]]);
    const auto& near = grouped.today[r];
    const bool is_in = near.cluster >= 0;
    number.values.push_back(is_in ? static_cast<double>(near.cluster + 1) : NAN);
    name.texts.push_back(is_in ? grouped.groups[static_cast<std::size_t>(near.cluster)].name
                               : Text{"in none", "不属任何群"});
    distance.values.push_back(near.distance);
    fit.values.push_back(near.fit);
    outlier.values.push_back(is_in ? 0.0 : 1.0);
  }
  out.columns = {std::move(number), std::move(name), std::move(distance), std::move(fit), std::move(outlier)};
  return out;
}

Result<Analysis> analyse_groups(const Inputs& inputs, Progress& progress) {
  HOLDFAST_TRY(const auto rows, group_rows(inputs, progress));
  const auto& spec = inputs.study().analyses.groups;
  std::vector<study::ModelSpec> models = {{.id = "two_step"}};
  if (spec && !spec->models.empty()) models = spec->models;
  Analysis analysis{.id = "groups", .title = {"Who is alike", "客户分群"}};
  analysis.notes = rows.notes;
  std::vector<Section> numbers;
  for (const auto& one : models) {
    HOLDFAST_TRY(auto grouped, grouped_by(one, rows, inputs.study().seed, progress));
    if (analysis.models.empty()) {
      analysis.findings = findings_of(grouped, rows);
      HOLDFAST_TRY(analysis.customers, customers_of(inputs, grouped, progress));
    }
    analysis.sections.push_back(groups_section(grouped, rows));
    numbers.push_back(number_section(grouped));
    for (const auto& note : grouped.model.notes) analysis.notes.push_back(note);
    analysis.models.push_back(std::move(grouped.model));
  }
  std::ranges::move(numbers, std::back_inserter(analysis.sections));
  return analysis;
}

}  // namespace

extern const Descriptor kGroups;
const Descriptor kGroups{"groups", "which customers are alike, what sets the groups apart, how each fares",
                         "哪些客户彼此相似,各群差别何在,流失与价值如何",
                         [](const study::AnalysisSpecs& specs) { return specs.groups.has_value(); }, analyse_groups};

}  // namespace holdfast::analyses
