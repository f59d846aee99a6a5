#include <algorithm>
#include <chrono>
#include <limits>

#include <fmt/format.h>

#include "core/file.hpp"
#include "core/parallel.hpp"
#include "core/text.hpp"
#include "history/errors.hpp"
#include "history/ingest.hpp"
#include "history/merge.hpp"
#include "history/old_rows.hpp"
#include "history/sources.hpp"
#include "history/store.hpp"
#include "history/summary.hpp"
#include "history/upkeep.hpp"

namespace holdfast::history {
namespace {

namespace fs = std::filesystem;

// A bucket of the largest table holds about so much …
constexpr std::int64_t kBucketRowsMax = std::int64_t{1} << 21;
constexpr std::int64_t kBucketBytesMax = std::int64_t{64} << 20;
// … but small tables are divided too, so that several threads have work.
constexpr std::int64_t kBucketRowsMin = std::int64_t{1} << 15;
constexpr int kSmallBitsMax = 4;
constexpr int kBitsMax = 20;
// Partitions of the rows that are read, by the size of the sources.
constexpr std::int64_t kPartitionBytes = std::int64_t{4} << 20;
constexpr int kPartitionBitsMin = 4;
constexpr int kPartitionBitsMax = 8;

Instant clock_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

/// One import from beginning to end.
class Import {
 public:
  Import(const study::Study& study, const ImportOptions& options, Progress& progress,
         fs::path store, LocalDays days)
      : study_(study),
        options_(options),
        progress_(progress),
        store_(std::move(store)),
        days_(std::move(days)),
        references_(study) {}

  Result<ImportReport> run();

 private:
  Result<void> load_old();
  Result<void> plan();
  Result<void> remember_old_customers();
  Result<void> remember_old_references(const StoredKeys& keys, std::size_t bucket);
  Result<void> read(Quarantine& quarantine);
  Result<void> judge(Quarantine& quarantine);
  Result<void> merge();
  Result<void> publish();
  std::optional<Day> last_day() const;
  int bucket_bits() const;
  MergeTable merge_table_of(std::size_t t) const;
  bool is_kept(std::size_t t) const { return olds_[t] != nullptr; }
  bool is_touched(std::size_t t) const { return !plans_[t].sources.empty(); }
  void report_up_to_date();

