#include "exchange/workbook.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <xlsxwriter.h>

#include "core/file.hpp"
#include "exchange/format.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kCellCharactersMax = 8'000;

lxw_format* plain(lxw_workbook* book) {
  auto* format = workbook_add_format(book);
  format_set_font_name(format, "Microsoft YaHei");
  format_set_font_size(format, 10);
  format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
  return format;
}

lxw_format* numeric(lxw_workbook* book, const char* pattern) {
  auto* format = plain(book);
  format_set_num_format(format, pattern);
  return format;
}

lxw_format* filled(lxw_workbook* book, lxw_color_t ground, lxw_color_t ink) {
  auto* format = plain(book);
  format_set_pattern(format, LXW_PATTERN_SOLID);
  format_set_bg_color(format, ground);
  format_set_font_color(format, ink);
  format_set_bold(format);
  return format;
}

lxw_format* shaded(lxw_workbook* book, lxw_color_t ground, const char* pattern) {
  auto* format = numeric(book, pattern);
  format_set_pattern(format, LXW_PATTERN_SOLID);
  format_set_bg_color(format, ground);
  format_set_align(format, LXW_ALIGN_CENTER);
  return format;
}

Formats formats_of(lxw_workbook* book) {
  Formats formats{};
  formats.header = filled(book, 0x1F3A5F, 0xFFFFFF);
  format_set_align(formats.header, LXW_ALIGN_VERTICAL_CENTER);
  format_set_text_wrap(formats.header);
  formats.header_right = filled(book, 0x1F3A5F, 0xFFFFFF);
  format_set_align(formats.header_right, LXW_ALIGN_VERTICAL_CENTER);
  format_set_align(formats.header_right, LXW_ALIGN_RIGHT);
  format_set_text_wrap(formats.header_right);
  formats.text = plain(book);
  formats.wrapped = plain(book);
  format_set_text_wrap(formats.wrapped);
  formats.whole = numeric(book, "#,##0");
  // Always as many decimals: "0.####" would show 1 as "1.".
  formats.tenths = numeric(book, "#,##0.0");
  formats.number = numeric(book, "#,##0.00");
  formats.fine = numeric(book, "0.0000");
  formats.factor = numeric(book, "0.00\"×\"");
  formats.p_value = numeric(book, "[<0.001]\"<0.001\";0.000");
  formats.percent = numeric(book, "0.0%");
  formats.money = numeric(book, "#,##0.00");
  formats.day = numeric(book, "yyyy-mm-dd");
  formats.red = filled(book, 0xF8D0CC, 0x8E1410);
  formats.orange = filled(book, 0xFCE0C0, 0x8A4300);
  formats.yellow = filled(book, 0xFBF0B5, 0x6B5200);
  formats.title = plain(book);
  format_set_bold(formats.title);
  format_set_font_size(formats.title, 14);
  formats.label = plain(book);
  format_set_bold(formats.label);
  constexpr lxw_color_t kHeat[] = {0xFDF1E7, 0xFAD9BD, 0xF5B285, 0xEA8048, 0xD4501E};
  constexpr lxw_color_t kCool[] = {0xEAF1FB, 0xC6D9F3, 0x94B8E6, 0x5B8FD2, 0x2F68B3};
  for (std::size_t i = 0; i < std::size(kHeat); ++i) {
    constexpr const char* kPatterns[] = {"#,##0.00", "0.0%", "#,##0"};
    for (std::size_t kind = 0; kind < std::size(kPatterns); ++kind) {
      formats.heat[kind][i] = shaded(book, kHeat[i], kPatterns[kind]);
      formats.cool[kind][i] = shaded(book, kCool[i], kPatterns[kind]);
    }
  }
  return formats;
}

/// Excel allows 31 characters and none of []:*?/\.
std::string sheet_name(const std::string& wanted, int number) {
  constexpr int kWidthMax = 27;
  auto name = printable(wanted);
  for (char& letter : name) {
    if (std::string_view("[]:*?/\\'").find(letter) != std::string_view::npos) letter = ' ';
  }
  name = shortened(name, kWidthMax);
  return number < 2 ? name : fmt::format("{} {}", name, number);
}

Error unwritable(const std::filesystem::path& path, const char* why) {
  return {errors::kFileUnwritable, {{"path", path.string()}, {"why", why}}};
}

}  // namespace

void put(lxw_worksheet* sheet, std::size_t row, std::size_t column, const std::string& text,
         lxw_format* format) {
  auto shown = printable(text);
  if (shown.size() > kCellCharactersMax) {
    shown = shortened(shown, static_cast<int>(kCellCharactersMax));
  }
  worksheet_write_string(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column),
                         shown.c_str(), format);
}

void put(lxw_worksheet* sheet, std::size_t row, std::size_t column, double value, lxw_format* format) {
  worksheet_write_number(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column), value,
                         format);
}

Result<Workbook> Workbook::create(const std::filesystem::path& path, const std::string& title,
                                  Day as_of) {
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  Workbook made;
  made.path_ = path;
  made.aside_ = aside_of(path);
  // Asked first, because libxlsxwriter would print what it cannot open.
  if (!std::ofstream(made.aside_).is_open()) return unwritable(path, "cannot create it");
  made.book_ = workbook_new(made.aside_.string().c_str());
  if (made.book_ == nullptr) return unwritable(path, "out of memory");
  auto shown = printable(title);
  std::string author = "Holdfast";
  lxw_doc_properties properties{};
  properties.title = shown.data();
  properties.author = author.data();
  // 0 would mean now.
  properties.created = std::max<time_t>(1, static_cast<time_t>(as_of.number) * 86'400);
  workbook_set_properties(made.book_, &properties);
  made.formats_ = formats_of(made.book_);
  return made;
}

Workbook::Workbook(Workbook&& other) noexcept
    : path_(std::move(other.path_)),
      aside_(std::move(other.aside_)),
      book_(std::exchange(other.book_, nullptr)),
      formats_(other.formats_) {}

Workbook::~Workbook() {
  if (book_ == nullptr) return;
  workbook_close(book_);
  std::error_code ignored;
  std::filesystem::remove(aside_, ignored);
}

lxw_worksheet* Workbook::add_sheet(const std::string& name) {
  int number = 1;
  while (workbook_validate_sheet_name(book_, sheet_name(name, number).c_str()) != LXW_NO_ERROR) {
    ++number;
  }
  return workbook_add_worksheet(book_, sheet_name(name, number).c_str());
}

Result<void> Workbook::publish() {
  const auto failure = workbook_close(std::exchange(book_, nullptr));
  if (failure != LXW_NO_ERROR) {
    std::error_code ignored;
    std::filesystem::remove(aside_, ignored);
    return unwritable(path_, lxw_strerror(failure));
  }
  return publish_file(aside_, path_);
}

}  // namespace holdfast::exchange
