// What is written is what another reader (Arrow) reads: values, missing cells, categories, blocks.

#include <bit>
#include <functional>

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include <gtest/gtest.h>

#include "features/memory_store.hpp"
#include "features/parquet_blocks.hpp"
#include "history/bucket.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::features {
namespace {

std::shared_ptr<arrow::Table> read(const std::filesystem::path& path) {
  auto file = arrow::io::ReadableFile::Open(path.string()).ValueOrDie();
  // Without Arrow's own threads, whose order ThreadSanitizer cannot see.
  parquet::ArrowReaderProperties properties;
  properties.set_use_threads(false);
  properties.set_pre_buffer(false);
  auto reader = parquet::arrow::FileReader::Make(arrow::default_memory_pool(),
                                                 parquet::ParquetFileReader::Open(file), properties)
                    .ValueOrDie();
  return reader->ReadTable().ValueOrDie()->CombineChunks().ValueOrDie();
}

TEST(Parquet, EveryCellComesBackAsItWas) {
  const auto store = make_memory_store(23, {.customers = 60});
  const auto program =
      ProgramMaker::compile(store.study, store.source(), MemoryStore::plan_all({18200, 18500, 18800}));
  ASSERT_TRUE(program.ok());
  const auto matrix = compute_bucket(*program, store.read(0, program->wanted()), {});
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "features.parquet";
  ASSERT_TRUE(write_parquet(matrix, path).ok());

  const auto table = read(path);
  ASSERT_EQ(table->num_rows(), static_cast<std::int64_t>(matrix.rows));
  ASSERT_EQ(table->num_columns(), static_cast<int>(matrix.features.size()) + 7);
  for (std::size_t f = 0; f < matrix.features.size(); ++f) {
    const auto column = table->GetColumnByName(matrix.features[f].name)->chunk(0);
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      const auto at = static_cast<std::int64_t>(row);
      ASSERT_EQ(column->IsNull(at), matrix.columns[f].valid[row] == 0) << matrix.features[f].name;
      if (column->IsNull(at)) continue;
      if (matrix.features[f].is_category) {
        EXPECT_EQ(std::static_pointer_cast<arrow::StringArray>(column)->GetString(at),
                  matrix.columns[f].categories[matrix.columns[f].codes[row]]);
      } else {
        EXPECT_EQ(std::static_pointer_cast<arrow::DoubleArray>(column)->Value(at), matrix.columns[f].values[row]);
      }
    }
  }
  const auto keys = std::static_pointer_cast<arrow::StringArray>(table->GetColumnByName("customer_key")->chunk(0));
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    EXPECT_EQ(keys->GetString(static_cast<std::int64_t>(row)), matrix.customer_keys[matrix.customer[row]]);
  }
}

/// Rows of as many customers, without features.
FeatureMatrix rows_only(std::size_t rows) {
  FeatureMatrix matrix;
  matrix.rows = rows;
  matrix.contract_keys = {""};
  for (std::uint32_t row = 0; row < rows; ++row) {
    matrix.customer_keys.push_back(std::to_string(row));
    matrix.customer.push_back(row);
    matrix.cutoff_day.push_back(static_cast<std::int32_t>(row));
  }
  matrix.contract.assign(rows, 0);
  matrix.outcome.assign(rows, OutcomeState::Stayed);
  matrix.outcome_day.assign(rows, history::kNeverDay);
  matrix.exit_class.assign(rows, 0);
  matrix.exit_classes = {""};
  matrix.value_cents.assign(rows, -20);
  return matrix;
}

TEST(Parquet, NumbersOfEveryKindComeBackInEveryWidth) {
  // Over 4,096 rows: they are encoded a few thousand at a time.
  constexpr std::size_t kRows = 10'001;
  auto matrix = rows_only(kRows);
  const std::vector<std::function<double(std::size_t)>> kinds{
      [](std::size_t row) { return static_cast<double>(row % 7); },
      [](std::size_t row) { return static_cast<double>(row % 3000); },
      [](std::size_t row) { return static_cast<double>(row % 2 * 65'535); },
      [](std::size_t row) { return static_cast<double>(row * 10); },
      [](std::size_t row) { return row == 9'000 ? 0.5 : static_cast<double>(row % 100); },
      [](std::size_t row) { return row == 9'000 ? -0.0 : 0.0; },
      [](std::size_t row) { return static_cast<double>(row) / 100; },
      [](std::size_t) { return 0.0; }};
  const std::vector<std::function<bool(std::size_t)>> presences{
      [](std::size_t) { return true; }, [](std::size_t) { return false; },
      [](std::size_t row) { return row % 3 == 0; }, [](std::size_t row) { return row != 8'999; }};
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    for (std::size_t p = 0; p < presences.size(); ++p) {
      matrix.features.push_back({.name = std::to_string(k) + "_" + std::to_string(p)});
      auto& column = matrix.columns.emplace_back();
      for (std::size_t row = 0; row < kRows; ++row) {
        column.valid.push_back(presences[p](row) ? 1 : 0);
        column.values.push_back(presences[p](row) ? kinds[k](row) : 0.0);
      }
    }
  }
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "numbers.parquet";
  ASSERT_TRUE(write_parquet(matrix, path).ok());
  const auto table = read(path);
  for (std::size_t f = 0; f < matrix.features.size(); ++f) {
    const auto column = std::static_pointer_cast<arrow::DoubleArray>(
        table->GetColumnByName(matrix.features[f].name)->chunk(0));
    for (std::size_t row = 0; row < kRows; ++row) {
      const auto at = static_cast<std::int64_t>(row);
      ASSERT_EQ(column->IsNull(at), matrix.columns[f].valid[row] == 0) << matrix.features[f].name << " " << row;
      if (column->IsNull(at)) continue;
      ASSERT_EQ(std::bit_cast<std::uint64_t>(column->Value(at)),
                std::bit_cast<std::uint64_t>(matrix.columns[f].values[row])) << matrix.features[f].name << " " << row;
    }
  }
}

TEST(Parquet, BlocksBroughtOutOfOrderStandInOrder) {
  const auto matrix = rows_only(3);
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "blocks.parquet";
  auto file = BlockFile::create(path, block_columns({}));
  ASSERT_TRUE(file.ok());
  for (const std::size_t row : {std::size_t{2}, std::size_t{0}, std::size_t{1}}) {
    ASSERT_TRUE((*file)->add(row, encode_block(matrix, row, row + 1)).ok());
  }
  ASSERT_TRUE((*file)->close().ok());
  const auto table = read(path);
  const auto keys = std::static_pointer_cast<arrow::StringArray>(table->GetColumnByName("customer_key")->chunk(0));
  EXPECT_EQ(keys->GetString(0) + keys->GetString(1) + keys->GetString(2), "012");
}

TEST(Parquet, AFileThatCannotBeMadeSaysWhere) {
  const auto failed = write_parquet({}, "/proc/nowhere/features.parquet");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, &holdfast::errors::kFileUnwritable);
}

}  // namespace
}  // namespace holdfast::features
