#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <xlsxwriter.h>

#include "exchange/format.hpp"
#include "exchange/watch_list_rows.hpp"
#include "exchange/words.hpp"
#include "exchange/workbook.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::int32_t kExcelEpoch = 25'569;   // 1970-01-01 as a serial.
// On paper more reasons would make all of them too small to read; on the screen all stand.
constexpr std::size_t kReasonsPrinted = 3;

lxw_format* format_of(const Formats& formats, study::Level level) {
  if (level == study::Level::Red) return formats.red;
  return level == study::Level::Orange ? formats.orange : formats.yellow;
}

enum class Kind { Rank, Level, Customer, Contract, Cutoff, Probability, Value, Loss, Raised, Reason };

struct SheetColumn {
  Kind kind;
  std::string header;
  double width;
  std::size_t reason = 0;
};

/// "Value (EUR)".
std::string with_currency_of(const RunResults& results, const Text& text) {
  const auto& currency = results.costs.currency;
  const auto name = text.in(results.language);
  return currency.empty() ? name : fmt::format("{} ({})", name, currency);
}

std::vector<SheetColumn> columns_of(const RunResults& results) {
  const auto& w = words();
  const auto in = [&](const Text& text) { return text.in(results.language); };
  const auto with_currency = [&](const Text& text) { return with_currency_of(results, text); };
  std::vector<SheetColumn> columns = {{Kind::Rank, in(w.rank), 6},
                                      {Kind::Level, in(w.level), 9},
                                      {Kind::Customer, in(w.customer), 16}};
  if (has_own_contracts(results.watch_list)) {
    columns.push_back({Kind::Contract, in(w.contract), 18});
  }
  if (is_dated(results.as_of)) columns.push_back({Kind::Cutoff, in(w.cutoff), 11});
  columns.insert(columns.end(), {{Kind::Probability, in(w.churn_probability), 12},
                                 {Kind::Value, with_currency(w.value), 13},
                                 {Kind::Loss, with_currency(w.expected_loss), 14},
                                 {Kind::Raised, in(w.raised_by), 28}});
  const auto reasons = reasons_count(results.watch_list);
  for (std::size_t n = 0; n < reasons; ++n) {
    columns.push_back({Kind::Reason, fmt::format("{} {}", in(w.reason), n + 1), 38, n});
  }
  return columns;
}

/// What a cell of running text says; empty for the other kinds.
std::string text_of(const SheetColumn& column, const warning::Warning& warning, Language language) {
  if (column.kind == Kind::Raised) return raised_by(warning, language);
  return column.kind == Kind::Reason ? reason_text(warning, column.reason, language) : std::string();
}

/// Programs that open the file do not agree on fitting rows to wrapped text, so the file says it.
double height_of(const warning::Warning& warning, const std::vector<SheetColumn>& columns,
                 Language language) {
  int lines = 1;
  for (const auto& column : columns) {
    const double width = display_width(text_of(column, warning, language));
    // A line rarely fills its column to the last letter.
    lines = std::max(lines, static_cast<int>(std::ceil(width / (0.9 * column.width))));
  }
  return kLineHeight * lines;
}

bool is_number(Kind kind) {
  return kind == Kind::Rank || kind == Kind::Cutoff || kind == Kind::Probability ||
         kind == Kind::Value || kind == Kind::Loss;
}

void write_cell(lxw_worksheet* sheet, std::size_t row, std::size_t at, const SheetColumn& column,
                const warning::Warning& warning, const RunResults& results, const Formats& formats) {
  const auto language = results.language;
  switch (column.kind) {
    case Kind::Rank: put(sheet, row, at, static_cast<double>(warning.rank), formats.whole); break;
    case Kind::Level:
      put(sheet, row, at, warning::text_of(warning.level).in(language), format_of(formats, warning.level));
      break;
    case Kind::Customer: put(sheet, row, at, shown_key(results, warning.customer_key), formats.text); break;
    case Kind::Contract: put(sheet, row, at, shown_key(results, warning.contract_key), formats.text); break;
    case Kind::Cutoff:
      put(sheet, row, at, static_cast<double>(warning.cutoff.number + kExcelEpoch), formats.day);
      break;
    case Kind::Probability: put(sheet, row, at, warning.churn_probability, formats.percent); break;
    case Kind::Value: put(sheet, row, at, static_cast<double>(warning.value_cents) / 100, formats.money); break;
    case Kind::Loss:
      put(sheet, row, at, static_cast<double>(warning.expected_loss_cents) / 100, formats.money);
      break;
    case Kind::Raised:
    case Kind::Reason: put(sheet, row, at, text_of(column, warning, language), formats.wrapped); break;
  }
}

