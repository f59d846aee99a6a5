#include "tables/postgres.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "tables/column_builder.hpp"
#include "tables/columns_of_source.hpp"
#include "tables/errors.hpp"
#include "tables/rows.hpp"

namespace holdfast::tables {
namespace {

constexpr int kRowsPerFetch = 20'000;
constexpr int kConnectSeconds = 15;
constexpr std::size_t kSampleRows = 1000;

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, CloseConnection>;
using Answer = std::unique_ptr<PGresult, ClearResult>;

/// Without what follows the host: messages never show a password.
std::string shown(const std::string& location) {
  const auto at = location.find('@');
  const auto scheme = location.find("://");
  if (at == std::string::npos || scheme == std::string::npos) return location;
  const auto colon = location.find(':', scheme + 3);
  if (colon == std::string::npos || colon > at) return location;
  return location.substr(0, colon) + ":***" + location.substr(at);
}

Error failure(const std::string& location, std::string why) {
  while (!why.empty() && (why.back() == '\n' || why.back() == ' ')) why.pop_back();
  std::ranges::replace(why, '\n', ' ');
  return {errors::kDatabase, {{"location", shown(location)}, {"why", why}}};
}

/// The location without our own parameter `table`, and that parameter.
struct Target {
  std::string location;
  std::string table;
};

Target target_of(const std::string& location) {
  Target target{location, ""};
  const auto question = location.find('?');
  target.location = location.substr(0, question);
  std::string kept;
  auto rest = std::string_view(location).substr(target.location.size());
  if (!rest.empty()) rest.remove_prefix(1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto part = rest.substr(0, end);
    if (part.starts_with("table=")) {
      target.table = part.substr(6);
    } else {
      kept += (kept.empty() ? "?" : "&") + std::string(part);
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  // An address that nobody answers must not hold a run up for the minutes TCP waits.
  if (kept.find("connect_timeout=") == std::string::npos) {
    kept += (kept.empty() ? "?connect_timeout=" : "&connect_timeout=") + std::to_string(kConnectSeconds);
  }
  target.location += kept;
  return target;
}

/// "schema.table" with each part quoted.
std::string quoted_name(PGconn* connection, const std::string& table) {
  std::string quoted;
  std::size_t from = 0;
  for (;;) {
    const auto dot = table.find('.', from);
    const auto part = table.substr(from, dot == std::string::npos ? dot : dot - from);
    char* escaped = PQescapeIdentifier(connection, part.c_str(), part.size());
    quoted += escaped;
    PQfreemem(escaped);
    if (dot == std::string::npos) return quoted;
    quoted += '.';
    from = dot + 1;
  }
}

// Type numbers of pg_type.dat.
ColumnFormat format_of(const char* name, Oid type) {
  ColumnFormat format;
  format.name = name;
  switch (type) {
    case 16: format.type = ColumnType::Boolean; break;
    case 20: case 21: case 23: format.type = ColumnType::Integer; break;
    case 700: case 701: case 1700: format.type = ColumnType::Real; break;
    case 790: format.type = ColumnType::Money; format.thousands = ','; break;
    case 1082: format.type = ColumnType::Day; format.date_format = "yyyy-MM-dd"; break;
    case 1114: case 1184: format.type = ColumnType::Instant; format.date_format = "iso"; break;
    default: format.type = ColumnType::Text;
  }
  return format;
}

/// A query read through a cursor, some rows at a time.
class Cursor {
 public:
  static Result<std::unique_ptr<Cursor>> open(const std::string& location, const ReadOptions& options) {
    auto cursor = std::make_unique<Cursor>();
    const auto target = target_of(location);
    cursor->location_ = location;
    cursor->connection_.reset(PQconnectdb(target.location.c_str()));
    auto* connection = cursor->connection_.get();
    if (PQstatus(connection) != CONNECTION_OK) return failure(location, PQerrorMessage(connection));
    PQsetClientEncoding(connection, "UTF8");
    std::string query = options.query;
    if (query.empty()) {
      if (target.table.empty()) {
        return failure(location, "no table: add ?table=NAME to the address, or a query to the study");
      }
      query = "SELECT * FROM " + quoted_name(connection, target.table);
    }
    while (!query.empty() && (query.back() == ';' || query.back() == '\n' || query.back() == ' ')) {
      query.pop_back();
    }
    cursor->query_ = query;
    HOLDFAST_TRY_VOID(cursor->execute("SET datestyle TO ISO; SET timezone TO UTC"));
    HOLDFAST_TRY_VOID(cursor->execute("BEGIN TRANSACTION READ ONLY"));
    HOLDFAST_TRY_VOID(cursor->execute("DECLARE holdfast_rows NO SCROLL CURSOR FOR " + query));
    HOLDFAST_TRY_VOID(cursor->fetch());
    return cursor;
  }

  Result<void> fetch() {
    answer_.reset(PQexec(connection_.get(),
                         fmt::format("FETCH {} FROM holdfast_rows", kRowsPerFetch).c_str()));
    if (PQresultStatus(answer_.get()) != PGRES_TUPLES_OK) {
      return failure(location_, PQerrorMessage(connection_.get()));
    }
    return {};
  }

  PGresult* rows() const { return answer_.get(); }

  /// All rows of the query: those of the first answer, or counted by the server where there are more.
  Result<std::int64_t> count() const {
    const std::int64_t first = PQntuples(answer_.get());
    if (first < kRowsPerFetch) return first;
    const auto statement = "SELECT count(*) FROM (" + query_ + ") AS holdfast_query";
    const Answer answer(PQexec(connection_.get(), statement.c_str()));
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
      return failure(location_, PQerrorMessage(connection_.get()));
    }
    return std::strtoll(PQgetvalue(answer.get(), 0, 0), nullptr, 10);
  }

  std::vector<ColumnFormat> formats() const {
    std::vector<ColumnFormat> formats;
    for (int c = 0; c < PQnfields(answer_.get()); ++c) {
      formats.push_back(format_of(PQfname(answer_.get(), c), PQftype(answer_.get(), c)));
    }
    return formats;
  }

 private:
  Result<void> execute(const std::string& statement) {
    const Answer answer(PQexec(connection_.get(), statement.c_str()));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
      return failure(location_, PQerrorMessage(connection_.get()));
    }
    return {};
  }

  std::string location_;
  std::string query_;
  Connection connection_;
  Answer answer_;
};

class PostgresReader : public Reader {
 public:
  PostgresReader(std::string location, ReadOptions options, std::unique_ptr<Cursor> cursor,
                 std::vector<int> places, BadRowSink bad_rows)
      : location_(std::move(location)), options_(std::move(options)),
        cursor_(std::move(cursor)), places_(std::move(places)), bad_rows_(std::move(bad_rows)) {}

