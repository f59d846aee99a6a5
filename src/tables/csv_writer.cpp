#include <cstdlib>

#include <fmt/format.h>

#include "core/day.hpp"
#include "core/file.hpp"
#include "tables/writer.hpp"

namespace holdfast::tables {
namespace {

/// A spreadsheet takes a cell that begins so for a formula.
bool begins_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

void append_text(std::string_view text, std::string& out) {
  const bool guarded = begins_formula(text);
  if (!guarded && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  if (guarded) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_cell(const Column& column, std::size_t row, std::string& out) {
  if (column.valid[row] == 0) return;
  switch (column.type) {
    case ColumnType::Boolean: out += column.integers[row] != 0 ? "true" : "false"; break;
    case ColumnType::Integer: fmt::format_to(std::back_inserter(out), "{}", column.integers[row]); break;
    case ColumnType::Real: fmt::format_to(std::back_inserter(out), "{}", column.reals[row]); break;
    case ColumnType::Money: {
      const auto cents = column.integers[row];
      const auto size = cents < 0 ? -cents : cents;
      fmt::format_to(std::back_inserter(out), "{}{}.{:02}", cents < 0 ? "-" : "", size / 100,
                     size % 100);
      break;
    }
    case ColumnType::Day:
      out += to_string(Day{static_cast<std::int32_t>(column.integers[row])});
      break;
    case ColumnType::Instant: out += to_string(Instant{column.integers[row]}); break;
    case ColumnType::Text: append_text(column.categories[column.codes[row]], out); break;
  }
}

}  // namespace

Result<void> write_csv(const std::filesystem::path& path, const Table& table) {
  std::string out = "\xEF\xBB\xBF";
  const auto end_cell = [&](std::size_t c) { out += c + 1 < table.columns.size() ? "," : "\r\n"; };
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    append_text(table.columns[c].name, out);
    end_cell(c);
  }
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      append_cell(table.columns[c], row, out);
      end_cell(c);
    }
  }
  return write_file_atomically(path, out);
}

}  // namespace holdfast::tables
