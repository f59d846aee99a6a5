#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "core/text.hpp"
#include "exchange/bar_chart.hpp"
#include "exchange/bayesian_network_drawing.hpp"
#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/model_words.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/tree_drawing.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kRowsMax = 60;
constexpr std::size_t kOddsMax = 15;
constexpr std::size_t kInputsMax = 15;
constexpr std::string_view kOddsTable = "odds_ratios";
constexpr std::string_view kSensitivityTable = "sensitivity";

std::string number_cell(double value) {
  if (!std::isfinite(value)) return "–";
  if (value != 0 && std::abs(value) < 1e-4) return with_minus_signs(fmt::format("{:.1e}", value));
  if (value == std::floor(value)) return number(value);
  return std::abs(value) >= 100 ? fixed(value, 1) : fixed(value, 4);
}

/// Columns of a table that hold the same sentences in two languages; the page shows that of its own.
struct Sentences {
  std::size_t en = 0, zh = 0;  // The same where there are none.

  explicit Sentences(const ReportTable& table) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPairs{
        {{"en", "zh"}, {"question", "question_zh"}}};
    for (const auto& [first, second] : kPairs) {
      const auto own = std::ranges::find(table.columns, first);
      const auto other = std::ranges::find(table.columns, second);
      if (own == table.columns.end() || other == table.columns.end()) continue;
      en = static_cast<std::size_t>(own - table.columns.begin());
      zh = static_cast<std::size_t>(other - table.columns.begin());
    }
  }
  bool are_held() const { return en != zh; }
  bool is_hidden(std::size_t column) const { return are_held() && column == zh; }
  /// The column to read the Chinese from.
  std::size_t twin_of(std::size_t column) const { return column == en ? zh : column; }
};

using Row = std::vector<std::variant<std::string, double>>;

std::string cell_of(const ReportContext& context, const Row& row, const Sentences& sentences,
                    std::size_t column) {
  if (const auto* value = std::get_if<double>(&row[column])) return number_cell(*value);
  const auto name = [&](std::size_t c) { return measure_name(std::get<std::string>(row[c])); };
  return both(in_labels({name(column).en, name(sentences.twin_of(column)).zh}, context.names));
}

TableColumn heading_of(const ReportTable& table, const Sentences& sentences, std::size_t column) {
  const auto name = [&](std::size_t c) {
    return c < table.headers.size() ? table.headers[c] : Text{table.columns[c], table.columns[c]};
  };
  const bool is_number = std::ranges::any_of(
      table.rows, [&](const Row& row) { return column < row.size() && row[column].index() == 1; });
  return {{name(column).en, name(sentences.twin_of(column)).zh},
          is_number ? Align::Right : Align::Left, {}};
}

/// A table of the model, as it presents itself; numbers to the right.
std::string model_table(const ReportContext& context, const ReportTable& given) {
  const Sentences sentences(given);
  HtmlTable table;
  for (std::size_t c = 0; c < given.columns.size(); ++c) {
    if (!sentences.is_hidden(c)) table.columns.push_back(heading_of(given, sentences, c));
  }
  for (std::size_t r = 0; r < std::min(kRowsMax, given.rows.size()); ++r) {
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < given.rows[r].size(); ++c) {
      if (!sentences.is_hidden(c)) cells.push_back(cell_of(context, given.rows[r], sentences, c));
    }
    table.rows.push_back(std::move(cells));
  }
  auto out = render(table);
  if (given.rows.size() > kRowsMax) {
    const auto all = count(static_cast<std::int64_t>(given.rows.size()));
    out += "<p class=\"quiet\">" +
           both({fmt::format("The first {} of {}; the rest stand in models/*.json.", kRowsMax, all),
                 fmt::format("共{}行，显示前{}行，其余见models/*.json。", all, kRowsMax)}) +
           "</p>";
  }
  return out;
}

