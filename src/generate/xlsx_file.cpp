#include <xlsxwriter.h>

#include <cmath>

#include "core/check.hpp"
#include "core/file.hpp"
#include "generate/files.hpp"

namespace holdfast::generate {
namespace {

constexpr lxw_row_t kHeaderRow = 2;
constexpr const char* kHeader[] = {"客户号", "姓名", "电话",     "出生日期",
                                   "性别",   "职业", "家庭人数", "年收入"};

void write_row(lxw_worksheet* sheet, lxw_row_t row, const Customer& customer, lxw_format* date) {
  worksheet_write_string(sheet, row, 0, customer.key.c_str(), nullptr);
  worksheet_write_string(sheet, row, 1, customer.name.c_str(), nullptr);
  worksheet_write_string(sheet, row, 2, row % 97 == 0 ? "空" : customer.phone.c_str(), nullptr);
  const auto birth = civil_of(customer.birth);
  lxw_datetime day{birth.year, birth.month, birth.day, 0, 0, 0};
  worksheet_write_datetime(sheet, row, 3, &day, date);
  worksheet_write_string(sheet, row, 4, customer.is_female ? "女" : "男", nullptr);
  const std::string occupation(customer.occupation.empty() ? "无" : customer.occupation);
  worksheet_write_string(sheet, row, 5, occupation.c_str(), nullptr);
  worksheet_write_number(sheet, row, 6, customer.household, nullptr);
  if (customer.income > 0) {
    worksheet_write_number(sheet, row, 7, static_cast<double>(customer.income), nullptr);
  } else {
    worksheet_write_string(sheet, row, 7, "-", nullptr);
  }
}

}  // namespace

Result<void> write_customers(const World& world, const std::filesystem::path& folder,
                             RowCounts& counts) {
  const auto path = folder / "客户.xlsx";
  const auto aside = aside_of(path);
  lxw_workbook* book = workbook_new(aside.string().c_str());
  // The time of writing would make each copy differ.
  lxw_doc_properties properties{};
  properties.created = 1711843200;
  workbook_set_properties(book, &properties);
  lxw_worksheet* sheet = workbook_add_worksheet(book, "客户资料");
  lxw_format* date = workbook_add_format(book);
  format_set_num_format(date, "yyyy-mm-dd");
  worksheet_write_string(sheet, 0, 0, "客户资料导出", nullptr);
  for (lxw_col_t column = 0; column < std::size(kHeader); ++column) {
    worksheet_write_string(sheet, kHeaderRow, column, kHeader[column], nullptr);
  }
  for (std::size_t k = 0; k < world.customers.size(); ++k) {
    write_row(sheet, static_cast<lxw_row_t>(kHeaderRow + 1 + k), world.customers[k], date);
  }
  if (const auto failure = workbook_close(book); failure != LXW_NO_ERROR) {
    return Error(holdfast::errors::kFileUnwritable,
                 {{"path", path.string()}, {"why", lxw_strerror(failure)}});
  }
  counts["客户.xlsx"] = static_cast<std::int64_t>(world.customers.size());
  return publish_file(aside, path);
}

}  // namespace holdfast::generate
