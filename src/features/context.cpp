// Context tables: what happened around the customer (competitor promotions in the region, the
// agent's leaving), joined by columns of the customer's current attributes or contract.

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "features/builder.hpp"

namespace holdfast::features {
namespace {

/// One context row, ready to be counted.
struct Fact {
  std::int32_t day = 0;
  std::int32_t known = 0;
  std::int32_t superseded = history::kNeverDay;
  std::int32_t end = history::kNeverDay;
  double amount = 0;
  std::uint32_t kind = 0;
};

/// Where the customer's side of a join column stands.
struct JoinColumn {
  int table = -1;
  int column = -1;
};

std::string cell_text(const history::ColumnData& column, std::uint32_t row) {
  if (!column.is_valid(row)) return "";
  if (column.type == tables::ColumnType::Text) return column.categories[column.codes[row]];
  return fmt::format("{}", number_at(column, row));
}

class ContextFamily final : public Family {
 public:
  std::vector<JoinColumn> join;
  std::unordered_map<std::string, std::vector<Fact>> facts;  // By join key, in order of day.
  std::vector<int> windows, count, sum;
  int since_last = kNoSlot, active = kNoSlot;
  std::vector<int> kind_counts;  // [kinds] in the last year.

  void run(const Batch& batch, Prepared*, Out& out) const override {
    for (std::size_t row = 0; row < batch.size(); ++row) {
      std::string key;
      if (!key_of(batch, row, key)) continue;
      const auto found = facts.find(key);
      write(found == facts.end() ? std::span<const Fact>() : std::span<const Fact>(found->second),
            batch.cutoffs[row], row, out);
    }
  }

 private:
  bool key_of(const Batch& batch, std::size_t row, std::string& key) const {
    for (const auto& part : join) {
      const auto seen = batch.view(part.table).of(row);
      if (seen.empty()) return false;
      auto source = seen.back();
      const auto own = batch.rows[row].contract_row;
      if (own != kNoRow && std::ranges::find(seen, own) != seen.end()) source = own;
      const auto& column = batch.column(part.table, part.column);
      if (!column.is_valid(source)) return false;
      key += cell_text(column, source);
      key += '\x1f';
    }
    return true;
  }

