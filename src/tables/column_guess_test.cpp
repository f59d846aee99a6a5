#include <algorithm>

#include "tables/errors.hpp"
#include "tables/reader_test_support.hpp"

namespace holdfast::tables {
namespace {

/// The layout of a one-column table (';' between columns, so that commas are free).
Layout layout_of(const std::string& name, const std::vector<std::string>& cells, int times = 1) {
  const testing::TemporaryFolder folder;
  std::string text = name + ";other\n";
  for (int i = 0; i < times; ++i) {
    for (const auto& cell : cells) text += cell + ";word\n";
  }
  const auto layout = inspect(folder.write("t.csv", text).string());
  EXPECT_TRUE(layout.ok());
  return layout.ok() ? *layout : Layout{};
}

std::string type_of(const std::string& name, const std::vector<std::string>& cells, int times = 1) {
  return described(layout_of(name, cells, times), name);
}

TEST(ColumnTypes, DatesInManyForms) {
  EXPECT_EQ(type_of("d", {"2024-03-05", "2024-12-31"}), "day:yyyy-MM-dd");
  EXPECT_EQ(type_of("d", {"2024/3/5", "2024/12/31"}), "day:yyyy/M/d");
  EXPECT_EQ(type_of("d", {"25/11/2015", "05/11/2015"}), "day:dd/MM/yyyy");
  EXPECT_EQ(type_of("d", {"5.11.2015", "25.1.2016"}), "day:d.M.yyyy");
  EXPECT_EQ(type_of("d", {"2024年3月5日", "2024年12月31日"}), "day:yyyy年M月d日");
  EXPECT_EQ(type_of("start_date", {"20240305", "20241231"}), "day:yyyyMMdd");
  EXPECT_EQ(type_of("d", {"2024-03-05 10:15:00", "2024-03-05 23:59:59"}), "instant:yyyy-MM-dd HH:mm:ss");
  EXPECT_EQ(type_of("d", {"2024-03-05T10:15:00Z", "2024-03-05T10:15:00+08:00"}), "instant:iso");
  EXPECT_EQ(type_of("d", {"2024-03-05", "2024-03-05 10:15:00"}), "instant:iso");
}

TEST(ColumnTypes, DayAndMonthAreOrderedByTheWholeColumn) {
  std::vector<std::string> cells(500, "05/06/2015");
  cells.push_back("05/13/2015");  // One cell at the end decides.
  EXPECT_EQ(type_of("d", cells), "day:MM/dd/yyyy");
  cells.back() = "13/05/2015";
  const auto sure = layout_of("d", cells);
  EXPECT_EQ(described(sure, "d"), "day:dd/MM/yyyy");
  EXPECT_FALSE(has_note(sure, errors::kAmbiguousDates));
  const auto unsure = layout_of("d", {"05/06/2015", "01/02/2016"});
  EXPECT_EQ(described(unsure, "d"), "day:dd/MM/yyyy");
  EXPECT_TRUE(has_note(unsure, errors::kAmbiguousDates));
}

TEST(ColumnTypes, SerialsAreDatesOnlyWhereTheHeaderSaysSo) {
  EXPECT_EQ(type_of("date", {"45356", "45400"}), "day:excel");
  EXPECT_EQ(type_of("签单日期", {"45356", "45400"}), "day:excel");
  EXPECT_EQ(type_of("premium", {"45356", "45400"}), "integer");
  EXPECT_EQ(type_of("lifetime_value", {"45356", "45400"}), "integer");
  EXPECT_EQ(type_of("policy", {"20240305", "20241231"}), "integer");
}

TEST(ColumnTypes, BooleansAreWordsNotNumbers) {
  EXPECT_EQ(type_of("b", {"true", "false"}), "boolean");
  EXPECT_EQ(type_of("b", {"Yes", "No", "NA"}), "boolean");
  EXPECT_EQ(type_of("b", {"是", "否"}), "boolean");
  EXPECT_EQ(type_of("b", {"Y", "N"}), "boolean");
  EXPECT_EQ(type_of("b", {"N", "N"}), "text");
  EXPECT_EQ(type_of("b", {"0", "1"}), "integer");
  EXPECT_EQ(type_of("b", {"yes", "no", "maybe"}), "text");
}

TEST(ColumnTypes, CodesStayText) {
  EXPECT_EQ(type_of("zip", {"01234", "12345"}), "text");
  EXPECT_EQ(type_of("card", {"6222021234567890123", "6222021234567890124"}), "text");
  EXPECT_EQ(type_of("编号", {"1", "2"}), "integer");
  std::vector<std::string> invoices(2000, "536365");
  invoices.emplace_back("C536379");
  EXPECT_EQ(type_of("invoice", invoices), "text");
}

TEST(ColumnTypes, NumbersOfEveryCountry) {
  const auto format = [](const std::vector<std::string>& cells) {
    const auto layout = layout_of("n", cells);
    const auto& found = format_of(layout, "n");
    return std::string(name_of(found.type)) + " " + found.decimal +
           (found.thousands == '\0' ? "" : std::string(1, found.thousands)) + (found.is_percent ? "%" : "");
  };
  EXPECT_EQ(format({"1.5", "-2"}), "real .");
  EXPECT_EQ(format({"1,5", "2,25"}), "real ,");
  EXPECT_EQ(format({"1.234,5", "2"}), "real ,.");
  EXPECT_EQ(format({"1,234.5", "2"}), "real .,");
  EXPECT_EQ(format({"1,234,567", "2"}), "integer .,");
  EXPECT_EQ(format({"12.5%", "3%"}), "real .%");
  EXPECT_EQ(format({"1e-3", "2.5"}), "real .");
  EXPECT_EQ(format({"3.0", "4.0"}), "real .");
  EXPECT_EQ(format({"NA", "1", "无", "-", "\\N", "NULL", "空", "?"}), "integer .");
  EXPECT_TRUE(has_note(layout_of("n", {"1,234", "5,678"}), errors::kAmbiguousNumbers));
  EXPECT_FALSE(has_note(layout_of("n", {"1.5", "5.678"}), errors::kAmbiguousNumbers));
}

TEST(ColumnTypes, OneImpossibleDateDoesNotTurnTheColumnIntoText) {
  std::vector<std::string> cells(300, "25.03.2024");
  cells.emplace_back("31.02.2024");
  const auto layout = layout_of("d", cells);
  EXPECT_EQ(described(layout, "d"), "day:dd.MM.yyyy");
  EXPECT_TRUE(has_note(layout, errors::kSomeMisfits));
}

TEST(ColumnTypes, AColumnOfMissingCellsIsText) {
  EXPECT_EQ(type_of("n", {"", "NA", "NULL"}), "text");
}

}  // namespace
}  // namespace holdfast::tables
