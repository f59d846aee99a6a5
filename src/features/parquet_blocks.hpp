#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <sys/uio.h>

#include "core/error.hpp"
#include "features/matrix.hpp"

/// Writes feature matrices as Parquet, each block of rows encoded by whichever thread made it.
/// Arrow's writer encodes one row group at a time; a matrix of hundreds of columns wants all threads,
/// and small whole numbers packed in bytes. Format: github.com/apache/parquet-format, version 2.
/// Inside features/ only.
namespace holdfast::features {

/// Bytes that grow without being cleared first.
class Bytes {
 public:
  /// Room for `count` more, to be filled by the caller.
  std::uint8_t* extend(std::size_t count) {
    if (size_ + count > capacity_) grow(size_ + count);
    auto* to = data_.get() + size_;
    size_ += count;
    return to;
  }
  void append(const void* from, std::size_t count) {
    if (count > 0) std::memcpy(extend(count), from, count);
  }
  void push(std::uint8_t byte) { *extend(1) = byte; }
  void varint(std::uint64_t value);
  void shrink(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }
  const std::uint8_t* data() const { return data_.get(); }
  std::uint8_t* data() { return data_.get(); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::uint8_t* p) const { std::free(p); }
  };
  void grow(std::size_t needed);
  std::unique_ptr<std::uint8_t, Free> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

enum class Physical : std::uint8_t { Int32 = 1, Int64 = 2, Double = 5, Text = 6 };

struct BlockColumn {
  std::string name;
  Physical physical = Physical::Double;
  int converted = -1;  // ConvertedType of parquet.thrift; -1: none.
  bool is_optional = true;
};

/// Where a column's pages stand in a block.
struct Chunk {
  std::size_t begin = 0, data_page = 0, end = 0;
  bool has_dictionary = false;
};

/// One row group, encoded.
struct Block {
  struct Column {
    Bytes head;    // All that stands before the values of the data page.
    Bytes values;
  };
  std::vector<Column> columns;
  std::vector<Chunk> chunks;  // [columns]
  std::size_t rows = 0;
  std::size_t size = 0;       // Bytes of all columns.
};

std::vector<BlockColumn> block_columns(const std::vector<FeatureInfo>& features);

/// Makes a row group of one data page a column from rows that come a few at a time, while they are
/// still in the caches.
class BlockEncoder {
 public:
  /// `spare`: a block whose memory may be used again.
  BlockEncoder(std::size_t features, Block&& spare);
  ~BlockEncoder();
  /// Rows [first, last) of a matrix; its features are given one by one.
  void add_rows(const FeatureMatrix& matrix, std::size_t first, std::size_t last);
  /// Cells [first, last) of a feature. Its categories must live until finish().
  void add_cells(std::size_t feature, const FeatureColumn& column, std::size_t first, std::size_t last);
  Block finish();

 private:
  class Column;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
  std::vector<std::uint8_t> has_day_;
  std::vector<std::uint32_t> outcomes_;
};

/// Encodes rows [first, last) of a matrix.
Block encode_block(const FeatureMatrix& matrix, std::size_t first, std::size_t last);

/// The file blocks go to, in order of their number whichever thread brings them. Thread-safe.
class BlockFile {
 public:
  /// Errors: kFileUnwritable.
  static Result<std::unique_ptr<BlockFile>> create(const std::filesystem::path& path,
                                                   std::vector<BlockColumn> columns);
  ~BlockFile();
  Result<void> add(std::size_t number, Block&& block);
  /// An empty block, with the memory of one already written where there is such.
  Block spare();
  Result<void> close();

 private:
  struct Placed {
    std::size_t offset = 0;
    std::size_t rows = 0;
    std::vector<Chunk> chunks;
  };
  BlockFile() = default;
  Error failure() const;
  Result<void> write_at(std::vector<iovec> pieces, std::size_t offset) const;
  Bytes footer() const;

  std::filesystem::path path_, aside_;
  int file_ = -1;
  std::vector<BlockColumn> columns_;
  std::mutex mutex_;
  std::map<std::size_t, Block> waiting_;
  std::vector<Block> spare_;
  std::size_t next_ = 0;
  std::size_t size_ = 4;
  std::vector<Placed> placed_;
};

}  // namespace holdfast::features
