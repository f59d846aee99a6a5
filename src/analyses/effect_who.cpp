// For whom the treatment works, whom to treat, and what to expect of each customer.

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "analyses/effect_say.hpp"
#include "analyses/figures.hpp"
#include "core/text.hpp"
#include "models/effect_task.hpp"

namespace holdfast::analyses {
namespace {

constexpr std::size_t kRowsExplained = 300;
constexpr std::size_t kInputsShown = 10;
constexpr std::size_t kInputsGrouped = 3;
constexpr std::size_t kGroupsMax = 6;
constexpr std::size_t kTenths = 10;
constexpr int kCurveSteps = 20;
constexpr double kPerThousand = 1000;

struct Input {
  std::size_t feature = 0;  // Of the matrix.
  Text name;
  double share = 0;         // In all that moves the estimated effect.
};

/// The inputs that move the best model's estimate most.
std::vector<Input> strongest_inputs(const EffectFindings& found) {
  const auto& model = found.models.front().model;
  std::vector<std::uint32_t> some;
  const auto step = std::max<std::size_t>(1, found.rows.test.size() / kRowsExplained);
  for (std::size_t i = 0; i < found.rows.test.size(); i += step) some.push_back(found.rows.test[i]);
  const auto frame = dataset::Frame::gather(found.data, some);
  const auto parts = contributions(model, inputs_of(frame, found.rows));
  const std::size_t width = model.column_names.size() + 1;
  std::vector<Input> inputs;
  double total = 0;
  for (std::size_t c = 0; c + 1 < width; ++c) {
    const auto& features = found.data.matrix.features;
    const auto at = std::ranges::find(features, model.column_names[c], &features::FeatureInfo::name);
    Input input{.feature = static_cast<std::size_t>(at - features.begin()), .name = found.inputs.words_of(*at)};
    for (std::size_t r = 0; r < some.size(); ++r) input.share += std::abs(parts[r * width + c]);
    total += input.share;
    inputs.push_back(std::move(input));
  }
  for (auto& input : inputs) input.share /= total > 0 ? total : 1;
  std::ranges::stable_sort(inputs, std::greater{}, &Input::share);
  return inputs;
}

/// Customers by a column's values: the most frequent ones, or ranges of a number.
struct Groups {
  std::vector<std::string> names;
  std::vector<std::int32_t> of_row;  // [rows]
};

Groups by_category(const features::FeatureColumn& column, const std::vector<std::uint32_t>& rows) {
  std::map<std::uint32_t, std::size_t> counts;
  for (const auto row : rows) {
    if (column.valid[row] != 0) ++counts[column.codes[row]];
  }
  std::vector<std::pair<std::uint32_t, std::size_t>> order(counts.begin(), counts.end());
  std::ranges::stable_sort(order, std::greater{}, &std::pair<std::uint32_t, std::size_t>::second);
  if (order.size() > kGroupsMax) order.resize(kGroupsMax);
  Groups groups;
  std::map<std::uint32_t, std::int32_t> place;
  for (const auto& [code, count] : order) {
    place[code] = static_cast<std::int32_t>(groups.names.size());
    groups.names.push_back(column.categories[code]);
  }
  groups.names.emplace_back("(other)");
  for (const auto row : rows) {
    const auto at = column.valid[row] != 0 ? place.find(column.codes[row]) : place.end();
    groups.of_row.push_back(at != place.end() ? at->second : static_cast<std::int32_t>(groups.names.size()) - 1);
  }
  return groups;
}

Groups by_number(const features::FeatureColumn& column, const std::vector<std::uint32_t>& rows) {
  std::vector<double> known;
  for (const auto row : rows) {
    if (column.valid[row] != 0) known.push_back(column.values[row]);
  }
  std::ranges::sort(known);
  auto distinct = known;
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  std::vector<double> uppers = distinct;  // Each group holds values up to its upper.
  const bool is_each = distinct.size() <= kGroupsMax;
  if (!is_each) {
    uppers.clear();
    for (const std::size_t quarter : {1U, 2U, 3U, 4U}) {
      uppers.push_back(known[std::min(known.size() - 1, quarter * known.size() / 4)]);
    }
    uppers.back() = known.back();
    uppers.erase(std::ranges::unique(uppers).begin(), uppers.end());
  }
  Groups groups;
  for (std::size_t g = 0; g < uppers.size(); ++g) {
    const auto from = g == 0 ? known.front() : *std::ranges::upper_bound(distinct, uppers[g - 1]);
    groups.names.push_back(from == uppers[g] ? brief(from) : brief(from) + " – " + brief(uppers[g]));
  }
  groups.names.emplace_back("(missing)");
  for (const auto row : rows) {
    const auto at = std::ranges::lower_bound(uppers, column.values[row]) - uppers.begin();
    groups.of_row.push_back(static_cast<std::int32_t>(column.valid[row] != 0 ? static_cast<std::size_t>(at) : uppers.size()));
  }
  return groups;
}

Result<std::vector<effect::GroupEffect>> observed_by(const EffectFindings& found, const Input& input) {
  const auto rows = found.rows.all();
  const auto& column = found.data.matrix.columns[input.feature];
  const auto groups = found.data.matrix.features[input.feature].is_category ? by_category(column, rows)
                                                                            : by_number(column, rows);
  const auto outcome = found.rows.outcomes_of(rows);
  const auto treated = found.rows.treated_of(rows);
  return effect::group_effects({outcome, treated}, groups.of_row, groups.names);
}

Table groups_table() {
  return {.id = "groups", .title = {"Effect by group, as observed", "各客户群的实际效果"},
          .remark = {"All rows of the trial. Of twenty intervals one misses the truth; read large groups first.",
                     "全部试验客户。二十个区间中平均有一个不含真值;请先看人数多的群体。"},
          .columns = {{.id = "input", .header = {"Input", "输入"}},
                      {.id = "group", .header = {"Group", "群体"}},
                      {.id = "rows", .header = {"Customers", "客户数"}, .format = Format::Count},
                      {.id = "treated_rate", .header = {"Rate, treated", "处理组达成率"}, .format = Format::Share},
                      {.id = "control_rate", .header = {"Rate, control", "对照组达成率"}, .format = Format::Share},
                      {.id = "effect", .header = {"Effect", "效果"}, .format = Format::Share},
                      {.id = "lower", .header = {"95 % from", "95% 下限"}, .format = Format::Share},
                      {.id = "upper", .header = {"to", "上限"}, .format = Format::Share}}};
}

/// The strongest input whose best and worst group do not overlap.
void say_groups(const Input& input, const std::vector<effect::GroupEffect>& groups, std::vector<Text>& findings) {
  const effect::GroupEffect *most = nullptr, *least = nullptr;
  for (const auto& group : groups) {
    if (!group.effect) continue;
    if (most == nullptr || group.effect->effect > most->effect->effect) most = &group;
    if (least == nullptr || group.effect->effect < least->effect->effect) least = &group;
  }
  if (most == nullptr || most == least || most->effect->lower <= least->effect->upper) return;
  findings.push_back(
      {fmt::format("It works best where “{}” is {} ({} points) and least where it is {} ({} points).", input.name.en,
                   most->group, in_points(most->effect->effect), least->group, in_points(least->effect->effect)),
       fmt::format("“{}”为 {} 时最有效（{} 个百分点），为 {} 时最弱（{} 个百分点）。", input.name.zh, most->group,
                   in_points(most->effect->effect), least->group, in_points(least->effect->effect))});
}

BarChart groups_chart(const Input& input, const std::vector<effect::GroupEffect>& groups) {
  BarChart chart{.id = "strongest", .title = {"Effect by " + input.name.en, "按“" + input.name.zh + "”的效果"},
                 .remark = {"As observed, with 95 % intervals.", "实际效果,含 95% 区间。"}, .format = Format::Share, .bars = {}};
  for (const auto& group : groups) {
    if (!group.effect) continue;
    chart.bars.push_back({.label = {group.group, group.group}, .value = group.effect->effect,
                          .lower = group.effect->lower, .upper = group.effect->upper});
  }
  return chart;
}

BarChart inputs_chart(const EffectFindings& found, const std::vector<Input>& inputs) {
  BarChart chart{.id = "inputs", .title = {"Which inputs move the effect", "哪些输入影响效果大小"},
                 .remark = {"Share of each in all that moves the estimate of " + found.models.front().name.en + ".",
                            "各输入在" + found.models.front().name.zh + "估计变动中所占比例。"},
                 .format = Format::Share, .bars = {}};
  for (std::size_t i = 0; i < std::min(kInputsShown, inputs.size()); ++i) {
    if (inputs[i].share > 0) chart.bars.push_back({.label = inputs[i].name, .value = inputs[i].share});
  }
  return chart;
}

/// Of each 1,000 customers, where those above the cut are treated.
double profit_at(const EffectFindings& found, const effect::Cut& cut) {
  const auto& money = found.money.campaign;
  const double all = found.models.front().ranking.all().rows();
  return kPerThousand * cut.rows() / all * (cut.uplift() * money.customer_value - money.contact_cost -
                             money.offer_cost * cut.treated_mean());
}

LineChart profit_chart(const EffectFindings& found) {
  LineChart chart{.id = "profit", .title = {"Profit by how many are treated", "利润随处理比例的变化"},
                  .remark = {"Customers held back, those with the highest estimated effect first. Dashed: picked at random.",
                             "留出客户,估计效果高者优先。虚线:随机选取。"},
                  .x_label = {"share treated", "处理比例"}, .y_label = {"profit for 1,000 customers", "每 1,000 名客户利润"},
                  .x_format = Format::Share, .y_format = Format::Money};
  LineChart::Series curve{.name = found.models.front().name};
  const auto& ranking = found.models.front().ranking;
  for (int step = 0; step <= kCurveSteps; ++step) {
    curve.x.push_back(static_cast<double>(step) / kCurveSteps);
    curve.y.push_back(profit_at(found, ranking.at(curve.x.back())));
  }
  chart.series.push_back(std::move(curve));
  chart.series.push_back({.name = {"at random", "随机"}, .x = {0, 1}, .y = {0, profit_at(found, ranking.all())},
                          .lower = {}, .upper = {}, .is_dashed = true});
  return chart;
}

/// Today's customers; where there is no time, all of the table: whoever a label calls lost may be
/// treated next time as well.
Result<const features::FeatureMatrix*> customers_of(const EffectFindings& found, Progress& progress) {
  const auto& matrix = found.data.matrix;
  const bool has_time = std::ranges::adjacent_find(matrix.cutoff_day, std::not_equal_to{}) != matrix.cutoff_day.end();
  const auto& churn = found.inputs.study().churn;
  if (!has_time && churn && churn->kind == study::ChurnKind::Label) return &matrix;
  return found.inputs.today(progress);
}

}  // namespace

Result<Section> say_whom(const EffectFindings& found, std::vector<Text>& findings) {
  const auto inputs = strongest_inputs(found);
  Section section{.id = "whom", .title = {"For whom it works", "对谁有效"}, .lead = {}, .blocks = {inputs_chart(found, inputs)}};
  auto table = groups_table();
  const auto before = findings.size();
  for (std::size_t i = 0; i < std::min(kInputsGrouped, inputs.size()); ++i) {
    if (!(inputs[i].share > 0)) break;
    HOLDFAST_TRY(const auto groups, observed_by(found, inputs[i]));
    for (const auto& group : groups) {
      if (!group.effect) continue;
      table.rows.push_back({inputs[i].name, Text{group.group, group.group},
                            static_cast<double>(group.treated_count + group.control_count), group.effect->treated_mean,
                            group.effect->control_mean, group.effect->effect, group.effect->lower, group.effect->upper});
    }
    if (i == 0) section.blocks.emplace_back(groups_chart(inputs[i], groups));
    if (findings.size() == before) say_groups(inputs[i], groups, findings);
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section say_profit(const EffectFindings& found, std::vector<Text>& findings) {
  Section section{.id = "profit", .title = {"Whom to treat", "对谁采取措施"}};
  if (!found.money.is_known) {
    section.lead = {"What one outcome more is worth is not said: set `effect.benefit` (and `effect.cost`) to see whom to treat.",
                    "未说明多达成一个结果的收益：请设置 `effect.benefit`（及 `effect.cost`）以得出对谁采取措施。"};
    return section;
  }
  const auto& currency = found.inputs.study().profit.currency;
  const auto& best = found.models.front();
  const auto& money = found.money.campaign;
  section.lead = {fmt::format("One outcome more brings {}, a treatment costs {}{}.", in_money(money.customer_value, currency),
                              in_money(money.contact_cost, currency),
                              money.offer_cost > 0 ? " and " + in_money(money.offer_cost, currency) + " where the outcome is achieved" : ""),
                  fmt::format("多达成一个结果收益 {}，一次措施成本 {}{}。", in_money(money.customer_value, currency),
                              in_money(money.contact_cost, currency),
                              money.offer_cost > 0 ? "，达成结果时另付 " + in_money(money.offer_cost, currency) : "")};
  const double everybody = profit_at(found, best.ranking.all()), most = kPerThousand * best.profit->profit_per_customer;
  Table table{.id = "choices", .title = {"What each choice brings", "各种选择的利润"},
              .remark = {"For each 1,000 customers, measured on customers held back. The top of a curve read off them is a little too high.",
                         "每 1,000 名客户,以留出客户计。由同一批客户选出的曲线最高点略偏高。"},
              .columns = {{.id = "choice", .header = {"Treat", "对象"}},
                          {.id = "share", .header = {"Share treated", "处理比例"}, .format = Format::Share},
                          {.id = "profit", .header = {"Profit", "利润"}, .format = Format::Money}}};
  table.rows = {{Text{"nobody", "无"}, 0.0, 0.0},
                {Text{"everybody", "全部"}, 1.0, everybody},
                {Text{"the most profitable share", "利润最高的比例"}, best.profit->share, most}};
  section.blocks = {profit_chart(found), table};
  findings.push_back(
      best.profit->share <= 0
          ? Text{"The treatment does not pay for anybody at this cost.", "按此成本，对任何客户采取措施都不划算。"}
          : Text{fmt::format("It pays most to treat the {} with the highest estimated effect: {} for each 1,000 customers; treating "
                             "everybody brings {}.", percent(best.profit->share, 0), in_money(most, currency),
                             in_money(everybody, currency)),
                 fmt::format("对估计效果最高的 {} 采取措施利润最大：每 1,000 名客户 {}；对全部客户采取措施为 {}。",
                             percent(best.profit->share, 0), in_money(most, currency),
                             in_money(everybody, currency))});
  return section;
}

Result<CustomerColumns> say_of_each(const EffectFindings& found, Progress& progress) {
  HOLDFAST_TRY(const auto* today, customers_of(found, progress));
  const auto& best = found.models.front();
  HOLDFAST_TRY(const auto frame, dataset::Frame::align(*today, best.model.column_names, best.model.categories));
  const auto effects = models::effects(best.model, frame.view());
  CustomerColumns out;
  const bool has_contracts = today->contract_keys.size() > 1;
  CustomerColumns::Column effect{.id = "estimated_effect", .header = {"Estimated effect", "估计效果"}, .format = Format::Share,
                                 .values = effects, .texts = {}},
      tenth{.id = "tenth", .header = {"Tenth by effect", "效果十分位"}, .format = Format::Count},
      gain{.id = "expected_profit", .header = {"Expected profit of treating", "采取措施的期望利润"}, .format = Format::Money},
      worth{.id = "is_worth_treating", .header = {"Worth treating", "值得采取措施"}};
  std::vector<std::size_t> order(effects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t r) { return effects[r]; });
  tenth.values.resize(effects.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    tenth.values[order[i]] = static_cast<double>(i * kTenths / order.size() + 1);
  }
  const double treated_mean = best.ranking.all().treated_mean();
  for (std::size_t r = 0; r < today->rows; ++r) {
    out.customer_keys.push_back(today->customer_keys[today->customer[r]]);
    if (has_contracts) out.contract_keys.push_back(today->contract_keys[today->contract[r]]);
    const double own = r < today->value_cents.size() ? static_cast<double>(today->value_cents[r]) / 100 : 0;
    gain.values.push_back(found.money.gain(effects[r], own, treated_mean));
    const bool is_worth = found.money.is_known ? gain.values.back() > 0 : effects[r] > 0;
    worth.texts.push_back(is_worth ? Text{"yes", "是"} : Text{"no", "否"});
  }
  out.columns = {std::move(effect), std::move(tenth)};
  if (found.money.is_known) out.columns.push_back(std::move(gain));
  out.columns.push_back(std::move(worth));
  return out;
}

}  // namespace holdfast::analyses
