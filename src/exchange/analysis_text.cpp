#include <algorithm>

#include <fmt/format.h>

#include "exchange/analysis_files.hpp"
#include "exchange/format.hpp"

namespace holdfast::exchange {
namespace {

constexpr int kColumnWidthMax = 34, kLineWidthMax = 150;

std::string padded(const std::string& text, int width, bool is_left) {
  const auto blanks = std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return is_left ? text + blanks : blanks + text;
}

std::string cell(const analyses::Cell& value, analyses::Format format, const AnalysisContext& context,
                 Language language) {
  if (const auto* text = std::get_if<Text>(&value)) {
    return shortened(printable(text->in(language)), kColumnWidthMax);
  }
  const auto* number = std::get_if<double>(&value);
  return number != nullptr ? written(*number, format, context.currency) : "–";
}

/// As many columns as fit the line, the first rows.
std::string table_text(const analyses::Table& table, const AnalysisContext& context, Language language,
                       std::size_t rows_max) {
  const auto rows = std::min(rows_max, table.rows.size());
  std::vector<std::vector<std::string>> columns;
  std::vector<int> widths;
  int line = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    std::vector<std::string> cells = {shortened(table.columns[c].header.in(language), kColumnWidthMax)};
    for (std::size_t r = 0; r < rows; ++r) {
      cells.push_back(cell(table.rows[r][c], table.columns[c].format, context, language));
    }
    int width = 0;
    for (const auto& one : cells) width = std::max(width, display_width(one));
    line += width + 2;
    if (line > kLineWidthMax && c > 0) break;
    widths.push_back(width);
    columns.push_back(std::move(cells));
  }
  std::string out = "\n" + table.title.in(language) + "\n";
  for (std::size_t r = 0; r <= rows; ++r) {
    std::string text = " ";
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool is_left = !table.rows.empty() && std::holds_alternative<Text>(table.rows[0][c]);
      text += " " + padded(columns[c][r], widths[c], is_left) + " ";
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }
  if (table.rows.size() > rows) {
    out += fmt::format(fmt::runtime(language == Language::Zh ? "  … 共 {} 行\n" : "  … {} rows in all\n"),
                       table.rows.size());
  }
  return out;
}

}  // namespace

std::string analysis_text(const analyses::Analysis& analysis, const AnalysisContext& context,
                          Language language, std::size_t rows_max) {
  std::string out = analysis.title.in(language) + "\n";
  for (const auto& finding : analysis.findings) out += "· " + finding.in(language) + "\n";
  for (const auto& section : analysis.sections) {
    for (const auto& block : section.blocks) {
      if (const auto* table = std::get_if<analyses::Table>(&block)) {
        if (!table->rows.empty()) out += table_text(*table, context, language, rows_max);
      }
    }
  }
  for (const auto& note : analysis.notes) out += "\n* " + note.in(language) + "\n";
  return out;
}

}  // namespace holdfast::exchange
