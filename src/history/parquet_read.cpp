#include "history/parquet_read.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include <arrow/io/file.h>
#include <parquet/api/reader.h>
#include <parquet/statistics.h>

#include "history/errors.hpp"
#include "history/interner.hpp"
#include "core/hash.hpp"

namespace holdfast::history {
namespace {

using tables::ColumnType;

Error damaged(const std::filesystem::path& path, std::string_view why) {
  return {errors::kDamaged, {{"path", path.string()}, {"why", why}}};
}

/// Puts `present` values, dense at the front, where the levels say they belong.
template <typename T>
void spread(T* values, const std::int16_t* levels, std::size_t rows, std::size_t present,
            std::uint8_t* valid) {
  for (std::size_t i = rows; i-- > 0;) {
    valid[i] = levels[i] > 0 ? 1 : 0;
    values[i] = levels[i] > 0 ? values[--present] : T{};
  }
}

/// Where the values of a row group that is being decoded go.
struct Target {
  std::size_t rows = 0;
  std::int16_t* levels = nullptr;  // Null: the column has no missing values.
  std::uint8_t* valid = nullptr;
};

/// Decodes a whole row group into values[0, rows).
template <typename DType, typename T>
void decode(parquet::ColumnReader& reader, const Target& target, T* values) {
  auto& typed = static_cast<parquet::TypedColumnReader<DType>&>(reader);
  for (std::size_t done = 0; done < target.rows;) {
    std::int64_t read = 0;
    auto* levels = target.levels == nullptr ? nullptr : target.levels + done;
    const auto got = typed.ReadBatch(static_cast<std::int64_t>(target.rows - done), levels, nullptr,
                                     values + done, &read);
    if (got <= 0) throw parquet::ParquetException("fewer rows than promised");
    if (levels != nullptr) {
      spread(values + done, levels, static_cast<std::size_t>(got), static_cast<std::size_t>(read),
             target.valid + done);
    }
    done += static_cast<std::size_t>(got);
  }
}

/// Decodes text codes; each row group has its own dictionary, `texts` is the one of all.
void decode_codes(parquet::ColumnReader& reader, const Target& target, Interner& texts,
                  std::uint32_t* codes) {
  using Reader = parquet::TypedColumnReader<parquet::ByteArrayType>;
  auto& typed = static_cast<Reader&>(reader);
  if (typed.GetExposedEncoding() != parquet::ExposedEncoding::DICTIONARY) {
    throw parquet::ParquetException("a text column without a dictionary");
  }
  std::vector<std::uint32_t> places;
  auto* indices = reinterpret_cast<std::int32_t*>(codes);
  for (std::size_t done = 0; done < target.rows;) {
    std::int64_t read = 0;
    const parquet::ByteArray* dictionary = nullptr;
    std::int32_t dictionary_size = 0;
    auto* levels = target.levels == nullptr ? nullptr : target.levels + done;
    const auto got = typed.ReadBatchWithDictionary(static_cast<std::int64_t>(target.rows - done),
                                                   levels, nullptr, indices + done, &read,
                                                   &dictionary, &dictionary_size);
    if (got <= 0) throw parquet::ParquetException("fewer rows than promised");
    for (auto i = static_cast<std::int32_t>(places.size()); i < dictionary_size; ++i) {
      const std::string_view text(reinterpret_cast<const char*>(dictionary[i].ptr),
                                  dictionary[i].len);
      places.push_back(texts.intern(text, hash64(text)));
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(read); ++i) {
      const auto index = static_cast<std::size_t>(indices[done + i]);
      if (index >= places.size()) throw parquet::ParquetException("a code without a text");
      codes[done + i] = places[index];
    }
    if (levels != nullptr) {
      spread(codes + done, levels, static_cast<std::size_t>(got), static_cast<std::size_t>(read),
             target.valid + done);
    }
    done += static_cast<std::size_t>(got);
  }
}

template <typename T>
void keep_range(std::vector<T>& values, std::size_t first, std::size_t count) {
  if (values.empty()) return;
  if (first > 0) values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(first));
  values.resize(count);
}

}  // namespace

struct StoreFile::State {
  std::filesystem::path path;
  std::unique_ptr<parquet::ParquetFileReader> reader;
  std::unordered_map<std::string, int> columns;
  std::vector<std::size_t> begins;  // [groups + 1] first row of each row group.

