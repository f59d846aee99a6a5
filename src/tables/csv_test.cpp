#include <zlib.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "core/text_encoding.hpp"
#include "tables/errors.hpp"
#include "tables/reader_test_support.hpp"

namespace holdfast::tables {
namespace {

using ::testing::PrintToString;

class Csv : public ::testing::Test {
 protected:
  std::string file(std::string_view contents, const std::string& name = "t.csv") const {
    return folder_.write(name, contents).string();
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Csv, LineBreaksAndQuotesInsideQuotesAreText) {
  HOLDFAST_READ(all, read_all(file("id,note\r\n1,\"two\r\nlines\"\r\n2,\"she said \"\"no\"\"\"\r\n"
                                   "3, \"a,b\" \r\n4,5\" pipe\r\n")));
  EXPECT_EQ(all.rows_kept(), 4);
  EXPECT_EQ(all.cell(0, "note"), "two\r\nlines");
  EXPECT_EQ(all.cell(1, "note"), "she said \"no\"");
  EXPECT_EQ(all.cell(2, "note"), "a,b");
  EXPECT_EQ(all.cell(3, "note"), "5\" pipe");
  EXPECT_EQ(all.pieces[0].lines, (std::vector<std::int64_t>{2, 4, 5, 6}));
}

TEST_F(Csv, RaggedRowsGoToQuarantineWithTheirLine) {
  HOLDFAST_READ(all, read_all(file("a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n\n13,14,15\n")));
  EXPECT_EQ(all.rows_kept(), 3);
  EXPECT_EQ(all.rows_read, 5);  // Kept and quarantined add up; a blank line is no row.
  ASSERT_EQ(all.bad_rows.size(), 2U);
  EXPECT_EQ(all.bad_rows[0].line, 3);
  EXPECT_EQ(all.bad_rows[0].value, "4,5");
  EXPECT_EQ(all.bad_rows[0].reason.kind, &errors::kRagged);
  EXPECT_EQ(all.bad_rows[1].line, 5);
}

TEST_F(Csv, AnUnclosedQuoteCostsItsLineOnly) {
  HOLDFAST_READ(all, read_all(file("a,b\n1,x\n2,\"open\n3,y\n4,z\n")));
  EXPECT_EQ(all.rows_kept(), 3);
  ASSERT_EQ(all.bad_rows.size(), 1U);
  EXPECT_EQ(all.bad_rows[0].line, 3);
  EXPECT_EQ(all.bad_rows[0].reason.kind, &errors::kUnclosedQuote);
}

TEST_F(Csv, ImpossibleDatesAreBadRowsAndSayTheFormat) {
  ReadOptions options;
  options.delimiter = ';';
  options.header_row = 1;
  options.columns = {{"id", ColumnType::Text}, {"start", ColumnType::Day, "dd.MM.yyyy"}};
  HOLDFAST_READ(all, read_as(file("id;start\nC-1;31.02.2024\nC-2;01.03.2024\nC-3;2024-03-01\n"), options));
  EXPECT_EQ(all.rows_kept(), 1);
  EXPECT_EQ(all.cell(0, "start"), "2024-03-01");
  EXPECT_EQ(all.pieces[0].columns[0].categories, (std::vector<std::string>{"C-2"}));
  ASSERT_EQ(all.bad_rows.size(), 2U);
  EXPECT_EQ(all.bad_rows[0].reason.kind, &errors::kNoSuchDay);
  EXPECT_EQ(all.bad_rows[0].column, "start");
  EXPECT_EQ(all.bad_rows[0].value, "31.02.2024");
  EXPECT_EQ(all.bad_rows[0].reason.place.line, 2);
  EXPECT_EQ(all.bad_rows[1].reason.kind, &errors::kBadDate);
  EXPECT_NE(hint_of(all.bad_rows[1].reason, Language::En).find("dd.MM.yyyy"), std::string::npos);
}

TEST_F(Csv, EveryEncodingGivesTheSameTable) {
  std::string text = "编号,姓名,险种,保费\n";
  for (int i = 0; i < 300; ++i) {
    text += std::to_string(i) + ",张三" + std::to_string(i % 7) + ",车辆损失险,1234.5\n";
  }
  struct Case {
    const char* name;
    Encoding encoding;
    std::string bom;
  };
  for (const auto& c : {Case{"utf8", Encoding::Utf8, ""}, Case{"bom", Encoding::Utf8, "\xEF\xBB\xBF"},
                        Case{"gbk", Encoding::Gb18030, ""}, Case{"le", Encoding::Utf16Le, "\xFF\xFE"},
                        Case{"be", Encoding::Utf16Be, "\xFE\xFF"}}) {
    const auto path = file(c.bom + from_utf8(text, c.encoding), std::string(c.name) + ".csv");
    HOLDFAST_READ(all, read_all(path));
    EXPECT_EQ(all.layout.options.encoding, c.encoding) << c.name;
    EXPECT_EQ(all.rows_kept(), 300) << c.name;
    EXPECT_EQ(all.cell(8, "姓名"), "张三1") << c.name;
    EXPECT_EQ(described(all.layout, "保费"), "real") << c.name;
  }
}

TEST_F(Csv, ChineseBehindAMegabyteOfAsciiIsFound) {
  std::string text = "id,name\n";
  while (text.size() < (3U << 20)) text += "1,plain ascii text of a western customer\n";
  const auto rows = std::count(text.begin(), text.end(), '\n') - 1;
  for (int i = 0; i < 50; ++i) text += "2,中国平安保险公司\n";
  HOLDFAST_READ(all, read_all(file(from_utf8(text, Encoding::Gb18030))));
  EXPECT_EQ(all.layout.options.encoding, Encoding::Gb18030);
  EXPECT_EQ(all.cell(static_cast<std::size_t>(rows), "name"), "中国平安保险公司");
}

TEST_F(Csv, OneBadByteCostsOneRowNotTheEncoding) {
  HOLDFAST_READ(all, read_all(file("id,name\n1,Ren\xC3\xA9\n2,Zo\xEB\n3,Fran\xC3\xA7ois\n")));
  EXPECT_EQ(all.layout.options.encoding, Encoding::Utf8);
  EXPECT_TRUE(has_note(all.layout, errors::kUnsureEncoding));
  ASSERT_EQ(all.rows_kept(), 2);
  EXPECT_EQ(all.cell(0, "name"), "René");
  EXPECT_EQ(all.cell(1, "name"), "François");
  ASSERT_EQ(all.bad_rows.size(), 1U);
  EXPECT_EQ(all.bad_rows[0].line, 3);
  EXPECT_EQ(all.bad_rows[0].reason.kind, &errors::kBadText);
}

TEST_F(Csv, BytesTheEncodingDoesNotHaveAreBadRows) {
  std::string text = "id,name\n";
  for (int i = 0; i < 100; ++i) text += "1,Müller\n";
  text += "2,M\xFCller\n";
  ReadOptions hints;
  hints.encoding = Encoding::Utf8;
  HOLDFAST_READ(all, read_all(file(text), hints));
  EXPECT_EQ(all.rows_kept(), 100);
  ASSERT_EQ(all.bad_rows.size(), 1U);
  EXPECT_EQ(all.bad_rows[0].reason.kind, &errors::kBadText);
  EXPECT_EQ(all.bad_rows[0].line, 102);
}

TEST_F(Csv, DelimitersAreFoundAmongDecimalCommas) {
  HOLDFAST_READ(all, read_all(file("a;b;c\n1,5;2,25;x\n2,5;3,75;y\n")));
  EXPECT_EQ(all.layout.options.delimiter, ';');
  EXPECT_EQ(format_of(all.layout, "a").decimal, ',');
  EXPECT_EQ(all.cell(1, "b"), "3.75");
  HOLDFAST_READ(piped, read_all(file("a|b\n1|2\n")));
  EXPECT_EQ(piped.layout.options.delimiter, '|');
  HOLDFAST_READ(announced, read_all(file("sep=;\na;b,b\n1;2,2\n")));
  EXPECT_EQ(announced.layout.options.delimiter, ';');
  EXPECT_EQ(announced.cell(0, "b,b"), "2.2");
}

TEST_F(Csv, BlanksBetweenColumnsAreOneDelimiter) {
  HOLDFAST_READ(all, read_all(file(" customer  date number value \r\n"
                                   " 00001 19970101  1   11.77\r\n\r\n   \r\n"
                                   " 00002 19970112  1   12.00  \r\n"
                                   " 00003 19970113 12  \"7 8\"\r\n")));
  EXPECT_EQ(all.layout.options.delimiter, ' ');
  EXPECT_EQ(all.rows_kept(), 3);
  EXPECT_EQ(all.bad_rows.size(), 0U);
  EXPECT_EQ(all.cell(1, "date"), "1997-01-12");
  EXPECT_EQ(all.cell(1, "number"), "1");
  EXPECT_EQ(all.cell(2, "value"), "7 8");
  HOLDFAST_READ(names, read_all(file("name\nAda King\nAlan Turing\n")));
  EXPECT_EQ(names.cell(1, "name"), "Alan Turing") << "a list of names is one column";
}

TEST_F(Csv, TitleLinesAboveTheHeaderAreSkipped) {
  HOLDFAST_READ(all, read_all(file("Policies 2024\n\nprinted by core,,\nid,start,premium\n"
                                   "A1,2024-01-02,10.5\nA2,2024-01-03,11\n")));
  EXPECT_EQ(all.layout.options.header_row, 4);
  EXPECT_EQ(all.rows_kept(), 2);
  EXPECT_EQ(all.cell(0, "start"), "2024-01-02");
}

TEST_F(Csv, HeadersBecomeUniqueNames) {
  HOLDFAST_READ(all, read_all(file(" id ,,id,\"na\nme\"\n1,2,3,x\n")));
  std::vector<std::string> names;
  for (const auto& column : all.layout.options.columns) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"id", "column_2", "id_2", "na me"}));
}

