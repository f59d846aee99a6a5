#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"
#include "exchange/bar_chart.hpp"
#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kStrengthsMax = 15;
constexpr std::size_t kEffectsMax = 15;
constexpr std::size_t kGroupChartsMax = 6;
constexpr std::size_t kGroupsMax = 8;

std::string p_text(double p_value) {
  return p_value < 0.0001 ? std::string("&lt; 0.0001") : fixed(p_value, 4);
}

std::string strength_figure(const ReportContext& context) {
  const auto& w = words();
  const auto* champion = champion_of(context.results);
  if (champion == nullptr || champion->importance.empty()) return {};
  BarChart chart{.title = w.strength, .description = w.strength_remark, .bars = {}};
  for (std::size_t i = 0; i < std::min(kStrengthsMax, champion->importance.size()); ++i) {
    const auto& [feature, size] = champion->importance[i];
    if (!(size > 0)) break;
    chart.bars.push_back({.label = context.name_of(feature), .value = size, .shown = fixed(size, 3),
                          .css_class = "c1", .tooltip = {}, .interval = {}});
  }
  if (chart.bars.empty()) return {};
  return render({.title = w.strength, .remark = w.strength_remark, .legend = {}, .drawing = draw(chart),
                 .numbers = {}});
}

std::string contrast_table(const ReportContext& context) {
  const auto& w = words();
  HtmlTable table;
  table.columns = {{w.attribute, Align::Left, {}}, {w.effect_size, Align::Right, {}},
                   {w.p_value, Align::Right, {}}, {w.leavers, Align::Right, {}},
                   {w.stayers, Align::Right, {}}, {w.missing_leavers, Align::Right, {}},
                   {w.missing_stayers, Align::Right, {}}};
  for (const auto& contrast : context.results.contrasts) {
    auto name = both(context.name_of(contrast.name));
    if (contrast.is_category && !contrast.category.empty()) {
      name += " <span class=\"quiet\">" + escaped(contrast.category) + "</span>";
    }
    const auto mean = [&](double value) {
      return contrast.is_category ? percent(value) : context.plain_value(contrast.name, value);
    };
    table.rows.push_back({name,
                          with_interval(contrast.effect.estimate, contrast.effect.lower,
                                        contrast.effect.upper, 2),
                          p_text(contrast.p_value), mean(contrast.leavers), mean(contrast.stayers),
                          percent(contrast.missing_leavers), percent(contrast.missing_stayers)});
  }
  return render(table);
}

std::string effects_figure(const ReportContext& context) {
  const auto& w = words();
  const auto& contrasts = context.results.contrasts;
  if (contrasts.empty()) return {};
  BarChart chart{.title = w.effect, .description = w.effect_remark, .bars = {}};
  for (std::size_t i = 0; i < std::min(kEffectsMax, contrasts.size()); ++i) {
    const auto& contrast = contrasts[i];
    if (contrast.effect.estimate < 0) chart.is_centered = true;
    chart.bars.push_back({.label = context.name_of(contrast.name),
                          .value = contrast.effect.estimate,
                          .shown = fixed(contrast.effect.estimate, 2),
                          .css_class = contrast.effect.estimate < 0 ? "stayer" : "leaver",
                          .tooltip = {},
                          .interval = contrast.effect});
  }
  return render({.title = w.effect, .remark = w.effect_remark, .legend = {}, .drawing = draw(chart),
                 .numbers = contrast_table(context)});
}

/// What a person calls the group: the data's own word, or ours for those without a value.
Text name_of(const evaluation::Contrast& contrast, std::size_t at) {
  const auto& label = contrast.groups[at].label;
  const bool has_missing = contrast.missing_leavers + contrast.missing_stayers > 0;
  if (has_missing && at + 1 == contrast.groups.size()) return words().missing;
  if (contrast.is_category && label == "…") return words().others;
  if (contrast.is_category) return {label, label};
  auto shown = with_minus_signs(label);
  // "≤ 5" stays on one line.
  for (const std::string_view sign : {"≤ ", "> "}) {
    if (shown.starts_with(sign)) shown.replace(sign.size() - 1, 1, "\u00A0");
  }
  return {shown, shown};
}

/// One attribute: how leavers and stayers spread over its groups.
std::string groups_figure(const ReportContext& context, const evaluation::Contrast& contrast) {
  const auto& w = words();
  // Groups of shares are written as shares, not as percents.
  const auto* feature = context.find(contrast.name);
  const bool is_share = feature != nullptr && feature->unit == "share";
  const auto name = is_share ? context.name_of(contrast.name) : context.name_with_unit(contrast.name);
  ColumnChart chart{.title = name, .description = w.effect, .groups = {},
                    .parts = {{w.leavers, "leaver", {}}, {w.stayers, "stayer", {}}},
                    .is_stacked = false, .y_label = w.share_of_group,
                    .format = [](double share) { return percent(share, 0); },
                    .width = 400, .height = 230};
  HtmlTable table;
  table.columns = {{w.group, Align::Left, {}}, {w.leavers, Align::Right, {}}, {w.stayers, Align::Right, {}},
                   {w.churn_rate, Align::Right, {}}, {w.rows, Align::Right, {}}};
  for (std::size_t g = 0; g < std::min(kGroupsMax, contrast.groups.size()); ++g) {
    const auto& group = contrast.groups[g];
    const auto label = name_of(contrast, g);
    chart.groups.push_back(label);
    chart.parts[0].values.push_back(group.leavers_share);
    chart.parts[1].values.push_back(group.stayers_share);
    table.rows.push_back({both(label), percent(group.leavers_share),
                          percent(group.stayers_share), percent(group.churn_rate), count(group.rows)});
  }
  return render({.title = name, .remark = {}, .legend = legend_of(chart), .drawing = draw(chart),
                 .numbers = render(table)});
}

}  // namespace

std::string why_section(const ReportContext& context) {
  std::string figures = strength_figure(context) + effects_figure(context);
  std::string groups;
  std::size_t drawn = 0;
  for (const auto& contrast : context.results.contrasts) {
    if (drawn == kGroupChartsMax) break;
    if (contrast.groups.size() < 2) continue;
    groups += groups_figure(context, contrast);
    ++drawn;
  }
  const auto curves = dependence_figures(context);
  if (figures.empty() && groups.empty() && curves.empty()) return {};
  std::string body;
  if (!figures.empty()) body += "<div class=\"grid\">" + figures + "</div>\n";
  body += curves;
  if (!groups.empty()) body += "<div class=\"grid three\">" + groups + "</div>\n";
  return section("why", words().why, words().why_lead, body);
}

}  // namespace holdfast::exchange
