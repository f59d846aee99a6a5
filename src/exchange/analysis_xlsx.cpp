#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <xlsxwriter.h>

#include "exchange/analysis_files.hpp"
#include "exchange/format.hpp"
#include "exchange/heat_shades.hpp"
#include "exchange/results.hpp"
#include "exchange/words.hpp"
#include "exchange/workbook.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kCustomersMax = 100'000;   // On the sheet; the Parquet file holds all.
constexpr double kTextWidth = 28, kNumberWidth = 15, kNotesWidth = 110;
constexpr std::size_t kRowsLookedAt = 1000;
constexpr double kSentenceWidth = 80;   // Of columns whose texts are sentences; they wrap.

/// Of plain numbers as many decimals as the largest of a column asks for.
lxw_format* format_of(const Formats& formats, analyses::Format format, double largest) {
  switch (format) {
    case analyses::Format::Count: return formats.whole;
    case analyses::Format::Share: return formats.percent;
    case analyses::Format::Money: return formats.money;
    case analyses::Format::Days: return formats.tenths;
    case analyses::Format::Factor: return formats.factor;
    case analyses::Format::PValue: return formats.p_value;
    case analyses::Format::Number: break;
  }
  if (largest >= 1000) return formats.whole;
  if (largest >= 100) return formats.tenths;
  return largest >= 1 ? formats.number : formats.fine;
}

double largest_of(const analyses::Table& table, std::size_t column) {
  double largest = 0;
  for (const auto& row : table.rows) {
    const auto* number = std::get_if<double>(&row[column]);
    if (number != nullptr && std::isfinite(*number)) largest = std::max(largest, std::abs(*number));
  }
  return largest;
}

double largest_of(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

std::string in(const Text& text, Language language) {
  return language == Language::Zh ? typeset_chinese(text.zh) : text.en;
}

/// Frozen header, filters, one page wide in print.
void finish_sheet(lxw_worksheet* sheet, std::size_t rows, std::size_t columns) {
  worksheet_freeze_panes(sheet, 1, 1);
  worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(rows), static_cast<lxw_col_t>(columns - 1));
  worksheet_set_landscape(sheet);
  worksheet_set_paper(sheet, 9);  // A4.
  worksheet_fit_to_pages(sheet, 1, 0);
  worksheet_repeat_rows(sheet, 0, 0);
  worksheet_set_footer(sheet, "&C&P / &N");
}

void put_cell(lxw_worksheet* sheet, std::size_t row, std::size_t column, const analyses::Cell& cell,
              lxw_format* format, const Formats& formats, Language language) {
  if (const auto* text = std::get_if<Text>(&cell)) {
    const auto written = in(*text, language);
    put(sheet, row, column, written, display_width(written) > kSentenceWidth ? formats.wrapped : formats.text);
  }
  const auto* number = std::get_if<double>(&cell);
  if (number != nullptr && std::isfinite(*number)) put(sheet, row, column, *number, format);
}

/// The width a column of texts needs, up to that of sentences.
double text_width(const analyses::Table& table, std::size_t column, Language language) {
  double width = kTextWidth;
  for (std::size_t r = 0; r < std::min(table.rows.size(), kRowsLookedAt); ++r) {
    const auto* text = std::get_if<Text>(&table.rows[r][column]);
    if (text != nullptr) width = std::max(width, 1.1 * display_width(in(*text, language)));
  }
  return std::min(width, kSentenceWidth);
}

/// Of the first texts of a column of customers, written(text) each: `least`, or what they need.
template <typename T, typename Written>
double width_of(double least, const std::vector<T>& texts, const Written& written) {
  double width = least;
  for (std::size_t r = 0; r < std::min(texts.size(), kRowsLookedAt); ++r) {
    width = std::max(width, 1.1 * display_width(written(texts[r])));
  }
  return std::min(width, kSentenceWidth);
}

void write_table(lxw_worksheet* sheet, const analyses::Table& table, const Formats& formats,
                 const AnalysisContext& context) {
  std::vector<lxw_format*> of_column;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const auto& column = table.columns[c];
    const bool is_text = !table.rows.empty() && std::holds_alternative<Text>(table.rows[0][c]);
    const auto at = static_cast<lxw_col_t>(c);
    worksheet_set_column(sheet, at, at, is_text ? text_width(table, c, context.language) : kNumberWidth,
                         nullptr);
    put(sheet, 0, c, in(column.header, context.language), is_text ? formats.header : formats.header_right);
    of_column.push_back(format_of(formats, column.format, largest_of(table, c)));
  }
  const auto rows = std::min(kSheetRowsMax, table.rows.size());
  for (std::size_t r = 0; r < rows; ++r) {
    double lines = 1;
    for (const auto& value : table.rows[r]) {
      const auto* text = std::get_if<Text>(&value);
      if (text == nullptr) continue;
      lines = std::max(lines, std::ceil(display_width(in(*text, context.language)) / (0.9 * kSentenceWidth)));
    }
    if (lines > 1) worksheet_set_row(sheet, static_cast<lxw_row_t>(r + 1), kLineHeight * lines, nullptr);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      put_cell(sheet, r + 1, c, table.rows[r][c], of_column[c], formats, context.language);
    }
  }
  finish_sheet(sheet, rows, table.columns.size());
}