  const study::Study& study_;
  const ImportOptions& options_;
  Progress& progress_;
  fs::path store_;
  LocalDays days_;
  References references_;
  Customers customers_;
  std::optional<Manifest> old_;
  Manifest next_;
  std::vector<std::size_t> order_;               // Tables, those that others lead to first.
  std::vector<TableLayout> layouts_;             // The following: as study_.tables.
  std::vector<const TableEntry*> olds_;          // Null: nothing of it is kept.
  std::vector<TablePlan> plans_;
  std::vector<IngestedTable> read_;
  std::int32_t import_day_ = 0;
  MergeInput input_;
  std::vector<MergedBucket> buckets_;
  std::vector<MergedTable> contexts_;
  ImportReport report_;
};

Result<void> Import::load_old() {
  if (!has_manifest(store_)) return {};
  HOLDFAST_TRY(old_, load_manifest(store_, 0));
  return {};
}

Result<void> Import::plan() {
  HOLDFAST_TRY(order_, reading_order(study_));
  const auto count = study_.tables.size();
  plans_.resize(count);
  olds_.assign(count, nullptr);
  for (const auto& table : study_.tables) layouts_.push_back(layout_of(table, study_));
  for (const auto t : order_) {
    const auto& table = study_.tables[t];
    const auto* old = old_ ? old_->find(table.name) : nullptr;
    if (old != nullptr && (options_.is_forced || old->fingerprint != layouts_[t].fingerprint)) {
      old = nullptr;
    }
    // Rows that led nowhere may find their customer now.
    const bool has_orphans =
        old != nullptr && std::ranges::any_of(old->sources, [](const auto& source) {
          return source.is_current && source.orphans > 0;
        });
    if (has_orphans && table.via) {
      for (std::size_t other = 0; other < count; ++other) {
        if (study_.tables[other].name == table.via->table && is_touched(other)) old = nullptr;
      }
    }
    olds_[t] = old;
    HOLDFAST_TRY(plans_[t], plan_sources(study_, table, old));
  }
  for (const auto& table : plans_) {
    report_.warnings.insert(report_.warnings.end(), table.warnings.begin(), table.warnings.end());
  }
  return {};
}

Result<void> Import::remember_old_customers() {
  const bool has_kept = std::ranges::any_of(olds_, [](const auto* old) { return old != nullptr; });
  if (!old_ || !has_kept) return {};
  for (std::size_t bucket = 0; bucket < old_->keys.size(); ++bucket) {
    HOLDFAST_TRY(const auto keys, read_stored_keys(store_, *old_, bucket));
    for (const auto& key : keys.keys) customers_.number_of(key);
    HOLDFAST_TRY_VOID(remember_old_references(keys, bucket));
  }
  return {};
}

Result<void> Import::remember_old_references(const StoredKeys& keys, std::size_t bucket) {
  for (std::size_t t = 0; t < layouts_.size(); ++t) {
    if (!is_kept(t) || layouts_[t].is_context) continue;
    const auto& name = study_.tables[t].name;
    const auto columns = references_.columns_of(name);
    const auto& entry = olds_[t]->files[bucket];
    if (columns.empty() || entry.path.empty()) continue;
    HOLDFAST_TRY(const auto file, StoreFile::open(store_ / entry.path, entry.bytes));
    const auto& begins = keys.begins.at(name);
    for (const auto& column : columns) {
      auto& map = references_.map(name, column);
      HOLDFAST_TRY_VOID(fill_references(*file, layouts_[t], column, keys, begins, customers_, map));
    }
  }
  return {};
}

Result<void> Import::read(Quarantine& quarantine) {
  std::int64_t bytes = 0;
  for (const auto& table : plans_) {
    for (const auto& source : table.sources) bytes += source.bytes;
  }
  int bits = kPartitionBitsMin;
  while (bits < kPartitionBitsMax && (kPartitionBytes << bits) < bytes) ++bits;
  std::error_code failure;
  fs::create_directories(spill_folder(store_), failure);
  Ingest ingest({.study = study_,
                 .customers = customers_,
                 .references = references_,
                 .days = days_,
                 .quarantine = quarantine,
                 .progress = progress_,
                 .spill_folder = spill_folder(store_),
                 .memory_max_bytes = options_.memory_max_bytes,
                 .partition_bits = bits});
  read_.resize(study_.tables.size());
  for (const auto t : order_) {
    if (!is_touched(t)) continue;
    std::uint32_t first_id = 1;
    if (is_kept(t)) {
      for (const auto& source : olds_[t]->sources) first_id = std::max(first_id, source.id + 1);
    }
    HOLDFAST_TRY(read_[t], ingest.read_table(layouts_[t], plans_[t], first_id));
  }
  return {};
}

/// Too many bad rows, or none at all, stop the import before anything is written.
Result<void> Import::judge(Quarantine& quarantine) {
  HOLDFAST_TRY_VOID(quarantine.close());
  if (quarantine.rows() > 0) report_.quarantine = quarantine.path();
  for (std::size_t t = 0; t < layouts_.size(); ++t) {
    if (!is_touched(t)) continue;
    const auto& table = study_.tables[t];
    const auto read = read_[t].rows_read;
    const auto bad = read - read_[t].rows_good;
    const Place place{.file = study_.file.string(), .line = table.line};
    if (read == 0) return Error{errors::kEmptyTable, {{"table", table.name}}, place};
    if (static_cast<double>(bad) > study_.bad_rows_max_share * static_cast<double>(read)) {
      return Error{errors::kTooManyBadRows,
                   {{"table", table.name},
                    {"bad", bad},
                    {"read", read},
                    {"limit", brief(study_.bad_rows_max_share * 100) + "%"},
                    {"quarantine", quarantine.path().string()}},
                   place};
    }
    if (bad > 0) {
      report_.warnings.push_back(
          {errors::kRowsBad, {{"table", table.name}, {"bad", bad}, {"read", read}}});
    }
    if (read_[t].orphans_count > 0) {
      report_.warnings.push_back({errors::kOrphans,
                                  {{"table", table.name},
                                   {"orphans", read_[t].orphans_count},
                                   {"read", read}}});
    }
  }
  return {};
}

std::optional<Day> Import::last_day() const {
  std::optional<Day> last;
  for (std::size_t t = 0; t < layouts_.size(); ++t) {
    if (!layouts_[t].is_dated()) continue;
    for (const auto& day : {is_kept(t) ? olds_[t]->last_day : std::nullopt,
                            is_touched(t) ? read_[t].last_day : std::nullopt}) {
      if (day) last = std::max(last.value_or(*day), *day);
    }
  }
  return last;
}

int Import::bucket_bits() const {
  int bits = old_ ? old_->bucket_bits : 0;
  while ((1 << bits) < options_.bucket_count_min && bits < kBitsMax) ++bits;
  for (std::size_t t = 0; t < layouts_.size(); ++t) {
    if (layouts_[t].is_context) continue;
    const auto rows = (is_kept(t) ? olds_[t]->rows : 0) + read_[t].rows_good;
    std::size_t width = 8;
    for (const auto& column : layouts_[t].stored) width += width_of(column.type);
    const auto bytes = rows * static_cast<std::int64_t>(width);
    while (bits < kBitsMax &&
           ((kBucketRowsMax << bits) < rows || (kBucketBytesMax << bits) < bytes)) {
      ++bits;
    }
    while (bits < kSmallBitsMax && (kBucketRowsMin << bits) < rows) ++bits;
  }
  return bits;
}

MergeTable Import::merge_table_of(std::size_t t) const {
  const auto& layout = layouts_[t];
  MergeTable table;
  table.layout = &layout;
  table.added = is_touched(t) ? read_[t].rows.get() : nullptr;
  table.old = olds_[t];
  table.folder = table_folder(layout.spec->name, t);
  table.resolve = {.sources = read_[t].new_sources,
                   .import_day = import_day_,
                   .is_first_load = !is_kept(t)};
  if (!layout.is_dated() && !layout.is_undated_constant) {
    const auto day = layout.spec->extract_day ? layout.spec->extract_day : last_day();
    table.undated_day = day.value_or(Day{import_day_}).number;
  } else {
    table.undated_day = kUnsetDay;
  }
  table.may_withdraw =
      table.old != nullptr && std::ranges::any_of(table.resolve.sources, [](const auto& source) {
        return !source.replaces.empty() || source.from_day <= source.to_day;
      });
  return table;
}

Result<void> Import::merge() {
  input_.store = store_;
  input_.number = next_.number;
  input_.bits = bucket_bits();
  input_.customers = &customers_;
  input_.order = customers_.in_order();
  input_.rank.resize(input_.order.size());
  for (std::uint32_t i = 0; i < input_.order.size(); ++i) input_.rank[input_.order[i]] = i;
  const bool has_kept = std::ranges::any_of(olds_, [](const auto* old) { return old != nullptr; });
  input_.old = old_ && has_kept ? &*old_ : nullptr;
  std::error_code failure;
  fs::create_directories(store_ / "keys", failure);
  for (std::size_t t = 0; t < layouts_.size(); ++t) {
    input_.tables.push_back(merge_table_of(t));
    fs::create_directories(store_ / input_.tables[t].folder, failure);
  }
  const auto count = std::size_t{1} << input_.bits;
  progress_.begin({"sorting and writing", "排序并写入"}, static_cast<std::int64_t>(count));
  buckets_.resize(count);
  std::vector<std::optional<Error>> failures(count);
  parallel_for(count, 1, [&](std::size_t bucket, std::size_t) {
    if (cancel_requested()) {
      failures[bucket] = Error{holdfast::errors::kCancelled};
      return;
    }
    auto merged = merge_bucket(input_, bucket);
    if (merged.ok()) buckets_[bucket] = std::move(*merged);
    else failures[bucket] = merged.error();
    progress_.advance(1);
  });
  progress_.end();
  for (const auto& error : failures) {
    if (error) return *error;
  }
  contexts_.resize(layouts_.size());
  for (std::size_t t = 0; t < layouts_.size(); ++t) {
    if (!layouts_[t].is_context) continue;
    HOLDFAST_TRY(contexts_[t], merge_context(input_, input_.tables[t]));
  }
  return {};
}

Result<void> Import::publish() {
  next_.bucket_bits = input_.bits;
  for (auto& bucket : buckets_) next_.keys.push_back(std::move(bucket.keys));
  for (std::size_t t = 0; t < layouts_.size(); ++t) {
    std::vector<MergedTable> parts;
    if (layouts_[t].is_context) {
      parts.push_back(std::move(contexts_[t]));
    } else {
      for (auto& bucket : buckets_) parts.push_back(std::move(bucket.tables[t]));
    }
    auto entry = summarise(layouts_[t], olds_[t], parts);
    for (const auto& source : read_[t].sources) take_source(entry, source);
    std::int64_t duplicates = 0;
    for (const auto& part : parts) duplicates += part.duplicates_count;
    report_.tables.push_back({.table = entry.name,
                              .rows_read = read_[t].rows_read,
                              .rows_kept = read_[t].rows_good - duplicates,
                              .rows_quarantined = read_[t].rows_read - read_[t].rows_good,
                              .rows_duplicate = duplicates,
                              .orphans_count = read_[t].orphans_count,
                              .rows_stored = entry.rows,
                              .was_up_to_date = !is_touched(t)});
    next_.tables.push_back(std::move(entry));
    HOLDFAST_TRY_VOID(sync_folder(store_ / input_.tables[t].folder));
  }
  HOLDFAST_TRY_VOID(sync_folder(store_ / "keys"));
  HOLDFAST_TRY_VOID(sync_folder(store_ / "tables"));
  HOLDFAST_TRY_VOID(sync_folder(store_));
  return publish_manifest(store_, next_);
}

void Import::report_up_to_date() {
  report_.manifest_number = old_->number;
  for (const auto& table : study_.tables) {
    report_.tables.push_back({.table = table.name,
                              .rows_stored = old_->find(table.name)->rows,
                              .was_up_to_date = true});
  }
}

Result<ImportReport> Import::run() {
  HOLDFAST_TRY_VOID(load_old());
  clean_up(store_, old_ ? old_->number : 0);
  HOLDFAST_TRY_VOID(plan());
  bool is_changed = !old_ || old_->tables.size() != study_.tables.size();
  for (std::size_t t = 0; t < layouts_.size(); ++t) is_changed |= is_touched(t) || !is_kept(t);
  if (!is_changed) {
    report_up_to_date();
    return std::move(report_);
  }
  const auto now = options_.now.value_or(clock_now());
  import_day_ = days_.day_of(now).number;
  next_.number = old_ ? old_->number + 1 : 1;
  next_.imported_at = to_string(now);
  HOLDFAST_TRY_VOID(remember_old_customers());
  Quarantine quarantine(store_ / "quarantine" / fmt::format("import-{:06}.csv", next_.number),
                        study_.language);
  HOLDFAST_TRY_VOID(read(quarantine));
  HOLDFAST_TRY_VOID(judge(quarantine));
  HOLDFAST_TRY_VOID(merge());
  HOLDFAST_TRY_VOID(publish());
  read_.clear();
  clean_up(store_, next_.number);
  report_.manifest_number = next_.number;
  return std::move(report_);
}

}  // namespace

Result<ImportReport> import(const study::Study& study, const ImportOptions& options,
                            Progress& progress) {
  HOLDFAST_TRY(auto days, LocalDays::create(study.time_zone));
  const auto store = study.resolve(study.store.string());
  std::error_code failure;
  fs::create_directories(store, failure);
  if (failure) {
    return Error{errors::kUnwritable, {{"path", store.string()}, {"why", failure.message()}}};
  }
  HOLDFAST_TRY(const auto lock, WriteLock::take(store));
  return Import(study, options, progress, store, std::move(days)).run();
}

}  // namespace holdfast::history
