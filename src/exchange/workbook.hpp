#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "core/day.hpp"
#include "core/error.hpp"

// Of libxlsxwriter.
struct lxw_format;
struct lxw_workbook;
struct lxw_worksheet;

/// Cells and formats that every workbook of Holdfast shares.
namespace holdfast::exchange {

// A sheet holds 1,048,576 rows, one of them the header.
constexpr std::size_t kSheetRowsMax = 1'048'575;
constexpr double kLineHeight = 16.5;           // Points a line of the font takes.

struct Formats {
  lxw_format *header, *header_right, *text, *wrapped, *whole, *tenths, *number, *fine, *factor, *p_value,
      *percent, *money, *day, *red, *orange, *yellow, *title, *label;
  // Shades of heat maps, faint to strong: [0] numbers, [1] shares, [2] whole numbers.
  lxw_format *heat[3][5], *cool[3][5];
};
/// Always a string cell: whatever the data says, it never becomes a formula.
void put(lxw_worksheet* sheet, std::size_t row, std::size_t column, const std::string& text,
         lxw_format* format);
void put(lxw_worksheet* sheet, std::size_t row, std::size_t column, double value, lxw_format* format);

/// A workbook written aside and published by one rename; given up, it leaves nothing behind.
class Workbook {
 public:
  /// The same sheets give the same bytes: `as_of` stands for the clock. Errors: kFileUnwritable.
  static Result<Workbook> create(const std::filesystem::path& path, const std::string& title, Day as_of);
  Workbook(Workbook&& other) noexcept;
  Workbook& operator=(Workbook&&) = delete;
  ~Workbook();

  /// `name` is cut, cleaned and numbered until Excel takes it.
  lxw_worksheet* add_sheet(const std::string& name);
  const Formats& formats() const { return formats_; }
  Result<void> publish();

 private:
  Workbook() = default;
  std::filesystem::path path_, aside_;
  lxw_workbook* book_ = nullptr;
  Formats formats_{};
};

}  // namespace holdfast::exchange