  /// Calls decode_group(reader, first row, rows) for each group that overlaps the range; rows count
  /// from the first of these groups. Gives where the range begins in there.
  std::size_t each_group(
      int column, const RowRange& range,
      const std::function<void(int group, std::size_t at, std::size_t rows)>& use) const {
    (void)column;
    std::size_t at = 0;
    std::size_t before = 0;
    bool is_first = true;
    for (std::size_t group = 0; group + 1 < begins.size(); ++group) {
      if (begins[group + 1] <= range.first || begins[group] >= range.last) continue;
      if (is_first) before = range.first - begins[group];
      is_first = false;
      const auto rows = begins[group + 1] - begins[group];
      use(static_cast<int>(group), at, rows);
      at += rows;
    }
    return before;
  }
  std::size_t rows_of_groups(const RowRange& range) const {
    std::size_t rows = 0;
    each_group(0, range, [&](int, std::size_t, std::size_t count) { rows += count; });
    return rows;
  }
  template <typename Use>
  auto guarded(const Use& use) const -> decltype(use()) {
    try {
      return use();
    } catch (const std::exception& failure) {
      return damaged(path, failure.what());
    }
  }
};

StoreFile::StoreFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreFile::~StoreFile() = default;

Result<std::shared_ptr<const StoreFile>> StoreFile::open(const std::filesystem::path& path,
                                                         std::int64_t bytes) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) return damaged(path, failure.message());
  if (static_cast<std::int64_t>(size) != bytes) {
    return damaged(path, std::to_string(size) + " bytes, should be " + std::to_string(bytes));
  }
  auto state = std::make_unique<State>();
  state->path = path;
  try {
    auto file = arrow::io::MemoryMappedFile::Open(path.string(), arrow::io::FileMode::READ);
    if (!file.ok()) return damaged(path, file.status().ToString());
    state->reader = parquet::ParquetFileReader::Open(*file);
    const auto metadata = state->reader->metadata();
    for (int i = 0; i < metadata->num_columns(); ++i) {
      state->columns.emplace(metadata->schema()->Column(i)->name(), i);
    }
    state->begins = {0};
    for (int group = 0; group < metadata->num_row_groups(); ++group) {
      state->begins.push_back(state->begins.back() +
                              static_cast<std::size_t>(metadata->RowGroup(group)->num_rows()));
    }
  } catch (const std::exception& problem) {
    return damaged(path, problem.what());
  }
  return std::shared_ptr<const StoreFile>(new StoreFile(std::move(state)));
}

std::size_t StoreFile::rows() const { return state_->begins.back(); }
bool StoreFile::has(const std::string& column) const { return state_->columns.contains(column); }

Result<ColumnData> StoreFile::read(const std::string& column, ColumnType type,
                                   const RowRange& range) const {
  return state_->guarded([&]() -> Result<ColumnData> {
    const auto found = state_->columns.find(column);
    if (found == state_->columns.end()) return damaged(state_->path, "no column " + column);
    const int index = found->second;
    const auto* descriptor = state_->reader->metadata()->schema()->Column(index);
    const bool is_optional = descriptor->max_definition_level() > 0;
    const auto total = state_->rows_of_groups(range);
    ColumnData data;
    data.type = type;
    std::vector<std::int16_t> levels(is_optional ? std::min(total, std::size_t{1} << 20) : 0);
    if (is_optional) data.valid.resize(total);
    switch (type) {
      case ColumnType::Day: data.days.resize(total); break;
      case ColumnType::Real: data.reals.resize(total); break;
      case ColumnType::Text: data.codes.resize(total); break;
      default: data.integers.resize(total); break;
    }
    Interner texts;
    const auto before = state_->each_group(index, range, [&](int group, std::size_t at,
                                                             std::size_t rows) {
      if (is_optional && levels.size() < rows) levels.resize(rows);
      const Target target{rows, is_optional ? levels.data() : nullptr,
                          is_optional ? data.valid.data() + at : nullptr};
      auto row_group = state_->reader->RowGroup(group);
      if (type == ColumnType::Text) {
        const auto reader =
            row_group->ColumnWithExposeEncoding(index, parquet::ExposedEncoding::DICTIONARY);
        return decode_codes(*reader, target, texts, data.codes.data() + at);
      }
      const auto reader = row_group->Column(index);
      if (type == ColumnType::Day) {
        decode<parquet::Int32Type>(*reader, target, data.days.data() + at);
      } else if (type == ColumnType::Real) {
        decode<parquet::DoubleType>(*reader, target, data.reals.data() + at);
      } else if (type == ColumnType::Boolean) {
        const auto values = std::make_unique<bool[]>(rows);
        decode<parquet::BooleanType>(*reader, target, values.get());
        std::copy_n(values.get(), rows, data.integers.data() + at);
      } else {
        decode<parquet::Int64Type>(*reader, target, data.integers.data() + at);
      }
    });
    const auto count = range.last - range.first;
    keep_range(data.valid, before, count);
    keep_range(data.days, before, count);
    keep_range(data.reals, before, count);
    keep_range(data.codes, before, count);
    keep_range(data.integers, before, count);
    if (std::ranges::all_of(data.valid, [](std::uint8_t v) { return v != 0; })) data.valid.clear();
    for (std::uint32_t id = 0; id < texts.size(); ++id) data.categories.emplace_back(texts.text(id));
    return data;
  });
}

