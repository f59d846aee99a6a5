#include "history/parquet_write.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/device.h>
#include <arrow/io/file.h>
#include <parquet/api/writer.h>
#include <parquet/properties.h>

#include "history/errors.hpp"

namespace holdfast::history {
namespace {

using parquet::LogicalType;
using parquet::Repetition;
using tables::ColumnType;

#ifdef __SANITIZE_THREAD__
// Arrow is built without ThreadSanitizer, which so cannot see that a thread waits for the one that
// makes a type all share, nor that its allocator hands memory on from thread to thread. Made before
// there are threads, and with malloc below, both are in sight. A suppression would hide our own races
// too, as they lie in the same templates of Arrow's headers.
[[maybe_unused]] const bool kIsArrowReady = [] {
  ::setenv("ARROW_DEFAULT_MEMORY_POOL", "system", 1);
  return arrow::int32() != nullptr && arrow::utf8() != nullptr && arrow::binary() != nullptr &&
         arrow::default_cpu_memory_manager() != nullptr;
}();
#endif

/// Values handed to Arrow at a time.
constexpr std::int64_t kPageBytes = 1 << 20;
/// Beyond any dictionary of a row group: a text column is always coded.
constexpr std::int64_t kDictionaryBytesMax = std::int64_t{1} << 30;
constexpr std::int32_t kMoneyPrecision = 18;
constexpr std::int32_t kMoneyScale = 2;

parquet::schema::NodePtr node_of(const std::string& name, ColumnType type, bool is_optional) {
  const auto repetition = is_optional ? Repetition::OPTIONAL : Repetition::REQUIRED;
  const auto make = [&](std::shared_ptr<const LogicalType> logical, parquet::Type::type physical) {
    return parquet::schema::PrimitiveNode::Make(name, repetition, std::move(logical), physical);
  };
  switch (type) {
    case ColumnType::Boolean: return make(LogicalType::None(), parquet::Type::BOOLEAN);
    case ColumnType::Integer: return make(LogicalType::Int(64, true), parquet::Type::INT64);
    case ColumnType::Real: return make(LogicalType::None(), parquet::Type::DOUBLE);
    case ColumnType::Money:
      return make(LogicalType::Decimal(kMoneyPrecision, kMoneyScale), parquet::Type::INT64);
    case ColumnType::Day: return make(LogicalType::Date(), parquet::Type::INT32);
    case ColumnType::Instant:
      return make(LogicalType::Timestamp(true, LogicalType::TimeUnit::MICROS),
                  parquet::Type::INT64);
    case ColumnType::Text: break;
  }
  return make(LogicalType::String(), parquet::Type::BYTE_ARRAY);
}

parquet::schema::NodePtr number_node(const char* name, std::shared_ptr<const LogicalType> logical,
                                     parquet::Type::type physical) {
  return parquet::schema::PrimitiveNode::Make(name, Repetition::REQUIRED, std::move(logical),
                                              physical);
}

std::shared_ptr<parquet::schema::GroupNode> schema_of(const parquet::schema::NodeVector& nodes) {
  return std::static_pointer_cast<parquet::schema::GroupNode>(
      parquet::schema::GroupNode::Make("schema", Repetition::REQUIRED, nodes));
}

parquet::WriterProperties::Builder base_properties() {
  parquet::WriterProperties::Builder builder;
  builder.created_by("holdfast");
  builder.disable_dictionary();
  builder.disable_statistics();
  builder.compression(parquet::Compression::UNCOMPRESSED);
  builder.data_pagesize(kPageBytes);
  builder.dictionary_pagesize_limit(kDictionaryBytesMax);
  return builder;
}

void code_texts(parquet::WriterProperties::Builder& builder, const std::string& column) {
  builder.enable_dictionary(column);
  builder.compression(column, parquet::Compression::ZSTD);
  builder.compression_level(column, 1);
}

void check(const arrow::Status& status) {
  if (!status.ok()) throw parquet::ParquetException(status.ToString());
}

Result<void> sync_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool is_synced = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (is_synced) return {};
  return Error{errors::kUnwritable, {{"path", path.string()}, {"why", std::strerror(code)}}};
}

/// A text column of one row group: only the values that occur in it.
class TextWriter {
 public:
  template <typename CodeAt, typename TextOf>
  void write(parquet::ColumnWriter& to, std::size_t rows, std::size_t codes_count,
             const std::uint8_t* valid, const CodeAt& code_at, const TextOf& text_of) {
    places_.resize(codes_count, 0);
    used_.clear();
    indices_.resize(rows);
    levels_.resize(rows);
    arrow::StringBuilder dictionary;
    for (std::size_t i = 0; i < rows; ++i) {
      levels_[i] = valid == nullptr || valid[i] != 0 ? 1 : 0;
      indices_[i] = 0;
      if (levels_[i] == 0) continue;
      const std::uint32_t code = code_at(i);
      if (places_[code] == 0) {
        check(dictionary.Append(text_of(code)));
        used_.push_back(code);
        places_[code] = static_cast<std::uint32_t>(used_.size());
      }
      indices_[i] = static_cast<std::int32_t>(places_[code] - 1);
    }
    for (const auto code : used_) places_[code] = 0;
    write_dictionary(to, rows, valid, dictionary);
  }

