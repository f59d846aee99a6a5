#include <filesystem>
#include <functional>

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include "core/file.hpp"
#include "tables/parquet_schema.hpp"
#include "tables/writer.hpp"

namespace holdfast::tables {
namespace {

constexpr std::int64_t kRowGroupRows = 1 << 20;

/// Wraps memory the caller keeps alive until the rows are written: no copy.
template <typename T>
std::shared_ptr<arrow::Buffer> wrap(const std::vector<T>& values) {
  return std::make_shared<arrow::Buffer>(reinterpret_cast<const std::uint8_t*>(values.data()),
                                         static_cast<std::int64_t>(values.size() * sizeof(T)));
}

/// Memory that is ours, for values that have another layout in Arrow.
template <typename T>
arrow::Result<std::shared_ptr<arrow::Buffer>> make_values(
    std::size_t count, const std::function<T(std::size_t)>& value) {
  const auto bytes = static_cast<std::int64_t>(count * sizeof(T));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(bytes));
  auto* out = reinterpret_cast<T*>(buffer->mutable_data());
  for (std::size_t i = 0; i < count; ++i) out[i] = value(i);
  return buffer;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> bits_of(
    std::size_t count, const std::function<bool(std::size_t)>& is_set) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits,
                        arrow::AllocateEmptyBitmap(static_cast<std::int64_t>(count)));
  auto* out = bits->mutable_data();
  for (std::size_t i = 0; i < count; ++i) {
    if (is_set(i)) out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | (1U << (i % 8)));
  }
  return bits;
}

arrow::Result<std::shared_ptr<arrow::Array>> array_of(const Column& column, std::size_t rows) {
  std::int64_t null_count = 0;
  for (std::size_t i = 0; i < rows; ++i) null_count += column.valid[i] == 0 ? 1 : 0;
  std::shared_ptr<arrow::Buffer> validity;
  if (null_count > 0) {
    ARROW_ASSIGN_OR_RAISE(validity, bits_of(rows, [&](auto i) { return column.valid[i] != 0; }));
  }
  const auto type = arrow_type_of(column.type);
  std::shared_ptr<arrow::Buffer> values;
  switch (column.type) {
    case ColumnType::Real: values = wrap(column.reals); break;
    case ColumnType::Boolean: {
      ARROW_ASSIGN_OR_RAISE(values, bits_of(rows, [&](auto i) { return column.integers[i] != 0; }));
      break;
    }
    case ColumnType::Day: {
      ARROW_ASSIGN_OR_RAISE(values, make_values<std::int32_t>(rows, [&](auto i) {
        return static_cast<std::int32_t>(column.integers[i]);
      }));
      break;
    }
    case ColumnType::Money: {
      ARROW_ASSIGN_OR_RAISE(values, make_values<arrow::Decimal128>(rows, [&](auto i) {
        return arrow::Decimal128(column.integers[i]);
      }));
      break;
    }
    case ColumnType::Text: {
      // A missing cell's code may be anything; Arrow wants it inside the dictionary.
      ARROW_ASSIGN_OR_RAISE(values, make_values<std::int32_t>(rows, [&](auto i) {
        return column.valid[i] != 0 ? static_cast<std::int32_t>(column.codes[i]) : 0;
      }));
      break;
    }
    default: values = wrap(column.integers);
  }
  auto data = arrow::ArrayData::Make(type, static_cast<std::int64_t>(rows), {validity, values},
                                     null_count);
  if (column.type == ColumnType::Text) {
    arrow::StringBuilder texts;
    ARROW_RETURN_NOT_OK(texts.AppendValues(column.categories));
    if (column.categories.empty()) ARROW_RETURN_NOT_OK(texts.Append(""));
    ARROW_ASSIGN_OR_RAISE(const auto dictionary, texts.Finish());
    data->dictionary = dictionary->data();
  }
  return arrow::MakeArray(data);
}

class Writer : public ParquetWriter {
 public:
  Writer(std::filesystem::path path, Schema schema)
      : path_(std::move(path)), aside_(aside_of(path_)), schema_(std::move(schema)) {}

  ~Writer() override {
    if (is_published_) return;
    writer_.reset();
    std::error_code ignored;
    std::filesystem::remove(aside_, ignored);
  }

  Result<void> begin() {
    std::error_code failure;
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), failure);
    return translate(open_file());
  }

  Result<void> write(const Table& rows) override {
    if (rows.rows == 0) return {};
    return translate(write_rows(rows));
  }

  Result<void> close() override {
    HOLDFAST_TRY_VOID(translate(close_file()));
    auto published = publish_file(aside_, path_);
    is_published_ = published.ok();
    return published;
  }

 private:
  arrow::Status open_file() {
    arrow::FieldVector fields;
    for (std::size_t c = 0; c < schema_.names.size(); ++c) {
      fields.push_back(arrow::field(schema_.names[c], arrow_type_of(schema_.types[c])));
    }
    arrow_schema_ = arrow::schema(fields);
    ARROW_ASSIGN_OR_RAISE(file_, arrow::io::FileOutputStream::Open(aside_.string()));
    const auto properties = parquet::WriterProperties::Builder()
                                .compression(parquet::Compression::SNAPPY)
                                ->max_row_group_length(kRowGroupRows)
                                ->build();
    // The schema in the file lets a reader give texts back as dictionaries.
    const auto arrow_properties =
        parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ARROW_ASSIGN_OR_RAISE(writer_, parquet::arrow::FileWriter::Open(
                                       *arrow_schema_, arrow::default_memory_pool(), file_,
                                       properties, arrow_properties));
    return arrow::Status::OK();
  }

  arrow::Status write_rows(const Table& rows) {
    arrow::ArrayVector arrays;
    for (std::size_t c = 0; c < schema_.names.size(); ++c) {
      const auto* column = rows.find(schema_.names[c]);
      if (column == nullptr || column->type != schema_.types[c]) {
        return arrow::Status::Invalid("column ", schema_.names[c], " is absent or of another type");
      }
      ARROW_ASSIGN_OR_RAISE(auto array, array_of(*column, rows.rows));
      arrays.push_back(std::move(array));
    }
    const auto batch = arrow::RecordBatch::Make(arrow_schema_, static_cast<std::int64_t>(rows.rows),
                                                std::move(arrays));
    return writer_->WriteRecordBatch(*batch);
  }

  arrow::Status close_file() {
    ARROW_RETURN_NOT_OK(writer_->Close());
    return file_->Close();
  }

  Result<void> translate(const arrow::Status& status) const {
    if (status.ok()) return {};
    return Error{holdfast::errors::kFileUnwritable,
                 {{"path", path_.string()}, {"why", status.message()}}};
  }

  std::filesystem::path path_;
  std::filesystem::path aside_;
  Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::shared_ptr<arrow::io::FileOutputStream> file_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  bool is_published_ = false;
};

}  // namespace

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::create(const std::filesystem::path& path,
                                                             const Schema& schema) {
  auto writer = std::make_unique<Writer>(path, schema);
  HOLDFAST_TRY_VOID(writer->begin());
  return std::unique_ptr<ParquetWriter>(std::move(writer));
}

Result<void> write_parquet(const std::filesystem::path& path, const Table& table) {
  Schema schema;
  for (const auto& column : table.columns) {
    schema.names.push_back(column.name);
    schema.types.push_back(column.type);
  }
  HOLDFAST_TRY(const auto writer, ParquetWriter::create(path, schema));
  HOLDFAST_TRY_VOID(writer->write(table));
  return writer->close();
}

}  // namespace holdfast::tables