TEST_F(Csv, LineEndsMayBeAny) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    HOLDFAST_READ(all, read_all(file("a,b" + end + "1,x" + end + "2,y")));
    EXPECT_EQ(all.rows_kept(), 2) << PrintToString(end);
    EXPECT_EQ(all.cell(1, "b"), "y") << PrintToString(end);
  }
}

TEST_F(Csv, EmptyAndHeaderOnlyFilesSaySo) {
  const auto empty = inspect(file(""));
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().kind, &errors::kEmpty);
  const auto header = inspect(file("a,b,c\n"));
  ASSERT_FALSE(header.ok());
  EXPECT_EQ(header.error().kind, &errors::kNoRows);
  EXPECT_EQ(header.error().kind->name, "tables.no_rows");
  const auto absent = inspect((folder_.path() / "absent.csv").string());
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind->name, "core.file_missing");
}

TEST_F(Csv, AnAbsentColumnNamesTheNearestHeader) {
  ReadOptions options;
  options.delimiter = ',';
  options.header_row = 1;
  options.columns = {{"premum", ColumnType::Real}};
  const auto all = read_as(file("id,premium\n1,2\n"), options);
  ASSERT_FALSE(all.ok());
  EXPECT_EQ(all.error().kind, &errors::kNoSuchColumn);
  EXPECT_NE(hint_of(all.error(), Language::En).find("premium"), std::string::npos);
}

