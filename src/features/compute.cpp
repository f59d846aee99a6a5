// Running a program: bucket by bucket, all threads, the same bits whatever their number.

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "core/parallel.hpp"
#include "features/parquet_blocks.hpp"
#include "features/state.hpp"

namespace holdfast::features {
namespace {

/// Planned rows of a bucket, customer by customer.
struct BucketPlan {
  std::vector<PlannedRow> rows;
  std::vector<std::size_t> begin;  // [customers + 1]
};

BucketPlan plan_bucket(const Program::State& state, const history::Bucket& bucket,
                       const RowPlan& plan) {
  BucketPlan planned;
  planned.begin.reserve(bucket.keys.size() + 1);
  planned.begin.push_back(0);
  for (std::uint32_t customer = 0; customer < bucket.keys.size(); ++customer) {
    state.planner.plan(bucket, customer, plan, planned.rows);
    planned.begin.push_back(planned.rows.size());
  }
  return planned;
}

std::vector<FeatureColumn> empty_columns(const std::vector<Slot>& slots) {
  std::vector<FeatureColumn> columns(slots.size());
  for (std::size_t s = 0; s < slots.size(); ++s) {
    if (slots[s].info.is_category) columns[s].categories = slots[s].categories;
  }
  return columns;
}

/// New cells hold nothing yet.
void resize(const std::vector<Slot>& slots, std::size_t rows, std::vector<FeatureColumn>& columns) {
  for (std::size_t s = 0; s < slots.size(); ++s) {
    auto& column = columns[s];
    slots[s].info.is_category ? column.codes.resize(rows) : column.values.resize(rows);
    column.valid.resize(rows);
  }
}

std::string key_text(const history::ColumnData& column, std::uint32_t row) {
  if (!column.is_valid(row)) return "";
  if (column.type == tables::ColumnType::Text) return column.categories[column.codes[row]];
  if (!column.integers.empty()) return std::to_string(column.integers[row]);
  return "";
}

/// Numbers distinct keys in order of appearance.
class KeyList {
 public:
  explicit KeyList(std::vector<std::string>& keys) : keys_(&keys) {}
  std::uint32_t add(std::string key) {
    const auto [found, is_new] = places_.try_emplace(key, static_cast<std::uint32_t>(keys_->size()));
    if (is_new) keys_->push_back(std::move(key));
    return found->second;
  }

 private:
  std::vector<std::string>* keys_;
  std::unordered_map<std::string, std::uint32_t> places_;
};

void fill_rows(const Program::State& state, const history::Bucket& bucket,
               const BucketPlan& planned, FeatureMatrix& matrix) {
  matrix.rows = planned.rows.size();
  matrix.customer.reserve(planned.rows.size());
  matrix.exit_classes = state.planner.exit_classes;
  KeyList contracts(matrix.contract_keys);
  const bool by_contract = state.study.entity == study::Entity::Contract;
  if (!by_contract) contracts.add("");
  for (std::uint32_t customer = 0; customer < bucket.keys.size(); ++customer) {
    const auto first = planned.begin[customer], last = planned.begin[customer + 1];
    if (first == last) continue;
    const auto place = static_cast<std::uint32_t>(matrix.customer_keys.size());
    matrix.customer_keys.push_back(bucket.keys[customer]);
    matrix.customer.insert(matrix.customer.end(), last - first, place);
  }
  const auto n = planned.rows.size();
  matrix.contract.resize(n);
  matrix.cutoff_day.resize(n);
  matrix.outcome.resize(n);
  matrix.outcome_day.resize(n);
  matrix.exit_class.resize(n);
  matrix.value_cents.resize(n);
  const history::ColumnData* key = nullptr;
  if (by_contract && state.contract_table >= 0 && state.contract_key >= 0) {
    key = &bucket.tables[static_cast<std::size_t>(state.contract_table)]
               .columns[static_cast<std::size_t>(state.contract_key)];
  }
  for (std::size_t r = 0; r < n; ++r) {
    const auto& row = planned.rows[r];
    matrix.cutoff_day[r] = row.cutoff_day;
    matrix.outcome[r] = row.outcome;
    matrix.outcome_day[r] = row.outcome_day;
    matrix.exit_class[r] = row.exit_class;
    matrix.value_cents[r] = row.value_cents;
  }
  if (!by_contract) return;
  for (std::size_t r = 0; r < n; ++r) {
    const auto row = planned.rows[r].contract_row;
    matrix.contract[r] = contracts.add(key != nullptr && row != kNoRow ? key_text(*key, row) : "");
  }
}

void share_out(const Program::State& state, std::vector<FeatureColumn>&& columns,
               FeatureMatrix& matrix) {
  for (std::size_t s = 0; s < state.slots.size(); ++s) {
    const auto use = state.slots[s].use;
    if (use == Use::Hidden) continue;
    auto& infos = use == Use::Feature ? matrix.features : matrix.helpers;
    auto& to = use == Use::Feature ? matrix.columns : matrix.helper_columns;
    infos.push_back(state.slots[s].info);
    to.push_back(std::move(columns[s]));
  }
}

/// Customers computed together: enough rows for long loops, few enough for the caches.
class CustomerBlock {
 public:
  CustomerBlock(const Program::State& state, const history::Bucket& bucket, const BucketPlan& planned,
                std::span<const std::int32_t> cutoffs)
      : state_(state), bucket_(bucket), planned_(planned), cutoffs_(cutoffs) {}