  void write(std::span<const Fact> all, std::int32_t cutoff, std::size_t row, Out& out) const {
    std::vector<double> counts(windows.size()), sums(windows.size()), kinds(kind_counts.size());
    double now = 0;
    std::int32_t last = std::numeric_limits<std::int32_t>::min();
    for (const auto& fact : all) {
      if (fact.day >= cutoff) break;
      if (fact.known >= cutoff || fact.superseded < cutoff) continue;
      last = fact.day;
      now += fact.end >= cutoff && fact.end != history::kNeverDay ? 1 : 0;
      for (std::size_t w = 0; w < windows.size(); ++w) {
        if (windows[w] > 0 && fact.day < cutoff - windows[w]) continue;
        counts[w] += 1;
        sums[w] += fact.amount;
      }
      if (fact.kind < kinds.size() && fact.day >= cutoff - 365) kinds[fact.kind] += 1;
    }
    for (std::size_t w = 0; w < windows.size(); ++w) {
      out.set(count[w], row, counts[w]);
      if (!sum.empty()) out.set(sum[w], row, sums[w]);
    }
    for (std::size_t k = 0; k < kinds.size(); ++k) out.set(kind_counts[k], row, kinds[k]);
    out.set(active, row, now);
    if (last != std::numeric_limits<std::int32_t>::min()) out.set(since_last, row, cutoff - last);
  }
};

/// The customer's or contract's table that has a column of that name.
JoinColumn find_join(Builder& builder, const std::string& name) {
  for (const auto role : {study::Role::Contract, study::Role::Attribute, study::Role::Customer}) {
    for (const auto& table : builder.study().tables) {
      if (table.role != role || !builder.is_stored(table.name, name)) continue;
      const int t = builder.table(table.name);
      return {t, builder.column(t, name)};
    }
  }
  return {};
}

/// Columns to read of a context table, each once.
int place_of(std::vector<std::string>& columns, const Builder& builder, const std::string& table,
             const std::string& name) {
  if (name.empty() || !builder.is_stored(table, name)) return -1;
  const auto found = std::ranges::find(columns, name);
  if (found != columns.end()) return static_cast<int>(found - columns.begin());
  columns.push_back(name);
  return static_cast<int>(columns.size()) - 1;
}

void add_slots(Builder& builder, const study::TableSpec& table, const std::vector<std::string>& kinds,
               bool has_amount, bool has_end, ContextFamily& family) {
  const auto label = label_of(table), amount = label_of(table, table.amount);
  Text by;
  for (const auto& column : table.join_on) {
    const auto name = label_of(table, column);
    by.en += (by.en.empty() ? "" : ", ") + name.en;
    by.zh += (by.zh.empty() ? "" : "、") + name.zh;
  }
  const auto add = [&](std::string name, int window, std::string unit, Text sentence) {
    return builder.add(table, {.name = fmt::format("{}_{}", table.name, name),
                               .family = "context",
                               .columns = table.join_on,
                               .window_days = window,
                               .unit = std::move(unit),
                               .sentence = std::move(sentence)});
  };
  family.windows = builder.study().features.windows_days;
  family.windows.push_back(0);
  for (const int window : family.windows) {
    const auto words = window_words(window);
    family.count.push_back(add("count_" + window_name(window), window, "",
                               {fmt::format("{} of the same {} {}", label.en, by.en, words.en),
                                fmt::format("{}同一{}的{}次数", words.zh, by.zh, label.zh)}));
    if (!has_amount) continue;
    const auto* spec = table.find(table.amount);
    family.sum.push_back(add(table.amount + "_sum_" + window_name(window), window,
                             spec == nullptr ? "" : spec->unit,
                             {fmt::format("total {} of {} of the same {} {}", amount.en, label.en, by.en, words.en),
                              fmt::format("{}同一{}的{}{}合计", words.zh, by.zh, label.zh, amount.zh)}));
  }
  family.since_last = add("days_since_last", 0, "days",
                          {fmt::format("time since the last of {} of the same {}", label.en, by.en),
                           fmt::format("距同一{}最近一次{}的时间", by.zh, label.zh)});
  if (has_end) {
    family.active = add("active", 0, "", {fmt::format("{} of the same {} going on", label.en, by.en),
                                          fmt::format("同一{}正在进行的{}数", by.zh, label.zh)});
  }
  for (const auto& kind : kinds) {
    family.kind_counts.push_back(
        add("count_365d_" + name_part(kind), 365, "",
            {fmt::format("“{}” of {} of the same {} in the last 365 days", kind, label.en, by.en),
             fmt::format("最近365天同一{}的{}“{}”次数", by.zh, label.zh, kind)}));
  }
}

}  // namespace

Result<void> add_context_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants("context") || table.join_on.empty()) return {};
  auto family = std::make_unique<ContextFamily>();
  std::vector<std::string> columns;
  std::vector<int> keys;
  for (const auto& name : table.join_on) {
    const auto join = find_join(builder, name);
    const int key = place_of(columns, builder, table.name, name);
    if (join.column < 0 || key < 0) return {};  // Nothing of the customer's to join by.
    family->join.push_back(join);
    keys.push_back(key);
  }
  const int amount = place_of(columns, builder, table.name, table.amount);
  const int kind = place_of(columns, builder, table.name, table.kind);
  const int end = place_of(columns, builder, table.name, table.valid_to.empty() ? table.end : table.valid_to);
  HOLDFAST_TRY(const auto data, builder.source().read_context(table.name, columns));

  const auto column = [&](int c) -> const history::ColumnData& {
    return data.columns[static_cast<std::size_t>(c)];
  };
  const auto is_there = [&](int c, std::uint32_t row, tables::ColumnType type) {
    return c >= 0 && column(c).type == type && column(c).is_valid(row);
  };
  std::vector<std::string> kinds;
  if (kind >= 0 && column(kind).type == tables::ColumnType::Text) {
    kinds = column(kind).categories;
    std::ranges::sort(kinds);
    const auto most = static_cast<std::size_t>(std::max(0, builder.study().features.categories_max));
    if (kinds.size() > most || kinds.size() < 2) kinds.clear();
  }
  const bool has_amount = amount >= 0 && column(amount).type != tables::ColumnType::Text &&
                          column(amount).type != tables::ColumnType::Day;
  for (std::uint32_t row = 0; row < data.rows; ++row) {
    std::string key;
    for (const int part : keys) key += cell_text(column(part), row) + '\x1f';
    Fact fact{.day = data.event_day[row], .known = data.known_day_of(row)};
    if (!data.superseded_day.empty()) fact.superseded = data.superseded_day[row];
    if (has_amount && column(amount).is_valid(row)) fact.amount = number_at(column(amount), row);
    if (is_there(end, row, tables::ColumnType::Day)) fact.end = column(end).days[row];
    fact.kind = static_cast<std::uint32_t>(kinds.size());
    if (!kinds.empty() && is_there(kind, row, tables::ColumnType::Text)) {
      fact.kind = static_cast<std::uint32_t>(std::ranges::lower_bound(kinds, cell_text(column(kind), row)) - kinds.begin());
    }
    family->facts[key].push_back(fact);
  }
  for (auto& [key, of_key] : family->facts) std::ranges::stable_sort(of_key, {}, &Fact::day);
  add_slots(builder, table, kinds, has_amount, end >= 0, *family);
  builder.keep(std::move(family));
  return {};
}

}  // namespace holdfast::features