TEST_F(Csv, GzipIsTransparentAndATruncatedOneIsDamaged) {
  std::string text = "id,x\n";
  Random random(3);
  for (int i = 0; i < 50'000; ++i) text += std::to_string(random.next()) + "," + std::to_string(i) + "\n";
  const auto path = (folder_.path() / "t.csv.gz").string();
  auto* out = gzopen(path.c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.rows_kept(), 50'000);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const auto cut = inspect(path);
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().kind, &errors::kDamaged);
}

TEST_F(Csv, ThreadsChangeNothing) {
  std::string text = "key,at,amount,kind\n";
  Random random(11);
  for (int i = 0; i < 150'000; ++i) {
    text += "K" + std::to_string(random.below(5000)) + ",2024-01-" +
            std::to_string(1 + random.below(31)) + "," + std::to_string(random.below(100'000)) +
            (random.chance(0.001) ? "x" : "") + ",\"a\"\"" + std::to_string(random.below(5)) + "\"\n";
  }
  const auto path = file(text);
  ReadOptions options;
  options.delimiter = ',';
  options.header_row = 1;
  options.columns = {{"kind", ColumnType::Text}, {"key", ColumnType::Text},
                     {"amount", ColumnType::Integer}, {"at", ColumnType::Day, "yyyy-MM-dd"}};
  std::vector<Everything> runs;
  for (const int count : {1, 2}) {
    set_threads(count);
    HOLDFAST_READ(all, read_as(path, options));
    runs.push_back(std::move(all));
  }
  set_threads(0);
  EXPECT_EQ(runs[0].rows_read, 150'000);
  EXPECT_EQ(runs[0].rows_kept() + std::ssize(runs[0].bad_rows), 150'000);
  ASSERT_EQ(runs[0].pieces.size(), runs[1].pieces.size());
  EXPECT_GT(runs[0].pieces.size(), 1U);
  std::int64_t line = 0;
  for (std::size_t p = 0; p < runs[0].pieces.size(); ++p) {
    for (std::size_t c = 0; c < 4; ++c) {
      const auto& one = runs[0].pieces[p].columns[c];
      const auto& two = runs[1].pieces[p].columns[c];
      EXPECT_EQ(one.integers, two.integers);
      EXPECT_EQ(one.codes, two.codes);
      EXPECT_EQ(one.categories, two.categories);
    }
    for (const auto next : runs[0].pieces[p].lines) {
      EXPECT_LT(line, next);  // File order.
      line = next;
    }
  }
}

}  // namespace
}  // namespace holdfast::tables
