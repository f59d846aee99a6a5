#include "history/old_rows.hpp"

#include "core/hash.hpp"

namespace holdfast::history {
namespace {

template <typename T, typename Values>
void fill(Cells& cells, const Values& values) {
  cells.data.resize(values.size() * sizeof(T));
  auto* to = cells.data.data();
  for (const auto& from : values) {
    const T value = static_cast<T>(from);
    std::memcpy(to, &value, sizeof(T));
    to += sizeof(T);
  }
}

Result<std::vector<std::int32_t>> days_or(const StoreFile& file, const std::string& column,
                                          const RowRange& range, std::int32_t otherwise) {
  if (file.has(column)) return file.read_int32(column, range);
  return std::vector<std::int32_t>(range.last - range.first, otherwise);
}

}  // namespace

Cells cells_of(const ColumnData& data) {
  Cells cells;
  cells.valid = data.valid;
  switch (data.type) {
    case tables::ColumnType::Boolean: fill<std::uint8_t>(cells, data.integers); break;
    case tables::ColumnType::Day: fill<std::int32_t>(cells, data.days); break;
    case tables::ColumnType::Real: fill<double>(cells, data.reals); break;
    case tables::ColumnType::Text: fill<std::uint32_t>(cells, data.codes); break;
    default: fill<std::int64_t>(cells, data.integers); break;
  }
  return cells;
}

Result<StoredKeys> read_stored_keys(const std::filesystem::path& store, const Manifest& manifest,
                                    std::size_t bucket) {
  StoredKeys stored;
  const auto& entry = manifest.keys[bucket];
  for (const auto& table : manifest.tables) {
    if (!table.is_context) stored.begins[table.name] = {0};
  }
  if (entry.path.empty()) return stored;
  HOLDFAST_TRY(const auto file, StoreFile::open(store / entry.path, entry.bytes));
  const RowRange all{0, file->rows()};
  HOLDFAST_TRY(stored.keys, file->read_texts("key", all));
  HOLDFAST_TRY(stored.hashes, file->read_hashes("hash", all));
  for (const auto& table : manifest.tables) {
    if (table.is_context) continue;
    HOLDFAST_TRY(const auto begins, file->read_int32("begin " + table.name, all));
    auto& to = stored.begins[table.name];
    to.assign(begins.begin(), begins.end());
    to.push_back(static_cast<std::size_t>(table.files[bucket].rows));
  }
  return stored;
}

Result<void> read_old_rows(const StoreFile& file, const TableLayout& layout,
                           const std::vector<std::uint32_t>& customer_of_row, const RowRange& range,
                           BucketRows& rows) {
  rows.rows = rows.rows_old = range.last - range.first;
  rows.customer = customer_of_row;
  HOLDFAST_TRY(rows.event_day, file.read_int32(kEventDayColumn, range));
  HOLDFAST_TRY(rows.known_day, days_or(file, kKnownDayColumn, range, kUnsetDay));
  if (file.has(kSupersededDayColumn)) {
    HOLDFAST_TRY(rows.superseded_day, file.read_int32(kSupersededDayColumn, range));
  }
  HOLDFAST_TRY(const auto sources, file.read_int32(kSourceColumn, range));
  rows.source.assign(sources.begin(), sources.end());
  rows.columns.resize(layout.stored.size());
  rows.dictionaries.resize(layout.stored.size());
  for (std::size_t column = 0; column < layout.stored.size(); ++column) {
    const auto& stored = layout.stored[column];
    HOLDFAST_TRY(const auto data, file.read(file_column(stored.name), stored.type, range));
    rows.columns[column] = cells_of(data);
    for (const auto& text : data.categories) {
      rows.dictionaries[column].intern(text, hash64(text));
    }
  }
  return {};
}

}  // namespace holdfast::history
