#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exchange/analysis_files.hpp"
#include "exchange/bar_chart.hpp"
#include "exchange/flow_drawing.hpp"
#include "exchange/format.hpp"
#include "exchange/heat_shades.hpp"
#include "exchange/html.hpp"
#include "exchange/line_chart.hpp"
#include "exchange/page.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

using analyses::Format;

constexpr double kWide = 1120;
constexpr int kShort = 26;                     // Letters that are worth a line of their own.
constexpr std::size_t kNarrowColumnsMax = 4;   // Tables of more take the page's width.

std::string cell(const analyses::Cell& value, Format format, const AnalysisContext& context) {
  if (const auto* text = std::get_if<Text>(&value)) return both(*text);
  if (const auto* number = std::get_if<double>(&value)) {
    return escaped(written(*number, format, context.currency));
  }
  return "–";
}

bool is_text(const analyses::Table& table, std::size_t column) {
  return std::ranges::any_of(table.rows, [&](const auto& row) {
    return column < row.size() && std::holds_alternative<Text>(row[column]);
  });
}

/// All texts so short that a line holds them, as "20.3 % (19.7–21.0 %)".
bool is_short(const analyses::Table& table, std::size_t column) {
  return std::ranges::all_of(table.rows, [&](const auto& row) {
    const auto* text = column < row.size() ? std::get_if<Text>(&row[column]) : nullptr;
    return text == nullptr || std::max(display_width(text->en), display_width(text->zh)) <= kShort;
  });
}

std::string table_markup(const analyses::Table& table, const AnalysisContext& context) {
  HtmlTable html{.caption = {}, .columns = {}, .rows = {}, .row_classes = {}, .css_class = "sheet"};
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    html.columns.push_back({table.columns[c].header, is_text(table, c) ? Align::Left : Align::Right,
                            table.columns[c].hint, is_short(table, c)});
  }
  for (std::size_t r = 0; r < std::min(table.rows.size(), table.rows_shown); ++r) {
    auto& row = html.rows.emplace_back();
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      row.push_back(cell(table.rows[r][c], table.columns[c].format, context));
    }
  }
  return render(html);
}

std::string markup(const analyses::Table& table, const AnalysisContext& context) {
  if (table.rows.empty()) return {};
  std::string out = fmt::format("<div class=\"card{}\"><h3>{}</h3>",
                                table.columns.size() > kNarrowColumnsMax ? " wide" : "",
                                both(table.title));
  if (!table.remark.en.empty()) out += fmt::format("<p class=\"quiet\">{}</p>", both(table.remark));
  out += "<div class=\"scroll\">" + table_markup(table, context) + "</div>";
  if (table.rows.size() > table.rows_shown) {
    const auto shown = count(static_cast<std::int64_t>(table.rows_shown));
    const auto all = count(static_cast<std::int64_t>(table.rows.size()));
    out += fmt::format("<p class=\"quiet\">{}</p>",
                       both({fmt::format("the first {} of {}; the Excel file holds all", shown, all),
                             fmt::format("前 {} 行，共 {} 行；全部见 Excel 文件", shown, all)}));
  }
  return out + "</div>\n";
}

std::function<std::string(double)> writer_of(Format format, const AnalysisContext& context) {
  return [format, currency = context.currency](double value) {
    return format == Format::Share ? percent(value, 0) : written(value, format, currency);
  };
}

/// Steps hold until the next point.
std::vector<evaluation::Point> points_of(const analyses::LineChart::Series& series) {
  std::vector<evaluation::Point> points;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (series.is_step && i > 0) points.push_back({series.x[i], series.y[i - 1]});
    points.push_back({series.x[i], series.y[i]});
  }
  return points;
}

std::vector<evaluation::Interval> intervals_of(const analyses::LineChart::Series& series) {
  std::vector<evaluation::Interval> intervals;
  if (series.lower.size() != series.x.size()) return intervals;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (series.is_step && i > 0) {
      intervals.push_back({series.y[i - 1], series.lower[i - 1], series.upper[i - 1]});
    }
    intervals.push_back({series.y[i], series.lower[i], series.upper[i]});
  }
  return intervals;
}

