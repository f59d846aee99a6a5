#include "exchange/flow_drawing.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "exchange/analysis_files.hpp"
#include "exchange/format.hpp"
#include "exchange/svg.hpp"

namespace holdfast::exchange {
namespace {

constexpr double kWidth = 1120, kNodeWidth = 12, kGap = 14, kTop = 30, kHeight = 380;
constexpr double kLabelWidth = 150;
constexpr int kLabelColumns = 22;

struct Placed {
  double x = 0, top = 0, height = 0;
  double out_used = 0, in_used = 0;   // Of its height, by links drawn already.
};

struct Layout {
  std::vector<Placed> nodes;
  double per_unit = 0;
};

/// What passes a node: the larger of what comes in and what goes out.
std::vector<double> sizes_of(const analyses::FlowChart& chart) {
  std::vector<double> in(chart.nodes.size()), out(chart.nodes.size());
  for (const auto& link : chart.links) {
    out[link.from] += link.value;
    in[link.to] += link.value;
  }
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = std::max(in[i], out[i]);
  return in;
}

Layout layout_of(const analyses::FlowChart& chart) {
  const auto sizes = sizes_of(chart);
  std::size_t steps = 1;
  for (const auto& node : chart.nodes) steps = std::max(steps, node.step + 1);
  std::vector<double> totals(steps, 0.0), gaps(steps, -kGap);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    totals[chart.nodes[i].step] += sizes[i];
    gaps[chart.nodes[i].step] += kGap;
  }
  Layout layout;
  layout.per_unit = kHeight;
  for (std::size_t step = 0; step < steps; ++step) {
    if (totals[step] <= 0) continue;
    layout.per_unit = std::min(layout.per_unit, std::max(20.0, kHeight - gaps[step]) / totals[step]);
  }
  const double stride =
      steps > 1 ? (kWidth - kLabelWidth - kNodeWidth) / static_cast<double>(steps - 1) : 0;
  std::vector<double> next(steps, kTop);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto step = chart.nodes[i].step;
    const double height = std::max(1.0, sizes[i] * layout.per_unit);
    layout.nodes.push_back({.x = stride * static_cast<double>(step), .top = next[step], .height = height});
    next[step] += height + kGap;
  }
  return layout;
}

double bottom_of(const Layout& layout) {
  double bottom = kTop + 40;
  for (const auto& node : layout.nodes) bottom = std::max(bottom, node.top + node.height);
  return bottom + 8;
}

/// A ribbon between two nodes, in straight-edged slices of a smooth curve.
void draw_link(Svg& svg, const Placed& from, const Placed& to, double y1, double y2, double width,
               std::string_view css_class) {
  constexpr int kSlices = 24;
  std::vector<std::pair<double, double>> points;
  const double x1 = from.x + kNodeWidth, x2 = to.x;
  const auto at = [&](int i, double offset) {
    const double t = static_cast<double>(i) / kSlices;
    const double ease = t * t * (3 - 2 * t);
    return std::pair{x1 + (x2 - x1) * t, y1 + (y2 - y1) * ease + offset};
  };
  for (int i = 0; i <= kSlices; ++i) points.push_back(at(i, 0));
  for (int i = kSlices; i >= 0; --i) points.push_back(at(i, width));
  svg.polygon(points, css_class);
}

}  // namespace

std::string draw(const analyses::FlowChart& chart, const std::string& currency) {
  auto layout = layout_of(chart);
  Svg svg(kWidth, bottom_of(layout), chart.title, chart.remark);
  std::vector<std::size_t> order(chart.links.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const auto& link = chart.links[i];
    return std::tuple(link.from, layout.nodes[link.to].top);
  });
  for (const auto i : order) {
    const auto& link = chart.links[i];
    auto& from = layout.nodes[link.from];
    auto& to = layout.nodes[link.to];
    const double width = std::max(0.6, link.value * layout.per_unit);
    draw_link(svg, from, to, from.top + from.out_used, to.top + to.in_used, width,
              fmt::format("flow c{}", link.from % 6 + 1));
    from.out_used += width;
    to.in_used += width;
  }
  const auto sizes = sizes_of(chart);
  for (std::size_t i = 0; i < chart.nodes.size(); ++i) {
    const auto& node = layout.nodes[i];
    const auto& name = chart.nodes[i].name;
    const auto shown = written(sizes[i], chart.format, currency);
    svg.rectangle(node.x, node.top, kNodeWidth, node.height, fmt::format("bar c{}", i % 6 + 1),
                  {name.en + ": " + shown, name.zh + "：" + shown}, 2);
    svg.text(node.x + kNodeWidth + 5, node.top + std::max(10.0, node.height / 2 + 4),
             {fmt::format("{} {}", shortened(name.en, kLabelColumns), shown),
              fmt::format("{} {}", shortened(name.zh, kLabelColumns), shown)},
             Anchor::Start, "flow-label");
  }
  const std::size_t last = chart.steps.size();
  for (std::size_t step = 0; step < last; ++step) {
    const double stride =
        last > 1 ? (kWidth - kLabelWidth - kNodeWidth) / static_cast<double>(last - 1) : 0;
    svg.text(stride * static_cast<double>(step), 14, chart.steps[step], Anchor::Start, "label");
  }
  return svg.finish();
}

}  // namespace holdfast::exchange
