#include <freexl.h>

#include "tables/date_pattern.hpp"
#include "tables/errors.hpp"
#include "tables/sheet.hpp"

namespace holdfast::tables {
namespace {

struct CloseHandle {
  void operator()(const void* handle) const { freexl_close(handle); }
};

/// FreeXL tells dates as text; we keep serials as xlsx does.
bool serial_of(const char* text, double& serial) {
  static const auto kIso = *DatePattern::compile("iso");
  WrittenTime time;
  if (kIso.parse(text, time) != Fit::Value) return false;
  constexpr std::int32_t kDaysTo1970 = 25569;
  serial = time.day + kDaysTo1970 + static_cast<double>(time.micros) / 86'400e6;
  return true;
}

class XlsWorkbook : public Workbook {
 public:
  XlsWorkbook(std::string path, const void* handle) : path_(std::move(path)), handle_(handle) {}

  Result<void> begin() {
    unsigned int count = 0;
    if (freexl_get_info(handle_.get(), FREEXL_BIFF_SHEET_COUNT, &count) != FREEXL_OK || count == 0) {
      return damaged("it has no sheets");
    }
    for (unsigned int i = 0; i < count; ++i) {
      const char* name = nullptr;
      const auto index = static_cast<unsigned short>(i);
      if (freexl_get_worksheet_name(handle_.get(), index, &name) != FREEXL_OK || name == nullptr) {
        return damaged("a sheet has no name");
      }
      names_.emplace_back(name);
    }
    return {};
  }

  const std::vector<std::string>& sheets() const override { return names_; }

  Result<Sheet> load(std::size_t number) override {
    Sheet sheet;
    unsigned int rows = 0;
    unsigned short columns = 0;
    if (freexl_select_active_worksheet(handle_.get(), static_cast<unsigned short>(number)) !=
            FREEXL_OK ||
        freexl_worksheet_dimensions(handle_.get(), &rows, &columns) != FREEXL_OK) {
      return damaged("sheet " + names_[number] + " cannot be read");
    }
    for (unsigned int row = 0; row < rows; ++row) {
      for (unsigned short column = 0; column < columns; ++column) {
        FreeXL_CellValue value;
        if (freexl_get_cell_value(handle_.get(), row, column, &value) != FREEXL_OK) {
          return damaged("cells of sheet " + names_[number] + " cannot be read");
        }
        add(value, row + 1, column, sheet);
      }
    }
    return sheet;
  }

 private:
  static void add(const FreeXL_CellValue& value, std::uint32_t row, std::uint32_t column,
                  Sheet& sheet) {
    SheetCell cell{.row = row, .column = column};
    switch (value.type) {
      case FREEXL_CELL_INT:
        cell.kind = SheetCell::Kind::Number;
        cell.number = value.value.int_value;
        break;
      case FREEXL_CELL_DOUBLE:
        cell.kind = SheetCell::Kind::Number;
        cell.number = value.value.double_value;
        break;
      case FREEXL_CELL_DATE:
      case FREEXL_CELL_DATETIME:
        if (serial_of(value.value.text_value, cell.number)) {
          cell.kind = SheetCell::Kind::Date;
          break;
        }
        [[fallthrough]];
      case FREEXL_CELL_TIME:
      case FREEXL_CELL_TEXT:
      case FREEXL_CELL_SST_TEXT:
        if (value.value.text_value == nullptr || *value.value.text_value == '\0') return;
        cell.text = static_cast<std::uint32_t>(sheet.texts.size());
        sheet.texts.emplace_back(value.value.text_value);
        break;
      default: return;
    }
    sheet.cells.push_back(cell);
  }

  Error damaged(const std::string& why) const {
    return {errors::kDamaged, {{"path", path_}, {"why", why}}, {.file = path_}};
  }

  std::string path_;
  std::unique_ptr<const void, CloseHandle> handle_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::unique_ptr<Workbook>> open_xls(const std::string& path) {
  const void* handle = nullptr;
  const int code = freexl_open(path.c_str(), &handle);
  if (code != FREEXL_OK) {
    if (handle != nullptr) freexl_close(handle);
    const auto* why = code == FREEXL_BIFF_OBFUSCATED ? "it is protected by a password"
                                                     : "it is no Excel 97-2003 file, or a protected one";
    return Error{errors::kDamaged, {{"path", path}, {"why", why}}, {.file = path}};
  }
  auto workbook = std::make_unique<XlsWorkbook>(path, handle);
  HOLDFAST_TRY_VOID(workbook->begin());
  return std::unique_ptr<Workbook>(std::move(workbook));
}

}  // namespace holdfast::tables
