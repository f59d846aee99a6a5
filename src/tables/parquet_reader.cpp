#include <algorithm>
#include <filesystem>

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>

#include "tables/column_guess.hpp"
#include "tables/columns_of_source.hpp"
#include "tables/errors.hpp"
#include "tables/parquet.hpp"
#include "tables/parquet_cells.hpp"
#include "tables/parquet_schema.hpp"
#include "tables/rows.hpp"

namespace holdfast::tables {
namespace {

constexpr std::int64_t kRowsPerPiece = 65'536;
constexpr std::size_t kSampleRows = 1000;

Error damaged(const std::string& path, const std::string& why) {
  return {errors::kDamaged, {{"path", path}, {"why", why}}, {.file = path}};
}

/// An open file and its flat columns; nested ones cannot be cells.
struct File {
  std::unique_ptr<parquet::arrow::FileReader> reader;
  std::vector<std::string> names;
  std::vector<int> leaves;  // Parquet's own column index of each name.
  std::vector<std::shared_ptr<arrow::DataType>> types;
  std::int64_t rows = 0;
};

arrow::Status open_into(const std::string& path, File& file) {
  ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(path));
  auto parquet_reader = parquet::ParquetFileReader::Open(input);
  const auto& schema = *parquet_reader->metadata()->schema();
  parquet::ArrowReaderProperties properties;
  properties.set_batch_size(kRowsPerPiece);
  properties.set_use_threads(false);
  properties.set_pre_buffer(false);  // One row group's columns at once would not be one piece.
  for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
    const auto* column = schema.Column(leaf);
    if (column->physical_type() == parquet::Type::BYTE_ARRAY &&
        column->logical_type()->is_string()) {
      properties.set_read_dictionary(leaf, true);
    }
  }
  ARROW_ASSIGN_OR_RAISE(file.reader,
                        parquet::arrow::FileReader::Make(arrow::default_memory_pool(),
                                                         std::move(parquet_reader), properties));
  for (const auto& field : file.reader->manifest().schema_fields) {
    ColumnType ignored{};
    if (field.column_index < 0 || !column_type_of(*field.field->type(), ignored)) continue;
    file.names.push_back(field.field->name());
    file.leaves.push_back(field.column_index);
    file.types.push_back(field.field->type());
  }
  file.rows = file.reader->parquet_reader()->metadata()->num_rows();
  return arrow::Status::OK();
}

Result<File> open_file(const std::string& path) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) return Error{holdfast::errors::kFileMissing, {{"path", path}}};
  if (size == 0) return Error{errors::kEmpty, {{"path", path}}, {.file = path}};
  File file;
  try {
    const auto status = open_into(path, file);
    if (!status.ok()) return damaged(path, status.message());
  } catch (const parquet::ParquetException& exception) {
    return damaged(path, exception.what());
  }
  file.names = header_names(file.names);
  return file;
}

class ParquetReader : public Reader {
 public:
  ParquetReader(std::string path, ReadOptions options, File file,
                std::shared_ptr<const TimeZone> zone, BadRowSink bad_rows)
      : path_(std::move(path)), options_(std::move(options)),
        file_(std::move(file)), zone_(std::move(zone)), bad_rows_(std::move(bad_rows)) {}

  Result<void> begin() {
    HOLDFAST_TRY(const auto places, place_columns(file_.names, options_, path_));
    std::vector<int> leaves;
    order_.assign(options_.columns.size(), 0);
    for (std::size_t at = 0; at < places.size(); ++at) {
      if (places[at] < 0) continue;
      // Batches come in the file's order of columns.
      order_[static_cast<std::size_t>(places[at])] = leaves.size();
      leaves.push_back(file_.leaves[at]);
    }
    HOLDFAST_TRY(builders_, builders_of_columns());
    std::vector<int> groups(static_cast<std::size_t>(file_.reader->num_row_groups()));
    for (std::size_t g = 0; g < groups.size(); ++g) groups[g] = static_cast<int>(g);
    auto batches = file_.reader->GetRecordBatchReader(groups, leaves);
    if (!batches.ok()) return damaged(path_, batches.status().message());
    batches_ = std::move(*batches);
    return {};
  }

  Result<bool> next(Table& rows) override {
    for (;;) {
      std::shared_ptr<arrow::RecordBatch> batch;
      try {
        const auto status = batches_->ReadNext(&batch);
        if (!status.ok()) return damaged(path_, status.message());
      } catch (const parquet::ParquetException& exception) {
        return damaged(path_, exception.what());
      }
      if (batch == nullptr) return false;
      convert(*batch, rows);
      rows_read_ += batch->num_rows();
      if (rows.rows > 0) return true;
    }
  }

  std::int64_t rows_read() const override { return rows_read_; }
  double share_done() const override {
    return file_.rows == 0 ? 1 : static_cast<double>(rows_read_) / static_cast<double>(file_.rows);
  }