 private:
  void write_dictionary(parquet::ColumnWriter& to, std::size_t rows, const std::uint8_t* valid,
                        arrow::StringBuilder& dictionary) {
    std::shared_ptr<arrow::Array> texts;
    check(dictionary.Finish(&texts));
    std::shared_ptr<arrow::Buffer> bitmap;
    std::int64_t missing_count = 0;
    if (valid != nullptr) {
      bits_.assign((rows + 7) / 8, 0);
      for (std::size_t i = 0; i < rows; ++i) {
        if (valid[i] != 0) bits_[i / 8] = static_cast<std::uint8_t>(bits_[i / 8] | (1U << (i % 8)));
        else ++missing_count;
      }
      bitmap = std::make_shared<arrow::Buffer>(bits_.data(),
                                               static_cast<std::int64_t>(bits_.size()));
    }
    const auto count = static_cast<std::int64_t>(rows);
    auto indices = std::make_shared<arrow::Int32Array>(
        count, arrow::Buffer::Wrap(indices_.data(), rows), bitmap, missing_count);
    auto array = arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                                    indices, texts);
    check(array.status());
    parquet::ArrowWriteContext context(arrow::default_memory_pool(), properties_.get());
    check(to.WriteArrow(levels_.data(), nullptr, count, **array, &context, valid != nullptr));
  }

  std::shared_ptr<parquet::ArrowWriterProperties> properties_ =
      parquet::default_arrow_writer_properties();
  std::vector<std::uint32_t> places_, used_;
  std::vector<std::int32_t> indices_;
  std::vector<std::int16_t> levels_;
  std::vector<std::uint8_t> bits_;
};

/// Writes one table file, row group by row group.
class TableFileWriter {
 public:
  TableFileWriter(const std::filesystem::path& path, const TableLayout& layout,
                  const BucketRows& rows, std::span<const std::string_view> keys)
      : layout_(layout), rows_(rows), keys_(keys) {
    auto builder = base_properties();
    parquet::schema::NodeVector nodes;
    if (!keys.empty()) {
      nodes.push_back(node_of(kCustomerColumn, ColumnType::Text, false));
      code_texts(builder, kCustomerColumn);
    }
    nodes.push_back(node_of(kEventDayColumn, ColumnType::Day, false));
    builder.enable_statistics(kEventDayColumn);
    if (!rows.known_day.empty()) nodes.push_back(node_of(kKnownDayColumn, ColumnType::Day, false));
    if (!rows.superseded_day.empty()) {
      nodes.push_back(node_of(kSupersededDayColumn, ColumnType::Day, false));
    }
    nodes.push_back(number_node(kSourceColumn, LogicalType::Int(32, true), parquet::Type::INT32));
    builder.enable_dictionary(kSourceColumn);
    for (std::size_t c = 0; c < layout.stored.size(); ++c) {
      const auto name = file_column(layout.stored[c].name);
      nodes.push_back(node_of(name, layout.stored[c].type, !rows.columns[c].valid.empty()));
      if (layout.stored[c].type == ColumnType::Text) code_texts(builder, name);
    }
    auto sink = arrow::io::FileOutputStream::Open(path.string());
    check(sink.status());
    sink_ = *sink;
    file_ = parquet::ParquetFileWriter::Open(sink_, schema_of(nodes), builder.build());
  }

