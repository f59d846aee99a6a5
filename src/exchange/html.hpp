#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/language.hpp"

/// The small pieces of HTML every section of the report is made of. Functions take raw text and
/// escape it; those that take finished markup say so.
namespace holdfast::exchange {

/// Both languages, of which the switch shows one. One span less where they read the same.
std::string both(const Text& text);
/// The same around finished markup.
std::string both_markup(const Text& markup);

enum class Align { Left, Right, Center };

struct TableColumn {
  Text header;
  Align align = Align::Left;
  Text hint;               // Tooltip of the header; may be empty.
  bool is_whole = false;   // Its cells are not broken into lines.
};

/// A data table. Cells are finished markup.
struct HtmlTable {
  Text caption;                         // Read by screen readers; may be empty.
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row_classes; // [rows] or empty.
  bool has_row_headers = true;          // The first cell of a row names it.
  std::string css_class;
};
std::string render(const HtmlTable& table);

/// A card with a chart: heading, one line under it, legend, drawing, and the numbers folded away.
struct Figure {
  Text title;
  Text remark;                          // What the reader should see; may be empty.
  std::string legend;                   // Markup; may be empty.
  std::string drawing;                  // SVG.
  std::string numbers;                  // Table markup; may be empty.
  bool is_wide = false;
};
std::string render(const Figure& figure);

/// A legend entry: a swatch in the colour of CSS class `css_class` and a name.
struct LegendEntry {
  std::string css_class;                // "c1", "level-red".
  Text name;
  bool is_line = true;
};
std::string render_legend(const std::vector<LegendEntry>& entries);

std::string section(std::string_view id, const Text& title, const Text& lead,
                    const std::string& body);

}  // namespace holdfast::exchange
