#include <algorithm>
#include <deque>
#include <memory>

#include "core/parallel.hpp"
#include "tables/column_builder.hpp"
#include "tables/columns_of_source.hpp"
#include "tables/csv.hpp"
#include "tables/csv_records.hpp"
#include "tables/errors.hpp"
#include "tables/text_source.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kPieceBytes = 8 << 20;
constexpr std::size_t kRowsPerPart = 16384;     // Fixed: parts do not depend on the thread count.
constexpr std::size_t kRecordBytesMax = 64 << 20;

/// Parses one run of records with builders of its own.
class PartParser {
 public:
  PartParser(const ReadOptions& options, const MissingSpellings& missing)
      : options_(&options) {
    for (const auto& format : options.columns) {
      builders_.emplace_back(format, missing, options.time_zone);
    }
  }

  void parse(std::string_view text, const RecordScan& scan, std::size_t from, std::size_t to,
             const std::vector<int>& places, const std::string& path) {
    std::vector<std::string_view> cells;
    std::string scratch;
    for (std::size_t i = from; i < to; ++i) {
      const auto begin = scan.records[i].offset;
      const auto end = i + 1 < scan.records.size() ? scan.records[i + 1].offset : scan.end;
      const auto record = text.substr(begin, end - begin);
      split_record(record, options_->delimiter, options_->quote, cells, scratch);
      if (cells.size() == 1 && cells[0].empty() && places.size() > 1) continue;
      ++rows_read;
      // A delimiter at the very end of each line makes one empty cell more.
      if (cells.size() == places.size() + 1 && cells.back().empty()) cells.pop_back();
      const auto line = scan.records[i].line;
      if (cells.size() != places.size()) {
        bad_rows.push_back({line, "", std::string(record.substr(0, 200)),
                            Error{errors::kRagged,
                                  {{"cells", cells.size()}, {"columns", places.size()}},
                                  {.file = path, .line = line}}});
        continue;
      }
      if (add_row(cells, places, line, path)) rows.lines.push_back(line);
    }
    rows.rows = rows.lines.size();
    for (auto& builder : builders_) rows.columns.push_back(builder.take());
  }

  Table rows;
  std::vector<BadRow> bad_rows;
  std::int64_t rows_read = 0;

 private:
  bool add_row(const std::vector<std::string_view>& cells, const std::vector<int>& places,
               std::int64_t line, const std::string& path) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (places[c] < 0) continue;
      auto& builder = builders_[static_cast<std::size_t>(places[c])];
      if (builder.add(cells[c])) continue;
      auto reason = builder.reason_of(cells[c]);
      reason.place = {.file = path, .line = line, .column = static_cast<std::int64_t>(c) + 1};
      bad_rows.push_back({line, options_->columns[static_cast<std::size_t>(places[c])].name,
                          std::string(cells[c]), std::move(reason)});
      for (std::size_t before = 0; before < c; ++before) {
        if (places[before] >= 0) builders_[static_cast<std::size_t>(places[before])].drop_last();
      }
      return false;
    }
    return true;
  }

  const ReadOptions* options_;
  std::vector<ColumnBuilder> builders_;
};

class CsvReader : public Reader {
 public:
  CsvReader(std::string path, ReadOptions options, std::unique_ptr<TextSource> source,
            BadRowSink bad_rows)
      : path_(std::move(path)), options_(std::move(options)), missing_(options_.missing),
        source_(std::move(source)), bad_rows_(std::move(bad_rows)) {}