  /// Goes on to the next customers; false where none is left.
  bool next() {
    batches_.clear();
    first_ = last_;
    while (customer_ < bucket_.keys.size() && rows() < kRows) add(customer_++);
    return !batches_.empty();
  }
  std::span<const Batch> batches() const { return batches_; }
  /// Its rows in the matrix.
  std::size_t first() const { return first_; }
  std::size_t last() const { return last_; }
  std::size_t rows() const { return last_ - first_; }

 private:
  static constexpr std::size_t kRows = 1024;

  void add(std::uint32_t customer) {
    const auto first = planned_.begin[customer], rows = planned_.begin[customer + 1] - first;
    if (rows == 0) return;
    if (views_.size() == batches_.size()) views_.emplace_back(state_.viewed_tables);
    auto& views = views_[batches_.size()];
    const auto cutoffs = cutoffs_.subspan(first, rows);
    for (std::size_t t = 0; t < views.size(); ++t) see(bucket_.tables[t], customer, cutoffs, views[t]);
    batches_.push_back({.bucket = &bucket_,
                        .customer = customer,
                        .first_row = first - first_,
                        .rows = std::span(planned_.rows).subspan(first, rows),
                        .cutoffs = cutoffs,
                        .views = views});
    last_ = first + rows;
  }

  const Program::State& state_;
  const history::Bucket& bucket_;
  const BucketPlan& planned_;
  std::span<const std::int32_t> cutoffs_;
  std::uint32_t customer_ = 0;
  std::size_t first_ = 0, last_ = 0;
  std::vector<Batch> batches_;
  std::vector<std::vector<TableView>> views_;  // [customers of a block][tables]
};

/// Runs all families over one block of customers after the other.
class Runner {
 public:
  Runner(const Program::State& state, const history::Bucket& bucket) : state_(state) {
    for (const auto& family : state.families) prepared_.push_back(family->prepare(bucket));
  }

  /// Writes the block's cells from row `at` of the columns on.
  void run(const CustomerBlock& block, std::size_t at, std::vector<FeatureColumn>& columns) {
    clear_cells(at, block.rows(), columns);
    Out out(columns, at);
    for (std::size_t f = 0; f < state_.families.size(); ++f) {
      state_.families[f]->run_block(block.batches(), prepared_[f].get(), out);
    }
  }

 private:
  /// Fresh cells that no family is sure to write: zero, and missing unless a slot never is.
  void clear_cells(std::size_t at, std::size_t rows, std::vector<FeatureColumn>& columns) const {
    for (std::size_t s = 0; s < state_.slots.size(); ++s) {
      const auto& slot = state_.slots[s];
      auto& column = columns[s];
      if (!slot.is_filled && !column.values.empty()) std::fill_n(column.values.data() + at, rows, 0.0);
      if (!slot.is_filled && !column.codes.empty()) std::fill_n(column.codes.data() + at, rows, 0U);
      if (slot.is_filled && !slot.is_always_valid) continue;
      std::fill_n(column.valid.data() + at, rows, std::uint8_t{slot.is_always_valid});
    }
  }