/// Number of a row in the column of an id; nullopt where there is none.
std::optional<double> number_at(const ReportTable& table, std::size_t row, std::string_view id) {
  const auto found = std::ranges::find(table.columns, id);
  const auto c = static_cast<std::size_t>(found - table.columns.begin());
  if (c >= table.rows[row].size()) return std::nullopt;
  const auto* value = std::get_if<double>(&table.rows[row][c]);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

/// Odds ratios per standard deviation on their own scale, on which doubling and halving are as far.
std::string odds_figure(const ReportContext& context, const ReportTable& table) {
  const auto& w = words();
  BarChart chart{.title = w.odds, .description = w.odds_remark, .bars = {}, .is_centered = true};
  double most = 0;
  for (std::size_t r = 0; r < std::min(kOddsMax, table.rows.size()); ++r) {
    const auto ratio = number_at(table, r, "odds_ratio_per_deviation");
    const auto low = number_at(table, r, "low_per_deviation");
    const auto high = number_at(table, r, "high_per_deviation");
    const auto* term = std::get_if<std::string>(&table.rows[r][0]);
    if (!ratio || !low || !high || term == nullptr) continue;
    if (!(*ratio > 0) || !std::isfinite(*ratio)) continue;
    const double value = std::log(*ratio);
    most = std::max(most, std::abs(value));
    chart.bars.push_back({.label = in_labels(measure_name(*term), context.names),
                          .value = value,
                          .shown = fixed(*ratio, 2),
                          .css_class = value < 0 ? "stayer" : "leaver",
                          .tooltip = {},
                          .interval = evaluation::Interval{value, std::log(*low), std::log(*high)}});
  }
  if (chart.bars.empty()) return {};
  // An interval that leaves the drawing ends at its edge.
  for (auto& bar : chart.bars) {
    bar.interval->lower = std::max(bar.interval->lower, -1.5 * most);
    bar.interval->upper = std::min(bar.interval->upper, 1.5 * most);
  }
  return render({.title = w.odds, .remark = w.odds_remark, .legend = {}, .drawing = draw(chart),
                 .numbers = model_table(context, table)});
}

/// Inputs by their share in the sensitivity of a model, largest first: its Pareto chart.
std::string sensitivity_figure(const ReportContext& context, const ReportTable& table) {
  const auto& w = words();
  BarChart chart{.title = w.sensitivity, .description = w.sensitivity_remark, .bars = {}};
  for (std::size_t r = 0; r < std::min(kInputsMax, table.rows.size()); ++r) {
    const auto share = number_at(table, r, "contribution");
    const auto sum = number_at(table, r, "cumulative");
    const auto* input = std::get_if<std::string>(&table.rows[r][0]);
    if (!share || !sum || input == nullptr) continue;
    const auto* kpi = std::get_if<std::string>(&table.rows[r].back());
    chart.bars.push_back({.label = context.name_of(*input),
                          .value = *share,
                          .shown = fmt::format("{} ({})", percent(*share), percent(*sum)),
                          .css_class = kpi != nullptr && !kpi->empty() ? "c1" : "other-input",
                          .tooltip = {},
                          .interval = {}});
  }
  if (chart.bars.empty()) return {};
  return render({.title = w.sensitivity, .remark = w.sensitivity_remark, .legend = {},
                 .drawing = draw(chart), .numbers = model_table(context, table)});
}

/// A drawing too wide for a phone, which scrolls there.
std::string wide_figure(const Text& title, const Text& remark, const std::string& drawing) {
  return render({.title = title, .remark = remark, .legend = {},
                 .drawing = "<div class=\"scroll\"><div style=\"min-width:860px\">" + drawing +
                            "</div></div>",
                 .numbers = {}, .is_wide = true});
}

bool has_figure(const ReportTable& table) {
  return table.id == kOddsTable || table.id == kSensitivityTable;
}

std::string model_card(const ReportContext& context, const ModelResult& result) {
  const auto& w = words();
  const auto& model = *result.model;
  std::string body;
  for (const auto& table : model.tables) {
    if (table.rows.empty() || has_figure(table)) continue;
    // Long tables start folded; a short one is worth seeing at once.
    const bool is_open = table.rows.size() <= 12;
    body += fmt::format("<details{}><summary>{}</summary>{}</details>", is_open ? " open" : "",
                        both(table.title), model_table(context, table));
  }
  if (!model.parameters.empty()) {
    HtmlTable table;
    table.columns = {{w.name, Align::Left, {}}, {w.meaning, Align::Right, {}}};
    for (const auto& [name, value] : model.parameters) {
      table.rows.push_back({escaped(name), parameter_text(value)});
    }
    body += fmt::format("<details><summary>{}</summary>{}</details>", both(w.parameters), render(table));
  }
  for (const auto& note : model.notes) {
    body += "<p class=\"quiet\">" + both(in_labels(note, context.names)) + "</p>";
  }
  const auto tag = result.id == context.results.champion
                       ? " <span class=\"tag\">" + both(w.champion) + "</span>"
                       : std::string();
  return fmt::format("<div class=\"card wide\"><h3>{}{}</h3>{}</div>\n", both(result.name), tag, body);
}

}  // namespace

std::string parameter_text(const study::ParameterValue& value) {
  return std::visit(
      [](const auto& one) -> std::string {
        using T = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<T, bool>) return one ? "true" : "false";
        if constexpr (std::is_same_v<T, std::int64_t>) return count(one);
        if constexpr (std::is_same_v<T, double>) return fmt::format("{}", one);
        if constexpr (std::is_same_v<T, std::string>) return escaped(one);
        if constexpr (std::is_same_v<T, std::vector<double>>) return fmt::format("{}", fmt::join(one, ", "));
        if constexpr (std::is_same_v<T, std::vector<std::string>>) return escaped(fmt::format("{}", fmt::join(one, ", ")));
      },
      value);
}

std::string inside_section(const ReportContext& context) {
  std::string body;
  for (const auto& result : context.results.models) {
    if (!result.model) continue;
    const auto name_of = [&](const std::string& feature) { return context.name_of(feature); };
    const auto& w = words();
    if (is_drawable_tree(*result.model)) {
      body += wide_figure(w.tree_title, w.tree_remark, draw_tree(*result.model, name_of));
    }
    if (is_drawable_network(*result.model)) {
      body += wide_figure(w.network_title, w.network_remark, draw_network(*result.model, name_of));
    }
    for (const auto& table : result.model->tables) {
      if (table.id == kOddsTable) body += odds_figure(context, table);
      if (table.id == kSensitivityTable) body += sensitivity_figure(context, table);
    }
    body += model_card(context, result);
  }
  if (body.empty()) return {};
  return section("inside", words().inside, words().inside_lead, "<div class=\"grid\">" + body + "</div>");
}

}  // namespace holdfast::exchange
