#include "history/store.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "history/customers.hpp"
#include "history/errors.hpp"
#include "history/layout.hpp"
#include "history/manifest.hpp"
#include "history/parquet_read.hpp"

namespace holdfast::history {
namespace {

using tables::ColumnType;

/// Customers of a bucket, all or one, and where their rows stand.
struct Keys {
  std::vector<std::string> keys;
  std::vector<std::vector<std::uint32_t>> begins;  // As the tables asked for: [customers + 1].
};

std::size_t size_of(const std::vector<std::vector<std::uint32_t>>& begins, std::size_t table) {
  return begins[table].back() - begins[table].front();
}

/// The customer of each row as a column: what the table's key column held.
ColumnData customer_column(ColumnType type, const Keys& keys, std::size_t table) {
  ColumnData data;
  data.type = type;
  const auto& begins = keys.begins[table];
  const auto rows = size_of(keys.begins, table);
  if (type == ColumnType::Text) {
    data.categories = keys.keys;
    data.codes.reserve(rows);
    for (std::uint32_t i = 0; i + 1 < begins.size(); ++i) {
      data.codes.insert(data.codes.end(), begins[i + 1] - begins[i], i);
    }
    return data;
  }
  data.integers.reserve(rows);
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    std::int64_t number = 0;
    std::from_chars(keys.keys[i].data(), keys.keys[i].data() + keys.keys[i].size(), number);
    data.integers.insert(data.integers.end(), begins[i + 1] - begins[i], number);
  }
  return data;
}

}  // namespace

struct Store::State {
  std::filesystem::path folder;
  Manifest manifest;
  std::vector<TableInfo> tables;

  Result<const TableEntry*> entry(const std::string& table) const {
    const auto* found = manifest.find(table);
    if (found != nullptr) return found;
    std::vector<std::string> names;
    for (const auto& other : manifest.tables) names.push_back(other.name);
    return Error{errors::kUnknownTable, {{"table", table}, {"nearest", nearest(table, names)}}};
  }

  Result<std::size_t> column(const TableEntry& table, const std::string& name) const {
    const auto found = std::ranges::find(table.columns, name);
    if (found != table.columns.end()) {
      return static_cast<std::size_t>(found - table.columns.begin());
    }
    return Error{errors::kUnknownColumn,
                 {{"table", table.name}, {"column", name}, {"nearest", nearest(name, table.columns)}}};
  }

  /// Empty data where the file does not exist; `keys` may be null for context tables.
  Result<TableData> read_rows(const TableEntry& table, const FileEntry& file,
                              const std::vector<std::string>& columns, const RowRange& range,
                              const Keys* keys, std::size_t table_index) const {
    TableData data;
    data.rows = range.last - range.first;
    data.known_lag_days = table.known_lag_days;
    std::shared_ptr<const StoreFile> rows;
    if (data.rows > 0) {
      HOLDFAST_TRY(rows, StoreFile::open(folder / file.path, file.bytes));
      HOLDFAST_TRY(data.event_day, rows->read_int32(kEventDayColumn, range));
      if (rows->has(kKnownDayColumn)) {
        HOLDFAST_TRY(data.known_day, rows->read_int32(kKnownDayColumn, range));
      }
      if (rows->has(kSupersededDayColumn)) {
        HOLDFAST_TRY(data.superseded_day, rows->read_int32(kSupersededDayColumn, range));
      }
    }
    for (const auto& name : columns) {
      HOLDFAST_TRY(const auto index, column(table, name));
      const auto type = table.types[index];
      ColumnData values;
      values.type = type;
      if (table.origins[index] == "event_day") {
        values.days = data.event_day;
      } else if (table.origins[index] == "customer") {
        values = customer_column(type, *keys, table_index);
      } else if (rows) {
        HOLDFAST_TRY(values, rows->read(file_column(name), type, range));
      }
      data.columns.push_back(std::move(values));
    }
    return data;
  }

