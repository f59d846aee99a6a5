#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "exchange/bar_chart.hpp"
#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/line_chart.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/watch_list_rows.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kShownMax = 30;
constexpr std::size_t kReasonsShown = 3;
constexpr std::size_t kDotsMax = 600;

constexpr std::array kLevels = {study::Level::Red, study::Level::Orange, study::Level::Yellow};

std::string reasons_cell(const std::vector<explanation::Reason>& reasons) {
  const auto& w = words();
  std::string out = "<ul class=\"reasons\">";
  for (std::size_t i = 0; i < std::min(kReasonsShown, reasons.size()); ++i) {
    const auto& reason = reasons[i];
    const bool raises = reason.contribution > 0;
    const auto& effect = raises ? w.raises : w.lowers;
    out += fmt::format("<li class=\"{}\" title=\"{} ({}) · {}（{}）\">{}</li>", raises ? "up" : "down",
                       escaped(reason.sentence.en), effect.en, escaped(reason.sentence.zh), effect.zh,
                       both(reason.sentence));
  }
  return out + "</ul>";
}

/// What raised it as small chips; the score's own words say only its limit, which stands above.
std::string raised_cell(const warning::Warning& warning) {
  std::string out;
  for (std::size_t i = 0; i < warning.raised_by_text.size(); ++i) {
    const auto& text = warning.raised_by_text[i];
    const bool is_score = i < warning.raised_by.size() && warning.raised_by[i] == "score";
    out += fmt::format("<span class=\"chip\" title=\"{} · {}\">{}</span>", escaped(text.en),
                       escaped(text.zh), both(is_score ? words().score : text));
  }
  return out.empty() ? out : "<div class=\"chips\">" + out + "</div>";
}

std::string list_table(const ReportContext& context, bool has_contracts) {
  const auto& w = words();
  const auto& warnings = context.results.watch_list.warnings;
  HtmlTable table;
  table.css_class = "watch";
  table.caption = {fmt::format("{} of {}", count(static_cast<std::int64_t>(std::min(kShownMax, warnings.size()))),
                               count(static_cast<std::int64_t>(warnings.size()))),
                   fmt::format("共{}条，显示前{}条", count(static_cast<std::int64_t>(warnings.size())),
                               count(static_cast<std::int64_t>(std::min(kShownMax, warnings.size()))))};
  table.columns = {{w.rank, Align::Right, {}},          {w.level, Align::Left, {}},
                   {has_contracts ? w.customer_contract : w.customer, Align::Left, {}},
                   {w.churn_probability, Align::Left, {}}, {w.value, Align::Right, {}},
                   {w.expected_loss, Align::Right, {}}, {w.reasons, Align::Left, {}}};
  for (std::size_t i = 0; i < std::min(kShownMax, warnings.size()); ++i) {
    const auto& warning = warnings[i];
    auto key = "<span class=\"key\">" + escaped(context.key(warning.customer_key)) + "</span>";
    // A study that knows only contracts has the same key twice.
    if (has_contracts && warning.contract_key != warning.customer_key) {
      key += "<div class=\"quiet\">" + escaped(context.key(warning.contract_key)) + "</div>";
    }
    std::vector<std::string> row = {count(warning.rank),
                                    level_badge(warning.level) + raised_cell(warning), key};
    row.push_back(fmt::format("<span class=\"prob\"><i aria-hidden=\"true\"><b style=\"width:{:.1f}%\"></b></i>{}</span>",
                              std::clamp(warning.churn_probability, 0.0, 1.0) * 100,
                              percent(warning.churn_probability)));
    row.push_back(money(warning.value_cents, context.currency));
    row.push_back("<b>" + money(warning.expected_loss_cents, context.currency) + "</b>");
    row.push_back(reasons_cell(warning.reasons));
    table.rows.push_back(std::move(row));
  }
  return "<div class=\"card\">" + render(table) + "</div>\n";
}

std::string level_figure(const ReportContext& context, bool is_loss) {
  const auto& w = words();
  BarChart chart{.title = is_loss ? w.loss_by_level : w.by_level, .description = w.watch_lead, .bars = {}, .width = 400};
  for (const auto& level : context.results.levels) {
    const auto shown = is_loss ? money(level.expected_loss_cents, context.currency)
                               : count(level.warnings_count);
    chart.bars.push_back({.label = warning::text_of(level.level),
                          .value = static_cast<double>(is_loss ? level.expected_loss_cents
                                                               : level.warnings_count),
                          .shown = shown,
                          .css_class = colour_of(level.level),
                          .tooltip = {},
                          .interval = {}});
  }
  return "<h3>" + both(chart.title) + "</h3>" + draw(chart);
}

