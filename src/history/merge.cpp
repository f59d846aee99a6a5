#include "history/merge.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "history/errors.hpp"
#include "history/old_rows.hpp"
#include "history/parquet_write.hpp"

namespace holdfast::history {
namespace {

using tables::ColumnType;

/// Customers [first, last) of the order that lie in the bucket.
struct Span {
  std::size_t first = 0, last = 0;
  std::size_t size() const { return last - first; }
};

Span customers_of(const MergeInput& input, std::size_t bucket) {
  const auto before = [&](std::size_t limit) {
    return [&input, limit](std::uint32_t customer) {
      return top_bits(input.customers->hash(customer), input.bits) < limit;
    };
  };
  const auto begin = input.order.begin();
  const auto first = std::partition_point(begin, input.order.end(), before(bucket));
  const auto last = std::partition_point(first, input.order.end(), before(bucket + 1));
  return {static_cast<std::size_t>(first - begin), static_cast<std::size_t>(last - begin)};
}

/// What the store holds of this bucket already.
struct OldBucket {
  StoredKeys keys;
  std::size_t bucket = 0;          // In the old count.
  std::size_t first = 0, last = 0; // Customers of the old bucket that lie in the new one.
  std::vector<std::uint32_t> places;  // Of these customers, in the new bucket.
};

Result<OldBucket> old_bucket_of(const MergeInput& input, std::size_t bucket, const Span& span) {
  OldBucket old;
  if (input.old == nullptr) return old;
  old.bucket = bucket >> (input.bits - input.old->bucket_bits);
  HOLDFAST_TRY(old.keys, read_stored_keys(input.store, *input.old, old.bucket));
  const auto& hashes = old.keys.hashes;
  const auto before = [&](std::size_t limit) {
    return [&input, limit](std::uint64_t hash) { return top_bits(hash, input.bits) < limit; };
  };
  const auto first = std::partition_point(hashes.begin(), hashes.end(), before(bucket));
  const auto last = std::partition_point(first, hashes.end(), before(bucket + 1));
  old.first = static_cast<std::size_t>(first - hashes.begin());
  old.last = static_cast<std::size_t>(last - hashes.begin());
  for (auto i = old.first; i < old.last; ++i) {
    const auto customer = input.customers->find(old.keys.keys[i]);
    HOLDFAST_CHECK(customer.has_value());
    old.places.push_back(input.rank[*customer] - static_cast<std::uint32_t>(span.first));
  }
  return old;
}

/// Rows by customer's place, within one as they came.
std::vector<std::uint32_t> by_place(const BucketRows& rows, std::size_t places) {
  std::vector<std::uint32_t> next(places + 1);
  for (const auto place : rows.customer) ++next[place + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<std::uint32_t> order(rows.rows);
  for (std::uint32_t row = 0; row < rows.rows; ++row) order[next[rows.customer[row]]++] = row;
  return order;
}

/// Puts each customer's rows in order of (day, time, as they came).
void sort_within(const TableLayout& layout, const BucketRows& rows,
                 std::vector<std::uint32_t>& order) {
  const Cells* times = nullptr;
  if (layout.time_index >= 0) times = &rows.columns[static_cast<std::size_t>(layout.time_index)];
  const auto is_before = [&](std::uint32_t a, std::uint32_t b) {
    if (rows.event_day[a] != rows.event_day[b]) return rows.event_day[a] < rows.event_day[b];
    return times != nullptr && times->at<std::int64_t>(a) < times->at<std::int64_t>(b);
  };
  for (auto begin = order.begin(); begin != order.end();) {
    auto end = std::next(begin);
    while (end != order.end() && rows.customer[*end] == rows.customer[*begin]) ++end;
    if (!std::is_sorted(begin, end, is_before)) std::stable_sort(begin, end, is_before);
    begin = end;
  }
}

/// The file of a table's bucket in this import.
std::string file_name(const MergeInput& input, const std::string& folder, std::size_t bucket) {
  return fmt::format("{}/{:05}-{:06}.parquet", folder, bucket, input.number);
}

void describe(const TableLayout& layout, const BucketRows& rows,
              const std::vector<std::uint32_t>& kept, MergedTable& merged) {
  for (const auto row : kept) {
    const Day day{rows.event_day[row]};
    if (day.number == kUnsetDay) continue;
    merged.first_day = std::min(merged.first_day.value_or(day), day);
    merged.last_day = std::max(merged.last_day.value_or(day), day);
  }
  merged.categories.resize(layout.stored.size());
  for (std::size_t column = 0; column < layout.stored.size(); ++column) {
    if (layout.stored[column].type != ColumnType::Text) continue;
    const auto& dictionary = rows.dictionaries[column];
    const auto& cells = rows.columns[column];
    std::vector<std::uint8_t> is_used(dictionary.size(), 0);
    for (const auto row : kept) {
      if (cells.is_valid(row)) is_used[cells.at<std::uint32_t>(row)] = 1;
    }
    std::vector<std::string> values;
    for (std::uint32_t code = 0; code < is_used.size(); ++code) {
      if (is_used[code] != 0 && values.size() <= kCategoriesMax) {
        values.emplace_back(dictionary.text(code));
      }
    }
    if (values.size() > kCategoriesMax) continue;
    std::ranges::sort(values);
    merged.categories[column] = std::move(values);
  }
}

Result<void> load_old(const MergeInput& input, const MergeTable& table, const OldBucket& old,
                      BucketRows& rows) {
  if (table.old == nullptr || table.old->files[old.bucket].path.empty()) return {};
  const auto& entry = table.old->files[old.bucket];
  const auto& begins = old.keys.begins.at(table.old->name);
  std::vector<std::uint32_t> customer_of_row;
  for (auto i = old.first; i < old.last; ++i) {
    customer_of_row.insert(customer_of_row.end(), begins[i + 1] - begins[i],
                           old.places[i - old.first]);
  }
  HOLDFAST_TRY(const auto file, StoreFile::open(input.store / entry.path, entry.bytes));
  return read_old_rows(*file, *table.layout, customer_of_row, {begins[old.first], begins[old.last]},
                       rows);
}

/// New chunks of the partitions that make up the bucket, or hold it.
Result<void> load_new(const MergeInput& input, const MergeTable& table, std::size_t bucket,
                      const Span& span, BucketRows& rows) {
  if (table.added == nullptr) return {};
  const int finer = table.added->bits() - input.bits;
  const auto first = finer >= 0 ? bucket << finer : bucket >> -finer;
  const auto count = finer >= 0 ? std::size_t{1} << finer : 1;
  const auto rows_old = rows.rows;
  for (auto partition = first; partition < first + count; ++partition) {
    HOLDFAST_TRY(auto chunks, table.added->take(partition, finer < 0));
    append_chunks(*table.layout, *table.added, std::move(chunks), *input.customers,
                  {.bits = input.bits, .bucket = bucket, .undated_day = table.undated_day}, rows);
  }
  for (auto row = rows_old; row < rows.rows; ++row) {
    rows.customer[row] =
        input.rank[rows.customer[row]] - static_cast<std::uint32_t>(span.first);
  }
  return {};
}

/// Settles, sorts and writes one table's rows; counts[place + 1] gets each customer's rows.
Result<MergedTable> write_bucket(const MergeInput& input, const MergeTable& table,
                                 std::size_t bucket, BucketRows& rows,
                                 std::span<const std::string_view> keys,
                                 std::vector<std::uint32_t>& counts) {
  MergedTable merged;
  merged.is_rewritten = true;
  auto order = by_place(rows, keys.size());
  if (needs_resolving(*table.layout, rows, table.resolve)) {
    auto resolved = resolve(*table.layout, table.resolve, order, rows);
    merged.duplicates_count = resolved.duplicates_count;
    order = std::move(resolved.kept);
  } else {
    set_known_days(*table.layout, table.resolve, rows);
  }
  drop_plain_days(*table.layout, order, rows);
  sort_within(*table.layout, rows, order);
  for (const auto row : order) ++counts[rows.customer[row]];
  describe(*table.layout, rows, order, merged);
  if (order.empty()) return merged;
  merged.file = {.path = file_name(input, table.folder, bucket),
                 .bytes = 0,
                 .rows = static_cast<std::int64_t>(order.size())};
  HOLDFAST_TRY(merged.file.bytes, write_table_file(input.store / merged.file.path, *table.layout,
                                                   rows, order, keys));
  return merged;
}

/// The rows of a table that stays as it is, by customer.
void count_old(const MergeTable& table, const OldBucket& old, std::vector<std::uint32_t>& counts) {
  if (table.old == nullptr) return;
  const auto& begins = old.keys.begins.at(table.old->name);
  for (auto i = old.first; i < old.last; ++i) {
    counts[old.places[i - old.first]] = static_cast<std::uint32_t>(begins[i + 1] - begins[i]);
  }
}

Result<FileEntry> write_keys(const MergeInput& input, std::size_t bucket, const Span& span,
                             const std::vector<std::string_view>& written,
                             const std::vector<std::vector<std::uint32_t>>& counts) {
  BucketKeys keys;
  std::vector<std::int32_t> next;
  std::vector<std::size_t> with_rows;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    if (input.tables[t].layout->is_context) continue;
    keys.tables.push_back(input.tables[t].layout->spec->name);
    with_rows.push_back(t);
  }
  keys.begins.resize(keys.tables.size());
  next.resize(keys.tables.size());
  for (std::size_t place = 0; place < written.size(); ++place) {
    const bool has_rows = std::ranges::any_of(
        with_rows, [&](std::size_t t) { return counts[t][place] > 0; });
    if (!has_rows) continue;
    keys.keys.push_back(written[place]);
    keys.hashes.push_back(input.customers->hash(input.order[span.first + place]));
    for (std::size_t i = 0; i < with_rows.size(); ++i) {
      keys.begins[i].push_back(next[i]);
      next[i] += static_cast<std::int32_t>(counts[with_rows[i]][place]);
    }
  }
  FileEntry entry;
  if (keys.keys.empty()) return entry;
  entry.path = file_name(input, "keys", bucket);
  entry.rows = static_cast<std::int64_t>(keys.keys.size());
  HOLDFAST_TRY(entry.bytes, write_keys_file(input.store / entry.path, keys));
  return entry;
}

bool has_new_rows(const MergeInput& input, const MergeTable& table, std::size_t bucket) {
  if (table.added == nullptr) return false;
  const int finer = table.added->bits() - input.bits;
  if (finer < 0) return true;
  for (auto p = bucket << finer; p < (bucket + 1) << finer; ++p) {
    if (!table.added->is_empty(p)) return true;
  }
  return false;
}

}  // namespace

Result<MergedBucket> merge_bucket(const MergeInput& input, std::size_t bucket) {
  const auto span = customers_of(input, bucket);
  HOLDFAST_TRY(const auto old, old_bucket_of(input, bucket, span));
  const bool has_same_count = input.old != nullptr && input.old->bucket_bits == input.bits;
  std::vector<std::string_view> written;
  written.reserve(span.size());
  for (auto i = span.first; i < span.last; ++i) {
    written.push_back(input.customers->written(input.order[i]));
  }
  MergedBucket merged;
  merged.tables.resize(input.tables.size());
  std::vector<std::vector<std::uint32_t>> counts(input.tables.size());
  for (std::size_t t = 0; t < input.tables.size(); ++t) {
    const auto& table = input.tables[t];
    if (table.layout->is_context) continue;
    counts[t].assign(span.size(), 0);
    const bool is_touched = table.added != nullptr && (table.may_withdraw ||
                                                       has_new_rows(input, table, bucket));
    if (!is_touched && has_same_count && table.old != nullptr) {
      merged.tables[t].file = table.old->files[bucket];
      count_old(table, old, counts[t]);
      continue;
    }
    BucketRows rows;
    HOLDFAST_TRY_VOID(load_old(input, table, old, rows));
    HOLDFAST_TRY_VOID(load_new(input, table, bucket, span, rows));
    if (rows.rows > std::numeric_limits<std::int32_t>::max()) {
      return Error{errors::kTooLarge, {{"what", "more than 2^31 rows in one bucket"}}};
    }
    if (rows.rows == 0) {
      merged.tables[t].is_rewritten = true;
      merged.tables[t].categories.resize(table.layout->stored.size());
      describe(*table.layout, rows, {}, merged.tables[t]);
      continue;
    }
    HOLDFAST_TRY(merged.tables[t],
                 write_bucket(input, table, bucket, rows, written, counts[t]));
  }
  HOLDFAST_TRY(merged.keys, write_keys(input, bucket, span, written, counts));
  return merged;
}

namespace {

/// -1, 0, 1 as a's cell stands before, beside or behind b's; a missing cell stands first.
int compare(const TableLayout& layout, const BucketRows& rows, std::size_t column, std::uint32_t a,
            std::uint32_t b) {
  const auto& cells = rows.columns[column];
  if (cells.is_valid(a) != cells.is_valid(b)) return cells.is_valid(a) ? 1 : -1;
  if (!cells.is_valid(a)) return 0;
  const auto of = [](const auto& x, const auto& y) { return x < y ? -1 : (y < x ? 1 : 0); };
  switch (layout.stored[column].type) {
    case ColumnType::Boolean: return of(cells.at<std::uint8_t>(a), cells.at<std::uint8_t>(b));
    case ColumnType::Day: return of(cells.at<std::int32_t>(a), cells.at<std::int32_t>(b));
    case ColumnType::Real: return of(cells.at<double>(a), cells.at<double>(b));
    case ColumnType::Text: {
      const auto& texts = rows.dictionaries[column];
      return of(texts.text(cells.at<std::uint32_t>(a)), texts.text(cells.at<std::uint32_t>(b)));
    }
    default: return of(cells.at<std::int64_t>(a), cells.at<std::int64_t>(b));
  }
}

void sort_context(const TableLayout& layout, const BucketRows& rows,
                  std::vector<std::uint32_t>& order) {
  std::vector<std::size_t> columns;
  for (const auto& name : layout.spec->join_on) {
    const int index = layout.stored_index(name);
    if (index >= 0) columns.push_back(static_cast<std::size_t>(index));
  }
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    for (const auto column : columns) {
      const int way = compare(layout, rows, column, a, b);
      if (way != 0) return way < 0;
    }
    if (rows.event_day[a] != rows.event_day[b]) return rows.event_day[a] < rows.event_day[b];
    return layout.time_index >= 0 &&
           compare(layout, rows, static_cast<std::size_t>(layout.time_index), a, b) < 0;
  });
}

}  // namespace

