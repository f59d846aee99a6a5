#include "history/partitions.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/hash.hpp"
#include "history/errors.hpp"

namespace holdfast::history {
namespace {

using tables::ColumnType;

Error unwritable(const std::filesystem::path& path, int code) {
  return {errors::kUnwritable, {{"path", path.string()}, {"why", std::strerror(code)}}};
}

template <typename T, typename Values>
void append_cells(Cells& cells, std::span<const std::uint32_t> rows, const Values& values) {
  const auto begin = cells.data.size();
  cells.data.resize(begin + rows.size() * sizeof(T));
  auto* to = cells.data.data() + begin;
  for (const auto row : rows) {
    const T value = static_cast<T>(values[row]);
    std::memcpy(to, &value, sizeof(T));
    to += sizeof(T);
  }
}

void append_valid(Cells& cells, std::size_t rows_before, std::span<const std::uint32_t> rows,
                  const std::vector<std::uint8_t>& valid) {
  bool has_missing = false;
  for (const auto row : rows) has_missing |= valid[row] == 0;
  if (!has_missing && cells.valid.empty()) return;
  if (cells.valid.empty()) cells.valid.assign(rows_before, 1);
  for (const auto row : rows) cells.valid.push_back(valid[row]);
}

/// Missing cells become 0, so that equal rows have equal bytes.
void clear_missing(Cells& cells, std::size_t width, std::size_t from) {
  if (cells.valid.empty()) return;
  for (std::size_t row = from; row < cells.valid.size(); ++row) {
    if (cells.valid[row] == 0) std::memset(cells.data.data() + row * width, 0, width);
  }
}

}  // namespace

struct Partitions::File {
  std::filesystem::path path;
  int number = -1;
  std::uint64_t bytes = 0;
  ~File() {
    if (number >= 0) ::close(number);
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove(path, ignored);
  }
};

Partitions::Partitions(const TableLayout& layout, int bits)
    : layout_(&layout),
      bits_(layout.is_context ? 0 : bits),
      chunks_(std::size_t{1} << bits_),
      segments_(chunks_.size()),
      dictionaries_(layout.stored.size()),
      file_(std::make_unique<File>()) {
  for (auto& chunk : chunks_) chunk.columns.resize(layout.stored.size());
}
Partitions::~Partitions() = default;
Partitions::Partitions(Partitions&&) noexcept = default;
Partitions& Partitions::operator=(Partitions&&) noexcept = default;

void Partitions::add(const GoodRows& good, const Customers& customers) {
  if (good.rows.empty()) return;
  begins_.assign(chunks_.size() + 1, 0);
  order_.resize(good.rows.size());
  std::vector<std::uint32_t> places(good.rows.size());
  for (std::size_t i = 0; i < good.rows.size(); ++i) {
    const auto place =
        bits_ == 0 ? 0 : top_bits(customers.hash(good.customer[good.rows[i]]), bits_);
    places[i] = static_cast<std::uint32_t>(place);
    ++begins_[place + 1];
  }
  for (std::size_t p = 0; p < chunks_.size(); ++p) begins_[p + 1] += begins_[p];
  auto next = begins_;
  for (std::size_t i = 0; i < places.size(); ++i) order_[next[places[i]]++] = good.rows[i];

  for (std::size_t column = 0; column < layout_->stored.size(); ++column) add_column(column, good);
  bytes_ = 0;
  for (std::size_t p = 0; p < chunks_.size(); ++p) {
    auto& chunk = chunks_[p];
    for (auto i = begins_[p]; i < begins_[p + 1]; ++i) {
      if (!good.customer.empty()) chunk.customer.push_back(good.customer[order_[i]]);
      if (!good.event_day.empty()) chunk.event_day.push_back(good.event_day[order_[i]]);
      if (!good.known_day.empty()) chunk.known_day.push_back(good.known_day[order_[i]]);
    }
    chunk.add_run(good.source, begins_[p + 1] - begins_[p]);
    chunk.rows += begins_[p + 1] - begins_[p];
    bytes_ += chunk.bytes();
  }
  rows_ += static_cast<std::int64_t>(good.rows.size());
}

void Partitions::add_column(std::size_t column, const GoodRows& good) {
  const auto& from = *good.columns[column];
  if (from.type == ColumnType::Text) return add_texts(column, good);
  const auto width = width_of(from.type);
  for (std::size_t p = 0; p < chunks_.size(); ++p) {
    if (begins_[p] == begins_[p + 1]) continue;
    auto& chunk = chunks_[p];
    auto& cells = chunk.columns[column];
    const auto rows = std::span(order_).subspan(begins_[p], begins_[p + 1] - begins_[p]);
    switch (from.type) {
      case ColumnType::Boolean: append_cells<std::uint8_t>(cells, rows, from.integers); break;
      case ColumnType::Day: append_cells<std::int32_t>(cells, rows, from.integers); break;
      case ColumnType::Real: append_cells<double>(cells, rows, from.reals); break;
      default: append_cells<std::int64_t>(cells, rows, from.integers); break;
    }
    append_valid(cells, chunk.rows, rows, from.valid);
    clear_missing(cells, width, chunk.rows);
  }
}

void Partitions::add_texts(std::size_t column, const GoodRows& good) {
  const auto& from = *good.columns[column];
  auto& dictionary = dictionaries_[column];
  // What each category of the piece is called here; kInlineText: it travels with the rows.
  std::vector<std::uint32_t> codes(from.categories.size(), kInlineText);
  for (std::size_t c = 0; c < codes.size(); ++c) {
    const auto hash = hash64(from.categories[c]);
    if (dictionary.size() < kDictionaryMax) {
      codes[c] = dictionary.intern(from.categories[c], hash);
    } else if (const auto known = dictionary.find(from.categories[c], hash)) {
      codes[c] = *known;
    }
  }
  for (std::size_t p = 0; p < chunks_.size(); ++p) {
    if (begins_[p] == begins_[p + 1]) continue;
    auto& chunk = chunks_[p];
    auto& cells = chunk.columns[column];
    const auto rows = std::span(order_).subspan(begins_[p], begins_[p + 1] - begins_[p]);
    const auto begin = cells.data.size();
    cells.data.resize(begin + rows.size() * sizeof(std::uint32_t));
    auto* to = cells.data.data() + begin;
    for (const auto row : rows) {
      std::uint32_t code = 0;
      if (from.valid[row] != 0) {
        code = codes[from.codes[row]];
        if (code == kInlineText) {
          const auto& text = from.categories[from.codes[row]];
          code |= static_cast<std::uint32_t>(cells.heap.size());
          const auto length = static_cast<std::uint32_t>(text.size());
          cells.heap.append(reinterpret_cast<const char*>(&length), sizeof length);
          cells.heap.append(text);
        }
      }
      std::memcpy(to, &code, sizeof code);
      to += sizeof code;
    }
    append_valid(cells, chunk.rows, rows, from.valid);
  }
}

Result<void> Partitions::spill(const std::filesystem::path& path) {
  if (bytes_ == 0) return {};
  if (file_->number < 0) {
    file_->path = path;
    file_->number = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file_->number < 0) return unwritable(path, errno);
  }
  for (std::size_t p = 0; p < chunks_.size(); ++p) {
    if (chunks_[p].rows == 0) continue;
    const auto bytes = to_bytes(chunks_[p]);
    for (std::size_t done = 0; done < bytes.size();) {
      const auto wrote = ::pwrite(file_->number, bytes.data() + done, bytes.size() - done,
                                  static_cast<off_t>(file_->bytes + done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return unwritable(path, errno);
      done += static_cast<std::size_t>(wrote);
    }
    segments_[p].push_back({file_->bytes, bytes.size()});
    file_->bytes += bytes.size();
    chunks_[p] = {};
    chunks_[p].columns.resize(layout_->stored.size());
  }
  bytes_ = 0;
  return {};
}

Result<std::vector<RowChunk>> Partitions::take(std::size_t partition, bool is_copied) {
  std::vector<RowChunk> chunks;
  for (const auto& segment : segments_[partition]) {
    std::string bytes(segment.bytes, '\0');
    for (std::size_t done = 0; done < bytes.size();) {
      const auto got = ::pread(file_->number, bytes.data() + done, bytes.size() - done,
                               static_cast<off_t>(segment.offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return unwritable(file_->path, got < 0 ? errno : EIO);
      done += static_cast<std::size_t>(got);
    }
    chunks.push_back(from_bytes(bytes));
  }
  if (chunks_[partition].rows == 0) return chunks;
  if (is_copied) {
    chunks.push_back(chunks_[partition]);
  } else {
    chunks.push_back(std::move(chunks_[partition]));
    chunks_[partition] = {};
  }
  return chunks;
}

}  // namespace holdfast::history
