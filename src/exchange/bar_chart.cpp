#include "exchange/bar_chart.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/scale.hpp"
#include "exchange/svg.hpp"

namespace holdfast::exchange {
namespace {

constexpr double kBarRow = 36;
constexpr double kLetter = 6.4;  // Width of a letter at the size of labels.
constexpr double kDigit = 7.4;   // Width of a digit at the size of ticks, in a wide font.

Text fitted(const Text& text, double width) {
  const int columns = static_cast<int>(width / kLetter);
  return {shortened(text.en, columns), shortened(text.zh, columns)};
}

/// The name of a group below its bars, on two lines where one does not hold it.
void draw_name(Svg& svg, double middle, double y, const Text& name, int columns) {
  const auto en = in_two_lines(name.en, columns), zh = in_two_lines(name.zh, columns);
  svg.text(middle, y, {en.first, zh.first}, Anchor::Middle, "tick");
  if (!en.second.empty() || !zh.second.empty()) {
    svg.text(middle, y + 14, {en.second, zh.second}, Anchor::Middle, "tick");
  }
}

Text tooltip_of(const Bar& bar) {
  if (!bar.tooltip.en.empty()) return bar.tooltip;
  return {bar.label.en + ": " + bar.shown, bar.label.zh + "：" + bar.shown};
}

}  // namespace

std::string draw(const BarChart& chart) {
  const double height = kBarRow * static_cast<double>(chart.bars.size()) + 8;
  double most = 0;
  int widest = 0;
  for (const auto& bar : chart.bars) {
    most = std::max(most, std::abs(bar.value));
    if (bar.interval) {
      most = std::max({most, std::abs(bar.interval->lower), std::abs(bar.interval->upper)});
    }
    widest = std::max(widest, display_width(bar.shown));
  }
  if (!(most > 0)) most = 1;
  const double right = chart.width - 20 - kLetter * widest;
  const Scale scale{.low = chart.is_centered ? -most : 0, .high = most, .from = 2, .to = right};
  const double zero = scale(0);
  Svg svg(chart.width, height, chart.title, chart.description);
  for (std::size_t i = 0; i < chart.bars.size(); ++i) {
    const auto& bar = chart.bars[i];
    const double top = kBarRow * static_cast<double>(i) + 6;
    svg.text(2, top + 9, fitted(bar.label, chart.width - 8), Anchor::Start, "bar-label");
    const double end = scale(bar.value);
    svg.rectangle(2, top + 15, right - 2, 11, "track", {}, 3);
    svg.rectangle(std::min(zero, end), top + 15, std::max(1.5, std::abs(end - zero)), 11,
                  "bar " + bar.css_class, tooltip_of(bar), 3);
    // Only beside the bars: a line from top to bottom would strike the names through.
    if (chart.is_centered) svg.line(zero, top + 13, zero, top + 28, "axis");
    if (bar.interval) {
      svg.line(scale(bar.interval->lower), top + 20.5, scale(bar.interval->upper), top + 20.5,
               "whisker ink");
    }
    svg.text(chart.width - 4, top + 25, bar.shown, Anchor::End, "value");
  }
  return svg.finish();
}

std::string draw(const ColumnChart& chart) {
  double most = 0;
  for (std::size_t g = 0; g < chart.groups.size(); ++g) {
    double sum = 0;
    for (const auto& part : chart.parts) {
      sum = chart.is_stacked ? sum + part.values[g] : std::max(sum, part.values[g]);
    }
    most = std::max(most, sum);
  }
  const auto text_of = [&](double value) { return chart.format ? chart.format(value) : number(value); };
  const auto ticks = round_ticks(0, most > 0 ? most : 1, 4);
  int widest = 0;
  for (const double tick : ticks) widest = std::max(widest, display_width(text_of(tick)));
  const double left = 30 + kDigit * widest, right = chart.width - 8;
  const double step = (right - left) / static_cast<double>(std::max<std::size_t>(1, chart.groups.size()));
  // Names that would run into each other are thinned out in a sequence, else stand on two lines.
  int longest = 0;
  for (const auto& group : chart.groups) {
    longest = std::max({longest, display_width(group.en), display_width(group.zh)});
  }
  const auto every = chart.is_sequence ? static_cast<std::size_t>(std::max(
                                             1.0, std::ceil((kDigit * longest + 8) / step)))
                                       : 1;
  const int columns = static_cast<int>((step * static_cast<double>(every) - 2) / kDigit);
  const bool has_two_lines = longest > columns;
  const double top = 12, bottom = chart.height - (has_two_lines ? 42 : 28);
  const Scale y{.low = 0, .high = ticks.back(), .from = bottom, .to = top};
  Svg svg(chart.width, chart.height, chart.title, chart.description);
  for (const double tick : ticks) {
    svg.line(left, y(tick), right, y(tick), "grid");
    svg.text(left - 6, y(tick) + 4, text_of(tick), Anchor::End, "tick");
  }
  svg.text_upwards(13, (top + bottom) / 2, chart.y_label, "label");
  const auto parts_count = static_cast<double>(std::max<std::size_t>(1, chart.parts.size()));
  const double room = std::min(step * 0.72, chart.is_stacked ? 64 : 40 * parts_count);
  for (std::size_t g = 0; g < chart.groups.size(); ++g) {
    const double middle = left + step * (static_cast<double>(g) + 0.5);
    double base = 0;
    for (std::size_t p = 0; p < chart.parts.size(); ++p) {
      const auto& part = chart.parts[p];
      const double width = chart.is_stacked ? room : room / parts_count - 2;
      const double x = middle - room / 2 + (chart.is_stacked ? 0 : static_cast<double>(p) * (width + 2));
      const double low = chart.is_stacked ? base : 0, high = low + part.values[g];
      const auto value = text_of(part.values[g]);
      if (part.values[g] > 0) {
        svg.rectangle(x, y(high), width, y(low) - y(high), "bar " + part.css_class,
                      {fmt::format("{}, {}: {}", chart.groups[g].en, part.name.en, value),
                       fmt::format("{}，{}：{}", chart.groups[g].zh, part.name.zh, value)},
                      2);
      }
      base = high;
    }
    if (g % every == 0) draw_name(svg, middle, bottom + 17, chart.groups[g], columns);
  }
  svg.line(left, bottom, right, bottom, "axis");
  return svg.finish();
}

std::string legend_of(const ColumnChart& chart) {
  std::vector<LegendEntry> entries;
  for (const auto& part : chart.parts) entries.push_back({part.css_class, part.name, false});
  return entries.size() > 1 ? render_legend(entries) : std::string();
}

std::string draw(const HeatMap& chart) {
  const double row_height = 26, top = chart.shown.empty() ? 26 : 42, left = 330;
  const double height = top + row_height * static_cast<double>(chart.rows.size()) + 6;
  const double step =
      (chart.width - left - 6) / static_cast<double>(std::max<std::size_t>(1, chart.columns.size()));
  Svg svg(chart.width, height, chart.title, chart.description);
  int widest = 0;
  for (const auto& name : chart.columns) widest = std::max({widest, display_width(name.en), display_width(name.zh)});
  const double needed = std::min(74.0, kDigit * widest + 8);
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(needed / step)));
  for (std::size_t c = 0; c < chart.columns.size(); c += every) {
    const double middle = left + step * (static_cast<double>(c) + 0.5);
    if (chart.shown.empty()) {
      svg.text(middle, top - 9, chart.columns[c], Anchor::Middle, "tick");
    } else {
      draw_name(svg, middle, top - 24, chart.columns[c], static_cast<int>(step / kLetter));
    }
  }
  for (std::size_t r = 0; r < chart.rows.size(); ++r) {
    const double y = top + row_height * static_cast<double>(r);
    svg.text(left - 10, y + 17, fitted(chart.rows[r], left - 16), Anchor::End, "bar-label");
    for (std::size_t c = 0; c < chart.values[r].size(); ++c) {
      const double value = chart.values[r][c];
      const auto number = chart.format(value);
      const auto shown = chart.shown.empty() ? Text{number, number} : chart.shown[r][c];
      svg.rectangle(left + step * static_cast<double>(c) + 1, y + 1, step - 2, row_height - 2,
                    chart.css_class(value),
                    {fmt::format("{}, {}: {}", chart.rows[r].en, chart.columns[c].en, shown.en),
                     fmt::format("{}，{}：{}", chart.rows[r].zh, chart.columns[c].zh, shown.zh)},
                    3);
      if (step > 40) {
        const bool is_dark = chart.css_class(value).ends_with("4");
        svg.text(left + step * (static_cast<double>(c) + 0.5), y + 17, fitted(shown, step - 4),
                 Anchor::Middle, is_dark ? "cell on-dark" : "cell");
      }
    }
  }
  return svg.finish();
}

}  // namespace holdfast::exchange