/// Quarters of the list by value, levels stacked.
std::string value_figure(const ReportContext& context) {
  const auto& w = words();
  const auto& warnings = context.results.watch_list.warnings;
  std::vector<std::int64_t> values;
  for (const auto& warning : warnings) values.push_back(warning.value_cents);
  std::ranges::sort(values);
  std::vector<std::int64_t> borders;  // Upper ends of all quarters but the last, each once.
  for (const std::size_t quarter : {1U, 2U, 3U}) {
    const auto border = values[(values.size() - 1) * quarter / 4];
    if (border < values.back() && (borders.empty() || border > borders.back())) borders.push_back(border);
  }
  ColumnChart chart{.title = w.value_bands, .description = w.value_bands_remark, .groups = {},
                    .parts = {}, .is_stacked = true, .y_label = w.customers, .format = {}, .width = 400,
                    .height = 270};
  for (std::size_t band = 0; band <= borders.size(); ++band) {
    const bool is_last = band == borders.size();
    const auto border = money(is_last && band > 0 ? borders[band - 1] : is_last ? values.back() : borders[band],
                              context.currency);
    const auto name = (is_last && band > 0 ? "> " : "≤ ") + border;
    chart.groups.push_back({name, name});
  }
  for (const auto level : kLevels) {
    ColumnChart::Part part{.name = warning::text_of(level), .css_class = colour_of(level),
                           .values = std::vector<double>(chart.groups.size(), 0)};
    for (const auto& warning : warnings) {
      if (warning.level != level) continue;
      const auto band = std::ranges::lower_bound(borders, warning.value_cents) - borders.begin();
      part.values[static_cast<std::size_t>(band)] += 1;
    }
    chart.parts.push_back(std::move(part));
  }
  return render({.title = chart.title, .remark = w.value_bands_remark, .legend = legend_of(chart),
                 .drawing = draw(chart), .numbers = {}});
}

std::string scatter_figure(const ReportContext& context) {
  const auto& w = words();
  const auto& warnings = context.results.watch_list.warnings;
  const auto shown = std::min(kDotsMax, warnings.size());
  LineChart chart;
  chart.width = 400, chart.height = 290;
  chart.title = w.scatter;
  chart.description = w.scatter_remark;
  chart.x = {.label = w.value, .format = [&](double x) { return money(x, context.currency); },
             .low = {}, .high = {}, .categories = {}};
  chart.y = {.label = w.churn_probability, .format = [](double y) { return percent(y, 0); },
             .low = 0, .high = 1, .categories = {}};
  double low = 1e300, high = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    const double value = static_cast<double>(warnings[i].value_cents) / 100;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > 0 && high / low > 12) {
    chart.x.is_log = true;
    chart.x.low = low / 1.1, chart.x.high = high * 1.1;
  } else {
    chart.x.low = 0;
  }
  for (const auto level : {study::Level::Yellow, study::Level::Orange, study::Level::Red}) {
    Series series{.name = warning::text_of(level), .points = {}, .intervals = {},
                  .css_class = colour_of(level), .is_line = false, .has_dots = true};
    for (std::size_t i = 0; i < shown; ++i) {
      if (warnings[i].level == level) {
        series.points.push_back({static_cast<double>(warnings[i].value_cents) / 100,
                                 warnings[i].churn_probability});
      }
    }
    if (!series.points.empty()) chart.series.push_back(std::move(series));
  }
  return render({.title = w.scatter, .remark = w.scatter_remark, .legend = legend_of(chart),
                 .drawing = draw(chart), .numbers = {}});
}

Text limits_text(const warning::Limits& limits) {
  const auto& w = words();
  const auto say = [&](Language language) {
    std::string out;
    for (const auto& [level, limit] : {std::pair{study::Level::Red, limits.red},
                                       std::pair{study::Level::Orange, limits.orange},
                                       std::pair{study::Level::Yellow, limits.yellow}}) {
      if (limit <= 0) continue;
      if (!out.empty()) out += language == Language::Zh ? "，" : ", ";
      out += fmt::format("{} ≥ {}", warning::text_of(level).in(language), percent(limit));
    }
    const auto& how = limits.is_by_profit ? w.limits_by_profit : w.limits_by_study;
    out += (language == Language::Zh ? "（" : " (") + how.in(language);
    if (limits.is_capped) {
      out += (language == Language::Zh ? "，" : ", ") + w.limits_capped.in(language);
    }
    return out + (language == Language::Zh ? "）" : ")");
  };
  return {w.limits.en + ": " + say(Language::En), w.limits.zh + "：" + say(Language::Zh)};
}

std::string rule_errors(const warning::WatchList& list) {
  if (list.rule_errors.empty()) return {};
  std::string out = "<p><b>" + both(words().rules_left_out) + "</b></p><ul class=\"plain\">";
  for (const auto& error : list.rule_errors) {
    out += "<li>" + both({message_of(error, Language::En), message_of(error, Language::Zh)}) + "</li>";
  }
  return out + "</ul>";
}

}  // namespace

std::string watch_list_section(const ReportContext& context) {
  const auto& w = words();
  const auto& list = context.results.watch_list;
  std::string body = "<p class=\"quiet\">" + both(limits_text(list.limits)) + "</p>";
  if (list.warnings.empty()) {
    body += "<p>" + both(w.no_warnings) + "</p>" + rule_errors(list);
    return section("watch-list", w.watch_list, {}, body);
  }
  body += "<div class=\"grid three\"><div class=\"card\">" + level_figure(context, false) + "<br>" +
          level_figure(context, true) + "</div>\n" + value_figure(context) +
          scatter_figure(context) + "</div>\n";
  body += list_table(context, has_own_contracts(list)) + rule_errors(list);
  return section("watch-list", w.watch_list, w.watch_lead, body);
}

}  // namespace holdfast::exchange
