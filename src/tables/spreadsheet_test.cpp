#include <zip.h>

#include "tables/errors.hpp"
#include "tables/reader_test_support.hpp"
#include "tables/xlsx_parts.hpp"

namespace holdfast::tables {
namespace {

constexpr const char* kStyles =
    R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>)"
    R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>)";

/// A workbook of hand-made parts.
class Spreadsheet : public ::testing::Test {
 protected:
  std::string xlsx(const std::vector<std::string>& sheets, const std::string& shared = "",
                   bool is_1904 = false) const {
    std::string workbook = std::string("<workbook><workbookPr") + (is_1904 ? " date1904=\"1\"" : "") + "/><sheets>";
    std::string relations = "<Relationships>";
    std::vector<std::pair<std::string, std::string>> parts;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      const auto n = std::to_string(i + 1);
      workbook += "<sheet name=\"S" + n + "\" sheetId=\"" + n + "\" r:id=\"rId" + n + "\"/>";
      relations += "<Relationship Id=\"rId" + n + "\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet" +
                   n + ".xml\"/>";
      parts.emplace_back("xl/worksheets/sheet" + n + ".xml",
                         "<worksheet><sheetData>" + sheets[i] + "</sheetData></worksheet>");
    }
    parts.emplace_back("xl/workbook.xml", workbook + "</sheets></workbook>");
    parts.emplace_back("xl/_rels/workbook.xml.rels", relations + "</Relationships>");
    parts.emplace_back("xl/styles.xml", kStyles);
    if (!shared.empty()) parts.emplace_back("xl/sharedStrings.xml", "<sst>" + shared + "</sst>");
    return packed(parts);
  }

  std::string packed(const std::vector<std::pair<std::string, std::string>>& parts) const {
    const auto path = (folder_.path() / "t.xlsx").string();
    int code = 0;
    auto* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, contents] : parts) {
      auto* source = zip_source_buffer(archive, contents.data(), contents.size(), 0);
      zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE);
    }
    EXPECT_EQ(zip_close(archive), 0);
    return path;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Spreadsheet, SharedInlineAndFormulaTextsDatesAndNumbers) {
  HOLDFAST_READ(all, read_all(xlsx(
      {R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>start</t></is></c>)"
       R"(<c r="C1" t="s"><v>1</v></c><c r="D1" t="str"><v>at</v></c></row>)"
       R"(<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>45356</v></c><c r="C2"><v>0.10000000000000001</v></c><c r="D2" s="3"><v>45356.5</v></c></row>)"
       R"(<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" s="2"><v>45357</v></c><c r="C4" t="e"><v>#N/A</v></c></row>)"},
      "<si><t>编号</t></si><si><r><t>pre</t></r><r><t>mium</t></r><rPh><t>x</t></rPh></si><si><t> C-1 </t></si>")));
  EXPECT_EQ(all.rows_kept(), 2);
  EXPECT_EQ(all.cell(0, "编号"), "C-1");
  EXPECT_EQ(format_of(all.layout, "start").type, ColumnType::Day);
  EXPECT_EQ(all.cell(0, "start"), "2024-03-05");
  EXPECT_EQ(all.cell(1, "start"), "2024-03-06");
  EXPECT_EQ(all.cell(0, "premium"), "0.1");
  EXPECT_EQ(all.cell(1, "premium"), "");
  EXPECT_EQ(all.cell(0, "at"), "2024-03-05T12:00:00Z");
  EXPECT_EQ(all.pieces[0].lines, (std::vector<std::int64_t>{2, 4}));
}

TEST_F(Spreadsheet, DatesOfMacWorkbooksCountFrom1904) {
  const std::string rows = R"(<row><c t="inlineStr"><is><t>d</t></is></c></row><row><c s="1"><v>43894</v></c></row>)";
  HOLDFAST_READ(all, read_all(xlsx({rows}, "", true)));
  EXPECT_EQ(all.cell(0, "d"), "2024-03-05");
}

TEST_F(Spreadsheet, TitlesAboveTheHeaderAndSheetsWithoutDataAreSkipped) {
  const auto text = [](const char* cell, const char* value) {
    return std::string("<c r=\"") + cell + "\" t=\"inlineStr\"><is><t>" + value + "</t></is></c>";
  };
  const auto rows = "<row r=\"1\">" + text("B1", "Report 2024") + "</row><row r=\"3\">" + text("B3", "id") +
                    text("C3", "kind") + text("D3", "n") + "</row><row r=\"4\">" + text("B4", "a") +
                    text("C4", "x") + "<c r=\"D4\"><v>1</v></c></row><row r=\"5\">" + text("B5", "b") +
                    text("C5", "y") + "<c r=\"D5\" t=\"inlineStr\"><is><t>many</t></is></c></row>";
  const auto path = xlsx({"", rows});
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.layout.options.sheet, "S2");
  EXPECT_EQ(all.layout.sheets, (std::vector<std::string>{"S1", "S2"}));
  EXPECT_EQ(all.layout.options.header_row, 3);
  EXPECT_EQ(all.layout.options.columns.size(), 3U);  // The blank column A is none.
  EXPECT_EQ(all.rows_kept(), 2);

  auto options = all.layout.options;
  options.columns[2].type = ColumnType::Integer;
  HOLDFAST_READ(typed, read_as(path, options));
  EXPECT_EQ(typed.rows_kept(), 1);
  ASSERT_EQ(typed.bad_rows.size(), 1U);
  EXPECT_EQ(typed.bad_rows[0].line, 5);
  EXPECT_EQ(typed.bad_rows[0].value, "many");

  options.sheet = "Sheet1";
  const auto absent = read_as(path, options);
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, &errors::kNoSuchSheet);
}

TEST_F(Spreadsheet, AZipBombIsRefusedBeforeItFillsMemory) {
  const auto path = xlsx({std::string(64 << 20, ' ')});
  EXPECT_LT(std::filesystem::file_size(path), 200'000U);
  const auto layout = inspect(path);
  ASSERT_FALSE(layout.ok());
  EXPECT_EQ(layout.error().kind, &errors::kTooLarge);
}

TEST_F(Spreadsheet, WhatIsNoWorkbookSaysSo) {
  const auto html = inspect(folder_.write("t.xls", "<html><table></table></html>").string());
  ASSERT_FALSE(html.ok());
  EXPECT_EQ(html.error().kind, &errors::kNotATable);
  const auto whole = xlsx({"<row/>"});
  std::filesystem::resize_file(whole, std::filesystem::file_size(whole) / 2);
  const auto cut = inspect(whole);
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().kind, &errors::kDamaged);
  const auto empty = inspect(folder_.write("e.xlsx", "").string());
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().kind, &errors::kEmpty);
  const auto no_rows = inspect(xlsx({R"(<row><c t="inlineStr"><is><t>a</t></is></c></row>)"}));
  ASSERT_FALSE(no_rows.ok());
  EXPECT_EQ(no_rows.error().kind, &errors::kNoRows);
}

TEST(DateCodes, CalendarFormatsAreDatesAndDurationsAreNot) {
  for (const auto* code : {"yyyy-mm-dd", "d/m/yy", "mmm-yy", "[$-804]yyyy\"年\"m\"月\"", "m/d/yyyy h:mm", "mmmm"}) {
    EXPECT_TRUE(is_date_code(code)) << code;
  }
  for (const auto* code : {"General", "0.00", "#,##0.00_);[Red]", "h:mm", "[h]:mm:ss", "\"day\" 0", "0.00E+00", "@"}) {
    EXPECT_FALSE(is_date_code(code)) << code;
  }
}

}  // namespace
}  // namespace holdfast::tables
