#include <sqlite3.h>

#include <memory>

#include <fmt/format.h>

#include "exchange/portable/errors.hpp"
#include "exchange/portable/sql.hpp"

namespace holdfast::exchange {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinishStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

Error failed(sqlite3* database) {
  return Error{errors::kCheckFailed, {{"format", "SQL"}, {"why", sqlite3_errmsg(database)}}};
}

Result<Statement> prepared(const Database& database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                         nullptr) != SQLITE_OK) {
    return failed(database.get());
  }
  return Statement(statement);
}

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
}

Result<void> run(const Database& database, const std::string& sql) {
  HOLDFAST_TRY(const auto statement, prepared(database, sql));
  if (sqlite3_step(statement.get()) != SQLITE_DONE) return failed(database.get());
  return {};
}

void bind(sqlite3_stmt* statement, int place, const forms::Cell& cell,
          const std::vector<std::string>& categories) {
  if (cell.is_missing) {
    sqlite3_bind_null(statement, place);
  } else if (categories.empty()) {
    sqlite3_bind_double(statement, place, cell.value);
  } else {
    const auto& text = categories[static_cast<std::size_t>(cell.code)];
    sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
}

Result<void> fill(const Database& database, const FittedModel& model,
                  const dataset::Columns& columns, std::string_view table) {
  std::string names, places;
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    names += (c == 0 ? "" : ", ") + quoted_name(model.column_names[c]) +
             (model.categories[c].empty() ? " REAL" : " TEXT");
    places += c == 0 ? "?" : ", ?";
  }
  HOLDFAST_TRY_VOID(run(database, fmt::format("CREATE TABLE {} ({})", quoted_name(table), names)));
  HOLDFAST_TRY_VOID(run(database, "BEGIN"));
  HOLDFAST_TRY(const auto insert, prepared(database, fmt::format("INSERT INTO {} VALUES ({})",
                                                                 quoted_name(table), places)));
  const auto cells = cells_of(model, columns);
  const std::size_t width = model.column_names.size();
  for (std::size_t r = 0; r < columns.rows; ++r) {
    for (std::size_t c = 0; c < width; ++c) {
      bind(insert.get(), static_cast<int>(c) + 1, cells[r * width + c], model.categories[c]);
    }
    if (sqlite3_step(insert.get()) != SQLITE_DONE) return failed(database.get());
    sqlite3_reset(insert.get());
  }
  return run(database, "COMMIT");
}

}  // namespace

Result<std::vector<double>> run_sqlite(std::string_view sql, const FittedModel& model,
                                       const dataset::Columns& columns, std::string_view table) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(":memory:", &opened);
  const Database database(opened);
  if (code != SQLITE_OK) return failed(opened);
  HOLDFAST_TRY_VOID(fill(database, model, columns, table));
  HOLDFAST_TRY(const auto query, prepared(database, sql));
  const int last = sqlite3_column_count(query.get()) - 1;
  std::vector<double> result;
  int step = sqlite3_step(query.get());
  for (; step == SQLITE_ROW; step = sqlite3_step(query.get())) {
    result.push_back(sqlite3_column_double(query.get(), last));
  }
  if (step != SQLITE_DONE) return failed(database.get());
  return result;
}

}  // namespace holdfast::exchange