void set_up_page(lxw_worksheet* sheet, std::size_t rows, const std::vector<SheetColumn>& columns) {
  const auto last_row = static_cast<lxw_row_t>(rows);
  const auto last_column = static_cast<lxw_col_t>(columns.size() - 1);
  const auto is_printed = [](const SheetColumn& column) {
    return column.kind != Kind::Reason || column.reason < kReasonsPrinted;
  };
  const auto printed = std::ranges::count_if(columns, is_printed);
  worksheet_print_area(sheet, 0, 0, last_row, static_cast<lxw_col_t>(printed - 1));
  worksheet_set_margins(sheet, 0.4, 0.4, 0.5, 0.6);
  worksheet_freeze_panes(sheet, 1, 3);
  worksheet_autofilter(sheet, 0, 0, last_row, last_column);
  worksheet_set_row(sheet, 0, 30, nullptr);
  worksheet_set_landscape(sheet);
  worksheet_set_paper(sheet, 9);  // A4.
  worksheet_fit_to_pages(sheet, 1, 0);
  worksheet_repeat_rows(sheet, 0, 0);
  worksheet_set_footer(sheet, "&C&P / &N");
}

void write_list(lxw_worksheet* sheet, const RunResults& results, const Formats& formats) {
  const auto columns = columns_of(results);
  const auto& warnings = results.watch_list.warnings;
  const auto rows = std::min(kSheetRowsMax, warnings.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto column = static_cast<lxw_col_t>(c);
    worksheet_set_column(sheet, column, column, columns[c].width, nullptr);
    put(sheet, 0, c, columns[c].header,
        is_number(columns[c].kind) ? formats.header_right : formats.header);
    if (columns[c].kind != Kind::Probability || rows == 0) continue;
    lxw_conditional_format bars{};
    bars.type = LXW_CONDITIONAL_DATA_BAR;
    bars.bar_color = 0x9DB8E3;
    bars.data_bar_2010 = LXW_TRUE;
    bars.bar_solid = LXW_TRUE;
    bars.min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER;
    bars.max_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER;
    bars.min_value = 0;
    bars.max_value = 1;
    worksheet_conditional_format_range(sheet, 1, column, static_cast<lxw_row_t>(rows), column, &bars);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    worksheet_set_row(sheet, static_cast<lxw_row_t>(row + 1),
                      height_of(warnings[row], columns, results.language), nullptr);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      write_cell(sheet, row + 1, c, columns[c], warnings[row], results, formats);
    }
  }
  set_up_page(sheet, rows, columns);
}

constexpr double kNotesWidth = 90;

std::string set_in(const Text& text, Language language) {
  return language == Language::Zh ? typeset_chinese(text.zh) : text.en;
}

/// Facts and sentences under headings, in one column of labels and one of values.
class NotesSheet {
 public:
  NotesSheet(lxw_worksheet* sheet, const Formats& formats) : sheet_(sheet), formats_(formats) {}
  void heading(const std::string& text) {
    if (row_ > 0) ++row_;
    put(sheet_, row_++, 0, text, formats_.title);
  }
  void fact(const std::string& label, const std::string& value) {
    put(sheet_, row_, 0, label, formats_.label);
    sentence(value);
  }
  void fact(const std::string& label, double value, lxw_format* format) {
    put(sheet_, row_, 0, label, formats_.label);
    put(sheet_, row_++, 1, value, format);
  }
  void sentence(const std::string& text) {
    const auto lines = std::max(1.0, std::ceil(display_width(text) / (0.95 * kNotesWidth)));
    worksheet_set_row(sheet_, static_cast<lxw_row_t>(row_), kLineHeight * lines, nullptr);
    put(sheet_, row_++, 1, text, formats_.wrapped);
  }

