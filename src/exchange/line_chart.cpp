#include "exchange/line_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/scale.hpp"
#include "exchange/svg.hpp"

namespace holdfast::exchange {
namespace {

// More invisible targets than this per line would sit on each other.
constexpr std::size_t kTargetsMax = 24;
constexpr double kDigit = 7.4;  // Width of a digit at the size of ticks, in a wide font.

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void take(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool is_empty() const { return low > high; }
};

struct Frame {
  Scale x, y;
  std::vector<double> x_ticks, y_ticks;
  double left = 0, right = 0, top = 0, bottom = 0;
};

std::string text_of(const Axis& axis, double value) {
  return axis.format ? axis.format(value) : number(value);
}

/// A place along x by its name, where places have names.
Text place_of(const Axis& axis, double value) {
  if (!axis.categories.empty()) {
    const auto at = static_cast<std::size_t>(std::lround(std::max(0.0, value)));
    return at < axis.categories.size() ? axis.categories[at] : Text{};
  }
  const auto text = text_of(axis, value);
  return {text, text};
}

Scale scale_of(const Axis& axis, const Range& data, std::vector<double>& ticks) {
  Scale scale;
  scale.low = axis.low.value_or(data.is_empty() ? 0 : data.low);
  scale.high = axis.high.value_or(data.is_empty() ? 1 : data.high);
  if (!axis.categories.empty()) {
    // Half a step of room at both ends.
    scale.low = -0.5;
    scale.high = static_cast<double>(axis.categories.size()) - 0.5;
    const std::size_t step = (axis.categories.size() + 7) / 8;
    for (std::size_t i = 0; i < axis.categories.size(); i += step) {
      ticks.push_back(static_cast<double>(i));
    }
    return scale;
  }
  if (axis.is_log && scale.low > 0) {
    scale.is_log = true;
    ticks = log_ticks(scale.low, scale.high);
    return scale;
  }
  ticks = round_ticks(scale.low, scale.high, 5, axis.is_whole);
  if (!axis.low) scale.low = ticks.front();
  if (!axis.high) scale.high = ticks.back();
  std::erase_if(ticks, [&](double tick) {
    const double slack = (scale.high - scale.low) * 1e-9;
    return tick < scale.low - slack || tick > scale.high + slack;
  });
  return scale;
}

Frame frame_of(const LineChart& chart) {
  Range xs, ys;
  const auto take = [&](const evaluation::Point& point) {
    xs.take(point.x);
    ys.take(point.y);
  };
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) take(point);
    for (const auto& interval : series.intervals) ys.take(interval.lower), ys.take(interval.upper);
  }
  for (const auto& point : chart.reference) take(point);
  for (const double limit : chart.horizontals) ys.take(limit);
  Frame frame;
  frame.x = scale_of(chart.x, xs, frame.x_ticks);
  frame.y = scale_of(chart.y, ys, frame.y_ticks);
  int widest = 0;
  for (const double tick : frame.y_ticks) {
    widest = std::max(widest, display_width(text_of(chart.y, tick)));
  }
  frame.left = 30 + kDigit * widest;
  frame.right = chart.width - 14;
  frame.top = 14;
  frame.bottom = chart.height - 44;
  frame.x.from = frame.left, frame.x.to = frame.right;
  frame.y.from = frame.bottom, frame.y.to = frame.top;
  return frame;
}

void draw_axes(Svg& svg, const LineChart& chart, const Frame& frame) {
  for (const double tick : frame.y_ticks) {
    const double y = frame.y(tick);
    svg.line(frame.left, y, frame.right, y, "grid");
    svg.text(frame.left - 7, y + 4, text_of(chart.y, tick), Anchor::End, "tick");
  }
  for (const double tick : frame.x_ticks) {
    const double x = frame.x(tick);
    if (chart.x.categories.empty()) svg.line(x, frame.top, x, frame.bottom, "grid faint");
    svg.text(x, frame.bottom + 17, place_of(chart.x, tick), Anchor::Middle, "tick");
  }
  svg.line(frame.left, frame.bottom, frame.right, frame.bottom, "axis");
  svg.text((frame.left + frame.right) / 2, chart.height - 8, chart.x.label, Anchor::Middle, "label");
  svg.text_upwards(14, (frame.top + frame.bottom) / 2, chart.y.label, "label");
}

