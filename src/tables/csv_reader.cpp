#include <algorithm>

#include "core/parallel.hpp"
#include "tables/columns_of_source.hpp"
#include "tables/csv.hpp"
#include "tables/csv_rows.hpp"
#include "tables/errors.hpp"
#include "tables/rows.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kRowsPerTask = 16'384;
constexpr std::size_t kShownBytes = 200;

/// Some cells of one column, read by one thread.
struct Task {
  std::size_t column = 0;
  std::size_t from = 0;
  std::size_t to = 0;
  std::vector<Misfit> misfits;
};

/// While threads turn the cells of one piece into columns, one of them already splits the next.
class CsvReader : public Reader {
 public:
  CsvReader(std::string path, ReadOptions options, std::unique_ptr<CsvRows> source,
            std::vector<CellParser> parsers, std::vector<std::size_t> file_columns,
            BadRowSink bad_rows)
      : path_(std::move(path)), options_(std::move(options)), source_(std::move(source)),
        parsers_(std::move(parsers)), file_columns_(std::move(file_columns)),
        bad_rows_(std::move(bad_rows)), dictionaries_(parsers_.size()) {}

  Result<bool> next(Table& rows) override {
    if (!has_begun_) split_next();
    has_begun_ = true;
    for (;;) {
      if (!split_.ok()) return split_.error();
      if (!*split_) return false;
      std::swap(piece_, ahead_);
      convert(rows);
      rows_read_ += static_cast<std::int64_t>(piece_.rows + piece_.ragged.size());
      tell_bad_rows(rows);
      if (rows.rows > 0) return true;
    }
  }

  std::int64_t rows_read() const override { return rows_read_; }
  double share_done() const override { return share_done_; }

 private:
  void split_next() {
    share_done_ = source_->share_done();
    split_ = source_->next(ahead_);
  }

  void convert(Table& rows) {
    rows.columns.resize(parsers_.size());
    rows.rows = piece_.rows;
    rows.lines = piece_.lines;
    tasks_.clear();
    for (std::size_t c = 0; c < parsers_.size(); ++c) {
      prepare_column(parsers_[c], piece_.rows, rows.columns[c]);
      const bool is_text = parsers_[c].type() == ColumnType::Text;
      const auto step = is_text ? std::max<std::size_t>(piece_.rows, 1) : kRowsPerTask;
      for (std::size_t from = 0; from < piece_.rows; from += step) {
        tasks_.push_back({c, from, std::min(piece_.rows, from + step), {}});
      }
    }
    parallel_for(tasks_.size() + 1, 1, [&](std::size_t i, std::size_t) {
      if (i == 0) return split_next();
      auto& task = tasks_[i - 1];
      const auto c = task.column;
      if (parsers_[c].type() == ColumnType::Text) {
        fill_texts(piece_, c, parsers_[c], dictionaries_[c], rows.columns[c], task.misfits);
      } else {
        fill_values(piece_, c, task.from, task.to, parsers_[c], rows.columns[c], task.misfits);
      }
    });
  }

  void tell_bad_rows(Table& rows) {
    std::vector<BadRow> bad;
    for (const auto& ragged : piece_.ragged) bad.push_back(describe(ragged));
    std::vector<std::uint8_t> is_bad;
    std::string scratch;
    for (const auto& task : tasks_) {  // By column, so the first wrong cell of a row is named.
      for (const auto& misfit : task.misfits) {
        is_bad.resize(piece_.rows, 0);
        if (is_bad[misfit.row]++ != 0) continue;
        const auto c = task.column;
        const auto value = piece_.text_of(piece_.cells[misfit.row * piece_.columns + c], scratch);
        auto reason = parsers_[c].reason(value, misfit.fit);
        const auto line = piece_.lines[misfit.row];
        reason.place = {.file = path_, .line = line,
                        .column = static_cast<std::int64_t>(file_columns_[c]) + 1};
        bad.push_back({line, options_.columns[c].name, std::string(value), std::move(reason)});
      }
    }
    if (bad.empty()) return;
    std::ranges::stable_sort(bad, {}, &BadRow::line);
    for (const auto& row : bad) bad_rows_(row);
    if (!is_bad.empty()) remove_rows(is_bad, rows);
  }

  BadRow describe(const RaggedRow& ragged) const {
    const Place place{.file = path_, .line = ragged.line};
    auto value = piece_.text.substr(ragged.begin, std::min(ragged.size, kShownBytes));
    if (ragged.is_unclosed) {
      return {ragged.line, "", std::move(value), {errors::kUnclosedQuote, {{"path", path_}}, place}};
    }
    return {ragged.line, "", std::move(value),
            {errors::kRagged,
             {{"cells", ragged.cells}, {"columns", source_->names().size()}},
             place}};
  }

  std::string path_;
  ReadOptions options_;
  std::unique_ptr<CsvRows> source_;
  std::vector<CellParser> parsers_;
  std::vector<std::size_t> file_columns_;  // Where each wanted column stands in the file.
  BadRowSink bad_rows_;
  std::vector<TextDictionary> dictionaries_;
  std::vector<Task> tasks_;
  Piece piece_;
  Piece ahead_;
  Result<bool> split_ = false;
  bool has_begun_ = false;
  std::int64_t rows_read_ = 0;
  double share_done_ = 0;
};

}  // namespace

Result<std::unique_ptr<Reader>> open_csv(const std::string& path, const ReadOptions& options,
                                         BadRowSink bad_rows) {
  if (options.columns.empty()) return Error{errors::kNoColumns, {{"path", path}}, {.file = path}};
  HOLDFAST_TRY(auto source, CsvRows::open(path, options));
  HOLDFAST_TRY(const auto places, place_columns(source->names(), options, path));
  source->select(places);
  std::vector<std::size_t> file_columns(options.columns.size());
  for (std::size_t at = 0; at < places.size(); ++at) {
    if (places[at] >= 0) file_columns[static_cast<std::size_t>(places[at])] = at;
  }
  HOLDFAST_TRY(auto parsers, parsers_for(options));
  return std::unique_ptr<Reader>(std::make_unique<CsvReader>(
      path, options, std::move(source), std::move(parsers), std::move(file_columns),
      std::move(bad_rows)));
}

}  // namespace holdfast::tables
