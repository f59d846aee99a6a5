#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace holdfast::tables {

/// One cell of a spreadsheet that is not empty.
struct SheetCell {
  enum class Kind : std::uint8_t { Text, Number, Date, Boolean };
  std::uint32_t row = 0;     // From 1.
  std::uint32_t column = 0;  // From 0.
  Kind kind = Kind::Text;
  double number = 0;         // Number, Boolean; Date as serial of the 1900 system.
  std::uint32_t text = 0;    // Text: index into texts.
};

/// One sheet in memory: a cell that is empty costs nothing, whatever the sheet claims to span.
struct Sheet {
  std::vector<SheetCell> cells;  // By row, then column.
  std::vector<std::string> texts;
};

/// A spreadsheet file.
class Workbook {
 public:
  virtual ~Workbook() = default;
  virtual const std::vector<std::string>& sheets() const = 0;
  virtual Result<Sheet> load(std::size_t sheet) = 0;
};

/// Errors: damaged, encrypted, a zip bomb.
Result<std::unique_ptr<Workbook>> open_xlsx(const std::string& path);
Result<std::unique_ptr<Workbook>> open_xls(const std::string& path);

}  // namespace holdfast::tables