  Result<Keys> read_keys(int bucket, const std::vector<const TableEntry*>& wanted) const {
    Keys keys;
    keys.begins.resize(wanted.size());
    const auto b = static_cast<std::size_t>(bucket);
    const auto& entry = manifest.keys[b];
    std::shared_ptr<const StoreFile> file;
    if (!entry.path.empty()) {
      HOLDFAST_TRY(file, StoreFile::open(folder / entry.path, entry.bytes));
      HOLDFAST_TRY(keys.keys, file->read_texts("key", {0, file->rows()}));
    }
    for (std::size_t t = 0; t < wanted.size(); ++t) {
      if (file) {
        HOLDFAST_TRY(const auto begins,
                     file->read_int32("begin " + wanted[t]->name, {0, file->rows()}));
        keys.begins[t].assign(begins.begin(), begins.end());
      }
      keys.begins[t].push_back(static_cast<std::uint32_t>(wanted[t]->files[b].rows));
    }
    return keys;
  }

  /// The one customer with that key; no keys where there is none.
  Result<Keys> find_key(int bucket, std::string_view key,
                        const std::vector<const TableEntry*>& wanted) const {
    Keys keys;
    keys.begins.resize(wanted.size(), {0});
    const auto b = static_cast<std::size_t>(bucket);
    const auto& entry = manifest.keys[b];
    if (entry.path.empty()) return keys;
    HOLDFAST_TRY(const auto file, StoreFile::open(folder / entry.path, entry.bytes));
    const auto normal = normalised_key(key);
    const auto hash = hash64(normal);
    const auto groups = file->groups_with("hash", hash);
    if (groups.first == groups.last) return keys;
    HOLDFAST_TRY(const auto hashes, file->read_hashes("hash", groups));
    auto at = static_cast<std::size_t>(std::ranges::lower_bound(hashes, hash) - hashes.begin());
    for (; at < hashes.size() && hashes[at] == hash; ++at) {
      const auto row = groups.first + at;
      HOLDFAST_TRY(const auto texts, file->read_texts("key", {row, row + 1}));
      if (normalised_key(texts[0]) != normal) continue;
      keys.keys = texts;
      for (std::size_t t = 0; t < wanted.size(); ++t) {
        const auto end = std::min(row + 2, file->rows());
        HOLDFAST_TRY(const auto begins, file->read_int32("begin " + wanted[t]->name, {row, end}));
        const auto rows = static_cast<std::uint32_t>(wanted[t]->files[b].rows);
        keys.begins[t] = {static_cast<std::uint32_t>(begins[0]),
                          begins.size() > 1 ? static_cast<std::uint32_t>(begins[1]) : rows};
      }
      return keys;
    }
    return keys;
  }

  Result<Bucket> read(int bucket, Keys keys, const std::vector<const TableEntry*>& entries,
                      const std::vector<TableColumns>& wanted) const {
    Bucket result;
    for (std::size_t t = 0; t < wanted.size(); ++t) {
      const auto& begins = keys.begins[t];
      HOLDFAST_TRY(auto data,
                   read_rows(*entries[t], entries[t]->files[static_cast<std::size_t>(bucket)],
                             wanted[t].columns, {begins.front(), begins.back()}, &keys, t));
      data.begin.reserve(begins.size());
      for (const auto begin : begins) data.begin.push_back(begin - begins.front());
      result.tables.push_back(std::move(data));
    }
    result.keys = std::move(keys.keys);
    return result;
  }

  Result<std::vector<const TableEntry*>> entries_of(const std::vector<TableColumns>& wanted) const {
    std::vector<const TableEntry*> entries;
    for (const auto& table : wanted) {
      HOLDFAST_TRY(const auto* found, entry(table.table));
      if (found->is_context) {
        return Error{holdfast::errors::kInvalidArgument,
                     {{"what", "table " + table.table + " has no customers"}}};
      }
      entries.push_back(found);
    }
    return entries;
  }