  Result<void> begin() {
    auto options = options_;
    options.missing = {""};  // The database says NULL; texts are what they are.
    HOLDFAST_TRY(builders_, builders_for(options));
    return {};
  }

  Result<bool> next(Table& rows) override {
    rows = {};
    while (rows.lines.empty()) {
      auto* answer = cursor_->rows();
      const int count = PQntuples(answer);
      if (count == 0) return false;
      for (int row = 0; row < count; ++row) {
        ++rows_read_;
        if (add_row(answer, row)) rows.lines.push_back(rows_read_);
      }
      HOLDFAST_TRY_VOID(cursor_->fetch());
    }
    rows.rows = rows.lines.size();
    for (auto& builder : builders_) rows.columns.push_back(builder.take());
    return true;
  }

  std::int64_t rows_read() const override { return rows_read_; }
  double share_done() const override { return 0; }  // A cursor does not tell.

 private:
  bool add_row(PGresult* answer, int row) {
    for (std::size_t c = 0; c < places_.size(); ++c) {
      if (places_[c] < 0) continue;
      const auto wanted = static_cast<std::size_t>(places_[c]);
      const int field = static_cast<int>(c);
      if (PQgetisnull(answer, row, field) != 0) {
        builders_[wanted].add_missing();
        continue;
      }
      const std::string_view text(PQgetvalue(answer, row, field),
                                  static_cast<std::size_t>(PQgetlength(answer, row, field)));
      if (builders_[wanted].add(text)) continue;
      auto reason = builders_[wanted].reason_of(text);
      reason.place = {.file = shown(location_), .line = rows_read_, .column = field + 1, .key = ""};
      bad_rows_({rows_read_, options_.columns[wanted].name, std::string(text), std::move(reason)});
      for (std::size_t before = 0; before < c; ++before) {
        if (places_[before] >= 0) builders_[static_cast<std::size_t>(places_[before])].drop_last();
      }
      return false;
    }
    return true;
  }

  std::string location_;
  ReadOptions options_;
  std::unique_ptr<Cursor> cursor_;
  std::vector<int> places_;
  BadRowSink bad_rows_;
  std::vector<ColumnBuilder> builders_;
  std::int64_t rows_read_ = 0;
};

}  // namespace

Result<Layout> inspect_postgres(const std::string& location, const ReadOptions& hints) {
  HOLDFAST_TRY(const auto cursor, Cursor::open(location, hints));
  Layout layout;
  layout.options = hints;
  if (layout.options.columns.empty()) layout.options.columns = cursor->formats();
  HOLDFAST_TRY(layout.rows_estimate, cursor->count());
  if (layout.rows_estimate == 0) return Error{errors::kNoRows, {{"path", shown(location)}}};
  layout.options.query = hints.query;
  HOLDFAST_TRY(const auto reader, open_postgres(location, layout.options, [](const BadRow&) {}));
  HOLDFAST_TRY(const bool any, reader->next(layout.sample));
  if (any) keep_first(kSampleRows, layout.sample);
  return layout;
}

Result<std::unique_ptr<Reader>> open_postgres(const std::string& location, const ReadOptions& options,
                                              BadRowSink bad_rows) {
  HOLDFAST_TRY(auto cursor, Cursor::open(location, options));
  std::vector<std::string> names;
  for (const auto& format : cursor->formats()) names.push_back(format.name);
  HOLDFAST_TRY(auto places, place_columns(names, options, shown(location)));
  auto reader = std::make_unique<PostgresReader>(location, options, std::move(cursor),
                                                 std::move(places), std::move(bad_rows));
  HOLDFAST_TRY_VOID(reader->begin());
  return std::unique_ptr<Reader>(std::move(reader));
}

}  // namespace holdfast::tables