/// Shaded as on the page.
void write_heat_map(lxw_worksheet* sheet, const analyses::HeatMap& map, const Formats& formats,
                    const AnalysisContext& context) {
  const HeatShades shades(map);
  const std::size_t kind = map.format == analyses::Format::Share ? 1 : map.format == analyses::Format::Count ? 2 : 0;
  worksheet_set_column(sheet, 0, 0, 2 * kTextWidth, nullptr);
  worksheet_set_column(sheet, 1, static_cast<lxw_col_t>(map.columns.size()), kTextWidth, nullptr);
  put(sheet, 0, 0, in(map.title, context.language), formats.header);
  for (std::size_t c = 0; c < map.columns.size(); ++c) {
    put(sheet, 0, c + 1, in(map.columns[c], context.language), formats.header_right);
  }
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    put(sheet, r + 1, 0, in(map.rows[r], context.language), formats.text);
    for (std::size_t c = 0; c < map.columns.size(); ++c) {
      const auto shade = shades(map.values[r][c]);
      if (!shade) continue;
      auto* format = shade->is_below ? formats.cool[kind][shade->step] : formats.heat[kind][shade->step];
      if (map.shown.empty()) put(sheet, r + 1, c + 1, map.values[r][c], format);
      else put(sheet, r + 1, c + 1, in(map.shown[r][c], context.language), format);
    }
  }
  put(sheet, map.rows.size() + 2, 0, in(map.remark, context.language), formats.wrapped);
  finish_sheet(sheet, map.rows.size(), map.columns.size() + 1);
}

void write_words(lxw_worksheet* sheet, const analyses::Analysis& analysis, const Formats& formats,
                 const AnalysisContext& context) {
  worksheet_set_column(sheet, 0, 0, kNotesWidth, nullptr);
  std::size_t row = 0;
  const auto sentence = [&](const std::string& text) {
    const double lines = std::max(1.0, std::ceil(display_width(text) / (0.95 * kNotesWidth)));
    worksheet_set_row(sheet, static_cast<lxw_row_t>(row), kLineHeight * lines, nullptr);
    put(sheet, row++, 0, text, formats.wrapped);
  };
  const auto& w = words();
  put(sheet, row++, 0, in(analysis.title, context.language), formats.title);
  sentence(fmt::format("{} · {} {}", context.study_name, w.as_of.in(context.language),
                       day_in_words(context.as_of).in(context.language)));
  for (const auto& finding : analysis.findings) sentence(in(finding, context.language));
  if (!analysis.notes.empty()) put(sheet, ++row, 0, w.notes.in(context.language), formats.title), ++row;
  for (const auto& note : analysis.notes) sentence(in(note, context.language));
  worksheet_set_paper(sheet, 9);
  worksheet_fit_to_pages(sheet, 1, 0);
}

void write_customers_sheet(lxw_worksheet* sheet, const analyses::CustomerColumns& customers,
                           const Formats& formats, const AnalysisContext& context) {
  const auto& w = words();
  std::vector<const std::vector<std::string>*> keys = {&customers.customer_keys};
  put(sheet, 0, 0, w.customer.in(context.language), formats.header);
  if (!customers.contract_keys.empty()) {
    put(sheet, 0, 1, w.contract.in(context.language), formats.header);
    keys.push_back(&customers.contract_keys);
  }
  const auto rows = std::min(kCustomersMax, customers.customer_keys.size());
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const auto width = width_of(kTextWidth / 2, *keys[k], [](const auto& key) { return key; });
    worksheet_set_column(sheet, static_cast<lxw_col_t>(k), static_cast<lxw_col_t>(k), width, nullptr);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const auto& key = (*keys[k])[r];
      put(sheet, r + 1, k, shown_key(key, context.key_mask.masks), formats.text);
    }
  }
  for (std::size_t c = 0; c < customers.columns.size(); ++c) {
    const auto& column = customers.columns[c];
    const auto at = c + keys.size();
    const bool is_text = !column.texts.empty();
    put(sheet, 0, at, in(column.header, context.language), is_text ? formats.header : formats.header_right);
    worksheet_set_column(sheet, static_cast<lxw_col_t>(at), static_cast<lxw_col_t>(at),
                         is_text ? width_of(kTextWidth, column.texts,
                                            [&](const Text& text) { return in(text, context.language); })
                                 : kNumberWidth,
                         nullptr);
    auto* format = format_of(formats, column.format, largest_of(column.values));
    for (std::size_t r = 0; r < rows; ++r) {
      put_cell(sheet, r + 1, at, is_text ? analyses::Cell(column.texts[r]) : analyses::Cell(column.values[r]),
               format, formats, context.language);
    }
  }
  finish_sheet(sheet, rows, keys.size() + customers.columns.size());
}

}  // namespace

Result<void> write_analysis_xlsx(const std::filesystem::path& path,
                                 const analyses::Analysis& analysis, const AnalysisContext& context) {
  HOLDFAST_TRY(auto book, Workbook::create(path, context.study_name, context.as_of));
  write_words(book.add_sheet(words().findings.in(context.language)), analysis, book.formats(), context);
  for (const auto& section : analysis.sections) {
    for (const auto& block : section.blocks) {
      const auto* table = std::get_if<analyses::Table>(&block);
      const auto* map = std::get_if<analyses::HeatMap>(&block);
      if (map != nullptr && !map->rows.empty() && !map->columns.empty()) {
        write_heat_map(book.add_sheet(in(map->title, context.language)), *map, book.formats(), context);
      }
      if (table == nullptr || table->columns.empty()) continue;
      write_table(book.add_sheet(in(table->title, context.language)), *table, book.formats(), context);
    }
  }
  if (!analysis.customers.empty()) {
    write_customers_sheet(book.add_sheet(words().customers.in(context.language)), analysis.customers,
                          book.formats(), context);
  }
  return book.publish();
}

}  // namespace holdfast::exchange