Result<MergedTable> merge_context(const MergeInput& input, const MergeTable& table) {
  MergedTable merged;
  if (table.added == nullptr && table.old != nullptr) {
    merged.file = table.old->files[0];
    return merged;
  }
  merged.is_rewritten = true;
  BucketRows rows;
  if (table.old != nullptr && !table.old->files[0].path.empty()) {
    const auto& entry = table.old->files[0];
    HOLDFAST_TRY(const auto file, StoreFile::open(input.store / entry.path, entry.bytes));
    HOLDFAST_TRY_VOID(read_old_rows(*file, *table.layout, {}, {0, file->rows()}, rows));
  }
  HOLDFAST_TRY(auto chunks, table.added->take(0, false));
  append_chunks(*table.layout, *table.added, std::move(chunks), *input.customers,
                {.undated_day = table.undated_day}, rows);
  std::vector<std::uint32_t> order(rows.rows);
  std::iota(order.begin(), order.end(), 0U);
  if (needs_resolving(*table.layout, rows, table.resolve)) {
    auto resolved = resolve(*table.layout, table.resolve, order, rows);
    merged.duplicates_count = resolved.duplicates_count;
    order = std::move(resolved.kept);
  } else {
    set_known_days(*table.layout, table.resolve, rows);
  }
  drop_plain_days(*table.layout, order, rows);
  sort_context(*table.layout, rows, order);
  describe(*table.layout, rows, order, merged);
  if (order.empty()) return merged;
  merged.file = {.path = file_name(input, table.folder, 0),
                 .bytes = 0,
                 .rows = static_cast<std::int64_t>(order.size())};
  HOLDFAST_TRY(merged.file.bytes,
               write_table_file(input.store / merged.file.path, *table.layout, rows, order, {}));
  return merged;
}

}  // namespace holdfast::history
