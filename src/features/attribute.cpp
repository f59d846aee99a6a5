// Attributes as they were then: the latest row valid and known before the cutoff.

#include "features/attribute.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::features {
namespace {

constexpr std::uint32_t kNoCode = 0xFFFFFFFFU;
constexpr double kDaysPerYear = 365.25;
constexpr int kChangesWindowDays = 365;

struct AttributeScratch final : Prepared {
  CodeMaps codes;
};

class AttributeFamily final : public Family {
 public:
  int table = 0;
  Cell valid_to;
  bool is_dated = false;
  std::vector<RowAttribute> attributes;
  int changes = kNoSlot;

  std::unique_ptr<Prepared> prepare(const history::Bucket& bucket) const override {
    auto scratch = std::make_unique<AttributeScratch>();
    scratch->codes = map_codes(attributes, bucket.tables[static_cast<std::size_t>(table)]);
    return scratch;
  }

  void run(const Batch& batch, Prepared* prepared, Out& out) const override {
    const auto& data = batch.table(table);
    const auto& codes = static_cast<AttributeScratch&>(*prepared).codes;
    const auto begin = data.begin[batch.customer], end = data.begin[batch.customer + 1];
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto cutoff = batch.cutoffs[row];
      const auto seen = batch.view(table).of(row);
      count_changes(data, seen, cutoff, row, out);
      const bool is_there = !seen.empty() && !has_ended(data, seen.back(), cutoff);
      for (std::size_t a = 0; a < attributes.size(); ++a) {
        if (is_there) {
          write_attribute(attributes[a], codes[a], data, seen.back(), cutoff, row, out);
        } else if (attributes[a].is_constant && !is_dated && begin < end) {
          write_attribute(attributes[a], codes[a], data, end - 1, cutoff, row, out);
        }
      }
    }
  }

 private:
  bool has_ended(const history::TableData& data, std::uint32_t source, std::int32_t cutoff) const {
    if (!valid_to.exists()) return false;
    const auto& days = data.columns[static_cast<std::size_t>(valid_to.column)];
    return days.is_valid(source) && days.days[source] < cutoff;
  }

  void count_changes(const history::TableData& data, std::span<const std::uint32_t> seen,
                     std::int32_t cutoff, std::size_t row, Out& out) const {
    if (changes == kNoSlot) return;
    double count = 0;
    // The first row is a beginning, not a change.
    for (std::size_t i = 1; i < seen.size(); ++i) {
      count += data.event_day[seen[i]] >= cutoff - kChangesWindowDays ? 1 : 0;
    }
    out.set(changes, row, count);
  }
};

std::vector<std::string> sorted_categories(const Builder& builder, const std::string& table,
                                           const std::string& column) {
  std::vector<std::string> categories;
  for (const auto& [category, count] : builder.categories_of(table, column)) {
    categories.push_back(category);
  }
  return categories;
}

std::int64_t count_of(const CategoryCounts& counts) {
  std::int64_t sum = 0;
  for (const auto& [category, count] : counts) sum += count;
  return sum;
}

/// Free text and keys: so many values that none repeats enough to learn from.
bool is_nearly_unique(const CategoryCounts& counts) {
  return counts.size() > 50 && static_cast<std::int64_t>(counts.size()) * 4 > count_of(counts);
}

/// A column in words; the table is said only where another one has a column called the same.
Text told_apart(const Builder& builder, const study::TableSpec& table, const std::string& column) {
  auto words = label_of(table, column);
  const bool is_shared = std::ranges::any_of(builder.study().tables, [&](const auto& other) {
    return other.name != table.name &&
           std::ranges::any_of(builder.usable(other), [&](const auto* one) {
             return label_of(other, one->format.name).en == words.en;
           });
  });
  if (!is_shared) return words;
  return {fmt::format("{} ({})", words.en, label_of(table).en), fmt::format("{}（{}）", words.zh, label_of(table).zh)};
}

}  // namespace