  void write_group(std::span<const std::uint32_t> order) {
    auto* group = file_->AppendRowGroup();
    if (!keys_.empty()) {
      texts_.write(*group->NextColumn(), order.size(), keys_.size(), nullptr,
                   [&](std::size_t i) { return rows_.customer[order[i]]; },
                   [&](std::uint32_t code) { return keys_[code]; });
    }
    write_days(*group->NextColumn(), rows_.event_day, order);
    if (!rows_.known_day.empty()) write_days(*group->NextColumn(), rows_.known_day, order);
    if (!rows_.superseded_day.empty()) {
      write_days(*group->NextColumn(), rows_.superseded_day, order);
    }
    write_days(*group->NextColumn(), rows_.source, order);
    for (std::size_t c = 0; c < layout_.stored.size(); ++c) {
      write_column(*group->NextColumn(), c, order);
    }
    group->Close();
  }

  std::int64_t close() {
    file_->Close();
    const auto bytes = sink_->Tell();
    check(bytes.status());
    check(sink_->Close());
    return *bytes;
  }

 private:
  template <typename T>
  void write_days(parquet::ColumnWriter& to, const std::vector<T>& values,
                  std::span<const std::uint32_t> order) {
    std::vector<std::int32_t> scratch(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      scratch[i] = static_cast<std::int32_t>(values[order[i]]);
    }
    static_cast<parquet::Int32Writer&>(to).WriteBatch(static_cast<std::int64_t>(order.size()),
                                                      nullptr, nullptr, scratch.data());
  }

  template <typename Writer, typename Cell, typename Value>
  void write_values(parquet::ColumnWriter& to, const Cells& cells,
                    std::span<const std::uint32_t> order) {
    const auto values = std::make_unique<Value[]>(order.size());
    std::size_t present = 0;
    levels_.resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      const bool is_valid = cells.is_valid(order[i]);
      levels_[i] = is_valid ? 1 : 0;
      if (is_valid) values[present++] = static_cast<Value>(cells.at<Cell>(order[i]));
    }
    static_cast<Writer&>(to).WriteBatch(static_cast<std::int64_t>(order.size()),
                                        cells.valid.empty() ? nullptr : levels_.data(), nullptr,
                                        values.get());
  }

  void write_column(parquet::ColumnWriter& to, std::size_t column,
                    std::span<const std::uint32_t> order) {
    const auto& cells = rows_.columns[column];
    switch (layout_.stored[column].type) {
      case ColumnType::Boolean:
        return write_values<parquet::BoolWriter, std::uint8_t, bool>(to, cells, order);
      case ColumnType::Day:
        return write_values<parquet::Int32Writer, std::int32_t, std::int32_t>(to, cells, order);
      case ColumnType::Real:
        return write_values<parquet::DoubleWriter, double, double>(to, cells, order);
      case ColumnType::Text: return write_texts(to, column, order);
      default:
        return write_values<parquet::Int64Writer, std::int64_t, std::int64_t>(to, cells, order);
    }
  }

  void write_texts(parquet::ColumnWriter& to, std::size_t column,
                   std::span<const std::uint32_t> order) {
    const auto& cells = rows_.columns[column];
    const auto& dictionary = rows_.dictionaries[column];
    if (!cells.valid.empty()) {
      valid_.resize(order.size());
      for (std::size_t i = 0; i < order.size(); ++i) valid_[i] = cells.valid[order[i]];
    }
    texts_.write(to, order.size(), dictionary.size(),
                 cells.valid.empty() ? nullptr : valid_.data(),
                 [&](std::size_t i) { return cells.at<std::uint32_t>(order[i]); },
                 [&](std::uint32_t code) { return dictionary.text(code); });
  }

  const TableLayout& layout_;
  const BucketRows& rows_;
  std::span<const std::string_view> keys_;
  std::shared_ptr<arrow::io::FileOutputStream> sink_;
  std::unique_ptr<parquet::ParquetFileWriter> file_;
  TextWriter texts_;
  std::vector<std::int16_t> levels_;
  std::vector<std::uint8_t> valid_;
};

}  // namespace

