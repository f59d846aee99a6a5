// What is written is what another reader (Arrow) reads: values, missing cells, categories, blocks.

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
  auto reader = parquet::arrow::OpenFile(file, arrow::default_memory_pool()).ValueOrDie();
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

TEST(Parquet, BlocksBroughtOutOfOrderStandInOrder) {
  FeatureMatrix matrix;
  matrix.rows = 3;
  matrix.customer_keys = {"A", "B", "C"};
  matrix.contract_keys = {""};
  matrix.customer = {0, 1, 2};
  matrix.contract = {0, 0, 0};
  matrix.cutoff_day = {1, 2, 3};
  matrix.outcome.assign(3, OutcomeState::Stayed);
  matrix.outcome_day.assign(3, history::kNeverDay);
  matrix.exit_class.assign(3, 0);
  matrix.exit_classes = {""};
  matrix.value_cents = {10, -20, 30};
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
  EXPECT_EQ(keys->GetString(0) + keys->GetString(1) + keys->GetString(2), "ABC");
}

TEST(Parquet, AFileThatCannotBeMadeSaysWhere) {
  const auto failed = write_parquet({}, "/proc/nowhere/features.parquet");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, &holdfast::errors::kFileUnwritable);
}

}  // namespace
}  // namespace holdfast::features