 private:
  /// A missing text is null or empty here, as in a database, and "none" a value: the usual spellings
  /// are for files that cannot say null. Numbers and days written as texts came from such a file.
  Result<std::vector<ColumnBuilder>> builders_of_columns() const {
    HOLDFAST_TRY(auto builders, builders_for(options_));
    if (!options_.missing.empty()) return builders;
    auto typed = options_;
    typed.missing = {""};
    HOLDFAST_TRY(auto of_texts, builders_for(typed));
    for (std::size_t c = 0; c < builders.size(); ++c) {
      if (options_.columns[c].type == ColumnType::Text) builders[c] = std::move(of_texts[c]);
    }
    return builders;
  }

  void convert(const arrow::RecordBatch& batch, Table& rows) {
    rows = {};
    rows.rows = static_cast<std::size_t>(batch.num_rows());
    rows.lines.resize(rows.rows);
    for (std::size_t i = 0; i < rows.rows; ++i) {
      rows.lines[i] = rows_read_ + static_cast<std::int64_t>(i) + 1;
    }
    std::vector<std::uint8_t> is_bad(rows.rows, 0);
    std::vector<BadRow> bad;
    for (std::size_t c = 0; c < builders_.size(); ++c) {
      std::vector<MisfitCell> misfits;
      rows.columns.push_back(column_of(*batch.column(static_cast<int>(order_[c])),
                                       options_.columns[c], builders_[c], *zone_, misfits));
      for (auto& misfit : misfits) {
        if (is_bad[misfit.row]++ != 0) continue;
        const auto line = rows.lines[misfit.row];
        misfit.reason.place = {.file = path_, .line = line, .column = static_cast<std::int64_t>(c) + 1};
        bad.push_back({line, options_.columns[c].name, misfit.value, std::move(misfit.reason)});
      }
    }
    if (bad.empty()) return;
    std::ranges::sort(bad, {}, &BadRow::line);
    for (const auto& row : bad) bad_rows_(row);
    remove_rows(is_bad, rows);
  }

  std::string path_;
  ReadOptions options_;
  File file_;
  std::shared_ptr<const TimeZone> zone_;
  BadRowSink bad_rows_;
  std::vector<ColumnBuilder> builders_;
  std::vector<std::size_t> order_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::int64_t rows_read_ = 0;
};

/// Dates kept as text are found; digits kept as text are meant so.
Result<void> look_into_texts(const std::string& path, Layout& layout) {
  auto options = layout.options;
  std::erase_if(options.columns, [](const auto& c) { return c.type != ColumnType::Text; });
  if (options.columns.empty()) return {};
  const MissingSpellings missing(options.missing);
  std::vector<ColumnGuess> guesses;
  for (const auto& column : options.columns) guesses.emplace_back(column.name);
  HOLDFAST_TRY(const auto reader, open_parquet(path, options, [](const BadRow&) {}));
  Table rows;
  for (bool more = true; more;) {
    HOLDFAST_TRY(more, reader->next(rows));
    if (!more) break;
    for (std::size_t c = 0; c < guesses.size(); ++c) {
      for (const auto& text : rows.columns[c].categories) guesses[c].add(text, missing);
    }
  }
  for (auto& column : layout.options.columns) {
    for (std::size_t c = 0; c < guesses.size(); ++c) {
      if (options.columns[c].name != column.name) continue;
      std::vector<Error> notes;
      const auto format = guesses[c].decide(path, notes);
      if (format.type != ColumnType::Day && format.type != ColumnType::Instant) continue;
      column = format;
      layout.notes.insert(layout.notes.end(), notes.begin(), notes.end());
    }
  }
  return {};
}

}  // namespace

Result<Layout> inspect_parquet(const std::string& path, const ReadOptions& hints) {
  HOLDFAST_TRY(const auto file, open_file(path));
  if (file.rows == 0) return Error{errors::kNoRows, {{"path", path}}, {.file = path}};
  Layout layout;
  layout.options = hints;
  layout.rows_estimate = file.rows;
  if (hints.columns.empty()) {
    for (std::size_t c = 0; c < file.names.size(); ++c) {
      ColumnFormat format;
      format.name = file.names[c];
      column_type_of(*file.types[c], format.type);
      if (format.type == ColumnType::Day || format.type == ColumnType::Instant) {
        format.date_format = "iso";
      }
      layout.options.columns.push_back(format);
    }
    HOLDFAST_TRY_VOID(look_into_texts(path, layout));
  }
  HOLDFAST_TRY(const auto reader, open_parquet(path, layout.options, [](const BadRow&) {}));
  HOLDFAST_TRY(const bool any, reader->next(layout.sample));
  if (any) keep_first(kSampleRows, layout.sample);
  return layout;
}

Result<std::unique_ptr<Reader>> open_parquet(const std::string& path, const ReadOptions& options,
                                             BadRowSink bad_rows) {
  auto zone = TimeZone::named(options.time_zone);
  if (zone == nullptr) return Error{errors::kUnknownTimeZone, {{"zone", options.time_zone}}};
  HOLDFAST_TRY(auto file, open_file(path));
  auto reader = std::make_unique<ParquetReader>(path, options, std::move(file), std::move(zone),
                                                std::move(bad_rows));
  HOLDFAST_TRY_VOID(reader->begin());
  return std::unique_ptr<Reader>(std::move(reader));
}

}  // namespace holdfast::tables
