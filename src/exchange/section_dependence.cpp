#include <algorithm>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/line_chart.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

const Text kProbability{"Churn probability", "流失概率"};

Text point_name(const ReportContext& context, const explanation::Dependence& curve,
                const explanation::DependencePoint& point) {
  if (point.is_missing) return words().missing;
  const auto shown =
      point.category.empty() ? context.plain_value(curve.column, point.value) : point.category;
  return {shown, shown};
}

HtmlTable points_table(const ReportContext& context, const explanation::Dependence& curve) {
  HtmlTable table;
  table.columns = {{{"Value", "取值"}, Align::Left, {}},
                   {kProbability, Align::Right, {}},
                   {{"Lower", "下限"}, Align::Right, {}},
                   {{"Upper", "上限"}, Align::Right, {}}};
  for (const auto& point : curve.points) {
    table.rows.push_back({both(point_name(context, curve, point)), percent(point.mean), percent(point.lower),
                          percent(point.upper)});
  }
  return table;
}

/// Numbers along their own scale; categories side by side, most frequent first. A missing value
/// stands in the table only.
std::string curve_figure(const ReportContext& context, const explanation::Dependence& curve) {
  LineChart chart{.title = context.name_of(curve.column),
                  .description = kProbability,
                  .x = {.label = context.name_with_unit(curve.column),
                        .format = [&](double x) { return context.plain_value(curve.column, x); }},
                  .y = {.label = kProbability, .format = [](double p) { return percent(p, 0); },
                        .low = 0.0}};
  chart.width = 400, chart.height = 250;
  Series series{.name = kProbability, .css_class = "c1", .is_bold = true,
                .is_line = !curve.is_category, .has_dots = curve.is_category,
                .has_band = !curve.is_category};
  for (const auto& point : curve.points) {
    if (point.is_missing) continue;
    double x = point.value;
    if (curve.is_category) {
      x = static_cast<double>(chart.x.categories.size());
      chart.x.categories.push_back({point.category, point.category});
    }
    series.points.push_back({x, point.mean});
    series.intervals.push_back({point.mean, point.lower, point.upper});
  }
  if (series.points.size() < 2) return {};
  // Names side by side must not run into each other; whole they stand in the table.
  constexpr int kAxisColumns = 52, kNameMin = 6;
  const int name_max =
      std::max(kNameMin, kAxisColumns / static_cast<int>(std::max<std::size_t>(
                                            chart.x.categories.size(), 1)));
  for (auto& name : chart.x.categories) {
    name = {shortened(name.en, name_max), shortened(name.zh, name_max)};
  }
  chart.series.push_back(std::move(series));
  return render({.title = context.name_of(curve.column), .remark = {}, .legend = {},
                 .drawing = draw(chart), .numbers = render(points_table(context, curve))});
}

std::string interactions_card(const ReportContext& context) {
  constexpr std::size_t kShownMax = 6;
  constexpr double kWorthSaying = 0.01;  // Logits; below, it is noise of the sample.
  HtmlTable table;
  table.columns = {{{"Together", "共同作用"}, Align::Left, {}},
                   {{"H", "H"}, Align::Right, {}},
                   {{"Size, log odds", "幅度（对数优势）"}, Align::Right, {}}};
  for (const auto& pair : context.results.interactions) {
    if (table.rows.size() == kShownMax || pair.size < kWorthSaying) break;
    table.rows.push_back({both(context.name_of(pair.a)) + " × " + both(context.name_of(pair.b)),
                          fixed(pair.strength, 2), fixed(pair.size, 3)});
  }
  if (table.rows.empty()) return {};
  return "<div class=\"card\"><h3>" +
         both({"Factors that work together", "相互作用的因素"}) + "</h3><p class=\"quiet\">" +
         both({"What two factors do together beyond the sum of each alone (Friedman and Popescu's H).",
               "两个因素共同产生的、超出各自之和的影响（Friedman–Popescu H 统计量）。"}) +
         "</p>" + render(table) + "</div>\n";
}

}  // namespace

std::string dependence_figures(const ReportContext& context) {
  std::string figures;
  for (const auto& curve : context.results.dependence) figures += curve_figure(context, curve);
  if (figures.empty()) return {};
  return "<h3>" + both({"How the answer follows each factor", "流失概率随各因素的变化"}) +
         "</h3><p class=\"quiet\">" +
         both({"The mean over customers with this one factor set and the rest as it is, and where 80 % "
               "of them lie.",
               "仅改变该因素、其余不变时的平均概率，以及80%客户所在的范围。"}) + "</p><div class=\"grid three\">" +
         figures + "</div>\n" + interactions_card(context);
}

}  // namespace holdfast::exchange