  /// Reads up to the header and finds the wanted columns in it.
  Result<void> begin() {
    const auto header = static_cast<std::size_t>(std::max(options_.header_row, 0));
    const auto wanted_records = std::max<std::size_t>(header, 1);
    RecordScan scan;
    for (;;) {
      HOLDFAST_TRY(more_, source_->read(kPieceBytes, text_));
      scan = scan_records(text_, 1, options_.delimiter, options_.quote, !more_);
      if (scan.records.size() > wanted_records || !more_) break;
    }
    if (scan.records.size() < wanted_records) {
      return Error{errors::kNoRows, {{"path", path_}}, {.file = path_}};
    }
    std::vector<std::string_view> cells;
    std::string scratch;
    const auto& at = scan.records[wanted_records - 1];
    const auto next = scan.records.size() > wanted_records ? scan.records[wanted_records].offset : scan.end;
    split_record(std::string_view(text_).substr(at.offset, next - at.offset), options_.delimiter,
                 options_.quote, cells, scratch);
    std::vector<std::string> names(cells.begin(), cells.end());
    if (header == 0) names.assign(names.size(), "");
    HOLDFAST_TRY(places_, place_columns(header_names(names), options_, path_));
    if (header == 0) return {};
    line_ = scan.records.size() > wanted_records ? scan.records[wanted_records].line : scan.end_line;
    text_.erase(0, next);
    return {};
  }

  Result<bool> next(Table& rows) override {
    while (ready_.empty()) {
      if (is_done_) return false;
      HOLDFAST_TRY_VOID(parse_piece());
    }
    rows = std::move(ready_.front());
    ready_.pop_front();
    return true;
  }

  std::int64_t rows_read() const override { return rows_read_; }
  double share_done() const override { return source_->share_done(); }

 private:
  Result<void> parse_piece() {
    while (more_ && text_.size() < kPieceBytes) {
      HOLDFAST_TRY(more_, source_->read(kPieceBytes, text_));
    }
    auto scan = scan_records(text_, line_, options_.delimiter, options_.quote, !more_);
    if (scan.ends_in_quotes && (!more_ || text_.size() - scan.end > kRecordBytesMax)) {
      return Error{errors::kUnclosedQuote, {{"path", path_}}, {.file = path_, .line = scan.end_line}};
    }
    if (scan.records.empty() && more_) {
      // One record longer than a piece.
      HOLDFAST_TRY(more_, source_->read(kPieceBytes, text_));
      return {};
    }
    parse_records(scan);
    text_.erase(0, scan.end);
    line_ = scan.end_line;
    is_done_ = !more_;
    return {};
  }

  void parse_records(const RecordScan& scan) {
    const auto count = scan.records.size();
    const auto parts_count = (count + kRowsPerPart - 1) / kRowsPerPart;
    std::vector<std::unique_ptr<PartParser>> parts(parts_count);
    parallel_for(parts_count, 1, [&](std::size_t part, std::size_t) {
      parts[part] = std::make_unique<PartParser>(options_, missing_);
      parts[part]->parse(text_, scan, part * kRowsPerPart, std::min(count, (part + 1) * kRowsPerPart),
                         places_, path_);
    });
    for (auto& part : parts) {
      rows_read_ += part->rows_read;
      for (const auto& bad : part->bad_rows) bad_rows_(bad);
      if (part->rows.rows > 0) ready_.push_back(std::move(part->rows));
    }
  }

  std::string path_;
  ReadOptions options_;
  MissingSpellings missing_;
  std::unique_ptr<TextSource> source_;
  BadRowSink bad_rows_;
  std::vector<int> places_;
  std::string text_;
  std::int64_t line_ = 1;
  std::int64_t rows_read_ = 0;
  bool more_ = true;
  bool is_done_ = false;
  std::deque<Table> ready_;
};

}  // namespace

Result<std::unique_ptr<Reader>> open_csv(const std::string& path, const ReadOptions& options,
                                         BadRowSink bad_rows) {
  HOLDFAST_TRY(auto source, TextSource::open(path, options.encoding));
  auto written = options;
  // What a study leaves out means the usual: the header on line 1, commas.
  if (written.header_row == 0) written.header_row = 1;
  if (written.delimiter == '\0') written.delimiter = ',';
  auto reader = std::make_unique<CsvReader>(path, std::move(written), std::move(source), std::move(bad_rows));
  HOLDFAST_TRY_VOID(reader->begin());
  return std::unique_ptr<Reader>(std::move(reader));
}

}  // namespace holdfast::tables