  const Program::State& state_;
  std::vector<std::unique_ptr<Prepared>> prepared_;
};

/// One bucket straight to a row group: no more cells at a time than a block has.
Block encode_bucket(const Program& program, const history::Bucket& bucket, const RowPlan& plan,
                             Block&& spare) {
  const auto& state = program.state();
  const auto planned = plan_bucket(state, bucket, plan);
  FeatureMatrix matrix;
  fill_rows(state, bucket, planned, matrix);
  auto columns = empty_columns(state.slots);
  BlockEncoder encoder(state.features.size(), std::move(spare));
  Runner runner(state, bucket);
  CustomerBlock block(state, bucket, planned, matrix.cutoff_day);
  while (block.next()) {
    resize(state.slots, block.rows(), columns);
    runner.run(block, 0, columns);
    encoder.add_rows(matrix, block.first(), block.last());
    std::size_t feature = 0;
    for (std::size_t s = 0; s < state.slots.size(); ++s) {
      if (state.slots[s].use == Use::Feature) encoder.add_cells(feature++, columns[s], 0, block.rows());
    }
  }
  return encoder.finish();
}

template <typename Column>
void append(Column& to, Column& from) {
  to.insert(to.end(), from.begin(), from.end());
  Column().swap(from);
}

/// Joins one column of all parts, freeing each part as it goes.
void join_column(std::vector<FeatureMatrix>& parts, std::size_t rows, std::size_t c,
                 std::vector<FeatureColumn> FeatureMatrix::*columns, FeatureColumn& to) {
  for (auto& part : parts) {
    auto& from = (part.*columns)[c];
    if (to.categories.empty()) to.categories = from.categories;
    if (!from.values.empty()) to.values.reserve(rows);
    if (!from.codes.empty()) to.codes.reserve(rows);
    to.valid.reserve(rows);
    append(to.values, from.values);
    append(to.codes, from.codes);
    append(to.valid, from.valid);
  }
}

FeatureMatrix join(std::vector<FeatureMatrix>&& parts) {
  FeatureMatrix whole;
  if (parts.empty()) return whole;
  if (parts.size() == 1) return std::move(parts.front());
  whole.features = parts.front().features;
  whole.helpers = parts.front().helpers;
  whole.exit_classes = parts.front().exit_classes;
  for (const auto& part : parts) whole.rows += part.rows;
  KeyList contracts(whole.contract_keys);
  for (auto& part : parts) {
    const auto base = static_cast<std::uint32_t>(whole.customer_keys.size());
    for (auto& key : part.customer_keys) whole.customer_keys.push_back(std::move(key));
    for (const auto customer : part.customer) whole.customer.push_back(base + customer);
    std::vector<std::uint32_t> place;
    for (auto& key : part.contract_keys) place.push_back(contracts.add(std::move(key)));
    for (const auto contract : part.contract) whole.contract.push_back(place[contract]);
    append(whole.cutoff_day, part.cutoff_day);
    append(whole.outcome, part.outcome);
    append(whole.outcome_day, part.outcome_day);
    append(whole.exit_class, part.exit_class);
    append(whole.value_cents, part.value_cents);
  }
  whole.columns.resize(whole.features.size());
  whole.helper_columns.resize(whole.helpers.size());
  parallel_for(whole.columns.size() + whole.helper_columns.size(), 1, [&](std::size_t c, std::size_t) {
    const auto features = whole.columns.size();
    if (c < features) {
      join_column(parts, whole.rows, c, &FeatureMatrix::columns, whole.columns[c]);
    } else {
      join_column(parts, whole.rows, c - features, &FeatureMatrix::helper_columns,
                  whole.helper_columns[c - features]);
    }
  });
  return whole;
}

/// Hands finished buckets to the sink in their order, whichever finishes first.
class InOrder {
 public:
  explicit InOrder(const std::function<Result<void>(FeatureMatrix&&)>& sink) : sink_(&sink) {}

