#include "history/summary.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "history/cell_text.hpp"

namespace holdfast::history {
namespace {

std::string word_of(TableLayout::Origin origin) {
  switch (origin) {
    case TableLayout::Origin::EventDay: return "event_day";
    case TableLayout::Origin::Customer: return "customer";
    case TableLayout::Origin::Stored: break;
  }
  return "stored";
}

/// What the old entry says of a column; nothing where it had too many values.
Categories old_categories(const TableEntry& old, const std::string& column) {
  const auto found = std::ranges::find(old.columns, column);
  if (found == old.columns.end()) return std::nullopt;
  return old.categories[static_cast<std::size_t>(found - old.columns.begin())];
}

Categories gather(const TableLayout& layout, const TableLayout::Field& field,
                  const TableEntry* old, const std::vector<MergedTable>& parts) {
  if (field.type != tables::ColumnType::Text || field.origin != TableLayout::Origin::Stored) {
    return std::nullopt;
  }
  const auto column = static_cast<std::size_t>(layout.stored_index(field.name));
  std::set<std::string> values;
  const auto add = [&](const Categories& categories) {
    if (categories) values.insert(categories->begin(), categories->end());
    return categories.has_value() && values.size() <= kCategoriesMax;
  };
  for (const auto& part : parts) {
    if (part.is_rewritten) {
      if (!add(part.categories[column])) return std::nullopt;
    } else if (old != nullptr && !add(old_categories(*old, field.name))) {
      return std::nullopt;
    }
  }
  return std::vector<std::string>(values.begin(), values.end());
}

template <typename Better>
void take_better(std::optional<Day>& best, const std::optional<Day>& day, const Better& better) {
  if (day && (!best || better(*day, *best))) best = day;
}

}  // namespace

std::string table_folder(const std::string& table, std::size_t index) {
  const bool is_plain = !table.empty() && table[0] != '.' &&
                        table.find_first_of("/\\:*?\"<>|") == std::string::npos;
  return "tables/" + (is_plain ? table : fmt::format("table {}", index));
}

TableEntry summarise(const TableLayout& layout, const TableEntry* old,
                     const std::vector<MergedTable>& parts) {
  TableEntry entry;
  entry.name = layout.spec->name;
  entry.fingerprint = layout.fingerprint;
  entry.is_context = layout.is_context;
  entry.complete_until = layout.spec->complete_until;
  entry.known_lag_days = layout.spec->known_lag_days;
  entry.has_assumed_known_at = layout.spec->known_at.empty() && !layout.is_undated_constant;
  for (const auto& field : layout.fields) {
    entry.columns.push_back(field.name);
    entry.types.push_back(field.type);
    entry.origins.push_back(word_of(field.origin));
    entry.categories.push_back(gather(layout, field, old, parts));
  }
  for (const auto& part : parts) {
    entry.files.push_back(part.file);
    entry.rows += part.file.rows;
    take_better(entry.first_day, part.first_day, std::less<>());
    take_better(entry.last_day, part.last_day, std::greater<>());
    if (!part.is_rewritten && old != nullptr) {
      take_better(entry.first_day, old->first_day, std::less<>());
      take_better(entry.last_day, old->last_day, std::greater<>());
    }
  }
  if (old != nullptr) entry.sources = old->sources;
  return entry;
}

void take_source(TableEntry& entry, const SourceEntry& source) {
  for (auto& earlier : entry.sources) {
    if (earlier.location == source.location) earlier.is_current = false;
  }
  entry.sources.push_back(source);
}

Result<void> fill_references(const StoreFile& file, const TableLayout& layout,
                             const std::string& column, const StoredKeys& keys,
                             const std::vector<std::size_t>& begins, const Customers& customers,
                             ReferenceMap& map) {
  const int index = layout.stored_index(column);
  ColumnData values;
  if (index >= 0) {
    const auto type = layout.stored[static_cast<std::size_t>(index)].type;
    HOLDFAST_TRY(values, file.read(file_column(column), type, {0, file.rows()}));
  }
  std::vector<std::int32_t> superseded;
  if (file.has(kSupersededDayColumn)) {
    HOLDFAST_TRY(superseded, file.read_int32(kSupersededDayColumn, {0, file.rows()}));
  }
  std::string scratch;
  for (std::size_t i = 0; i < keys.keys.size(); ++i) {
    if (begins[i] == begins[i + 1]) continue;
    const auto customer = customers.find(keys.keys[i]);
    HOLDFAST_CHECK(customer.has_value());
    if (index < 0) map.set(keys.keys[i], *customer);
    for (auto row = begins[i]; index >= 0 && row < begins[i + 1]; ++row) {
      if (!superseded.empty() && superseded[row] != kNeverDay) continue;
      const auto text = cell_text(values, row, scratch);
      if (!text.empty()) map.set(text, *customer);
    }
  }
  return {};
}

}  // namespace holdfast::history