Result<std::int64_t> write_table_file(const std::filesystem::path& path, const TableLayout& layout,
                                      const BucketRows& rows, std::span<const std::uint32_t> order,
                                      std::span<const std::string_view> keys) {
  std::int64_t bytes = 0;
  try {
    TableFileWriter writer(path, layout, rows, keys);
    for (std::size_t begin = 0; begin < order.size(); begin += kRowGroupRows) {
      writer.write_group(order.subspan(begin, std::min(kRowGroupRows, order.size() - begin)));
    }
    bytes = writer.close();
  } catch (const std::exception& failure) {
    return Error{errors::kUnwritable, {{"path", path.string()}, {"why", failure.what()}}};
  }
  HOLDFAST_TRY_VOID(sync_file(path));
  return bytes;
}

Result<std::int64_t> write_keys_file(const std::filesystem::path& path, const BucketKeys& keys) {
  std::int64_t bytes = 0;
  try {
    auto builder = base_properties();
    builder.compression("key", parquet::Compression::ZSTD);
    builder.compression_level("key", 1);
    parquet::schema::NodeVector nodes = {
        node_of("key", ColumnType::Text, false),
        number_node("hash", LogicalType::Int(64, false), parquet::Type::INT64)};
    builder.enable_statistics("hash");
    for (const auto& table : keys.tables) {
      const auto name = "begin " + table;
      nodes.push_back(
          number_node(name.c_str(), LogicalType::Int(32, true), parquet::Type::INT32));
      builder.enable_statistics(name);
    }
    auto sink = arrow::io::FileOutputStream::Open(path.string());
    check(sink.status());
    auto file = parquet::ParquetFileWriter::Open(*sink, schema_of(nodes), builder.build());
    for (std::size_t begin = 0; begin < keys.keys.size(); begin += kRowGroupRows) {
      const auto count = std::min(kRowGroupRows, keys.keys.size() - begin);
      const auto rows = static_cast<std::int64_t>(count);
      auto* group = file->AppendRowGroup();
      std::vector<parquet::ByteArray> texts(count);
      for (std::size_t i = 0; i < count; ++i) texts[i] = parquet::ByteArray(keys.keys[begin + i]);
      static_cast<parquet::ByteArrayWriter*>(group->NextColumn())
          ->WriteBatch(rows, nullptr, nullptr, texts.data());
      static_cast<parquet::Int64Writer*>(group->NextColumn())
          ->WriteBatch(rows, nullptr, nullptr,
                       reinterpret_cast<const std::int64_t*>(keys.hashes.data() + begin));
      for (const auto& begins : keys.begins) {
        static_cast<parquet::Int32Writer*>(group->NextColumn())
            ->WriteBatch(rows, nullptr, nullptr, begins.data() + begin);
      }
      group->Close();
    }
    file->Close();
    const auto size = (*sink)->Tell();
    check(size.status());
    bytes = *size;
    check((*sink)->Close());
  } catch (const std::exception& failure) {
    return Error{errors::kUnwritable, {{"path", path.string()}, {"why", failure.what()}}};
  }
  HOLDFAST_TRY_VOID(sync_file(path));
  return bytes;
}

}  // namespace holdfast::history