std::string markup(const analyses::LineChart& block, const AnalysisContext& context) {
  LineChart chart;
  chart.title = block.title;
  chart.description = block.remark;
  chart.x = {.label = block.x_label, .format = {}, .low = {}, .high = {}, .categories = {}};
  chart.x.categories = block.places;
  if (block.places.empty()) chart.x.format = writer_of(block.x_format, context);
  chart.y = {.label = block.y_label, .format = writer_of(block.y_format, context), .low = {},
             .high = {}, .categories = {}};
  if (block.y_format == Format::Share) chart.y.low = 0;
  chart.x.is_whole = block.x_format == Format::Count;
  chart.y.is_whole = block.y_format == Format::Count;
  for (std::size_t i = 0; i < block.series.size(); ++i) {
    const auto& given = block.series[i];
    if (given.x.empty()) continue;
    Series series{.name = given.name, .points = points_of(given), .intervals = intervals_of(given),
                  .css_class = fmt::format("c{}{}", i % 6 + 1, given.is_dashed ? " dashed" : ""),
                  .is_bold = false};
    series.is_line = !given.is_dots;
    series.has_dots = given.is_dots || given.x.size() < 2;
    series.has_band = !series.intervals.empty() && !given.is_dots;
    chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) return {};
  return render({.title = block.title, .remark = block.remark, .legend = legend_of(chart),
                 .drawing = draw(chart), .numbers = {}});
}

std::string markup(const analyses::BarChart& block, const AnalysisContext& context) {
  if (block.bars.empty()) return {};
  BarChart chart{.title = block.title, .description = block.remark, .bars = {}};
  for (const auto& given : block.bars) {
    Bar bar{.label = given.label, .value = given.value,
            .shown = written(given.value, block.format, context.currency), .tooltip = {}, .interval = {}};
    if (given.lower && given.upper) bar.interval = {given.value, *given.lower, *given.upper};
    bar.css_class = given.value < 0 ? "c2" : "c1";
    chart.is_centered = chart.is_centered || given.value < 0;
    chart.bars.push_back(std::move(bar));
  }
  return render({.title = block.title, .remark = block.remark, .legend = {}, .drawing = draw(chart),
                 .numbers = {}});
}

std::function<std::string(double)> shades_of(const analyses::HeatMap& block) {
  return [shades = HeatShades(block)](double value) -> std::string {
    const auto shade = shades(value);
    if (!shade) return "empty-cell";
    return shade->is_below ? fmt::format("cool{}", shade->step) : fmt::format("heat{}", shade->step);
  };
}

std::string markup(const analyses::HeatMap& block, const AnalysisContext& context) {
  if (block.rows.empty() || block.columns.empty()) return {};
  HeatMap chart{.title = block.title, .description = block.remark, .rows = block.rows, .columns = block.columns,
                .values = block.values, .format = {}, .css_class = shades_of(block), .width = kWide,
                .shown = block.shown};
  chart.format = [&](double value) {
    return std::isfinite(value) ? written(value, block.format, context.currency) : std::string();
  };
  return render({.title = block.title, .remark = block.remark, .legend = {},
                 .drawing = "<div class=\"scroll\"><div style=\"min-width:760px\">" + draw(chart) +
                            "</div></div>",
                 .numbers = {}, .is_wide = true});
}

std::string markup(const analyses::FlowChart& block, const AnalysisContext& context) {
  if (block.links.empty()) return {};
  return render({.title = block.title, .remark = block.remark, .legend = {},
                 .drawing = "<div class=\"scroll\"><div style=\"min-width:760px\">" +
                            draw(block, context.currency) + "</div></div>",
                 .numbers = {}, .is_wide = true});
}

std::string findings_markup(const analyses::Analysis& analysis) {
  std::string items;
  for (const auto& finding : analysis.findings) items += fmt::format("<li>{}</li>", both(finding));
  if (items.empty()) return {};
  return fmt::format("<div class=\"card wide findings\"><ul>{}</ul></div>\n", items);
}

std::string section_markup(const analyses::Section& given, const AnalysisContext& context) {
  std::string body;
  for (const auto& block : given.blocks) {
    body += std::visit([&](const auto& held) { return markup(held, context); }, block);
  }
  if (body.empty()) return {};
  return section(given.id, given.title, given.lead, "<div class=\"grid\">" + body + "</div>");
}

}  // namespace

std::string render_analysis(const analyses::Analysis& analysis, const AnalysisContext& context) {
  const auto& w = words();
  std::vector<PagePart> parts = {{"findings", w.findings,
                                  section("findings", analysis.title, {}, "<div class=\"grid\">" +
                                                                              findings_markup(analysis) +
                                                                              "</div>")}};
  for (const auto& one : analysis.sections) {
    parts.push_back({one.id, one.title, section_markup(one, context)});
  }
  std::string notes;
  for (const auto& note : analysis.notes) notes += fmt::format("<li>{}</li>", both(note));
  if (!notes.empty()) {
    parts.push_back({"notes", w.notes,
                     section("notes", w.notes, {},
                             fmt::format("<div class=\"grid\"><div class=\"card wide\"><ul>{}</ul></div></div>", notes))});
  }
  return render_page({.study_name = context.study_name, .title = analysis.title,
                      .language = context.language, .as_of = context.as_of,
                      .version = context.version, .seed = context.seed,
                      .manifest_number = context.manifest_number},
                     parts);
}

}  // namespace holdfast::exchange
