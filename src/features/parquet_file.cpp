#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/parallel.hpp"
#include "features/parquet_blocks.hpp"
#include "features/program.hpp"

namespace holdfast::features {
namespace {

constexpr std::size_t kBlockRows = 100'000;

/// The footer, in Thrift's compact protocol (parquet.thrift: FileMetaData).
class Footer {
 public:
  void begin() { last_.push_back(0); }
  void end() {
    bytes.push(0);
    last_.pop_back();
  }
  void integer(int id, std::int64_t value, bool is_long = false) {
    head(id, is_long ? 6 : 5);
    zigzag(value);
  }
  void text(int id, std::string_view value) {
    head(id, 8);
    raw(value);
  }
  void structure(int id) {
    head(id, 12);
    begin();
  }
  void list(int id, std::size_t size, int type) {
    head(id, 9);
    if (size < 15) {
      bytes.push(static_cast<std::uint8_t>(size << 4 | static_cast<unsigned>(type)));
    } else {
      bytes.push(static_cast<std::uint8_t>(0xF0 | type));
      bytes.varint(size);
    }
  }
  void zigzag(std::int64_t value) {
    bytes.varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void raw(std::string_view value) {
    bytes.varint(value.size());
    bytes.append(value.data(), value.size());
  }

  Bytes bytes;

 private:
  void head(int id, int type) {
    const int step = id - last_.back();  // Always 1 to 15 here.
    bytes.push(static_cast<std::uint8_t>(step << 4 | type));
    last_.back() = id;
  }
  std::vector<int> last_;
};

void write_schema(Footer& to, const std::vector<BlockColumn>& columns) {
  to.list(2, columns.size() + 1, 12);
  to.begin();
  to.text(4, "features");
  to.integer(5, static_cast<std::int64_t>(columns.size()));
  to.end();
  for (const auto& column : columns) {
    to.begin();
    to.integer(1, static_cast<int>(column.physical));
    to.integer(3, column.is_optional ? 1 : 0);
    to.text(4, column.name);
    if (column.converted >= 0) to.integer(6, column.converted);
    to.end();
  }
}

void write_chunk(Footer& to, const BlockColumn& column, const Chunk& chunk, std::size_t offset, std::size_t rows) {
  const auto at = [&](std::size_t place) { return static_cast<std::int64_t>(offset + place); };
  const auto size = static_cast<std::int64_t>(chunk.end - chunk.begin);
  to.begin();
  to.integer(2, at(chunk.begin), true);
  to.structure(3);
  to.integer(1, static_cast<int>(column.physical));
  to.list(2, 3, 5);
  for (const int encoding : {0, 3, 8}) to.zigzag(encoding);
  to.list(3, 1, 8);
  to.raw(column.name);
  to.integer(4, 0);  // UNCOMPRESSED.
  to.integer(5, static_cast<std::int64_t>(rows), true);
  to.integer(6, size, true);
  to.integer(7, size, true);
  to.integer(9, at(chunk.data_page), true);
  if (chunk.has_dictionary) to.integer(11, at(chunk.begin), true);
  to.end();
  to.end();
}

}  // namespace

Error BlockFile::failure() const {
  return {holdfast::errors::kFileUnwritable, {{"path", path_.string()}, {"why", std::strerror(errno)}}};
}

Result<std::unique_ptr<BlockFile>> BlockFile::create(const std::filesystem::path& path,
                                                     std::vector<BlockColumn> columns) {
  std::unique_ptr<BlockFile> file(new BlockFile);
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  file->path_ = path;
  file->aside_ = aside_of(path);
  file->columns_ = std::move(columns);
  file->file_ = ::open(file->aside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file->file_ < 0) return file->failure();
  char magic[] = {'P', 'A', 'R', '1'};
  HOLDFAST_TRY_VOID(file->write_at({{magic, sizeof magic}}, 0));
  return file;
}

BlockFile::~BlockFile() {
  if (file_ < 0) return;
  ::close(file_);
  std::error_code ignored;
  std::filesystem::remove(aside_, ignored);
}

Result<void> BlockFile::write_at(std::vector<iovec> pieces, std::size_t offset) const {
  constexpr std::size_t kPiecesMax = 1024;  // Of one call on Linux (IOV_MAX).
  for (std::size_t at = 0; at < pieces.size();) {
    const auto count = static_cast<int>(std::min(kPiecesMax, pieces.size() - at));
    const auto n = ::pwritev(file_, pieces.data() + at, count, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return failure();
    offset += static_cast<std::size_t>(n);
    auto left = static_cast<std::size_t>(n);
    for (; at < pieces.size() && left >= pieces[at].iov_len; ++at) left -= pieces[at].iov_len;
    if (left == 0) continue;
    pieces[at].iov_base = static_cast<char*>(pieces[at].iov_base) + left;
    pieces[at].iov_len -= left;
  }
  return {};
}

Result<void> BlockFile::add(std::size_t number, Block&& block) {
  // Places are given in order under the lock; the writing itself runs on all threads.
  std::vector<std::pair<Block, std::size_t>> due;
  {
    const std::scoped_lock lock(mutex_);
    waiting_.emplace(number, std::move(block));
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      auto& first = waiting_.begin()->second;
      if (first.rows > 0) {
        placed_.push_back({size_, first.rows, first.chunks});
        const auto offset = size_;
        size_ += first.size;
        due.emplace_back(std::move(first), offset);
      }
      waiting_.erase(waiting_.begin());
      ++next_;
    }
  }
  for (auto& [ready, offset] : due) {
    std::vector<iovec> pieces;
    for (auto& column : ready.columns) {
      for (auto* bytes : {&column.head, &column.values}) {
        if (bytes->size() > 0) pieces.push_back({bytes->data(), bytes->size()});
      }
    }
    HOLDFAST_TRY_VOID(write_at(std::move(pieces), offset));
    const std::scoped_lock lock(mutex_);
    spare_.push_back(std::move(ready));
  }
  return {};
}

Block BlockFile::spare() {
  const std::scoped_lock lock(mutex_);
  if (spare_.empty()) return {};
  auto block = std::move(spare_.back());
  spare_.pop_back();
  return block;
}

Bytes BlockFile::footer() const {
  Footer to;
  to.begin();
  to.integer(1, 2);
  write_schema(to, columns_);
  std::size_t rows = 0;
  for (const auto& block : placed_) rows += block.rows;
  to.integer(3, static_cast<std::int64_t>(rows), true);
  to.list(4, placed_.size(), 12);
  for (const auto& block : placed_) {
    to.begin();
    to.list(1, columns_.size(), 12);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      write_chunk(to, columns_[c], block.chunks[c], block.offset, block.rows);
    }
    to.integer(2, static_cast<std::int64_t>(block.chunks.back().end), true);
    to.integer(3, static_cast<std::int64_t>(block.rows), true);
    to.end();
  }
  to.text(6, "holdfast");
  to.end();
  return std::move(to.bytes);
}

Result<void> BlockFile::close() {
  auto bytes = footer();
  const auto length = static_cast<std::uint32_t>(bytes.size());
  bytes.append(&length, 4);
  bytes.append("PAR1", 4);
  HOLDFAST_TRY_VOID(write_at({{bytes.data(), bytes.size()}}, size_));
  const int closed = ::close(file_);
  file_ = -1;
  if (closed != 0) return failure();
  // Not synced: a matrix is made again at will, and a file torn by a power cut lacks its footer.
  std::error_code why;
  std::filesystem::rename(aside_, path_, why);
  if (why) {
    return Error(holdfast::errors::kFileUnwritable, {{"path", path_.string()}, {"why", why.message()}});
  }
  return {};
}

Result<void> write_parquet(const FeatureMatrix& matrix, const std::filesystem::path& path) {
  HOLDFAST_TRY(auto file, BlockFile::create(path, block_columns(matrix.features)));
  std::mutex mutex;
  std::optional<Error> failed;
  parallel_for(matrix.rows, kBlockRows, [&](std::size_t first, std::size_t last) {
    const auto added = file->add(first / kBlockRows, encode_block(matrix, first, last));
    const std::scoped_lock lock(mutex);
    if (!added.ok() && !failed) failed = added.error();
  });
  if (failed) return *failed;
  return file->close();
}

}  // namespace holdfast::features