  Result<void> check_files() const {
    const auto check = [&](const FileEntry& file) -> Result<void> {
      if (file.path.empty()) return {};
      std::error_code failure;
      const auto size = std::filesystem::file_size(folder / file.path, failure);
      const bool is_missing = static_cast<bool>(failure);
      if (!is_missing && static_cast<std::int64_t>(size) == file.bytes) return {};
      const std::string why = is_missing ? failure.message()
                                         : std::to_string(size) + " bytes, should be " +
                                               std::to_string(file.bytes);
      return Error{errors::kDamaged, {{"path", (folder / file.path).string()}, {"why", why}}};
    };
    for (const auto& file : manifest.keys) {
      HOLDFAST_TRY_VOID(check(file));
    }
    for (const auto& table : manifest.tables) {
      for (const auto& file : table.files) {
        HOLDFAST_TRY_VOID(check(file));
      }
    }
    return {};
  }

  TableInfo info_of(const TableEntry& entry, const study::TableSpec& spec) const {
    TableInfo info;
    info.name = entry.name;
    info.columns = entry.columns;
    info.types = entry.types;
    for (const auto& categories : entry.categories) {
      info.categories.push_back(categories.value_or(std::vector<std::string>{}));
    }
    info.rows = entry.rows;
    info.first_day = entry.first_day.value_or(Day{});
    info.last_day = entry.last_day.value_or(Day{});
    info.complete_until = spec.complete_until.value_or(info.last_day);
    info.known_lag_days = entry.known_lag_days;
    info.has_assumed_known_at = entry.has_assumed_known_at;
    return info;
  }
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const study::Study& study, std::int64_t manifest_number) {
  auto state = std::make_unique<State>();
  state->folder = study.resolve(study.store.string());
  HOLDFAST_TRY(state->manifest, load_manifest(state->folder, manifest_number));
  HOLDFAST_TRY_VOID(state->check_files());
  for (const auto& spec : study.tables) {
    const auto* entry = state->manifest.find(spec.name);
    if (entry == nullptr) return Error{errors::kTableNotImported, {{"table", spec.name}}};
    state->tables.push_back(state->info_of(*entry, spec));
  }
  return Store(std::move(state));
}

std::int64_t Store::manifest_number() const { return state_->manifest.number; }
int Store::bucket_count() const { return state_->manifest.bucket_count(); }
const std::vector<TableInfo>& Store::tables() const { return state_->tables; }

const TableInfo* Store::find(std::string_view table) const {
  const auto found = std::ranges::find_if(state_->tables,
                                          [&](const auto& info) { return info.name == table; });
  return found == state_->tables.end() ? nullptr : &*found;
}

Result<Bucket> Store::read_bucket(int bucket, const std::vector<TableColumns>& wanted) const {
  HOLDFAST_CHECK(bucket >= 0 && bucket < bucket_count());
  HOLDFAST_TRY(const auto entries, state_->entries_of(wanted));
  HOLDFAST_TRY(auto keys, state_->read_keys(bucket, entries));
  return state_->read(bucket, std::move(keys), entries, wanted);
}

Result<Bucket> Store::read_customer(std::string_view key,
                                    const std::vector<TableColumns>& wanted) const {
  const int bucket = bucket_of(key, bucket_count());
  HOLDFAST_TRY(const auto entries, state_->entries_of(wanted));
  HOLDFAST_TRY(auto keys, state_->find_key(bucket, key, entries));
  return state_->read(bucket, std::move(keys), entries, wanted);
}

Result<TableData> Store::read_context(std::string_view table,
                                      const std::vector<std::string>& columns) const {
  HOLDFAST_TRY(const auto* entry, state_->entry(std::string(table)));
  if (!entry->is_context) {
    return Error{holdfast::errors::kInvalidArgument,
                 {{"what", "table " + entry->name + " is not a context table"}}};
  }
  const auto& file = entry->files[0];
  HOLDFAST_TRY(auto data, state_->read_rows(*entry, file, columns,
                                            {0, static_cast<std::size_t>(file.rows)}, nullptr, 0));
  data.begin = {0, static_cast<std::uint32_t>(data.rows)};
  return data;
}

int bucket_of(std::string_view key, int bucket_count) {
  int bits = 0;
  while ((1 << bits) < bucket_count) ++bits;
  return static_cast<int>(top_bits(hash64(normalised_key(key)), bits));
}

}  // namespace holdfast::history
