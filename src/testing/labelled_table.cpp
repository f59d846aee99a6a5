#include "testing/labelled_table.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>

#include "core/text.hpp"

namespace holdfast::testing {
namespace {

std::string unpacked(const std::filesystem::path& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");  // Reads plain files too.
  char buffer[1 << 16];
  for (int n = 0; (n = gzread(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  gzclose(file);
  return text;
}

/// Cells by row, quotes taken off; none of the files has a line break inside quotes.
std::vector<std::vector<std::string>> cells_of(const std::string& text, char delimiter) {
  std::vector<std::vector<std::string>> rows;
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto& row = rows.emplace_back(1);
    bool is_quoted = false;
    for (const char c : line) {
      if (c == '"') is_quoted = !is_quoted;
      else if (c == delimiter && !is_quoted) row.emplace_back();
      else row.back() += c;
    }
    for (auto& cell : row) cell = trimmed(cell);
  }
  return rows;
}

bool is_missing(const std::string& cell) { return cell.empty() || cell == "NA" || cell == "?"; }

bool is_number(const std::string& cell, double& value) {
  const char* begin = cell.data() + (cell.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size();
}

std::vector<std::string> distinct(const std::vector<std::vector<std::string>>& rows,
                                  std::size_t column) {
  std::set<std::string> found;
  for (const auto& row : rows) {
    if (!is_missing(row[column])) found.insert(row[column]);
  }
  return {found.begin(), found.end()};
}

std::uint32_t code_of(const std::vector<std::string>& categories, const std::string& cell) {
  return static_cast<std::uint32_t>(std::ranges::lower_bound(categories, cell) -
                                    categories.begin());
}

void add_column(LabelledTable& table, const std::string& name,
                const std::vector<std::vector<std::string>>& rows, std::size_t column) {
  table.names.push_back(name);
  auto& values = table.values.emplace_back();
  auto& codes = table.codes.emplace_back();
  auto& categories = table.categories.emplace_back();
  auto& valid = table.valid.emplace_back();
  double value = 0;
  const bool is_numeric = std::ranges::all_of(rows, [&](const auto& row) {
    return is_missing(row[column]) || is_number(row[column], value);
  });
  if (!is_numeric) categories = distinct(rows, column);
  for (const auto& row : rows) {
    const auto& cell = row[column];
    valid.push_back(is_missing(cell) ? 0 : 1);
    if (is_numeric) values.push_back(!is_missing(cell) && is_number(cell, value) ? value : 0);
    else codes.push_back(is_missing(cell) ? 0 : code_of(categories, cell));
  }
}

}  // namespace

void LabelledTable::plant_missing(std::uint64_t every) {
  for (std::uint64_t c = 0; c < valid.size(); ++c) {
    for (std::uint64_t r = 0; r < rows(); ++r) {
      if ((7919 * r + 104729 * c + 31 * r * c) % 1009 % every == 0) valid[c][r] = 0;
    }
  }
}

LabelledTable read_labelled_table(const std::filesystem::path& path, const LabelledFile& file) {
  auto rows = cells_of(unpacked(path), file.delimiter);
  std::vector<std::string> header;
  if (file.has_header) {
    header = rows.front();
    rows.erase(rows.begin());
  } else {
    for (std::size_t i = 0; i < rows.front().size(); ++i) {
      header.push_back("c" + std::to_string(i + 1));
    }
  }
  LabelledTable table;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i] == file.outcome) {
      table.classes = distinct(rows, i);
      for (const auto& row : rows) {
        table.y.push_back(static_cast<std::uint8_t>(code_of(table.classes, row[i])));
      }
    } else if (!file.left_out.contains(header[i])) {
      add_column(table, header[i], rows, i);
    }
  }
  return table;
}

}  // namespace holdfast::testing
