#pragma once

#include <memory>
#include <string>
#include <vector>

#include "features/builder.hpp"

/// Columns of one row as features: numbers, categories, days. Shared by the attribute and contract
/// families. Inside features/ only.
namespace holdfast::features {

/// How a cell becomes a feature's value.
enum class Reading : std::uint8_t { Number, Category, DaysBefore, Years };

struct RowAttribute {
  Cell cell;
  Reading reading = Reading::Number;
  int slot = kNoSlot;
  bool is_constant = false;             // Declared never to change: read from any row.
  std::vector<std::string> categories;  // Category: the feature's, sorted.
};

/// Code in the bucket → code of the feature, per attribute; empty for numbers.
using CodeMaps = std::vector<std::vector<std::uint32_t>>;

/// Proposes a feature for every usable column; names "{table}_{column}".
std::vector<RowAttribute> propose_row_attributes(Builder& builder, const study::TableSpec& table,
                                                 const std::string& family);
CodeMaps map_codes(const std::vector<RowAttribute>& attributes, const history::TableData& data);
/// Place of each bucket category in a sorted list that may hold "(other)".
std::vector<std::uint32_t> map_categories(const std::vector<std::string>& of_bucket,
                                          const std::vector<std::string>& of_feature);
/// Writes one attribute of the table's row `source` to planned row `row`.
void write_attribute(const RowAttribute& attribute, const std::vector<std::uint32_t>& codes,
                     const history::TableData& data, std::uint32_t source, std::int32_t cutoff,
                     std::size_t row, Out& out);

}  // namespace holdfast::features