Text tooltip_of(const LineChart& chart, const Series& series, std::size_t i) {
  const auto& point = series.points[i];
  const auto x = place_of(chart.x, point.x);
  const auto y = text_of(chart.y, point.y);
  std::string more;
  if (i < series.intervals.size()) {
    more = fmt::format(" ({} – {})", text_of(chart.y, series.intervals[i].lower),
                       text_of(chart.y, series.intervals[i].upper));
  }
  return {fmt::format("{}: {} {}, {} {}{}", series.name.en, chart.x.label.en, x.en, chart.y.label.en,
                      y, more),
          fmt::format("{}：{} {}，{} {}{}", series.name.zh, chart.x.label.zh, x.zh, chart.y.label.zh,
                      y, more)};
}

void draw_series(Svg& svg, const LineChart& chart, const Frame& frame, const Series& series) {
  std::vector<std::pair<double, double>> path;
  for (const auto& point : series.points) path.emplace_back(frame.x(point.x), frame.y(point.y));
  if (path.empty()) return;
  if (series.is_filled && path.size() > 1) {
    auto area = path;
    area.emplace_back(path.back().first, frame.bottom);
    area.emplace_back(path.front().first, frame.bottom);
    svg.polygon(area, "area " + series.css_class);
  }
  const auto intervals_count = std::min(series.intervals.size(), path.size());
  if (series.has_band && intervals_count > 1) {
    std::vector<std::pair<double, double>> band;
    for (std::size_t i = 0; i < intervals_count; ++i) {
      band.emplace_back(path[i].first, frame.y(series.intervals[i].upper));
    }
    for (std::size_t i = intervals_count; i-- > 0;) {
      band.emplace_back(path[i].first, frame.y(series.intervals[i].lower));
    }
    svg.polygon(band, "area " + series.css_class);
  }
  for (std::size_t i = 0; i < intervals_count && !series.has_band; ++i) {
    const double x = path[i].first;
    const double low = frame.y(series.intervals[i].lower), high = frame.y(series.intervals[i].upper);
    svg.line(x, low, x, high, "whisker " + series.css_class);
    svg.line(x - 4, low, x + 4, low, "whisker " + series.css_class);
    svg.line(x - 4, high, x + 4, high, "whisker " + series.css_class);
  }
  if (series.is_line && path.size() > 1) {
    svg.polyline(path, fmt::format("series {}{}", series.css_class, series.is_bold ? " bold" : ""));
  }
  const std::size_t step = series.has_dots ? 1 : std::max<std::size_t>(1, path.size() / kTargetsMax);
  for (std::size_t i = 0; i < path.size(); i += step) {
    const bool is_seen = series.has_dots || !series.is_line;
    svg.circle(path[i].first, path[i].second, is_seen ? 3.6 : 7,
               is_seen ? "dot " + series.css_class : "target", tooltip_of(chart, series, i));
  }
}

void draw_marks(Svg& svg, const LineChart& chart, const Frame& frame) {
  for (const auto& mark : chart.marks) {
    const double x = frame.x(mark.x);
    svg.line(x, frame.top, x, frame.bottom, "mark");
    if (mark.y) svg.circle(x, frame.y(*mark.y), 5, "mark-dot", mark.label);
    const bool is_left = x > (frame.left + frame.right) / 2;
    const double y = mark.y ? std::min(frame.bottom - 12, frame.y(*mark.y) + 24) : frame.top + 12;
    svg.text(is_left ? x - 8 : x + 8, y, mark.label, is_left ? Anchor::End : Anchor::Start, "note");
  }
}

}  // namespace

std::string draw(const LineChart& chart) {
  const auto frame = frame_of(chart);
  Svg svg(chart.width, chart.height, chart.title, chart.description);
  draw_axes(svg, chart, frame);
  for (const double limit : chart.horizontals) {
    svg.line(frame.left, frame.y(limit), frame.right, frame.y(limit), "reference");
  }
  if (chart.reference.size() > 1) {
    std::vector<std::pair<double, double>> path;
    for (const auto& point : chart.reference) path.emplace_back(frame.x(point.x), frame.y(point.y));
    svg.polyline(path, "reference");
  }
  // The bold one last: it lies on top.
  for (const bool is_bold : {false, true}) {
    for (const auto& series : chart.series) {
      if (series.is_bold == is_bold) draw_series(svg, chart, frame, series);
    }
  }
  draw_marks(svg, chart, frame);
  return svg.finish();
}

std::string legend_of(const LineChart& chart) {
  std::vector<LegendEntry> entries;
  for (const auto& series : chart.series) {
    if (!series.name.en.empty()) entries.push_back({series.css_class, series.name, series.is_line});
  }
  if (!chart.reference_name.en.empty()) entries.push_back({"ref", chart.reference_name, true});
  return entries.size() > 1 ? render_legend(entries) : std::string();
}

}  // namespace holdfast::exchange
