#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::tables {

/// Where a record of a CSV text begins, and on which line.
struct RecordStart {
  std::size_t offset = 0;
  std::int64_t line = 1;
};

/// What a scan found. Records end at line breaks outside quotes.
struct RecordScan {
  std::vector<RecordStart> records;  // Complete ones.
  std::size_t end = 0;               // Where the last complete record ends.
  std::int64_t end_line = 1;
  bool ends_in_quotes = false;       // The rest opens a quote and does not close it.
};

/// Finds the records of `text`, which begins at a record's start on `first_line`. `is_last`: the
/// text ends the file, so a record without line break counts.
RecordScan scan_records(std::string_view text, std::int64_t first_line, char delimiter, char quote,
                        bool is_last);

/// Splits one record (with or without its line break) into cells. Quoted cells are unescaped into
/// `scratch`, others are views of the record. Cells are trimmed outside quotes.
void split_record(std::string_view record, char delimiter, char quote,
                  std::vector<std::string_view>& cells, std::string& scratch);

}  // namespace holdfast::tables
