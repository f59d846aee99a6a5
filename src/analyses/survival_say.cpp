#include "analyses/survival_say.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "core/text.hpp"
#include "survival/competing.hpp"
#include "survival/curves.hpp"

namespace holdfast::analyses {
namespace {

constexpr double kMonth = 30;

/// Some rows with what became of them, each customer once.
struct Once {
  std::vector<double> duration;
  std::vector<std::uint8_t> exit;
  std::vector<std::uint32_t> rows;

  explicit Once(const FollowedRows& from) : rows(from.one_each()) {
    for (const auto r : rows) {
      duration.push_back(from.duration[r]);
      exit.push_back(from.exit[r]);
    }
  }
  survival::Spells spells() const { return {{}, duration, exit, {}, {}}; }
};

/// At most about 300 points, the first and the last among them.
template <typename Add>
void thin(std::size_t count, const Add& add) {
  const auto every = std::max<std::size_t>(1, count / 300);
  for (std::size_t k = 0; k < count; ++k) {
    if (k % every == 0 || k + 1 == count) add(k);
  }
}

LineChart staying_chart(const FollowedRows& rows, const survival::Curve& curve) {
  LineChart chart{.id = "staying",
                  .title = {"How many are still there", "仍在的客户比例"},
                  .remark = {"Kaplan–Meier; the band is a 95 % interval", "Kaplan–Meier 估计;阴影为 95% 置信区间"},
                  .x_label = time_label(rows),
                  .y_label = {"still there", "仍在"},
                  .x_format = Format::Count,
                  .y_format = Format::Share};
  LineChart::Series series{.name = {"all customers", "全部客户"}, .is_step = true};
  series.x.push_back(0), series.y.push_back(1), series.lower.push_back(1), series.upper.push_back(1);
  thin(drawn_points(curve), [&](std::size_t k) {
    series.x.push_back(curve.time[k] / rows.unit.days);
    series.y.push_back(curve.survival[k]);
    series.lower.push_back(curve.lower[k]);
    series.upper.push_back(curve.upper[k]);
  });
  chart.series.push_back(std::move(series));
  return chart;
}

LineChart leaving_chart(const FollowedRows& rows, const survival::CompetingCurves& curves,
                        std::size_t points) {
  LineChart chart{.id = "leaving_by_exit",
                  .title = {"How many have left, by the way they leave", "按离开方式累计离开比例"},
                  .remark = {"Aalen–Johansen: one way out takes customers from the others",
                             "Aalen–Johansen 估计:各离开方式相互竞争"},
                  .x_label = time_label(rows),
                  .y_label = {"have left", "已离开"},
                  .x_format = Format::Count,
                  .y_format = Format::Share};
  for (const auto& exit : curves.exits) {
    LineChart::Series series{.name = rows.exits[exit.event - 1u].label, .is_step = true};
    series.x.push_back(0), series.y.push_back(0), series.lower.push_back(0), series.upper.push_back(0);
    thin(points, [&](std::size_t k) {
      series.x.push_back(curves.time[k] / rows.unit.days);
      series.y.push_back(exit.probability[k]);
      series.lower.push_back(exit.lower[k]);
      series.upper.push_back(exit.upper[k]);
    });
    chart.series.push_back(std::move(series));
  }
  return chart;
}

/// Times of the table of incidence: the horizons, or the quarters of time from the beginning.
Table incidence_table(const FollowedRows& rows, const JudgedTimes& times,
                      const survival::CompetingCurves& curves, const survival::Curve& staying) {
  Table table{.id = "incidence",
              .title = {"Left by when", "各时点累计离开比例"},
              .columns = {{rows.unit.name.en, time_label(rows), Format::Count, {}}}};
  for (const auto& exit : curves.exits) {
    const auto& name = rows.exits[exit.event - 1u];
    table.columns.push_back({name.id, name.label, Format::Share, {}});
    table.columns.push_back({name.id + "_from", {"from (95 %)", "下限(95%)"}, Format::Share, {}});
    table.columns.push_back({name.id + "_to", {"to (95 %)", "上限(95%)"}, Format::Share, {}});
  }
  table.columns.push_back({"staying", {"still there", "仍在"}, Format::Share, {}});
  for (const double day : times.days) {
    std::vector<Cell> row = {std::round(day / rows.unit.days)};
    const auto at = std::ranges::upper_bound(curves.time, day) - curves.time.begin();
    for (const auto& exit : curves.exits) {
      const auto k = static_cast<std::size_t>(std::max<std::ptrdiff_t>(at - 1, 0));
      const bool is_before = at == 0;
      row.emplace_back(is_before ? 0 : exit.probability[k]);
      row.emplace_back(is_before ? 0 : exit.lower[k]);
      row.emplace_back(is_before ? 0 : exit.upper[k]);
    }
    row.emplace_back(staying.survival_at(day));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Text join(const std::vector<Text>& parts) {
  Text all;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    all.en += (k == 0 ? "" : k + 1 == parts.size() ? " and " : ", ") + parts[k].en;
    all.zh += (k == 0 ? "" : k + 1 == parts.size() ? "和" : "、") + parts[k].zh;
  }
  return all;
}

/// Who leaves first by each exit, and who has left at each time.
Table details_table(const SurvivalFindings& found) {
  Table table{.id = "discrimination",
              .title = {"The same by exit and by time", "按离开方式与时点"},
              .remark = {"Concordance by exit; AUC: how often one who has left by then was given the higher chance than one "
                         "still there",
                         "按离开方式的一致性;AUC:截至该时点已离开者的预测概率高于仍在者的比例"},
              .columns = {{"model", {"model", "模型"}, Format::Number, {}}}};
  const bool has_exits = found.rows.exits.size() > 1;
  for (std::size_t e = 0; e < found.rows.exits.size() && has_exits; ++e) {
    const auto& exit = found.rows.exits[e];
    table.columns.push_back({"concordance_" + exit.id, exit.label, Format::Number, {}});
  }
  for (const double day : found.times.days) {
    table.columns.push_back({fmt::format("auc_{:.0f}d", day),
                             {"AUC, " + found.rows.unit.span(day).en, "AUC," + found.rows.unit.span(day).zh},
                             Format::Number, {}});
  }
  for (const auto& judged : found.models) {
    std::vector<Cell> row = {judged.name};
    if (has_exits) row.insert(row.end(), judged.by_exit.begin(), judged.by_exit.end());
    row.insert(row.end(), judged.auc.begin(), judged.auc.end());
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::size_t drawn_points(const survival::Curve& curve) {
  if (curve.at_risk.empty()) return 0;
  const double least = least_watched(curve.at_risk.front());
  std::size_t count = curve.time.size();
  while (count > 1 && curve.at_risk[count - 1] < least) --count;
  return count;
}

Text time_label(const FollowedRows& rows) {
  return rows.is_from_beginning
             ? Text{rows.unit.name.en + " as a customer", "成为客户后的时长(" + rows.unit.name.zh + ")"}
             : Text{"days from the day looked at", "自观察日起的天数"};
}

Section say_how_long(const SurvivalFindings& found, std::vector<Text>& findings) {
  const auto& rows = found.rows;
  const Once once(rows);
  Section section{.id = "how_long",
                  .title = {"How long customers stay", "客户能留多久"},
                  .lead = rows.is_from_beginning
                              ? Text{"Time is counted from the day they became customers; those still there count as "
                                     "long as they have been watched.",
                                     "时间从成为客户之日起计;仍在的客户按已观察的时长计入。"}
                              : Text{fmt::format("For each customer one of {} days was drawn by chance; the {} who were there "
                                                 "on theirs are followed from it.",
                                                 rows.cutoffs.size(), with_thousands(std::ssize(once.rows))),
                                     fmt::format("为每位客户在 {} 个观察日中随机抽取一日,对当日在册的 {} 位客户自该日起跟踪。",
                                                 rows.cutoffs.size(), with_thousands(std::ssize(once.rows)))}};
  const auto staying = survival::survival_curve(once.spells());
  const auto leaving = survival::competing_curves(once.spells());
  if (!staying.ok() || !leaving.ok()) return section;
  section.blocks.emplace_back(staying_chart(rows, *staying));
  section.blocks.emplace_back(leaving_chart(rows, *leaving, drawn_points(*staying)));
  section.blocks.emplace_back(incidence_table(rows, found.times, *leaving, *staying));
  const double last = found.times.days.back();
  std::vector<Text> parts;
  for (std::size_t e = 0; e < leaving->exits.size(); ++e) {
    const double left = leaving->probability_at(e, last);
    const auto& label = rows.exits[leaving->exits[e].event - 1u].label;
    parts.push_back({fmt::format("{} ({})", percent(left), label.en),
                     fmt::format("{}({})", percent(left), label.zh)});
  }
  const Text ways = join(parts);
  const double there = staying->survival_at(last);
  const Text span = rows.unit.span(last);
  findings.push_back(
      {fmt::format("Within {} {} of customers leave{}; {} are still there.", span.en,
                   percent(1 - there), parts.size() > 1 ? ": " + ways.en : "", percent(there)),
       fmt::format("{}内有 {} 的客户离开{};{} 仍在。", span.zh, percent(1 - there),
                   parts.size() > 1 ? ":" + ways.zh : "", percent(there))});
  return section;
}

Section say_how_good(const SurvivalFindings& found, std::vector<Text>& findings) {
  const Text span = found.rows.unit.span(found.times.main);
  Section section{.id = "how_good",
                  .title = {"Can the predictions be trusted?", "预测可信吗?"},
                  .lead = {"Fitted on seven tenths of the customers, judged on the other three.",
                           "用 70% 的客户训练,用其余 30% 检验。"}};
  Table table{.id = "models",
              .title = {"Models on customers held back", "各模型在检验客户上的表现"},
              .columns = {{"model", {"model", "模型"}, Format::Number, {}},
                          {"concordance", {"concordance", "一致性指数"}, Format::Number,
                           {"how often, of two customers, the one said to leave sooner does; 0.5 is chance",
                            "两位客户中,预测先离开者确实先离开的比例;0.5 为随机"}},
                          {"concordance_ipcw", {"concordance (Uno)", "一致性指数(Uno)"}, Format::Number,
                           {"the same, weighted so that it does not depend on when customers were lost from sight",
                            "同上,按删失概率加权,不受观察何时终止影响"}},
                          {"brier", {"integrated Brier score", "综合 Brier 得分"}, Format::Number,
                           {"mean squared error of the curves; smaller is better", "曲线的均方误差,越小越好"}},
                          {"reference", {"of one curve for all", "所有人同一曲线"}, Format::Number, {}},
                          {"expected", {"expected to leave", "预计离开"}, Format::Count,
                           {"within " + span.en + ", while they were watched", span.zh + "内(观察期内)"}},
                          {"left", {"left", "实际离开"}, Format::Count, {}}}};
  for (const auto& judged : found.models) {
    table.rows.push_back({judged.name, judged.concordance, judged.concordance_ipcw, judged.integrated_brier,
                          judged.reference_brier, judged.expected, judged.observed});
  }
  section.blocks.emplace_back(std::move(table));
  section.blocks.emplace_back(details_table(found));
  const auto& best = found.models.front();
  if (!best.calibration.empty()) {
    LineChart chart{.id = "calibration",
                    .title = {"Said and seen within " + span.en, span.zh + "内:预测与实际"},
                    .remark = {"ten groups by what was said; on the dashed line what was said came about",
                               "按预测值分为十组;虚线表示预测与实际一致"},
                    .x_label = {"said", "预测"},
                    .y_label = {"seen", "实际"},
                    .x_format = Format::Share,
                    .y_format = Format::Share};
    LineChart::Series ideal{.name = {"as said", "完全一致"}, .is_dashed = true};
    LineChart::Series seen{.name = best.name, .is_dots = true};
    double most = 0;
    for (const auto& bin : best.calibration) {
      seen.x.push_back(bin.predicted), seen.y.push_back(bin.observed);
      seen.lower.push_back(bin.lower), seen.upper.push_back(bin.upper);
      most = std::max({most, bin.predicted, bin.observed});
    }
    ideal.x = {0, most}, ideal.y = {0, most};
    chart.series = {std::move(ideal), std::move(seen)};
    section.blocks.emplace_back(std::move(chart));
  }
  if (std::isfinite(best.concordance)) {
    findings.push_back(
        {fmt::format("Of two customers it has not seen, the model ({}) names the one who leaves first in {:.0f} of 100 "
                     "cases; it expected {} to leave within {} while they were watched, {} did.",
                     best.name.en, 100 * best.concordance, whole(best.expected), span.en, whole(best.observed)),
         fmt::format("对未见过的客户,模型({})在 100 对中能正确判断 {:.0f} 对谁先离开;在观察期内预计{}内离开 {} 位,实际 {} 位。",
                     best.name.zh, 100 * best.concordance, span.zh, whole(best.expected), whole(best.observed))});
  }
  return section;
}

Section say_today(const SurvivalFindings& found, std::vector<Text>& findings) {
  const auto& rows = found.rows;
  Section section{.id = "today", .title = {"Today's customers", "当前客户"}};
  const auto customers = found.today.rows();
  if (customers == 0) return section;
  const double followed = models::followed_days(found.models.front().model);
  const double horizon = *std::ranges::max_element(found.spec.horizons_days);
  const int months = std::clamp(static_cast<int>(std::min(horizon, followed) / kMonth), 1, 24);
  LineChart chart{.id = "expected_by_month",
                  .title = {"Expected to leave, month by month", "预计各月离开人数"},
                  .remark = {"of those there today; a month is 30 days", "针对当前在册客户;每月按 30 天计"},
                  .x_label = {"month from today", "从今天起第几个月"},
                  .y_label = {"customers", "客户数"},
                  .x_format = Format::Count,
                  .y_format = Format::Count};
  double first_three = 0;
  std::size_t worst = 0;
  std::vector<double> all(static_cast<std::size_t>(months));
  for (std::size_t e = 0; e < rows.exits.size(); ++e) {
    LineChart::Series series{.name = rows.exits[e].label};
    for (int month = 1; month <= months; ++month) {
      double sum = 0;
      for (std::size_t r = 0; r < customers; ++r) {
        const double since = rows.today_since[r];
        sum += found.today.leaving_within(r, e, since, kMonth * month) -
               found.today.leaving_within(r, e, since, kMonth * (month - 1));
      }
      series.x.push_back(month), series.y.push_back(sum);
      all[static_cast<std::size_t>(month - 1)] += sum;
      if (month <= 3) first_three += sum;
    }
    chart.series.push_back(std::move(series));
  }
  worst = static_cast<std::size_t>(std::ranges::max_element(all) - all.begin());
  const auto there = with_thousands(static_cast<std::int64_t>(customers));
  section.lead = {there + " customers are there today.", "当前在册客户 " + there + " 位。"};
  section.blocks.emplace_back(std::move(chart));
  // Where all have been there as long as anybody was watched nothing is known of them.
  if (std::accumulate(all.begin(), all.end(), 0.0) < 0.5) return section;
  findings.push_back(
      {fmt::format("Of today's {} customers about {} will leave within three months; of {} months most in month {} "
                   "({}).",
                   there, whole(first_three), months, worst + 1, whole(all[worst])),
       fmt::format("当前 {} 位客户中,预计三个月内约有 {} 位离开;{} 个月中以第 {} 个月最多({} 位)。",
                   there, whole(first_three), months, worst + 1, whole(all[worst]))});
  return section;
}

}  // namespace holdfast::analyses
