#include "exchange/html.hpp"

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

std::string_view class_of(Align align) {
  switch (align) {
    case Align::Left: return "";
    case Align::Right: return " class=\"right\"";
    case Align::Center: return " class=\"center\"";
  }
  return "";
}

}  // namespace

std::string both_markup(const Text& markup) {
  if (markup.en == markup.zh) return markup.en;
  return fmt::format("<span lang=\"en\">{}</span><span lang=\"zh\">{}</span>", markup.en, markup.zh);
}

std::string both(const Text& text) {
  // What reads the same in both languages comes from the data and stays.
  if (text.en == text.zh) return escaped(text.en);
  return both_markup(escaped({text.en, typeset_chinese(text.zh)}));
}

std::string render(const HtmlTable& table) {
  std::string out = fmt::format("<div class=\"scroll\" tabindex=\"0\"><table class=\"{}\">",
                                table.css_class);
  if (!table.caption.en.empty()) {
    out += fmt::format("<caption>{}</caption>", both(table.caption));
  }
  out += "<thead><tr>";
  for (const auto& column : table.columns) {
    std::string hint;
    if (!column.hint.en.empty()) {
      hint = fmt::format(" title=\"{} · {}\"", escaped(column.hint.en), escaped(column.hint.zh));
    }
    out += fmt::format("<th scope=\"col\"{}{}>{}</th>", class_of(column.align), hint,
                       both(column.header));
  }
  out += "</tr></thead><tbody>";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const bool has_class = r < table.row_classes.size() && !table.row_classes[r].empty();
    out += has_class ? fmt::format("<tr class=\"{}\">", table.row_classes[r]) : "<tr>";
    const auto& row = table.rows[r];
    for (std::size_t c = 0; c < row.size(); ++c) {
      const auto align = c < table.columns.size() ? table.columns[c].align : Align::Left;
      const bool is_header = c == 0 && table.has_row_headers;
      const bool is_whole = align == Align::Left && c < table.columns.size() && table.columns[c].is_whole;
      const auto css = is_whole ? " class=\"whole\"" : class_of(align);
      out += is_header ? fmt::format("<th scope=\"row\"{}>{}</th>", css, row[c])
                       : fmt::format("<td{}>{}</td>", css, row[c]);
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>";
}

std::string render(const Figure& figure) {
  std::string out = fmt::format("<figure class=\"card{}\"><figcaption><h3>{}</h3>",
                                figure.is_wide ? " wide" : "", both(figure.title));
  if (!figure.remark.en.empty()) out += fmt::format("<p>{}</p>", both(figure.remark));
  out += "</figcaption>" + figure.legend + figure.drawing;
  if (!figure.numbers.empty()) {
    out += fmt::format("<details><summary>{}</summary>{}</details>", both(words().show_numbers),
                       figure.numbers);
  }
  return out + "</figure>\n";
}

std::string render_legend(const std::vector<LegendEntry>& entries) {
  std::string out = "<ul class=\"legend\">";
  for (const auto& entry : entries) {
    out += fmt::format("<li><span class=\"{} {}\"></span>{}</li>",
                       entry.is_line ? "key-line" : "key-box", entry.css_class, both(entry.name));
  }
  return out + "</ul>";
}

std::string section(std::string_view id, const Text& title, const Text& lead,
                    const std::string& body) {
  auto out = fmt::format("<section id=\"{}\"><h2>{}</h2>", id, both(title));
  if (!lead.en.empty()) out += fmt::format("<p class=\"lead\">{}</p>", both(lead));
  return out + "\n" + body + "</section>\n";
}

}  // namespace holdfast::exchange
