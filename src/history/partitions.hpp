#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "history/customers.hpp"
#include "history/interner.hpp"
#include "history/rows.hpp"
#include "tables/table.hpp"

namespace holdfast::history {

/// Values a text column keeps in its dictionary while reading; later ones travel with the rows.
constexpr std::size_t kDictionaryMax = std::size_t{1} << 16;

/// The good rows of a piece that was read, with what was found out about them.
struct GoodRows {
  const tables::Table* piece = nullptr;
  std::span<const std::uint32_t> rows;          // Positions in the piece, ascending.
  std::span<const std::uint32_t> customer;      // By position in the piece; empty: context.
  std::span<const std::int32_t> event_day;      // By position in the piece; empty: undated.
  std::span<const std::int32_t> known_day;      // By position in the piece; empty: none.
  std::span<const tables::Column* const> columns;  // As TableLayout::stored.
  std::uint32_t source = 0;
};

/// New rows of one table, divided by the top bits of the customer's hash, in memory until told to
/// spill. Within a partition rows keep the order they were added in.
class Partitions {
 public:
  Partitions(const TableLayout& layout, int bits);
  ~Partitions();
  Partitions(Partitions&&) noexcept;
  Partitions& operator=(Partitions&&) noexcept;

  void add(const GoodRows& good, const Customers& customers);
  std::size_t bytes() const { return bytes_; }
  std::int64_t rows() const { return rows_; }
  int bits() const { return bits_; }
  /// Moves what is in memory to the end of the file. Errors: kUnwritable.
  Result<void> spill(const std::filesystem::path& file);
  /// The partition's chunks in the order they were added. What is in memory is handed over, or
  /// copied where it is wanted again. Different partitions may be taken at once (one that is only
  /// copied, by several). Errors: kUnwritable.
  Result<std::vector<RowChunk>> take(std::size_t partition, bool is_copied);
  bool is_empty(std::size_t partition) const {
    return chunks_[partition].rows == 0 && segments_[partition].empty();
  }
  /// Text of a code without kInlineText.
  std::string_view text(std::size_t column, std::uint32_t code) const {
    return dictionaries_[column].text(code);
  }
  std::size_t dictionary_size(std::size_t column) const { return dictionaries_[column].size(); }

 private:
  struct File;
  struct Segment {
    std::uint64_t offset = 0, bytes = 0;
  };
  void add_column(std::size_t column, const GoodRows& good);
  void add_texts(std::size_t column, const GoodRows& good);

  const TableLayout* layout_;
  int bits_;
  std::vector<RowChunk> chunks_;
  std::vector<std::vector<Segment>> segments_;
  std::vector<Interner> dictionaries_;
  std::unique_ptr<File> file_;
  std::size_t bytes_ = 0;
  std::int64_t rows_ = 0;
  // Scratch of add(): positions by partition.
  std::vector<std::uint32_t> begins_, order_;
};

}  // namespace holdfast::history
