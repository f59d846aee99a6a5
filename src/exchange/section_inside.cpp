#include <algorithm>
#include <cmath>
#include <variant>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/model_words.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/tree_drawing.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kRowsMax = 60;

std::string number_cell(double value) {
  if (!std::isfinite(value)) return "–";
  if (value != 0 && std::abs(value) < 1e-4) return fmt::format("{:.1e}", value);
  if (value == std::floor(value)) return number(value);
  return std::abs(value) >= 100 ? fixed(value, 1) : fixed(value, 4);
}

/// A table of the model, as it presents itself; numbers to the right.
std::string model_table(const ReportContext& context, const ReportTable& given) {
  HtmlTable table;
  for (std::size_t c = 0; c < given.columns.size(); ++c) {
    bool is_number = false;
    for (const auto& row : given.rows) is_number |= c < row.size() && row[c].index() == 1;
    table.columns.push_back({c < given.headers.size() ? given.headers[c]
                                                      : Text{given.columns[c], given.columns[c]},
                             is_number ? Align::Right : Align::Left, {}});
  }
  for (std::size_t r = 0; r < std::min(kRowsMax, given.rows.size()); ++r) {
    std::vector<std::string> cells;
    for (const auto& cell : given.rows[r]) {
      const auto* value = std::get_if<double>(&cell);
      if (value != nullptr) {
        cells.push_back(number_cell(*value));
        continue;
      }
      cells.push_back(both(in_labels(measure_name(std::get<std::string>(cell)), context.names)));
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

std::string model_card(const ReportContext& context, const ModelResult& result) {
  const auto& w = words();
  const auto& model = *result.model;
  std::string body;
  for (const auto& table : model.tables) {
    if (table.rows.empty()) continue;
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
    if (is_drawable_tree(*result.model)) {
      const auto name_of = [&](const std::string& feature) { return context.name_of(feature); };
      body += render({.title = words().tree_title, .remark = words().tree_remark, .legend = {},
                      .drawing = "<div class=\"scroll\"><div style=\"min-width:860px\">" +
                                 draw_tree(*result.model, name_of) + "</div></div>",
                      .numbers = {}, .is_wide = true});
    }
    body += model_card(context, result);
  }
  if (body.empty()) return {};
  return section("inside", words().inside, words().inside_lead, "<div class=\"grid\">" + body + "</div>");
}

}  // namespace holdfast::exchange