std::vector<RowAttribute> propose_row_attributes(Builder& builder, const study::TableSpec& table,
                                                 const std::string& family) {
  std::vector<RowAttribute> attributes;
  const int t = builder.table(table.name);
  for (const auto* column : builder.usable(table)) {
    const auto& name = column->format.name;
    const auto type = builder.type_of(table.name, name);
    const auto label = told_apart(builder, table, name);
    RowAttribute attribute;
    attribute.is_constant = column->is_constant;
    Draft draft{.name = table.name + "_" + name, .family = family, .columns = {name}};
    draft.unit = column->unit;
    draft.sentence = label;
    if (type == tables::ColumnType::Text) {
      const auto& counts = builder.categories_of(table.name, name);
      if (counts.size() < 2 || is_nearly_unique(counts)) continue;
      attribute.reading = Reading::Category;
      attribute.slot =
          builder.add_category(table, std::move(draft), sorted_categories(builder, table.name, name));
      if (attribute.slot == kNoSlot) continue;
      attribute.categories = builder.slots()[static_cast<std::size_t>(attribute.slot)].categories;
    } else if (type == tables::ColumnType::Day || type == tables::ColumnType::Instant) {
      const bool is_birth = name_has(name, {"birth", "出生", "生日"});
      attribute.reading = is_birth ? Reading::Years : Reading::DaysBefore;
      draft.name += is_birth ? "_years" : "_days_ago";
      draft.unit = is_birth ? "years" : "days";
      draft.sentence = is_birth ? Text{"age", "年龄"}
                                : Text{fmt::format("time since {}", label.en), fmt::format("距{}的时间", label.zh)};
      attribute.slot = builder.add(table, std::move(draft));
    } else {
      attribute.slot = builder.add(table, std::move(draft));
    }
    if (attribute.slot == kNoSlot) continue;
    attribute.cell = builder.cell(t, table, name);
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

std::vector<std::uint32_t> map_categories(const std::vector<std::string>& of_bucket,
                                          const std::vector<std::string>& of_feature) {
  std::vector<std::uint32_t> map;
  map.reserve(of_bucket.size());
  const auto place = [&](const std::string& text) {
    const auto found = std::ranges::lower_bound(of_feature, text);
    if (found == of_feature.end() || *found != text) return kNoCode;
    return static_cast<std::uint32_t>(found - of_feature.begin());
  };
  const auto other = place("(other)");
  for (const auto& category : of_bucket) {
    const auto code = place(category);
    map.push_back(code == kNoCode ? other : code);
  }
  return map;
}

CodeMaps map_codes(const std::vector<RowAttribute>& attributes, const history::TableData& data) {
  CodeMaps maps(attributes.size());
  for (std::size_t a = 0; a < attributes.size(); ++a) {
    if (attributes[a].reading != Reading::Category) continue;
    const auto& column = data.columns[static_cast<std::size_t>(attributes[a].cell.column)];
    maps[a] = map_categories(column.categories, attributes[a].categories);
  }
  return maps;
}

void write_attribute(const RowAttribute& attribute, const std::vector<std::uint32_t>& codes,
                     const history::TableData& data, std::uint32_t source, std::int32_t cutoff,
                     std::size_t row, Out& out) {
  if (!attribute.cell.is_readable(data, source, cutoff)) return;
  const auto& column = data.columns[static_cast<std::size_t>(attribute.cell.column)];
  switch (attribute.reading) {
    case Reading::Category: out.set_code(attribute.slot, row, codes[column.codes[source]]); return;
    case Reading::Number: out.set(attribute.slot, row, number_at(column, source)); return;
    case Reading::DaysBefore: out.set(attribute.slot, row, cutoff - number_at(column, source)); return;
    case Reading::Years:
      out.set(attribute.slot, row, (cutoff - number_at(column, source)) / kDaysPerYear);
      return;
  }
}

void add_attribute_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants("attribute")) return;
  auto family = std::make_unique<AttributeFamily>();
  family->table = builder.table(table.name);
  family->is_dated = !table.valid_from.empty();
  family->attributes = propose_row_attributes(builder, table, "attribute");
  if (!table.valid_to.empty()) family->valid_to = builder.cell(family->table, table, table.valid_to);
  if (family->is_dated) {
    family->changes = builder.add(
        table,
        {.name = table.name + "_changes_365d",
         .family = "attribute",
         .columns = {table.valid_from},
         .window_days = kChangesWindowDays,
         .sentence = {fmt::format("changes of {} in the last 365 days", label_of(table).en),
                      fmt::format("最近365天{}的变动次数", label_of(table).zh)}});
  }
  if (!family->attributes.empty() || family->changes != kNoSlot) builder.keep(std::move(family));
}

}  // namespace holdfast::features
