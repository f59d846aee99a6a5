#include "study/facts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/day.hpp"
#include "core/hash.hpp"
#include "core/text.hpp"

namespace holdfast::study {
namespace {

std::uint64_t hash_of(std::string_view value) { return std::max<std::uint64_t>(hash64(value), 1); }

std::string text_of_cell(const tables::Column& column, std::size_t row) {
  if (column.type == tables::ColumnType::Text) return column.categories[column.codes[row]];
  if (column.type == tables::ColumnType::Real) return fmt::format("{}", column.reals[row]);
  return fmt::format("{}", column.integers[row]);
}

void add_cell(ColumnFacts& facts, std::uint64_t hash, const std::string& value) {
  ++facts.present_count;
  facts.cells.push_back(hash);
  facts.values.insert(hash);
  if (facts.values.size() > kCategoriesMax) {
    facts.counts.clear();
    facts.hashes.clear();
    return;
  }
  ++facts.counts[value];
  facts.hashes[value] = hash;
}

void add_column(ColumnFacts& facts, const tables::Column& column, std::size_t rows) {
  // A text is hashed once per piece, not once per row.
  std::vector<std::uint64_t> hashes;
  for (const auto& category : column.categories)
    hashes.push_back(hash_of(normalised_key(category)));
  for (std::size_t row = 0; row < rows; ++row) {
    const bool is_present = column.valid.empty() || column.valid[row] != 0;
    if (facts.is_dated()) {
      const auto value = is_present ? column.integers[row] : 0;
      const auto day = facts.type == tables::ColumnType::Day ? static_cast<std::int32_t>(value)
                                                             : utc_day_of(Instant{value}).number;
      facts.days.push_back(is_present ? day : kNoDay);
    } else if (facts.is_number()) {
      const double number = column.type == tables::ColumnType::Real
                                ? column.reals[row]
                                : static_cast<double>(column.integers[row]);
      facts.numbers.push_back(is_present ? number : 0);
    }
    if (!is_present) {
      facts.cells.push_back(0);
    } else if (column.type == tables::ColumnType::Text) {
      add_cell(facts, hashes[column.codes[row]], column.categories[column.codes[row]]);
    } else {
      const auto text = text_of_cell(column, row);
      const auto point = text.find('.');
      const bool has_cents = point == std::string::npos || point + 3 >= text.size();
      facts.is_in_cents = facts.is_in_cents && has_cents && text.find('e') == std::string::npos;
      add_cell(facts, hash_of(text), text);
    }
  }
}

}  // namespace

const ColumnFacts* TableFacts::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &ColumnFacts::name);
  return found == columns.end() ? nullptr : &*found;
}

void TableFacts::add(const tables::Table& piece) {
  for (const auto& column : piece.columns) {
    auto found = std::ranges::find(columns, column.name, &ColumnFacts::name);
    if (found == columns.end()) {
      found = columns.insert(found, ColumnFacts{});
      found->name = column.name;
      found->type = column.type;
    }
    add_column(*found, column, piece.rows);
  }
  rows += piece.rows;
}

}  // namespace holdfast::study