  /// Whoever completes the next one due hands over all that wait.
  Result<void> add(int bucket, FeatureMatrix&& matrix) {
    const std::scoped_lock lock(mutex_);
    waiting_.emplace(bucket, std::move(matrix));
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      auto due = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_;
      HOLDFAST_TRY_VOID((*sink_)(std::move(due)));
    }
    return {};
  }

 private:
  const std::function<Result<void>(FeatureMatrix&&)>* sink_;
  std::mutex mutex_;
  std::map<int, FeatureMatrix> waiting_;
  int next_ = 0;
};

/// Decodes every bucket and hands it over, on all threads.
Result<void> each_bucket(const Program& program, const history::Store& store,
                         const std::function<Result<void>(int, const history::Bucket&)>& body,
                         Progress& progress) {
  const auto buckets = store.bucket_count();
  progress.begin({"features", "计算特征"}, buckets);
  std::atomic<int> next = 0;
  std::mutex mutex;
  std::optional<Error> failure;
  const auto fail = [&](const Error& error) {
    const std::scoped_lock lock(mutex);
    if (!failure) failure = error;
  };
  const auto has_failed = [&] {
    const std::scoped_lock lock(mutex);
    return failure.has_value();
  };
  // Buckets are taken in order, so that few finished ones wait for an earlier one.
  parallel_for(static_cast<std::size_t>(buckets), 1, [&](std::size_t, std::size_t) {
    const int bucket = next++;
    if (has_failed()) return;
    if (cancel_requested()) return fail(Error(holdfast::errors::kCancelled));
    const auto data = store.read_bucket(bucket, program.wanted());
    if (!data.ok()) return fail(data.error());
    const auto done = body(bucket, *data);
    if (!done.ok()) return fail(done.error());
    progress.advance(1);
  });
  progress.end();
  if (failure) return *failure;
  return {};
}

}  // namespace

FeatureMatrix compute_bucket(const Program& program, const history::Bucket& bucket,
                             const RowPlan& plan) {
  const auto& state = program.state();
  const auto planned = plan_bucket(state, bucket, plan);
  FeatureMatrix matrix;
  fill_rows(state, bucket, planned, matrix);
  auto columns = empty_columns(state.slots);
  resize(state.slots, planned.rows.size(), columns);
  Runner runner(state, bucket);
  CustomerBlock block(state, bucket, planned, matrix.cutoff_day);
  while (block.next()) runner.run(block, block.first(), columns);
  share_out(state, std::move(columns), matrix);
  return matrix;
}

Result<void> compute_by_bucket(const Program& program, const history::Store& store,
                               const RowPlan& plan,
                               const std::function<Result<void>(FeatureMatrix&&)>& sink,
                               Progress& progress) {
  InOrder in_order(sink);
  return each_bucket(
      program, store,
      [&](int bucket, const history::Bucket& data) {
        return in_order.add(bucket, compute_bucket(program, data, plan));
      },
      progress);
}

Result<void> compute_to_parquet(const Program& program, const history::Store& store,
                                const RowPlan& plan, const std::filesystem::path& path,
                                Progress& progress) {
  HOLDFAST_TRY(auto file, BlockFile::create(path, block_columns(program.features())));
  HOLDFAST_TRY_VOID(each_bucket(
      program, store,
      [&](int bucket, const history::Bucket& data) {
        return file->add(static_cast<std::size_t>(bucket), encode_bucket(program, data, plan, file->spare()));
      },
      progress));
  return file->close();
}

Result<FeatureMatrix> compute(const Program& program, const history::Store& store,
                              const RowPlan& plan, Progress& progress) {
  std::vector<FeatureMatrix> parts;
  HOLDFAST_TRY_VOID(compute_by_bucket(
      program, store, plan,
      [&](FeatureMatrix&& part) -> Result<void> {
        parts.push_back(std::move(part));
        return {};
      },
      progress));
  return join(std::move(parts));
}

Result<FeatureMatrix> compute_customer(const Program& program, const history::Store& store,
                                       std::string_view customer_key, const RowPlan& plan) {
  HOLDFAST_TRY(const auto bucket, store.read_customer(customer_key, program.wanted()));
  return compute_bucket(program, bucket, plan);
}

}  // namespace holdfast::features
