#include <limits>

#include "core/file.hpp"
#include "tables/errors.hpp"
#include "tables/reader_test_support.hpp"
#include "tables/writer.hpp"

namespace holdfast::tables {
namespace {

/// One column of every type; the last row is missing throughout.
Table sample() {
  Table table;
  table.rows = 3;
  table.lines = {2, 3, 4};
  const auto whole = [&](const char* name, ColumnType type, std::int64_t a, std::int64_t b) {
    table.columns.push_back({name, type, {a, b, 0}, {}, {}, {}, {1, 1, 0}});
  };
  whole("flag", ColumnType::Boolean, 1, 0);
  whole("count", ColumnType::Integer, INT64_MAX, -1);
  whole("premium", ColumnType::Money, 12'345, -5);
  whole("day", ColumnType::Day, 19'787, -1);
  whole("at", ColumnType::Instant, 1'709'633'700'250'000, 0);
  table.columns.push_back({"share", ColumnType::Real, {}, {0.1, -2e300, 0}, {}, {}, {1, 1, 0}});
  table.columns.push_back({"名称", ColumnType::Text, {}, {}, {1, 0, 7}, {"=1+1", "张三, \"A\""}, {1, 1, 0}});
  return table;
}

TEST(ParquetWriter, GivesBackWhatItWasGiven) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "new" / "t.parquet";
  ASSERT_TRUE(write_parquet(path, sample()).ok());
  HOLDFAST_READ(all, read_all(path.string()));
  ASSERT_EQ(all.rows_kept(), 3);
  const auto& back = all.pieces[0];
  for (const auto& column : sample().columns) {
    const auto* found = back.find(column.name);
    ASSERT_NE(found, nullptr) << column.name;
    EXPECT_EQ(found->type, column.type) << column.name;
    EXPECT_EQ(found->valid, column.valid) << column.name;
    for (std::size_t i = 0; i < 2; ++i) {
      if (column.type == ColumnType::Text) {
        EXPECT_EQ(found->categories[found->codes[i]], column.categories[column.codes[i]]);
      } else if (column.type == ColumnType::Real) {
        EXPECT_EQ(found->reals[i], column.reals[i]);
      } else {
        EXPECT_EQ(found->integers[i], column.integers[i]) << column.name;
      }
    }
  }
}

TEST(ParquetWriter, PublishesOnlyOnClose) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "t.parquet";
  {
    auto writer = ParquetWriter::create(path, {{"count"}, {ColumnType::Integer}});
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->write(sample()).ok());
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));  // Nothing half-written stays.
}

TEST(ParquetReader, ConvertsToDeclaredTypesAndQuarantinesTheRest) {
  const testing::TemporaryFolder folder;
  Table table;
  table.rows = 3;
  table.lines = {1, 2, 3};
  table.columns.push_back({"id", ColumnType::Integer, {7, 8, 9}, {}, {}, {}, {1, 1, 1}});
  table.columns.push_back({"day", ColumnType::Text, {}, {}, {0, 1, 2}, {"2024-03-05", "soon", "2024-03-06"}, {1, 1, 1}});
  table.columns.push_back({"n", ColumnType::Real, {}, {1, 2, 3}, {}, {}, {1, 1, 1}});
  const auto path = (folder.path() / "t.parquet").string();
  ASSERT_TRUE(write_parquet(path, table).ok());
  ReadOptions options;
  options.columns = {{"day", ColumnType::Day, "yyyy-MM-dd"}, {"id", ColumnType::Text}, {"n", ColumnType::Integer}};
  HOLDFAST_READ(all, read_as(path, options));
  EXPECT_EQ(all.rows_kept(), 2);
  EXPECT_EQ(all.cell(1, "day"), "2024-03-06");
  EXPECT_EQ(all.cell(1, "id"), "9");
  EXPECT_EQ(all.cell(1, "n"), "3");
  ASSERT_EQ(all.bad_rows.size(), 1U);
  EXPECT_EQ(all.bad_rows[0].line, 2);
  EXPECT_EQ(all.bad_rows[0].reason.kind, &errors::kBadDate);
}

/// Texts a CSV reader takes as missing, an empty one, and a null.
Table texts_like_missing() {
  Table table;
  table.rows = 5;
  table.lines = {1, 2, 3, 4, 5};
  table.columns.push_back({"level", ColumnType::Text, {}, {}, {0, 1, 2, 3, 0},
                           {"none", "NA", "无", ""}, {1, 1, 1, 1, 0}});
  table.columns.push_back({"n", ColumnType::Text, {}, {}, {0, 1, 2, 3, 0},
                           {"1", "NA", "无", ""}, {1, 1, 1, 1, 0}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  table.columns.push_back({"code", ColumnType::Real, {}, {7, nan, 8, 9, 0}, {}, {}, {1, 1, 1, 1, 0}});
  return table;
}

TEST(ParquetReader, ATextIsMissingOnlyWhereItIsNullOrEmpty) {
  const testing::TemporaryFolder folder;
  const auto path = (folder.path() / "t.parquet").string();
  ASSERT_TRUE(write_parquet(path, texts_like_missing()).ok());
  HOLDFAST_READ(all, read_all(path));
  const auto& back = all.pieces.at(0);
  EXPECT_EQ(back.find("level")->valid, (std::vector<std::uint8_t>{1, 1, 1, 0, 0}));
  EXPECT_EQ(all.cell(0, "level"), "none");
  EXPECT_EQ(all.cell(1, "level"), "NA");
  EXPECT_EQ(all.cell(2, "level"), "无");
}

TEST(ParquetReader, TheStudySaysWhichTextsAreMissing) {
  const testing::TemporaryFolder folder;
  const auto path = (folder.path() / "t.parquet").string();
  ASSERT_TRUE(write_parquet(path, texts_like_missing()).ok());
  ReadOptions options;
  options.missing = {"", "none"};
  options.columns = {{"level", ColumnType::Text}};
  HOLDFAST_READ(all, read_as(path, options));
  EXPECT_EQ(all.pieces.at(0).find("level")->valid, (std::vector<std::uint8_t>{0, 1, 1, 0, 0}));
}

TEST(ParquetReader, NumbersKeptAsTextsMayBeMissingInTheUsualSpellings) {
  const testing::TemporaryFolder folder;
  const auto path = (folder.path() / "t.parquet").string();
  ASSERT_TRUE(write_parquet(path, texts_like_missing()).ok());
  ReadOptions options;
  options.columns = {{"n", ColumnType::Integer}, {"code", ColumnType::Text}};
  HOLDFAST_READ(all, read_as(path, options));
  ASSERT_EQ(all.rows_kept(), 5);
  EXPECT_EQ(all.pieces.at(0).find("n")->valid, (std::vector<std::uint8_t>{1, 0, 0, 0, 0}));
  // A number that is not one is missing as a text too, not "nan".
  EXPECT_EQ(all.pieces.at(0).find("code")->valid, (std::vector<std::uint8_t>{1, 0, 1, 1, 0}));
}

TEST(ParquetReader, ATruncatedFileIsDamaged) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "t.parquet";
  ASSERT_TRUE(write_parquet(path, sample()).ok());
  for (const double share : {0.9, 0.5, 0.01}) {
    const auto size = std::filesystem::file_size(path);
    std::filesystem::resize_file(path, static_cast<std::uintmax_t>(static_cast<double>(size) * share));
    const auto layout = inspect(path.string());
    ASSERT_FALSE(layout.ok());
    EXPECT_EQ(layout.error().kind, &errors::kDamaged);
    EXPECT_EQ(layout.error().place.file, path.string());
  }
}

TEST(CsvWriter, NoCellBecomesAFormula) {
  const testing::TemporaryFolder folder;
  Table table;
  table.rows = 6;
  const std::vector<std::string> texts = {"=1+1", "+cmd", "-2", "@sum", "\ttab", "plain, \"quoted\"\nline"};
  table.columns.push_back({"t", ColumnType::Text, {}, {}, {0, 1, 2, 3, 4, 5}, texts, {1, 1, 1, 1, 1, 1}});
  const auto path = folder.path() / "t.csv";
  ASSERT_TRUE(write_csv(path, table).ok());
  EXPECT_EQ(*read_file(path),
            "\xEF\xBB\xBFt\r\n\"'=1+1\"\r\n\"'+cmd\"\r\n\"'-2\"\r\n\"'@sum\"\r\n\"'\ttab\"\r\n"
            "\"plain, \"\"quoted\"\"\nline\"\r\n");
}

TEST(CsvWriter, NumbersAndDatesAreWrittenAsTheyAreRead) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "t.csv";
  ASSERT_TRUE(write_csv(path, sample()).ok());
  HOLDFAST_READ(all, read_all(path.string()));
  EXPECT_EQ(all.cell(0, "premium"), "123.45");
  EXPECT_EQ(all.cell(1, "premium"), "-0.05");
  EXPECT_EQ(all.cell(0, "day"), "2024-03-05");
  EXPECT_EQ(all.cell(0, "at"), "2024-03-05T10:15:00.250000Z");
  EXPECT_EQ(all.cell(0, "名称"), "张三, \"A\"");
}

TEST(Expand, FindsTheFilesOfAPattern) {
  const testing::TemporaryFolder folder;
  for (const auto* name : {"claims-2.csv", "claims-1.csv", "other.csv"}) folder.write(name, "a\n1\n");
  const auto found = expand((folder.path() / "claims-*.csv").string());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(std::filesystem::path(found[0]).filename(), "claims-1.csv");
  EXPECT_EQ(expand("plain.csv"), (std::vector<std::string>{"plain.csv"}));
}

}  // namespace
}  // namespace holdfast::tables