 private:
  lxw_worksheet* sheet_;
  const Formats& formats_;
  std::size_t row_ = 0;
};

void write_champion(NotesSheet& notes, const RunResults& results) {
  const auto* champion = champion_of(results);
  const auto* metrics = champion != nullptr ? judged_on(*champion) : nullptr;
  if (metrics == nullptr) return;
  const auto& w = words();
  const auto language = results.language;
  notes.fact(w.champion.in(language), champion->name.in(language));
  notes.fact(w.model_quality.in(language),
             with_interval(metrics->auc.estimate, metrics->auc.lower, metrics->auc.upper));
  if (metrics->contacts.rows > 0) {
    notes.fact(w.contacts.in(language),
               set_in(evaluation::sentence_of(metrics->contacts), language));
  }
}

void write_notes(lxw_worksheet* sheet, const RunResults& results, const Formats& formats) {
  const auto& w = words();
  const auto language = results.language;
  const auto in = [&](const Text& text) { return text.in(language); };
  worksheet_set_column(sheet, 0, 0, 30, nullptr);
  worksheet_set_column(sheet, 1, 1, kNotesWidth, nullptr);
  worksheet_set_paper(sheet, 9);  // A4.
  worksheet_fit_to_pages(sheet, 1, 0);
  NotesSheet notes(sheet, formats);
  notes.heading(results.study_name);
  notes.fact(in(w.as_of), in(day_in_words(results.as_of)));
  notes.fact(in(w.scored), static_cast<double>(results.watch_list.scored_count), formats.whole);
  notes.fact(in(w.on_list), static_cast<double>(results.watch_list.warnings.size()), formats.whole);
  for (const auto& level : results.levels) {
    notes.fact("  " + warning::text_of(level.level).in(language),
               static_cast<double>(level.warnings_count), formats.whole);
  }
  std::int64_t loss = 0;
  for (const auto& level : results.levels) loss += level.expected_loss_cents;
  notes.fact(with_currency_of(results, w.expected_loss),
             static_cast<double>(loss) / 100, formats.money);
  for (const auto& [level, limit] :
       {std::pair{study::Level::Red, results.watch_list.limits.red},
        std::pair{study::Level::Orange, results.watch_list.limits.orange},
        std::pair{study::Level::Yellow, results.watch_list.limits.yellow}}) {
    if (limit > 0) {
      notes.fact(fmt::format("{}: {} ≥", in(w.limits), warning::text_of(level).in(language)), limit,
                 formats.percent);
    }
  }
  write_champion(notes, results);
  notes.fact(in(w.version), results.version);
  notes.fact(in(w.seed), fmt::format("{}", results.seed));
  notes.fact(in(w.manifest), fmt::format("{}", results.manifest_number));
  if (results.watch_list.warnings.size() > kSheetRowsMax) {
    notes.sentence(language == Language::Zh ? "名单超过一个工作表的容量，完整名单见 watchlist.csv。"
                                            : "The list is longer than a sheet; watchlist.csv holds all of it.");
  }
  if (!results.study_explained.empty()) notes.heading(in(w.study));
  for (const auto& line : results.study_explained) notes.sentence(set_in(line, language));
  notes.heading(in(w.terms));
  for (const auto& [term, definition] : definitions()) notes.fact(in(term), in(definition));
}

}  // namespace

Result<void> write_watch_list_xlsx(const std::filesystem::path& path, const RunResults& results) {
  HOLDFAST_TRY(auto book, Workbook::create(path, results.study_name, results.as_of));
  const auto& w = words();
  auto* list = book.add_sheet(w.watch_list.in(results.language));
  auto* notes = book.add_sheet(w.notes.in(results.language));
  write_list(list, results, book.formats());
  write_notes(notes, results, book.formats());
  return book.publish();
}

}  // namespace holdfast::exchange
