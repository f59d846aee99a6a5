#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/model_words.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

std::string card(const Text& title, const std::string& body, bool is_wide = false) {
  return fmt::format("<div class=\"card{}\"><h3>{}</h3>{}</div>\n", is_wide ? " wide" : "", both(title), body);
}

std::string list_of(const std::vector<Text>& lines, const ReportContext& context) {
  std::string out = "<ul class=\"plain\">";
  for (const auto& line : lines) out += "<li>" + both(in_labels(line, context.names)) + "</li>";
  return out + "</ul>";
}

std::string imports_card(const std::vector<history::ImportCounts>& imports) {
  const auto& w = words();
  HtmlTable table;
  table.columns = {{w.table, Align::Left, {}},        {w.read, Align::Right, {}},
                   {w.kept, Align::Right, {}},        {w.quarantined, Align::Right, {}},
                   {w.orphans, Align::Right, {}},     {w.duplicates, Align::Right, {}},
                   {w.stored, Align::Right, {}}};
  for (const auto& counts : imports) {
    table.rows.push_back({escaped(counts.table), count(counts.rows_read), count(counts.rows_kept),
                          count(counts.rows_quarantined), count(counts.orphans_count),
                          count(counts.rows_duplicate), count(counts.rows_stored)});
  }
  return card(w.imports, "<p class=\"quiet\">" + both(w.imports_remark) + "</p>" + render(table), true);
}

std::string split_card(const RunResults& results) {
  const auto& w = words();
  HtmlTable table;
  table.columns = {{w.split, Align::Left, {}}, {w.rows, Align::Right, {}}};
  for (const auto& [split, rows] : results.split_rows) {
    table.rows.push_back({both(text_of(split)), count(rows)});
  }
  return card(w.split, render(table));
}

std::string made_card(const ReportContext& context) {
  const auto& w = words();
  const auto& results = context.results;
  const auto& costs = results.costs;
  HtmlTable table;
  table.columns = {{w.name, Align::Left, {}}, {w.meaning, Align::Right, {}}};
  const auto add = [&](const Text& name, std::string value) {
    table.rows.push_back({both(name), std::move(value)});
  };
  add(w.version, escaped(results.version));
  add(w.seed, fmt::format("{}", results.seed));
  add(w.manifest, fmt::format("{}", results.manifest_number));
  add(w.as_of, both(day_in_words(results.as_of)));
  add(w.features_count, count(static_cast<std::int64_t>(results.features.size())));
  add(w.customer_value, money(costs.customer_value, costs.currency));
  add(w.offer_cost, money(costs.offer_cost, costs.currency));
  add(w.contact_cost, money(costs.contact_cost, costs.currency));
  add(w.acceptance, fmt::format("{}, {}", number(costs.acceptance_alpha), number(costs.acceptance_beta)));
  return card(w.how_made, render(table));
}

}  // namespace

std::string made_section(const ReportContext& context) {
  const auto& w = words();
  const auto& results = context.results;
  std::string body;
  if (!results.study_explained.empty()) body += card(w.study, list_of(results.study_explained, context), true);
  if (!results.imports.empty()) body += imports_card(results.imports);
  if (!results.split_rows.empty()) body += split_card(results);
  body += made_card(context);
  if (!results.notes.empty()) body += card(w.remarks, list_of(results.notes, context), true);
  return section("made", w.made, w.made_lead, "<div class=\"grid\">" + body + "</div>");
}

std::string terms_section() {
  std::string body = "<div class=\"card\"><dl class=\"terms\">";
  for (const auto& [term, definition] : definitions()) {
    body += fmt::format("<dt>{}</dt><dd>{}</dd>", both(term), both(definition));
  }
  return section("terms", words().terms, {}, body + "</dl></div>");
}

}  // namespace holdfast::exchange