Result<std::vector<std::int32_t>> StoreFile::read_int32(const std::string& column,
                                                        const RowRange& range) const {
  auto data = read(column, ColumnType::Day, range);
  if (!data.ok()) return data.error();
  return std::move(data->days);
}

Result<std::vector<std::uint64_t>> StoreFile::read_hashes(const std::string& column,
                                                          const RowRange& range) const {
  auto data = read(column, ColumnType::Integer, range);
  if (!data.ok()) return data.error();
  std::vector<std::uint64_t> hashes(data->integers.size());
  std::ranges::transform(data->integers, hashes.begin(),
                         [](std::int64_t value) { return static_cast<std::uint64_t>(value); });
  return hashes;
}

Result<std::vector<std::string>> StoreFile::read_texts(const std::string& column,
                                                       const RowRange& range) const {
  return state_->guarded([&]() -> Result<std::vector<std::string>> {
    const auto found = state_->columns.find(column);
    if (found == state_->columns.end()) return damaged(state_->path, "no column " + column);
    std::vector<std::string> texts;
    texts.reserve(state_->rows_of_groups(range));
    constexpr std::size_t kBatch = 4096;
    std::vector<parquet::ByteArray> batch(kBatch);
    const auto before = state_->each_group(
        found->second, range, [&](int group, std::size_t, std::size_t rows) {
          const auto reader = state_->reader->RowGroup(group)->Column(found->second);
          auto& typed = static_cast<parquet::ByteArrayReader&>(*reader);
          for (std::size_t done = 0; done < rows;) {
            std::int64_t read = 0;
            typed.ReadBatch(static_cast<std::int64_t>(std::min(kBatch, rows - done)), nullptr,
                            nullptr, batch.data(), &read);
            if (read <= 0) throw parquet::ParquetException("fewer rows than promised");
            for (std::size_t i = 0; i < static_cast<std::size_t>(read); ++i) {
              texts.emplace_back(reinterpret_cast<const char*>(batch[i].ptr), batch[i].len);
            }
            done += static_cast<std::size_t>(read);
          }
        });
    keep_range(texts, before, range.last - range.first);
    return texts;
  });
}

RowRange StoreFile::groups_with(const std::string& column, std::uint64_t hash) const {
  const auto metadata = state_->reader->metadata();
  const int index = state_->columns.at(column);
  RowRange range{rows(), rows()};
  bool is_empty = true;
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    const auto statistics = metadata->RowGroup(group)->ColumnChunk(index)->statistics();
    const auto begin = state_->begins[static_cast<std::size_t>(group)];
    const auto end = state_->begins[static_cast<std::size_t>(group) + 1];
    if (statistics != nullptr && statistics->HasMinMax()) {
      const auto& typed = static_cast<const parquet::Int64Statistics&>(*statistics);
      if (hash < static_cast<std::uint64_t>(typed.min()) ||
          hash > static_cast<std::uint64_t>(typed.max())) {
        continue;
      }
    }
    if (is_empty) range.first = begin;
    is_empty = false;
    range.last = end;
  }
  return range;
}

}  // namespace holdfast::history
