#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tables/csv_tokenizer.hpp"
#include "tables/piece.hpp"
#include "tables/reader.hpp"
#include "tables/text_source.hpp"

namespace holdfast::tables {

/// The rows of a CSV file below its header, in pieces.
class CsvRows {
 public:
  /// Reads up to the header. `options` are complete but for the columns.
  static Result<std::unique_ptr<CsvRows>> open(const std::string& path, const ReadOptions& options);

  const std::vector<std::string>& names() const { return names_; }
  /// For each column its place in a piece's rows, or -1. Before the first `next`.
  void select(const std::vector<int>& places) { tokenizer_.expect(names_.size(), places); }

  /// False at the end. Errors: a damaged archive, a line longer than any row.
  Result<bool> next(Piece& piece);
  double share_done() const { return source_->share_done(); }
  std::int64_t malformed_count() const { return source_->malformed_count(); }

 private:
  CsvRows(std::string path, const ReadOptions& options, std::unique_ptr<TextSource> source)
      : path_(std::move(path)), source_(std::move(source)),
        tokenizer_(options.delimiter, options.quote) {}
  Result<void> read_header(const ReadOptions& options);
  Result<void> read_until(std::size_t bytes, std::string& text);

  std::string path_;
  std::unique_ptr<TextSource> source_;
  CsvTokenizer tokenizer_;
  std::vector<std::string> names_;
  std::string rest_;  // Read, not yet split.
  bool more_ = true;
  bool has_malformed_rest_ = false;
  std::size_t piece_bytes_ = 1 << 20;
};

/// The cells of the first rows of a text, each row with the line it begins on.
struct FirstRows {
  std::vector<std::vector<std::string>> cells;
  std::vector<std::int64_t> lines;

  /// The width that most rows have; of equals the larger.
  std::size_t usual_width() const;
  /// How many rows have that width.
  std::size_t rows_of_width(std::size_t width) const;
};
FirstRows first_rows(std::string_view text, char delimiter, char quote, bool is_last,
                     std::size_t rows_max);

}  // namespace holdfast::tables
