#include "analyses/effect_say.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/figures.hpp"

namespace holdfast::analyses {
namespace {

constexpr double kNormal975 = 1.959963984540054;
constexpr int kCurveSteps = 20;
constexpr double kPerThousand = 1000;

/// Half the width of the 95 % interval of treated rate − control rate.
double half_width(const effect::Cut& cut) {
  if (!(cut.treated > 0 && cut.control > 0)) return 0;
  const double p1 = cut.treated_mean(), p0 = cut.control_mean();
  return kNormal975 * std::sqrt(p1 * (1 - p1) / cut.treated + p0 * (1 - p0) / cut.control);
}

std::string interval_in_points(double lower, double upper) {
  return fmt::format("{} … {}", in_points(lower), in_points(upper));
}

Text treatment_of(const EffectFindings& found, const effect::AverageEffect& one) {
  if (found.average.size() == 1) return found.rows.treatment_name;
  return {one.treatment, one.treatment};
}

/// A rank curve at every twentieth.
LineChart::Series curve_of(const JudgedEffect& judged, bool has_band) {
  LineChart::Series series{.name = judged.name};
  const double rows = judged.ranking.all().rows();
  for (int step = 0; step <= kCurveSteps; ++step) {
    const double share = static_cast<double>(step) / kCurveSteps;
    const auto cut = judged.ranking.at(share);
    const double each = kPerThousand * cut.rows() / rows;
    series.x.push_back(share);
    series.y.push_back(each * cut.uplift());
    if (!has_band) continue;
    series.lower.push_back(each * (cut.uplift() - half_width(cut)));
    series.upper.push_back(each * (cut.uplift() + half_width(cut)));
  }
  return series;
}

LineChart gain_chart(const EffectFindings& found) {
  LineChart chart{
      .id = "gain", .title = {"Outcomes gained by whom is treated", "按排序选择客户所增加的结果"},
      .remark = {"Per 1,000 customers held back, those with the highest estimated effect first; band: "
                 "95 % of the best model at each share. Dashed: the same number picked at random.",
                 "每 1,000 名留出客户,按估计效果从高到低;阴影为最佳模型在各比例处的 95% 区间。虚线:随机选取同样多的客户。"},
      .x_label = {"share treated", "处理比例"}, .y_label = {"outcomes gained", "增加的结果数"},
      .x_format = Format::Share};
  for (const auto& one : found.models) chart.series.push_back(curve_of(one, chart.series.empty()));
  const double all = kPerThousand * found.models.front().ranking.all().uplift();
  chart.series.push_back({.name = {"at random", "随机"}, .x = {0, 1}, .y = {0, all}, .lower = {},
                          .upper = {}, .is_dashed = true});
  return chart;
}

std::string with_interval(const effect::Interval& of, double scale, int decimals) {
  return fmt::format("{:.{}f} ({:.{}f} – {:.{}f})", scale * of.value, decimals, scale * of.lower,
                     decimals, scale * of.upper, decimals);
}

Table models_table(const EffectFindings& found) {
  Table table{.id = "models", .title = {"Models on customers held back", "模型在留出客户上的表现"},
              .remark = {"Qini and AUUC: area between the curve and the random line, and under the gain curve, per "
                         "1,000 customers; with 95 % bootstrap intervals. Qini coefficient: share of what the best order "
                         "of these outcomes would reach. A Qini whose interval holds 0 is no better than chance.",
                         "Qini 与 AUUC:曲线与随机线之间、增益曲线之下的面积(每 1,000 名客户),括号内为 95% 自助法区间。"
                         "Qini 系数:占最优排序可达到值的比例。区间包含 0 的 Qini 并不优于随机。"},
              .columns = {{.id = "model", .header = {"Model", "模型"}},
                          {.id = "qini", .header = {"Qini", "Qini"}},
                          {.id = "qini_coefficient", .header = {"Qini coefficient", "Qini 系数"}},
                          {.id = "auuc", .header = {"AUUC", "AUUC"}},
                          {.id = "top_effect", .header = {"Effect in the top tenth, points", "最高十分之一的效果(百分点)"}}}};
  if (found.money.is_known) {
    table.columns.push_back({.id = "mpu", .header = {"Maximum profit for 1,000 customers", "每 1,000 名客户最大利润"},
                             .format = Format::Money, .hint = {"MPU", "MPU"}});
    table.columns.push_back({.id = "share", .header = {"by treating", "处理比例"}, .format = Format::Share});
  }
  for (const auto& one : found.models) {
    const auto qini = with_interval(one.sure.qini, kPerThousand, 1), auuc = with_interval(one.sure.auuc, kPerThousand, 1),
               top = with_interval(one.sure.top_uplift, 100, 1);
    std::vector<Cell> row = {one.name, Text{qini, qini}, Cell{}, Text{auuc, auuc}, Text{top, top}};
    if (one.areas.qini_coefficient) row[2] = *one.areas.qini_coefficient;
    if (one.profit) row.insert(row.end(), {kPerThousand * one.profit->profit_per_customer, one.profit->share});
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Mean estimated effect of each of the tenths of the test rows.
std::vector<double> predicted_by_tenth(const JudgedEffect& judged, std::size_t tenths) {
  auto score = judged.score;
  std::ranges::sort(score, std::greater{});
  std::vector<double> means(tenths);
  for (std::size_t t = 0; t < tenths; ++t) {
    const auto begin = t * score.size() / tenths, end = (t + 1) * score.size() / tenths;
    for (auto i = begin; i < end; ++i) means[t] += score[i] / static_cast<double>(end - begin);
  }
  return means;
}

Table tenths_table(const JudgedEffect& best, const std::vector<effect::RankGroup>& groups) {
  Table table{.id = "tenths", .title = {"Effect by tenth", "按十分位的效果"},
              .remark = {"Customers held back, the highest estimated effect first: observed beside estimated.",
                         "留出客户,按估计效果从高到低:实际与估计并列。"},
              .columns = {{.id = "tenth", .header = {"Tenth", "十分位"}, .format = Format::Count},
                          {.id = "treated", .header = {"Treated", "处理组"}, .format = Format::Count},
                          {.id = "control", .header = {"Control", "对照组"}, .format = Format::Count},
                          {.id = "treated_rate", .header = {"Rate, treated", "处理组达成率"}, .format = Format::Share},
                          {.id = "control_rate", .header = {"Rate, control", "对照组达成率"}, .format = Format::Share},
                          {.id = "effect", .header = {"Effect", "效果"}, .format = Format::Share},
                          {.id = "lower", .header = {"95 % from", "95% 下限"}, .format = Format::Share},
                          {.id = "upper", .header = {"to", "上限"}, .format = Format::Share},
                          {.id = "estimated", .header = {"Estimated", "估计"}, .format = Format::Share},
                          {.id = "liftup", .header = {"From the top, × average", "累计效果为平均的倍数"}, .format = Format::Factor}}};
  const auto estimated = predicted_by_tenth(best, groups.size());
  for (std::size_t t = 0; t < groups.size(); ++t) {
    const auto& in = groups[t].inside;
    std::vector<Cell> row = {static_cast<double>(t + 1), in.treated, in.control, in.treated_mean(),
                             in.control_mean(), Cell{}, Cell{}, Cell{}, estimated[t], Cell{}};
    if (groups[t].uplift) {
      row[5] = *groups[t].uplift;
      row[6] = *groups[t].uplift - half_width(in);
      row[7] = *groups[t].uplift + half_width(in);
    }
    if (groups[t].liftup) row[9] = *groups[t].liftup;
    table.rows.push_back(std::move(row));
  }
  return table;
}

BarChart tenths_chart(const std::vector<effect::RankGroup>& groups) {
  BarChart chart{.id = "tenth_bars", .title = {"Observed effect by tenth", "各十分位的实际效果"},
                 .remark = {"With 95 % intervals. Bars that fall from top to bottom show that the model ranks well.",
                            "含 95% 区间。自上而下递减说明排序有效。"},
                 .format = Format::Share, .bars = {}};
  for (std::size_t t = 0; t < groups.size(); ++t) {
    if (!groups[t].uplift) continue;
    const auto place = t == 0 ? Text{"1 (highest)", "1(最高)"}
                       : t + 1 == groups.size() ? Text{fmt::format("{} (lowest)", t + 1), fmt::format("{}(最低)", t + 1)}
                                                : Text{std::to_string(t + 1), std::to_string(t + 1)};
    const double half = half_width(groups[t].inside);
    chart.bars.push_back({.label = place, .value = *groups[t].uplift, .lower = *groups[t].uplift - half,
                          .upper = *groups[t].uplift + half});
  }
  return chart;
}

}  // namespace

std::string in_points(double effect) {
  const auto size = fmt::format("{:.1f}", std::abs(100 * effect));
  return (size == "0.0" ? "" : effect < 0 ? "−" : "+") + size;
}

Section say_average(const EffectFindings& found, std::vector<Text>& findings) {
  const auto& rows = found.rows;
  Table table{.id = "average", .title = {"Average effect of each treatment", "各措施的平均效果"},
              .remark = {"Against the control group: " + rows.control_values + ".", "对照组:" + rows.control_values + "。"},
              .columns = {{.id = "treatment", .header = {"Treatment", "措施"}},
                          {.id = "treated", .header = {"Treated", "处理组人数"}, .format = Format::Count},
                          {.id = "control", .header = {"Control", "对照组人数"}, .format = Format::Count},
                          {.id = "treated_rate", .header = {"Rate, treated", "处理组达成率"}, .format = Format::Share},
                          {.id = "control_rate", .header = {"Rate, control", "对照组达成率"}, .format = Format::Share},
                          {.id = "effect", .header = {"Effect", "效果"}, .format = Format::Share},
                          {.id = "lower", .header = {"95 % from", "95% 下限"}, .format = Format::Share},
                          {.id = "upper", .header = {"to", "上限"}, .format = Format::Share}}};
  for (const auto& one : found.average) {
    const auto name = treatment_of(found, one);
    table.rows.push_back({name, static_cast<double>(one.treated_count), static_cast<double>(one.control_count),
                          one.treated_mean, one.control_mean, one.effect, one.lower, one.upper});
    findings.push_back(
        {fmt::format("{}: “{}” is achieved by {} of {} treated and by {} of {} in the control group. The effect is {} "
                     "points (95 % interval {}){}.",
                     name.en, rows.outcome_name.en, percent(one.treated_mean), whole(static_cast<double>(one.treated_count)),
                     percent(one.control_mean), whole(static_cast<double>(one.control_count)), in_points(one.effect),
                     interval_in_points(one.lower, one.upper),
                     one.lower <= 0 && one.upper >= 0 ? ", which may be chance" : ""),
         fmt::format("{}：处理组 {} 人中 {} 达成“{}”，对照组 {} 人中为 {}。效果为 {} 个百分点（95% 区间 {}）{}。", name.zh,
                     whole(static_cast<double>(one.treated_count)), percent(one.treated_mean), rows.outcome_name.zh,
                     whole(static_cast<double>(one.control_count)), percent(one.control_mean), in_points(one.effect),
                     interval_in_points(one.lower, one.upper),
                     one.lower <= 0 && one.upper >= 0 ? "，可能出于偶然" : "")});
  }
  return {.id = "average", .title = {"What it changed on average", "平均改变了多少"}, .lead = {}, .blocks = {table}};
}

Result<Section> say_how_good(const EffectFindings& found, std::vector<Text>& findings) {
  const auto& best = found.models.front();
  HOLDFAST_TRY(const auto groups, effect::rank_groups(best.ranking));
  const auto top = groups.front().uplift.value_or(0), bottom = groups.back().uplift.value_or(0);
  if (best.sure.qini.lower > 0) {
    findings.push_back(
        {fmt::format("{} tells who responds: on customers it has not seen, the effect is {} points in the tenth it ranks "
                     "highest and {} in the lowest (average {}).",
                     best.name.en, in_points(top), in_points(bottom), in_points(best.ranking.all().uplift())),
         fmt::format("{}能区分谁会响应：在未见过的客户上，排名最高的十分之一效果为 {} 个百分点，最低的为 {}（平均 {}）。",
                     best.name.zh, in_points(top), in_points(bottom), in_points(best.ranking.all().uplift()))});
  } else {
    findings.push_back(
        {fmt::format("No model tells for certain who responds more: the Qini of the best, {}, has an interval that holds 0. "
                     "Decide for all customers alike.", best.name.en),
         fmt::format("没有模型能确切区分谁更会响应：最佳模型（{}）的 Qini 区间包含 0。请对全体客户统一决策。", best.name.zh)});
  }
  return Section{.id = "ranking", .title = {"How well the models tell for whom", "模型能否区分对谁有效"}, .lead = {},
                 .blocks = {gain_chart(found), tenths_chart(groups), models_table(found), tenths_table(best, groups)}};
}

}  // namespace holdfast::analyses
